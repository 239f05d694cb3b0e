import type { Hunk } from '../text/change.ts';

/** One `diff --git` section of a patch: what it says of lines, never their text. */
export interface PatchSection {
  /** Also true where more lines changed than `maxChangedLines`: there is nothing to say of single lines. */
  readonly binary: boolean;
  readonly hunks: readonly Hunk[];
}

export interface PatchParser {
  push(chunk: Buffer): void;
  end(): readonly PatchSection[];
}

/** GitHub shows no diff of a file with more changed lines either (repository limits). */
export const maxChangedLines = 20_000;

/** Of a whole comparison; beyond it the memory for line numbers would be the larger trouble. */
const maxChangedLinesInAll = 5_000_000;

interface Section {
  binary: boolean;
  hunks: OpenHunk[];
  changed: number;
}

interface OpenHunk extends Hunk {
  readonly added: number[];
  readonly deleted: number[];
}

const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * Reads git's patch as it streams in. Names are not looked at (they are quoted, so none holds a line feed), and
 * inside a hunk only the first byte of a line and the counts of its header speak, so no content can mislead it.
 */
export function patchParser(): PatchParser {
  const sections: Section[] = [];
  let inHunk: { hunk: OpenHunk; oldLine: number; newLine: number } | null = null;
  let changedInAll = 0;
  let carried = Buffer.alloc(0);

  const outside = (line: string) => {
    const section = sections.at(-1);
    if (line.startsWith('diff --git ')) sections.push({ binary: false, hunks: [], changed: 0 });
    else if (section && line.startsWith('Binary files ')) section.binary = true;
    const hunk = section && openHunk(line);
    if (!hunk) return;
    section.hunks.push(hunk);
    inHunk = { hunk, oldLine: hunk.oldStart, newLine: hunk.newStart };
  };
  const changed = (numbers: number[], line: number) => {
    const section = sections.at(-1)!;
    section.changed++;
    changedInAll++;
    if (section.changed <= maxChangedLines && changedInAll <= maxChangedLinesInAll) numbers.push(line);
    else Object.assign(section, { binary: true, hunks: [] });
  };
  const inside = (first: string, at: NonNullable<typeof inHunk>) => {
    if (first === '\\') return; // "\ No newline at end of file"
    if (first === '+') changed(at.hunk.added, at.newLine);
    if (first === '-') changed(at.hunk.deleted, at.oldLine);
    if (first !== '+') at.oldLine++;
    if (first !== '-') at.newLine++;
    if (isOver(at)) inHunk = null;
  };
  const take = (line: Buffer) => {
    if (inHunk) inside(line.toString('latin1', 0, 1), inHunk);
    else outside(line.toString('latin1', 0, 200));
  };

  return {
    push(chunk) {
      let rest = carried.length > 0 ? Buffer.concat([carried, chunk]) : chunk;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        take(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
      }
      carried = Buffer.from(rest);
    },
    end: () => sections.map(({ binary, hunks }) => ({ binary, hunks: binary ? [] : hunks })),
  };
}

function openHunk(line: string): OpenHunk | null {
  const [match, oldStart, oldLines = '1', newStart, newLines = '1'] = hunkHeader.exec(line) ?? [];
  if (match === undefined) return null;
  return {
    oldStart: Number(oldStart),
    oldLines: Number(oldLines),
    newStart: Number(newStart),
    newLines: Number(newLines),
    added: [],
    deleted: [],
  };
}

function isOver(at: { hunk: Hunk; oldLine: number; newLine: number }): boolean {
  const { oldStart, oldLines, newStart, newLines } = at.hunk;
  return at.oldLine >= oldStart + oldLines && at.newLine >= newStart + newLines;
}
