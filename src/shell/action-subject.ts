import type { Client } from '../github/client.ts';
import type { ReviewEvent } from '../github/event.ts';
import { readCommit, readMergeBase, readPullRequest } from '../github/read.ts';
import type { ActionInputs } from './action-inputs.ts';

/** What a run of the action looks at, in commit ids. */
export interface ReviewSubject {
  readonly baseSha: string;
  readonly headSha: string;
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

type Requests = Pick<Client, 'octokit' | 'repository' | 'endpoints' | 'logger' | 'pause' | 'requests'>;

/** Turns event and inputs into commits. The inputs `pull-request`, `base` and `head` win over the event. */
export async function readSubject(
  event: ReviewEvent,
  inputs: ActionInputs,
  sha: string,
  client: Requests,
): Promise<SubjectReading> {
  const asked =
    event.kind === 'dispatch' ? event : { pullRequest: null, base: null, head: null, scope: null };
  const all = (inputs.scope ?? asked.scope) === 'all';
  const number = inputs.pullRequest ?? asked.pullRequest;
  if (number !== null) return { subject: await pullRequestSubject(number, client, all) };
  const [base, head] = [inputs.base ?? asked.base, inputs.head ?? asked.head];
  if (base !== null || head !== null || event.kind === 'dispatch') {
    return { subject: await revisionsSubject(base, head ?? sha, client, all) };
  }
  return eventSubject(event, client, all);
}

async function eventSubject(
  event: Exclude<ReviewEvent, { kind: 'dispatch' }>,
  client: Requests,
  all: boolean,
): Promise<SubjectReading> {
  switch (event.kind) {
    case 'nothing':
      return { nothing: event.reason };
    case 'merge-group': {
      const { baseSha, headSha } = event;
      return { subject: { baseSha, headSha, pullRequest: null, untrusted: false, all } };
    }
    case 'push': {
      const { before, after, defaultBranch } = event;
      const baseSha = before ?? (await readMergeBase(client, defaultBranch ?? 'HEAD', after));
      return { subject: { baseSha, headSha: after, pullRequest: null, untrusted: false, all } };
    }
    case 'pull-request': {
      const { number, baseSha, headSha, fork } = event;
      if (baseSha === null || headSha === null)
        return { subject: await pullRequestSubject(number, client, all) };
      return { subject: { baseSha, headSha, pullRequest: number, untrusted: fork, all } };
    }
  }
}

async function pullRequestSubject(number: number, client: Requests, all: boolean): Promise<ReviewSubject> {
  const { baseSha, headSha, fork } = await readPullRequest(client, number);
  return { baseSha, headSha, pullRequest: number, untrusted: fork, all };
}

/** Without a base the default branch is compared with, which is what `HEAD` means to GitHub. */
async function revisionsSubject(
  base: string | null,
  head: string,
  client: Requests,
  all: boolean,
): Promise<ReviewSubject> {
  const [baseSha, headSha] = [await readCommit(client, base ?? 'HEAD'), await readCommit(client, head)];
  return { baseSha, headSha, pullRequest: null, untrusted: false, all };
}
