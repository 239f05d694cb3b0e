import { z } from 'zod';
import type { InlineComment } from '../review/plan.ts';
import type { Client } from './client.ts';
import { isCommentable, readDiff } from './commentable.ts';
import { attempt, type Delivery, lostComments, type PublishRequest } from './delivery.ts';
import { call, type GitHubError, type Task } from './failure.ts';
import { reasonNotToPost } from './head-check.ts';
import { clearPendingReview, readPostedComments } from './posted.ts';

interface Run {
  readonly client: Client;
  readonly request: PublishRequest;
  readonly delivery: Delivery;
  /** Ids of comments that stood there before, or that we found again. */
  readonly known: Set<number>;
}

const task: Task = { what: 'post the review', permission: 'pull-requests: write' };

/** Posts the new comments as one review, so that there is one notification. */
export async function postComments(
  client: Client,
  request: PublishRequest,
  delivery: Delivery,
): Promise<void> {
  const { create, update, keep } = request.plan;
  const over = create.slice(request.inlineLimit);
  delivery.giveUp(
    lostComments(over, `Not posted: over the limit of ${request.inlineLimit} inline comments.`),
  );
  const known = new Set([...keep, ...update.map(({ id }) => id)]);
  await postReview({ client, request, delivery, known }, create.slice(0, request.inlineLimit));
}

// GitHub refuses a review as a whole for one bad comment (422), and may have taken it, or a part, when it answers
// with 5xx. Each of the two is met once; the second refusal ends comment by comment, the second outage gives up.
async function postReview(
  run: Run,
  comments: readonly InlineComment[],
  before: { readonly refused?: boolean; readonly failed?: boolean } = {},
): Promise<void> {
  if (comments.length === 0) return;
  const { client, request, delivery } = run;
  const cleared = await attempt(() => clearPendingReview(client, request));
  if ('error' in cleared) return lose(run, comments, cleared.error);
  if (!cleared.value) {
    const reason = `Could not ${task.what}: an unfinished review of ${request.viewer} stands in the way; submit or discard it.`;
    return delivery.giveUp(lostComments(comments, reason));
  }
  const sent = await attempt(() => sendReview(run, comments));
  if ('value' in sent) delivery.created += comments.length;
  else if (sent.error.kind === 'unavailable') {
    const left = await stillMissing(run, comments);
    if (left === null || before.failed) lose(run, left ?? comments, sent.error);
    else await postReview(run, left, { ...before, failed: true });
  } else if (sent.error.kind === 'unprocessable') {
    const left = await insideDiff(run, comments);
    const changed = left.length < comments.length || /pending review/i.test(sent.error.message);
    if (changed && !before.refused) await postReview(run, left, { ...before, refused: true });
    else await postOneByOne(run, left);
  } else lose(run, comments, sent.error);
}

async function postOneByOne(run: Run, comments: readonly InlineComment[]): Promise<void> {
  for (const [index, comment] of comments.entries()) {
    const error = await postComment(run, comment);
    if (error === null) continue;
    if (error.kind !== 'unprocessable') return lose(run, comments.slice(index), error);
    lose(run, [comment], error);
  }
}

async function postComment(run: Run, comment: InlineComment): Promise<GitHubError | null> {
  for (let repeated = false; ; repeated = true) {
    const sent = await attempt(() => sendComment(run, comment));
    if ('value' in sent) {
      run.delivery.created += 1;
      return null;
    }
    if (sent.error.kind !== 'unavailable') return sent.error;
    const left = await stillMissing(run, [comment]);
    if (left?.length === 0) return null;
    if (left === null || repeated) return sent.error;
  }
}

// The comments that are not on the pull request; null when it cannot be seen, so that nothing may be repeated.
async function stillMissing(
  run: Run,
  comments: readonly InlineComment[],
): Promise<readonly InlineComment[] | null> {
  await run.client.pause(5);
  const posted = await attempt(() => readPostedComments(run.client, run.request));
  if ('error' in posted) return null;
  const fresh = posted.value.filter(({ id }) => !run.known.has(id));
  const left = comments.filter(({ fingerprint }) => {
    const index = fresh.findIndex((comment) => comment.fingerprint === fingerprint);
    const [found] = index === -1 ? [] : fresh.splice(index, 1);
    if (found) run.known.add(found.id);
    return !found;
  });
  run.delivery.created += comments.length - left.length;
  return left;
}

// The comments that GitHub's diff of this moment has a place for; none when the commit is not the head any more.
async function insideDiff(run: Run, comments: readonly InlineComment[]): Promise<readonly InlineComment[]> {
  const { client, request, delivery } = run;
  delivery.stopped = await reasonNotToPost(client, request);
  if (delivery.stopped !== null) {
    delivery.giveUp(lostComments(comments, delivery.stopped));
    return [];
  }
  const diff = await attempt(() => readDiff(client, request.pullRequest));
  if ('error' in diff) {
    lose(run, comments, diff.error);
    return [];
  }
  const inside = comments.filter((comment) => isCommentable(diff.value, comment));
  const outside = comments.filter((comment) => !inside.includes(comment));
  delivery.giveUp(lostComments(outside, 'Not posted: its lines are not in the diff that GitHub shows.'));
  return inside;
}

function lose({ delivery }: Run, comments: readonly InlineComment[], error: GitHubError): void {
  delivery.giveUp(lostComments(comments, error.message), error);
}

// An empty body goes with comments; a text would be one more block on the pull request for good, since a submitted
// review cannot be deleted.
function sendReview({ client, request }: Run, comments: readonly InlineComment[]): Promise<unknown> {
  return call(task, z.object({ id: z.int() }), () =>
    client.octokit.rest.pulls.createReview({
      ...client.repository,
      pull_number: request.pullRequest,
      commit_id: request.headSha,
      event: 'COMMENT',
      body: '',
      comments: comments.map((comment) => ({ body: comment.body, ...anchor(comment) })),
    }),
  );
}

function sendComment({ client, request }: Run, comment: InlineComment): Promise<unknown> {
  return call({ ...task, what: 'post a review comment' }, z.object({ id: z.int() }), () =>
    client.octokit.rest.pulls.createReviewComment({
      ...client.repository,
      pull_number: request.pullRequest,
      commit_id: request.headSha,
      body: comment.body,
      ...anchor(comment),
    }),
  );
}

// GitHub refuses a range that starts on its last line.
function anchor({ path, startLine, line, side }: InlineComment) {
  return { path, line, side, ...(startLine < line && { start_line: startLine, start_side: side }) };
}
