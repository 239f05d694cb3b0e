import type { Limits } from '../text/limits.ts';
import type { GitDirectories } from './discover.ts';
import { git } from './git.ts';
import { type RawChange, rawChanges } from './git-changes.ts';
import { type FetchObjects, type GitTreeSource, gitTree } from './git-tree.ts';
import { type ObjectStore, openObjects } from './objects.ts';
import { RepositoryError } from './repository-error.ts';
import type { Tree } from './tree.ts';
import { borrow, createView, type View } from './view.ts';

/** A view with its reader: what an open comparison holds on to until it is closed. */
export interface Session {
  readonly view: View;
  readonly objects: ObjectStore;
  tree(commit: string, fetchObjects?: FetchObjects): Tree;
  close(): Promise<void>;
}

export async function startSession(view: View, limits: Limits): Promise<Session> {
  const objects = openObjects(view.gitDir, limits.fileBytes);
  const source: GitTreeSource = { gitDir: view.gitDir, objects, limits };
  return {
    view,
    objects,
    tree: (commit, fetchObjects) => gitTree({ ...source, fetchObjects }, commit),
    async close() {
      await objects.close();
      await view.close();
    },
  };
}

/** A session on everything that `source` has. */
export async function sessionOf(source: GitDirectories, limits: Limits): Promise<Session> {
  const view = await createView(source);
  await borrow(view, source);
  return startSession(view, limits);
}

/** Hands the session on to what `open` returns; closes it when `open` fails. */
export async function orClose<T>(session: Session, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Those of the ids that the view does not have. */
export async function missingObjects(view: View, ids: readonly string[]): Promise<readonly string[]> {
  const unique = [...new Set(ids)];
  const input = unique.map((id) => `${id}\n`).join('');
  const output = await git(view.gitDir, ['cat-file', '--batch-check'], { input });
  const lines = output.toString().split('\n');
  return unique.filter((_, index) => lines[index]?.endsWith(' missing'));
}

/** Makes sure that the content of every changed file is here, as comparing lines and finding renames needs. */
export async function completeChanged(
  view: View,
  base: string,
  head: string,
  fetchObjects: FetchObjects | undefined,
): Promise<void> {
  const ids = (await rawChanges(view.gitDir, base, head)).flatMap(contentIds);
  const missing = await missingObjects(view, ids);
  if (missing.length === 0) return;
  if (fetchObjects) return fetchObjects(missing);
  const advice = `run \`git diff ${base} ${head}\` once, git then fetches it`;
  const count = missing.length === 1 ? 'one changed file' : `${missing.length} changed files`;
  throw new RepositoryError('unavailable', `this partial clone lacks the content of ${count}: ${advice}`);
}

/** Mode 000000 stands for a side without the file, 160000 for a submodule's commit. */
function contentIds(change: RawChange): string[] {
  return change.ids.filter((_, side) => !/^(0|16)0000/.test(change.modes[side]!));
}
