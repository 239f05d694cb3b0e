import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeForLog, safeLine } from '../../src/github/safe-text.ts';

test.each([
  ['plain: text, a::b, 100 %', 'plain: text, a::b, 100 %'],
  ['::add-mask::x', ': :add-mask::x'],
  ['a\n \t::add-mask::x', 'a\n \t: :add-mask::x'],
  ['a\r::error::x', 'a\n: :error::x'],
  ['a ##[error]x', 'a ## [error]x'],
  ['#\u200b#[error]x', '## [error]x'],
  ['\u0085::error::x', ': :error::x'],
  ['\ufeff:\u00ad:error::x', ': :error::x'],
  ['\u001b[31mred\u202eder\0\ud800', '[31mredder\ufffd\ufffd'],
])('%j', (text, safe) => {
  expect(safeForLog(text)).toBe(safe);
});

test('nothing is a command any more', () => {
  const pieces = fc.constantFrom(
    ':',
    '::',
    '#',
    '##',
    '[',
    'error',
    ' ',
    '\n',
    '\r',
    '\u0085',
    '\u200b',
    '\x1c',
    'a',
  );
  fc.assert(
    fc.property(
      fc.array(pieces).map((parts) => parts.join('')),
      (text) => {
        for (const line of safeForLog(text).split(/[\r\n]/)) {
          // What .NET trims: every space, with U+0085 and the separators of ASCII.
          expect(line.replace(/^[\s\p{Cc}\p{Cf}]+/u, '').startsWith('::')).toBe(false);
          expect(line).not.toContain('##[');
        }
      },
    ),
  );
});

test('one line, cut between characters', () => {
  expect(safeLine(' a\n::b  c ')).toBe('a ::b c');
  expect(safeLine('::b\n')).toBe(': :b');
  expect(safeLine('ab😀😀', 4)).toBe('ab…');
});
