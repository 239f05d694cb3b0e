import { structuredPatch } from 'diff';
import type { Hunk } from '../text/change.ts';
import { maxChangedLines } from './patch-parser.ts';

export interface LineDiff {
  /** No lines to speak of, as in git: a NUL among the first 8,000 bytes, or too many changed lines. */
  readonly binary: boolean;
  readonly hunks: readonly Hunk[];
}

const context = 3;

/** Above this many changed lines the search for the smallest diff would take seconds; the plain one is as true. */
const maxEditLength = 2_000;

/** Compares two contents line by line; null for a side that does not have the file. */
export function diffLines(base: Uint8Array | null, head: Uint8Array | null): LineDiff {
  if ([base, head].some((bytes) => bytes?.subarray(0, 8_000).includes(0))) return { binary: true, hunks: [] };
  const [before, after] = [latin1(base), latin1(head)];
  const patch = structuredPatch('', '', before, after, '', '', { context, maxEditLength });
  const hunks = patch ? patch.hunks.map(numbered) : wholeHunk(lines(before), lines(after));
  const changed = hunks.reduce((sum, hunk) => sum + hunk.added.length + hunk.deleted.length, 0);
  return changed > maxChangedLines ? { binary: true, hunks: [] } : { binary: false, hunks };
}

/** One character a byte: equal text is equal bytes, whatever the encoding. */
function latin1(bytes: Uint8Array | null): string {
  return bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') : '';
}

function lines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

interface PatchHunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

/** The library counts an empty side from the line after; git prints the line before. */
function numbered(hunk: PatchHunk): Hunk {
  const oldStart = hunk.oldLines === 0 ? hunk.oldStart - 1 : hunk.oldStart;
  const newStart = hunk.newLines === 0 ? hunk.newStart - 1 : hunk.newStart;
  const added: number[] = [];
  const deleted: number[] = [];
  let [oldLine, newLine] = [oldStart, newStart];
  for (const line of hunk.lines) {
    if (line.startsWith('\\')) continue; // "\ No newline at end of file"
    if (line.startsWith('+')) added.push(newLine);
    if (line.startsWith('-')) deleted.push(oldLine);
    if (!line.startsWith('+')) oldLine++;
    if (!line.startsWith('-')) newLine++;
  }
  return { oldStart, oldLines: hunk.oldLines, newStart, newLines: hunk.newLines, added, deleted };
}

/** What lies between the first and the last difference, replaced as a whole. */
function wholeHunk(before: readonly string[], after: readonly string[]): readonly Hunk[] {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before[same] === after[same]) same++;
  let tail = 0;
  while (tail < shorter - same && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const [start, end] = [Math.max(0, same - context), Math.max(0, tail - context)];
  const side = (count: number) => ({ start: count === 0 ? 0 : start + 1, lines: count - start - end });
  const [old, now] = [side(before.length), side(after.length)];
  return [
    {
      oldStart: old.start,
      oldLines: old.lines,
      newStart: now.start,
      newLines: now.lines,
      added: range(same + 1, after.length - tail),
      deleted: range(same + 1, before.length - tail),
    },
  ];
}

/** Both ends are included. */
function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
