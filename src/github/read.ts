import { z } from 'zod';
import type { Client } from './client.ts';
import { call } from './failure.ts';
import { safeLine } from './safe-text.ts';

export interface PullRequest {
  readonly number: number;
  readonly open: boolean;
  readonly baseSha: string;
  readonly baseRef: string;
  readonly headSha: string;
  /** null: the fork was deleted. */
  readonly headRepository: string | null;
  /** True unless head and base are the same repository. */
  readonly fork: boolean;
}

const side = z.object({
  sha: z.string(),
  ref: z.string(),
  repo: z.object({ id: z.number(), full_name: z.string() }).nullable(),
});
const pullRequestShape = z.object({ number: z.int(), state: z.string(), base: side, head: side });

export async function readPullRequest(client: Client, pullRequest: number): Promise<PullRequest> {
  const { number, state, base, head } = await call(
    { what: `read pull request #${pullRequest}`, permission: 'pull-requests: read' },
    pullRequestShape,
    () => client.octokit.rest.pulls.get({ ...client.repository, pull_number: pullRequest }),
  );
  return {
    number,
    open: state === 'open',
    baseSha: base.sha,
    baseRef: base.ref,
    headSha: head.sha,
    headRepository: head.repo?.full_name ?? null,
    fork: head.repo === null || head.repo.id !== base.repo?.id,
  };
}

/** The commit that the pull request's diff starts from. */
export async function readMergeBase(client: Client, base: string, head: string): Promise<string> {
  const comparison = await call(
    { what: 'compare base and head', permission: 'contents: read' },
    z.object({ merge_base_commit: z.object({ sha: z.string() }) }),
    () =>
      client.octokit.rest.repos.compareCommitsWithBasehead({
        ...client.repository,
        basehead: `${base}...${head}`,
        per_page: 1,
      }),
  );
  return comparison.merge_base_commit.sha;
}

/** The commit that a branch, tag or sha names; `HEAD` is the default branch. */
export async function readCommit(client: Client, ref: string): Promise<string> {
  const commit = await call(
    { what: `find the commit of ${safeLine(ref, 100)}`, permission: 'contents: read' },
    z.object({ sha: z.string() }),
    () => client.octokit.rest.repos.getCommit({ ...client.repository, ref }),
  );
  return commit.sha;
}
