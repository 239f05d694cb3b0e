import type { Limits } from '../text/limits.ts';
import type { Comparison } from './comparison.ts';
import { discoverOrNull, type GitDirectories } from './discover.ts';
import { gitChanges } from './git-changes.ts';
import { fetchBlobs, fetchCommits, type Remote } from './remote.ts';
import { RepositoryError } from './repository-error.ts';
import { mergeBaseOf } from './revisions.ts';
import {
  completeChanged,
  missingObjects,
  orClose,
  type Session,
  sessionOf,
  startSession,
} from './session.ts';
import { borrow, createView, isPartial, isShallow } from './view.ts';

export interface PullRequestOptions {
  /** The workflow's checkout, whatever its depth and filter. Without a repository there, all is fetched. */
  readonly repo: string;
  readonly baseSha: string;
  readonly headSha: string;
  /** Asks GitHub's compare API; only called where the checkout cannot tell. */
  mergeBase(): Promise<string>;
  readonly remote: Remote;
  readonly limits: Limits;
}

/**
 * Opens a pull request: what the checkout has is read there, the rest is fetched from the base repository (which
 * has the commits of forks too) into a throwaway repository. The checkout's files, refs and configuration stay as
 * they are. Throws RepositoryError.
 */
export async function openPullRequest(options: PullRequestOptions): Promise<Comparison> {
  const { baseSha, headSha, remote, limits } = options;
  const source = await discoverOrNull(options.repo);
  const mergeBase = requireSha((await localMergeBase(source, options)) ?? (await options.mergeBase()));
  const session = await sessionWith(source, remote, limits, [mergeBase, requireSha(headSha)]);
  const fetchMissing = (ids: readonly string[]) => fetchBlobs(session.view, remote, ids);
  return orClose(session, async () => {
    await completeChanged(session.view, mergeBase, headSha, fetchMissing);
    return {
      commits: { base: baseSha, head: headSha, mergeBase },
      base: session.tree(mergeBase, fetchMissing),
      head: session.tree(headSha, fetchMissing),
      changes: await gitChanges(session.view.gitDir, mergeBase, headSha, limits.fileBytes),
      close: session.close,
    };
  });
}

/** Null where the checkout lacks a commit, or history: in a shallow clone the nearest ancestor may be cut off. */
async function localMergeBase(
  source: GitDirectories | null,
  { baseSha, headSha, limits }: PullRequestOptions,
): Promise<string | null> {
  const commits = [requireSha(baseSha), requireSha(headSha)] as const;
  if (!source || (await isShallow(source))) return null;
  const session = await sessionOf(source, limits);
  try {
    const missing = await missingObjects(session.view, commits);
    return missing.length > 0 ? null : await mergeBaseOf(session.view, ...commits);
  } finally {
    await session.close();
  }
}

/** A partial clone may lack directories too, so there both commits are fetched before anything is borrowed. */
async function sessionWith(
  source: GitDirectories | null,
  remote: Remote,
  limits: Limits,
  commits: readonly string[],
): Promise<Session> {
  const view = await createView(source);
  const session = await startSession(view, limits);
  return orClose(session, async () => {
    const trusted = source && !(await isPartial(source)) ? source : null;
    if (trusted) await borrow(view, trusted);
    const missing = await missingObjects(view, commits);
    await fetchCommits(view, remote, missing);
    if (source && !trusted) await borrow(view, source);
    return session;
  });
}

function requireSha(value: string): string {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value)) return value;
  throw new RepositoryError('usage', `not a commit id: ${JSON.stringify(value)}`);
}
