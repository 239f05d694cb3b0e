import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines } from '../../src/repository/line-diff.ts';
import { type PatchSection, patchParser } from '../../src/repository/patch-parser.ts';
import { lines } from './support.ts';

const bytes = (text: string) => Buffer.from(text);
const split = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** The lines that no hunk names: they must be the same on both sides. */
function kept(text: string, numbers: readonly number[]): string[] {
  return split(text).filter((_, index) => !numbers.includes(index + 1));
}

test('what is neither added nor deleted is the same on both sides', () => {
  const text = fc
    .array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n', '{}'), { maxLength: 40 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const { hunks } = diffLines(bytes(before), bytes(after));
      const deleted = hunks.flatMap((hunk) => hunk.deleted);
      const added = hunks.flatMap((hunk) => hunk.added);
      expect(kept(before, deleted)).toEqual(kept(after, added));
      for (const { oldStart, oldLines, newStart, newLines } of hunks) {
        expect(oldLines === 0 || (oldStart >= 1 && oldStart + oldLines - 1 <= split(before).length)).toBe(
          true,
        );
        expect(newLines === 0 || (newStart >= 1 && newStart + newLines - 1 <= split(after).length)).toBe(
          true,
        );
      }
    }),
  );
});

test('two very different large files: one hunk, at once', () => {
  const [before, after] = [`same\n${lines(9_000, 'a')}same\n`, `same\n${lines(9_000, 'b')}same\n`];
  const started = performance.now();
  const { binary, hunks } = diffLines(bytes(before), bytes(after));
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(binary).toBe(false);
  expect(hunks).toHaveLength(1);
  expect(hunks[0]).toMatchObject({ oldStart: 1, oldLines: 9_002, newStart: 1, newLines: 9_002 });
  expect(hunks[0]?.added.at(-1)).toBe(9_001);
  expect(hunks[0]?.deleted.at(0)).toBe(2);
});

test('more than 20,000 changed lines, or a NUL, leave nothing to say', () => {
  const nothing = { binary: true, hunks: [] };
  expect(diffLines(null, bytes(lines(20_001)))).toEqual(nothing);
  expect(diffLines(bytes('a\n'), bytes('a\0\n'))).toEqual(nothing);
  expect(diffLines(null, bytes(''))).toEqual({ binary: false, hunks: [] });
});

function parse(patch: string, size: number): readonly PatchSection[] {
  const parser = patchParser();
  for (let at = 0; at < patch.length; at += size) parser.push(Buffer.from(patch.slice(at, at + size)));
  return parser.end();
}

test('a patch parses the same in chunks of any size', () => {
  const patch = [
    'diff --git a/x b/x',
    'index 1..2 100644',
    '--- a/x',
    '+++ b/x',
    '@@ -1,2 +1,3 @@ function',
    ' a',
    '--- b',
    '+++ c',
    '+@@ -1 +1 @@',
    '\\ No newline at end of file',
    'diff --git a/y b/y',
    'Binary files a/y and b/y differ',
    '',
  ].join('\n');
  const hunk = { oldStart: 1, oldLines: 2, newStart: 1, newLines: 3, added: [2, 3], deleted: [2] };
  for (let size = 1; size < 40; size++)
    expect(parse(patch, size)).toEqual([
      { binary: false, hunks: [hunk] },
      { binary: true, hunks: [] },
    ]);
});
