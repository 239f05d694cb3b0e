import type { FileChange } from '../text/change.ts';
import type { Location } from '../text/location.ts';
import type { Finding } from './report.ts';

export type Placement = Finding['placement'];

/** Lines of a file, both ends included. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** Longest range that one comment is put on; a longer one is anchored at its first line. */
const longestComment = 10;

/**
 * Where a review says it: on the causing lines when they are in the diff, else on a line that was read to say it and that
 * this change deletes or adds, else on the nearest line that it adds to the same object in that file, else in the summary.
 */
export function place(
  location: Location | null,
  read: readonly Location[],
  object: () => LineRange | null,
  changes: ReadonlyMap<string, FileChange>,
): Placement {
  if (location === null) return { kind: 'summary', path: null, startLine: null, endLine: null, side: null };
  const { path, startLine } = location;
  const endLine = location.endLine - startLine < longestComment ? location.endLine : startLine;
  const change = location.revision === 'head' ? changes.get(path) : undefined;
  if (change !== undefined && inOneHunk(change, startLine, endLine)) return inline(path, startLine, endLine);
  if (change !== undefined && inOneHunk(change, startLine, startLine))
    return inline(path, startLine, startLine);
  const deleted = read.flatMap((each) => deletedFrom(each, changes) ?? [])[0];
  if (deleted !== undefined) return deleted;
  const added = read.find((each) => isAdded(each, changes));
  if (added !== undefined) return inline(added.path, added.startLine, added.startLine);
  const lines = change && object();
  const near = change && lines ? nearestAdded(change, lines, startLine) : undefined;
  if (near !== undefined) return inline(path, near, near);
  return { kind: 'summary', path, startLine, endLine, side: null };
}

function inline(path: string, startLine: number, endLine: number): Placement {
  return { kind: 'inline', path, startLine, endLine, side: 'RIGHT' };
}

/** GitHub refuses a comment whose range leaves one hunk. */
function inOneHunk(change: FileChange, startLine: number, endLine: number): boolean {
  return change.hunks.some(
    ({ newStart, newLines }) => startLine >= newStart && endLine < newStart + newLines,
  );
}

function nearestAdded(change: FileChange, object: LineRange, line: number): number | undefined {
  const added = change.hunks.flatMap((hunk) => hunk.added);
  const inside = added.filter((each) => each >= object.startLine && each <= object.endLine);
  return inside.sort((a, b) => Math.abs(a - line) - Math.abs(b - line) || a - b)[0];
}

/** The place of a line of base that this change deletes; GitHub names it by head's path. */
function deletedFrom(
  { path, startLine, revision }: Location,
  changes: ReadonlyMap<string, FileChange>,
): Placement | null {
  if (revision !== 'base') return null;
  const change = [...changes.values()].find((each) => (each.previousPath ?? each.path) === path);
  if (change?.hunks.some(({ deleted }) => deleted.includes(startLine)) !== true) return null;
  return { kind: 'inline', path: change.path, startLine, endLine: startLine, side: 'LEFT' };
}

/** Whether this change added the line. */
export function isAdded(location: Location | null, changes: ReadonlyMap<string, FileChange>): boolean {
  const hunks = location?.revision === 'head' ? (changes.get(location.path)?.hunks ?? []) : [];
  return hunks.some((hunk) => hunk.added.includes(location?.startLine ?? 0));
}
