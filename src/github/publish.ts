import { z } from 'zod';
import type { Client } from './client.ts';
import {
  attempt,
  Delivery,
  lostComments,
  lostSummary,
  lostUpdates,
  type PublishOutcome,
  type PublishRequest,
} from './delivery.ts';
import { call } from './failure.ts';
import { reasonNotToPost } from './head-check.ts';
import { postComments } from './post-comments.ts';
import { postSummary } from './post-summary.ts';

/**
 * Carries out a plan: new comments as one review, edits, then the summary. Trouble with GitHub never throws and never
 * touches the verdict: what does not stand on the pull request in the end is in the outcome, with the reason.
 */
export async function publish(client: Client, request: PublishRequest): Promise<PublishOutcome> {
  const { create, update, summary } = request.plan;
  const delivery = new Delivery();
  if (create.length + update.length === 0 && summary.action === 'none') return delivery.outcome();
  delivery.stopped = await reasonNotToPost(client, request);
  if (delivery.stopped === null) await postComments(client, request, delivery);
  else delivery.giveUp(lostComments(create, delivery.stopped));
  if (delivery.stopped === null) await updateComments(client, request, delivery);
  else delivery.giveUp(lostUpdates(update, delivery.stopped));
  if (delivery.stopped === null) await postSummary(client, request, delivery);
  else delivery.giveUp(lostSummary(request.plan, delivery.stopped));
  return delivery.outcome();
}

async function updateComments(client: Client, request: PublishRequest, delivery: Delivery): Promise<void> {
  const { update } = request.plan;
  for (const [index, { id, body }] of update.entries()) {
    const sent = await attempt(() =>
      call(
        { what: 'edit a review comment', permission: 'pull-requests: write' },
        z.object({ id: z.int() }),
        () => client.octokit.rest.pulls.updateReviewComment({ ...client.repository, comment_id: id, body }),
      ),
    );
    if ('value' in sent) {
      delivery.updated += 1;
      continue;
    }
    const alone = sent.error.kind === 'not-found' || sent.error.kind === 'unprocessable';
    delivery.giveUp(
      lostUpdates(alone ? [update[index]!] : update.slice(index), sent.error.message),
      sent.error,
    );
    if (!alone) return;
  }
}
