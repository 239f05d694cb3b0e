import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutMarkdown } from '../../src/text/cut.ts';

const cut = (markdown: string, limit: number) =>
  cutMarkdown(markdown, { unit: 'characters', limit, note: '(cut)' });

test('what fits stays', () => {
  expect(cut('abc', 3)).toBe('abc');
});

describe('what does not', () => {
  test.each([
    ['ends with a line', `one\ntwo\n${'x'.repeat(10)}`, 17, 'one\ntwo\n\n(cut)\n'],
    [
      'ends before a fence',
      `${'a\n'.repeat(20)}\`\`\`yaml\n${'b\n'.repeat(20)}\`\`\`\n`,
      60,
      `${'a\n'.repeat(20)}\n(cut)\n`,
    ],
    [
      'closes a fence that is most of it',
      `a\n> ~~~~yaml\n${'> b\n'.repeat(50)}> ~~~~\n`,
      80,
      `a\n> ~~~~yaml\n${'> b\n'.repeat(13).trimEnd()}\n> ~~~~\n\n(cut)\n`,
    ],
    [
      'closes details that are most of it',
      `a\n<details><summary>x</summary>\n\n${'b\n'.repeat(100)}</details>\n`,
      100,
      `a\n<details><summary>x</summary>\n\n${'b\n'.repeat(23).trimEnd()}\n\n</details>\n\n(cut)\n`,
    ],
    ['cuts one long line between characters', '😀'.repeat(50), 21, `${'😀'.repeat(6)}\n\n(cut)\n`],
    [
      'never inside a tag',
      `${'a'.repeat(10)}<!-- ${'b'.repeat(100)} -->`,
      40,
      `${'a'.repeat(10)}\n\n(cut)\n`,
    ],
    [
      'keeps a first short line before a long one',
      `m\n${'x'.repeat(100)}`,
      22,
      `m\n${'x'.repeat(12)}\n\n(cut)\n`,
    ],
  ])('%s', (_, markdown, limit, expected) => {
    expect(cut(markdown, limit)).toBe(expected);
  });
});

test('never over the limit, never half a character, always the note, nothing left open', () => {
  const line = fc.constantFrom(
    'text',
    '```',
    '````yaml',
    '~~~',
    '> ```',
    '<details>',
    '</details>',
    '😀😀😀',
    '',
    '<!-- x',
    '-->',
  );
  const unit = fc.constantFrom('characters' as const, 'bytes' as const);
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 80 }),
      fc.integer({ min: 40, max: 200 }),
      unit,
      (lines, limit, unit) => {
        const markdown = lines.join('\n');
        const result = cutMarkdown(markdown, { unit, limit, note: '(cut)' });
        expect(unit === 'bytes' ? Buffer.byteLength(result) : result.length).toBeLessThanOrEqual(limit);
        expect(result).not.toMatch(/\p{Surrogate}/u);
        if (result === markdown) return;
        expect(result).toMatch(/\n\n\(cut\)\n$/);
      },
    ),
  );
});
