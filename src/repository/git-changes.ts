import type { ChangeStatus, FileChange } from '../text/change.ts';
import { byPath } from './by-path.ts';
import { git } from './git.ts';
import { type PatchSection, patchParser } from './patch-parser.ts';
import { RepositoryError } from './repository-error.ts';

/** One record of `git diff-tree --raw -z` (git-diff-tree(1), "Raw output format"). */
export interface RawChange {
  readonly status: string;
  readonly modes: readonly [base: string, head: string];
  readonly ids: readonly [base: string, head: string];
  readonly paths: readonly [base: string, head: string];
}

/**
 * What differs between two commits. `diff-tree` is plumbing: of the user's settings none changes its output.
 * A file above `maxBytes`, or with very many changed lines, counts as binary: nothing is said of its lines.
 */
export async function gitChanges(
  gitDir: string,
  base: string,
  head: string,
  maxBytes: number,
): Promise<FileChange[]> {
  const [raw, sections] = await Promise.all([
    rawChanges(gitDir, base, head, renames),
    patchSections(gitDir, base, head, maxBytes),
  ]);
  let next = 0;
  const changes = raw.map((change) => {
    const first = next;
    next += sectionCount(change);
    return fileChange(change, sections.slice(first, next));
  });
  if (next !== sections.length) throw new RepositoryError('unavailable', 'git gave two different diffs');
  return changes.sort(byPath);
}

/** Similarity of 50 percent, as on GitHub; only so many candidates are compared with each other. */
const renames = ['-M50%', '-l1000'];

/** Without rename detection no content is needed, so this works where blobs are missing. */
export async function rawChanges(
  gitDir: string,
  base: string,
  head: string,
  detection: readonly string[] = ['--no-renames'],
): Promise<RawChange[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', ...detection, base, head];
  const fields = (await git(gitDir, args)).toString().split('\0').slice(0, -1);
  const changes: RawChange[] = [];
  for (let at = 0; at < fields.length; ) {
    const [baseMode = '', headMode = '', baseId = '', headId = '', status = ''] =
      fields[at]!.slice(1).split(' ');
    const isRename = status.startsWith('R');
    const path = fields[at + 1]!;
    const paths = [path, isRename ? fields[at + 2]! : path] as const;
    changes.push({ status: status.slice(0, 1), modes: [baseMode, headMode], ids: [baseId, headId], paths });
    at += isRename ? 3 : 2;
  }
  return changes;
}

async function patchSections(
  gitDir: string,
  base: string,
  head: string,
  maxBytes: number,
): Promise<readonly PatchSection[]> {
  const format = ['-p', '-U3', '--inter-hunk-context=0', '--no-color', '--submodule=short', '--full-index'];
  const safety = ['--no-ext-diff', '--no-textconv', '--indent-heuristic'];
  const parser = patchParser();
  await git(gitDir, ['diff-tree', '-r', ...format, ...safety, ...renames, base, head], {
    config: [`core.bigFileThreshold=${maxBytes}`],
    onOutput: parser.push,
  });
  return parser.end();
}

/** A path that changed its type (file, link, submodule) is shown as one that ended and one that began. */
function sectionCount(change: RawChange): number {
  return change.status === 'T' ? 2 : 1;
}

function fileChange(change: RawChange, sections: readonly PatchSection[]): FileChange {
  const [previous, path] = change.paths;
  const isSubmodule = change.modes.includes('160000');
  return {
    path,
    previousPath: previous === path ? null : previous,
    status: statusNames[change.status] ?? 'modified',
    binary: isSubmodule || sections.some((section) => section.binary),
    hunks: isSubmodule ? [] : sections.flatMap((section) => section.hunks),
  };
}

const statusNames: Readonly<Record<string, ChangeStatus>> = { A: 'added', D: 'deleted', R: 'renamed' };
