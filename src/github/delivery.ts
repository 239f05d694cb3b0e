import type { InlineComment, ReviewPlan } from '../review/plan.ts';
import { GitHubError } from './failure.ts';
import type { Ownership } from './posted.ts';

export interface PublishRequest extends Ownership {
  /** The commit that was analysed. */
  readonly headSha: string;
  readonly plan: ReviewPlan;
  /** Inline comments of one review; what is over is undelivered. */
  readonly inlineLimit: number;
}

/** Something of the plan that does not stand on the pull request, and why. */
export type Undelivered =
  | { readonly kind: 'comment'; readonly comment: InlineComment; readonly reason: string }
  | { readonly kind: 'update'; readonly id: number; readonly body: string; readonly reason: string }
  | { readonly kind: 'summary'; readonly body: string; readonly reason: string };

export interface PublishOutcome {
  /** True when everything planned stands on the pull request. */
  readonly delivered: boolean;
  /** One sentence, null when delivered. */
  readonly reason: string | null;
  /** Inline comments. */
  readonly created: number;
  readonly updated: number;
  readonly summary: 'created' | 'updated' | 'unchanged' | 'undelivered';
  readonly undelivered: readonly Undelivered[];
}

/** The outcome while it is being made. */
export class Delivery {
  created = 0;
  updated = 0;
  summary: PublishOutcome['summary'] = 'unchanged';
  readonly undelivered: Undelivered[] = [];
  /** Why nothing more is sent. */
  stopped: string | null = null;

  /** Notes what could not be delivered, and stops where the next request would fail the same way. */
  giveUp(items: readonly Undelivered[], error?: GitHubError): void {
    this.undelivered.push(...items);
    if (items.some((item) => item.kind === 'summary')) this.summary = 'undelivered';
    if (error?.kind === 'forbidden' || error?.kind === 'rate-limited') this.stopped = error.message;
  }

  outcome(): PublishOutcome {
    const { created, updated, summary, undelivered } = this;
    const delivered = undelivered.length === 0;
    const reason = delivered ? null : (this.stopped ?? undelivered[0]!.reason);
    return { delivered, reason, created, updated, summary, undelivered };
  }
}

export function lostComments(comments: readonly InlineComment[], reason: string): Undelivered[] {
  return comments.map((comment) => ({ kind: 'comment', comment, reason }));
}

export function lostUpdates(updates: ReviewPlan['update'], reason: string): Undelivered[] {
  return updates.map(({ id, body }) => ({ kind: 'update', id, body, reason }));
}

export function lostSummary({ summary }: ReviewPlan, reason: string): Undelivered[] {
  return summary.action === 'none' ? [] : [{ kind: 'summary', body: summary.body, reason }];
}

/** The GitHubError of a request, or what it gave; a mistake of ours passes through. */
export async function attempt<T>(send: () => Promise<T>): Promise<{ value: T } | { error: GitHubError }> {
  try {
    return { value: await send() };
  } catch (error) {
    if (error instanceof GitHubError) return { error };
    throw error;
  }
}
