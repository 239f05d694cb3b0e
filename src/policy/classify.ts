import type { Judgement } from './judge.ts';
import type { Severity } from './rule.ts';

export type Status = 'introduced' | 'worsened' | 'existing' | 'fixed';

export interface Classified {
  readonly judgement: Judgement;
  readonly status: Status;
}

const weight: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 };

/**
 * The status comes from fingerprints alone. `stillThere` says of a base finding whether its object exists in head and
 * is known there: only then is it fixed; the findings of a deleted object just end.
 */
export function classify(
  base: readonly Judgement[],
  head: readonly Judgement[],
  stillThere: (judgement: Judgement) => boolean,
): readonly Classified[] {
  const before = new Map<string, Judgement>();
  for (const judgement of base) {
    const other = before.get(judgement.fingerprint);
    if (other === undefined || isWorse(judgement, other)) before.set(judgement.fingerprint, judgement);
  }
  const now = new Set(head.map((judgement) => judgement.fingerprint));
  const current = head.map((judgement) => ({
    judgement,
    status: statusOf(judgement, before.get(judgement.fingerprint)),
  }));
  const gone = base.filter((judgement) => !now.has(judgement.fingerprint) && stillThere(judgement));
  return [...current, ...gone.map((judgement) => ({ judgement, status: 'fixed' as const }))];
}

function statusOf(head: Judgement, base: Judgement | undefined): Status {
  if (base === undefined) return 'introduced';
  return isWorse(head, base) ? 'worsened' : 'existing';
}

/** A higher severity, or a larger badness where the rule measures one. */
function isWorse(one: Judgement, other: Judgement): boolean {
  if (weight[one.severity] > weight[other.severity]) return true;
  const badness = one.rule.badness;
  return badness !== undefined && badness(one.diagnostic.data) > badness(other.diagnostic.data);
}
