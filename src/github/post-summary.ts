import { z } from 'zod';
import type { Client } from './client.ts';
import { attempt, type Delivery, lostSummary, type PublishRequest } from './delivery.ts';
import { call, type GitHubError, type Task } from './failure.ts';
import { readPostedSummary } from './posted.ts';

type Sent = { readonly value: unknown } | { readonly error: GitHubError };

const task: Task = { what: 'post the summary', permission: 'pull-requests: write' };

/** Creates or edits the one sticky comment. */
export async function postSummary(
  client: Client,
  request: PublishRequest,
  delivery: Delivery,
): Promise<void> {
  const { summary } = request.plan;
  if (summary.action === 'none') return;
  const edited = summary.action === 'update' ? await edit(client, summary.id, summary.body) : null;
  const missing = edited === null || (await isGone(client, request, edited));
  const sent = missing ? await createOnce(client, request, summary.body) : edited;
  if ('error' in sent) delivery.giveUp(lostSummary(request.plan, sent.error.message), sent.error);
  else delivery.summary = missing ? 'created' : 'updated';
}

// 404 is also the answer to a token that may not edit: a new comment only when the old one is deleted indeed.
async function isGone(client: Client, request: PublishRequest, edited: Sent): Promise<boolean> {
  if (!('error' in edited) || edited.error.kind !== 'not-found') return false;
  const posted = await attempt(() => readPostedSummary(client, request));
  return 'value' in posted && posted.value === null;
}

// After an answer that leaves it open, looks whether the comment is there before it is sent again.
async function createOnce(client: Client, request: PublishRequest, body: string): Promise<Sent> {
  const first = await create(client, request, body);
  if ('value' in first || first.error.kind !== 'unavailable') return first;
  await client.pause(5);
  const posted = await attempt(() => readPostedSummary(client, request));
  if ('error' in posted) return first;
  return posted.value === null ? create(client, request, body) : edit(client, posted.value.id, body);
}

function create(client: Client, { pullRequest }: PublishRequest, body: string): Promise<Sent> {
  return attempt(() =>
    call(task, z.object({ id: z.int() }), () =>
      client.octokit.rest.issues.createComment({ ...client.repository, issue_number: pullRequest, body }),
    ),
  );
}

function edit(client: Client, id: number, body: string): Promise<Sent> {
  return attempt(() =>
    call(task, z.object({ id: z.int() }), () =>
      client.octokit.rest.issues.updateComment({ ...client.repository, comment_id: id, body }),
    ),
  );
}
