import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, count, cutAt, fenced, plainLine, tableCell } from '../../src/text/escape.ts';

describe('a code span', () => {
  test.each([
    ['web', '`web`'],
    [30, '`30`'],
    ['', '` `'],
    ['   ', '` `'],
    ['a`b``c', "`a'b''c`"],
    ['two\r\nlines', '`two lines`'],
    ['a\u202eb\u2066c\u200bd\ufeffe', '`a b c d e`'],
    ['a\u0000b\u001b[31mc', '`a b [31mc`'],
    ['a\ud800b', '`a\ufffdb`'],
    ['😀', '`😀`'],
    ['x'.repeat(121), `\`${'x'.repeat(119)}…\``],
  ])('of %j is %j', (text, span) => {
    expect(code(text)).toBe(span);
  });

  test('is never cut inside a character', () => {
    expect(code(`ab😀`.repeat(2), 4)).toBe('`ab…`');
    expect(cutAt('ab😀', 3)).toBe('ab');
    expect(cutAt('ab😀', 4)).toBe('ab😀');
  });
});

test('a plain line has no controls, no line breaks, no halves of characters', () => {
  const unit = fc.constantFrom(
    'a',
    ' ',
    '\n',
    '\r',
    '\t',
    '\u0000',
    '\u001b',
    '\u202e',
    '\ud83d',
    '\ude00',
    '\u2028',
    '\u00ad',
  );
  fc.assert(
    fc.property(
      fc.array(unit).map((parts) => parts.join('')),
      (text) => {
        const line = plainLine(text);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(line).toBe(line.trim());
      },
    ),
  );
});

test.each([
  ['a|b', 'a\\|b'],
  ['a\\|b', 'a\\ \\|b'],
  ['a\\\\|b', 'a\\\\ \\|b'],
  ['two\r\nlines', 'two lines'],
])('the table cell of %j is %j', (text, cell) => {
  expect(tableCell(text)).toBe(cell);
});

test('a fence is longer than any run of backticks in it', () => {
  expect(fenced('a\n```\nb', 'yaml')).toBe('````yaml\na\n```\nb\n````');
  expect(fenced('a\n')).toBe('```\na\n```');
});

test('one is not several', () => {
  expect([count(0, 'pod'), count(1, 'pod'), count(2, 'pod'), count(2, 'entry', 'entries')]).toEqual([
    '0 pods',
    '1 pod',
    '2 pods',
    '2 entries',
  ]);
});
