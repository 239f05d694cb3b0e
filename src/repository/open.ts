import type { Limits } from '../text/limits.ts';
import type { Comparison } from './comparison.ts';
import { directoryTree } from './directory-tree.ts';
import { discover, type GitDirectories } from './discover.ts';
import { gitChanges } from './git-changes.ts';
import type { FetchObjects } from './git-tree.ts';
import { RepositoryError } from './repository-error.ts';
import { defaultBranch, type Revision, requireMergeBase, resolveRevision } from './revisions.ts';
import { completeChanged, orClose, type Session, sessionOf } from './session.ts';
import type { Tree } from './tree.ts';
import { treeChanges } from './tree-changes.ts';
import { isPartial } from './view.ts';
import { worktreeTree } from './worktree-tree.ts';

export interface ComparisonOptions {
  /** A directory in a checkout, or a bare repository. */
  readonly repo: string;
  /** Default: the default branch. Compared is always where its history and head's parted. */
  readonly base?: string | undefined;
  /** Default: `HEAD`. With `worktree`, the commit whose history counts. */
  readonly head?: string | undefined;
  /** Compare the working tree instead of head's files. */
  readonly worktree?: boolean | undefined;
  readonly limits: Limits;
  /** Brings what a partial clone lacks; without it nothing is ever fetched. */
  readonly fetchObjects?: FetchObjects | undefined;
}

/** A comparison of revisions, with the base as it was asked for or chosen. */
export interface RevisionComparison extends Comparison {
  readonly baseRevision: Revision & { readonly chosen: 'asked' | 'default-branch' };
}

/** Opens two revisions of a local repository. Throws RepositoryError. */
export async function openComparison(options: ComparisonOptions): Promise<RevisionComparison> {
  const source = await discover(options.repo);
  const asked = options.base;
  const [head, base] = await Promise.all([
    resolveRevision(source, options.head ?? 'HEAD'),
    asked === undefined ? defaultBranch(source) : resolveRevision(source, asked),
  ]);
  const session = await sessionOf(source, options.limits);
  return orClose(session, async () => {
    const mergeBase = await requireMergeBase(source, session.view, base, head);
    const compared = options.worktree
      ? await worktreeComparison(source, session, mergeBase, options)
      : await commitComparison(source, session, [mergeBase, head.commit], options);
    const commits = { base: base.commit, head: options.worktree ? null : head.commit, mergeBase };
    const chosen = asked === undefined ? 'default-branch' : 'asked';
    return { ...compared, commits, baseRevision: { ...base, chosen }, close: session.close };
  });
}

type Compared = Pick<Comparison, 'base' | 'head' | 'changes'>;

async function commitComparison(
  source: GitDirectories,
  session: Session,
  [mergeBase, head]: readonly [string, string],
  { limits, fetchObjects }: ComparisonOptions,
): Promise<Compared> {
  if (await isPartial(source)) await completeChanged(session.view, mergeBase, head, fetchObjects);
  return {
    base: session.tree(mergeBase, fetchObjects),
    head: session.tree(head, fetchObjects),
    changes: await gitChanges(session.view.gitDir, mergeBase, head, limits.fileBytes),
  };
}

async function worktreeComparison(
  source: GitDirectories,
  session: Session,
  mergeBase: string,
  { repo, limits, fetchObjects }: ComparisonOptions,
): Promise<Compared> {
  const { gitDir, workTree } = source;
  if (workTree === null)
    throw new RepositoryError('usage', `no working tree: ${repo} is a bare repository; name --head instead`);
  const algorithm = mergeBase.length === 64 ? 'sha256' : 'sha1';
  const base = session.tree(mergeBase, fetchObjects);
  const head = worktreeTree({ gitDir, workTree, limits, algorithm, objects: session.objects });
  return { base, head, changes: await treeChanges(base, head, 'as-checked-out') };
}

/** Opens two plain directories; needs no git. */
export async function openDirectories(
  baseDirectory: string,
  headDirectory: string,
  limits: Limits,
): Promise<Comparison> {
  const base = await directoryTree(baseDirectory, limits);
  const head = await directoryTree(headDirectory, limits);
  const commits = { base: null, head: null, mergeBase: null };
  return { commits, base, head, changes: await treeChanges(base, head, 'exact'), close: async () => {} };
}

export interface OpenRevision {
  readonly tree: Tree;
  readonly commit: string;
  close(): Promise<void>;
}

/** Opens a single revision, by default `HEAD`. */
export async function openRevision(options: {
  readonly repo: string;
  readonly rev?: string | undefined;
  readonly limits: Limits;
}): Promise<OpenRevision> {
  const source = await discover(options.repo);
  const { commit } = await resolveRevision(source, options.rev ?? 'HEAD');
  const session = await sessionOf(source, options.limits);
  return { tree: session.tree(commit), commit, close: session.close };
}
