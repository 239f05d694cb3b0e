import type { WantedReview } from '../review/plan.ts';
import { reconcile } from '../review/reconcile.ts';
import type { Client } from './client.ts';
import { attempt, Delivery, lostComments, type PublishOutcome } from './delivery.ts';
import { readPosted } from './posted.ts';
import { publish } from './publish.ts';
import { readViewer } from './viewer.ts';

export interface DeliverRequest {
  readonly pullRequest: number;
  readonly wanted: WantedReview;
  readonly inlineLimit: number;
}

/** Reads what is posted, plans, publishes. Without knowing what is there nothing is posted: it would double. */
export async function deliver(client: Client, request: DeliverRequest): Promise<PublishOutcome> {
  const { pullRequest, wanted, inlineLimit } = request;
  const { commentKey, headSha } = wanted;
  const read = await attempt(async () => {
    const owner = { pullRequest, commentKey, viewer: await readViewer(client) };
    return { owner, posted: await readPosted(client, owner) };
  });
  if ('error' in read) return unread(wanted, read.error.message);
  const plan = reconcile(read.value.posted, wanted);
  return publish(client, { ...read.value.owner, headSha, plan, inlineLimit });
}

function unread({ comments, summary }: WantedReview, reason: string): PublishOutcome {
  const delivery = new Delivery();
  delivery.stopped = reason;
  delivery.giveUp(lostComments(comments, reason));
  if (summary !== null) delivery.giveUp([{ kind: 'summary', body: summary, reason }]);
  return delivery.outcome();
}
