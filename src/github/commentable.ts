import { z } from 'zod';
import type { InlineComment } from '../review/plan.ts';
import type { Hunk } from '../text/change.ts';
import type { Client } from './client.ts';
import { readPages } from './pages.ts';

/**
 * The pull request's diff as GitHub shows it, which is the authority on where a comment may stand. null: the file is
 * in the diff, but GitHub gives no patch for it (too large, binary), so no line of it is known to take a comment.
 */
export type PullRequestDiff = ReadonlyMap<string, readonly Hunk[] | null>;

const entry = z.object({
  filename: z.string(),
  changes: z.int(),
  patch: z.string().optional(),
});

export async function readDiff(client: Client, pullRequest: number): Promise<PullRequestDiff> {
  const files = await readPages(
    client,
    { what: 'read the files of the pull request', permission: 'pull-requests: read' },
    entry,
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
    { pull_number: pullRequest },
  );
  return new Map(
    files.map(({ filename, changes, patch }) => [
      filename,
      patch === undefined ? (changes === 0 ? [] : null) : parsePatch(patch),
    ]),
  );
}

/** GitHub takes a range whose ends lie in one hunk: added and context lines on the right, deleted ones on the left. */
export function isCommentable(
  diff: PullRequestDiff,
  comment: Omit<InlineComment, 'body' | 'fingerprint'>,
): boolean {
  const { path, startLine, line, side } = comment;
  if (startLine > line) return false;
  return (diff.get(path) ?? []).some((hunk) =>
    side === 'LEFT'
      ? hunk.deleted.includes(startLine) && hunk.deleted.includes(line)
      : startLine >= hunk.newStart && line < hunk.newStart + hunk.newLines,
  );
}

/** The hunks of one file's patch; null when the patch is not what its headers say. */
export function parsePatch(patch: string): readonly Hunk[] | null {
  const hunks: Hunk[] = [];
  const lines = patch.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (let index = 0; index < lines.length; ) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[index]!);
    if (!header) return null;
    const body = lines.slice(index + 1);
    const end = body.findIndex((line) => line.startsWith('@@'));
    const hunk = readHunk(header, end === -1 ? body : body.slice(0, end));
    if (hunk === null) return null;
    hunks.push(hunk);
    index += 1 + (end === -1 ? body.length : end);
  }
  return hunks;
}

function readHunk(header: RegExpExecArray, lines: readonly string[]): Hunk | null {
  const [oldStart, oldLines, newStart, newLines] = [
    header[1],
    header[2] ?? '1',
    header[3],
    header[4] ?? '1',
  ].map(Number) as [number, number, number, number];
  const added: number[] = [];
  const deleted: number[] = [];
  let [before, after] = [oldStart, newStart];
  for (const line of lines) {
    if (line.startsWith('\\')) continue;
    if (line.startsWith('+')) added.push(after++);
    else if (line.startsWith('-')) deleted.push(before++);
    else if (line.startsWith(' ') || line === '') {
      before += 1;
      after += 1;
    } else return null;
  }
  const complete = before - oldStart === oldLines && after - newStart === newLines;
  return complete ? { oldStart, oldLines, newStart, newLines, added, deleted } : null;
}
