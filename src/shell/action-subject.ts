import type { Client } from '../github/client.ts';
import type { PushEvent, ReviewEvent } from '../github/event.ts';
import { GitHubError } from '../github/failure.ts';
import { readCommit, readMergeBase, readPullRequest } from '../github/read.ts';
import type { ActionInputs } from './action-inputs.ts';

/** What a run of the action looks at, in commit ids. */
export interface ReviewSubject {
  readonly baseSha: string;
  readonly headSha: string;
  /** Compared with base itself, or with where the history of base and head parted. */
  readonly from: 'base' | 'merge-base';
  /** Where comments go; null where none are posted. */
  readonly pullRequest: number | null;
  /** True when the change comes from another repository: then base's settings rule. */
  readonly untrusted: boolean;
  /** Judge every workload of head instead of what changed. */
  readonly all: boolean;
}

export type SubjectReading =
  | { readonly subject: ReviewSubject }
  /** Nothing to review, with the reason. */
  | { readonly nothing: string };

/** Turns event and inputs into commits. The inputs `pull-request`, `base` and `head` win over the event. */
export async function readSubject(
  event: ReviewEvent,
  inputs: ActionInputs,
  sha: string,
  client: Client,
): Promise<SubjectReading> {
  const asked =
    event.kind === 'dispatch' ? event : { pullRequest: null, base: null, head: null, scope: null };
  const all = (inputs.scope ?? asked.scope) === 'all';
  const number = inputs.pullRequest ?? asked.pullRequest;
  if (number !== null) return ofPullRequest(number, client, all);
  const [base, head] = [inputs.base ?? asked.base, inputs.head ?? asked.head];
  if (base !== null || head !== null || event.kind === 'dispatch') {
    const [baseSha, headSha] = await commitsOf(base, head ?? shaOf(event) ?? sha, client);
    // Whatever commits the workflow names: the files are of whoever made the pull request.
    const untrusted = event.kind === 'pull-request' && event.fork;
    return { subject: { baseSha, headSha, from: 'merge-base', pullRequest: null, untrusted, all } };
  }
  return ofEvent(event, client, all);
}

/** The event's own head: GITHUB_SHA is the merge commit on `pull_request`, and the base on `pull_request_target`. */
function shaOf(event: ReviewEvent): string | null {
  return event.kind === 'pull-request' || event.kind === 'merge-group' ? event.headSha : null;
}

async function ofEvent(
  event: Exclude<ReviewEvent, { kind: 'dispatch' }>,
  client: Client,
  all: boolean,
): Promise<SubjectReading> {
  switch (event.kind) {
    case 'nothing':
      return { nothing: event.reason };
    case 'merge-group': {
      const { baseSha, headSha } = event;
      return { subject: { baseSha, headSha, from: 'base', pullRequest: null, untrusted: false, all } };
    }
    case 'push':
      return ofPush(event, client, all);
    case 'pull-request': {
      const { number, baseSha, headSha, fork } = event;
      if (baseSha === null || headSha === null) return ofPullRequest(number, client, all);
      const subject = { baseSha, headSha, pullRequest: number, untrusted: fork, all };
      return { subject: { ...subject, from: 'merge-base' } };
    }
  }
}

/** What stood on the branch before is what was deployed; where that is gone, where the branch left the default one. */
async function ofPush(event: PushEvent, client: Client, all: boolean): Promise<SubjectReading> {
  const { before, after, defaultBranch } = event;
  const known = before !== null && (await exists(before, client));
  const baseSha = known ? before : await readMergeBase(client, defaultBranch ?? 'HEAD', after);
  return {
    subject: { baseSha, headSha: after, from: 'base', pullRequest: null, untrusted: false, all },
  };
}

async function exists(commit: string, client: Client): Promise<boolean> {
  try {
    await readCommit(client, commit);
    return true;
  } catch (error) {
    const gone =
      error instanceof GitHubError && (error.kind === 'not-found' || error.kind === 'unprocessable');
    if (gone) return false;
    throw error;
  }
}

/** One that is closed is reviewed when somebody asks for it; nothing is posted there any more. */
async function ofPullRequest(number: number, client: Client, all: boolean): Promise<SubjectReading> {
  const { open, baseSha, headSha, fork } = await readPullRequest(client, number);
  const pullRequest = open ? number : null;
  return { subject: { baseSha, headSha, from: 'merge-base', pullRequest, untrusted: fork, all } };
}

/** Without a base the default branch is compared with, which is what `HEAD` means to GitHub. */
async function commitsOf(
  base: string | null,
  head: string,
  client: Client,
): Promise<readonly [string, string]> {
  return [await readCommit(client, base ?? 'HEAD'), await readCommit(client, head)];
}
