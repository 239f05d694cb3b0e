import type { Suppression } from '../policy/acceptance.ts';
import { byText } from '../text/order.ts';
import type { Report, SuppressionEntry } from './report.ts';

/** What was accepted and what for, as the report tells it: each directive once, however many units read its file. */
export function suppressionEntries(all: readonly Suppression[]): Report['suppressions'] {
  const entries = new Map<string, SuppressionEntry>();
  for (const { directive, state, added } of all) {
    const { ruleId, path, line, reason, owner, expires, problem } = directive;
    const key = JSON.stringify([path, line, ruleId]);
    const entry = { ruleId, path, line, reason, owner, expires, state, problem, added };
    const known = entries.get(key);
    if (known === undefined || (known.state === 'unused' && state === 'used')) entries.set(key, entry);
  }
  return [...entries.values()].sort(compareEntries);
}

function compareEntries(a: SuppressionEntry, b: SuppressionEntry): number {
  return byText(a.path ?? '', b.path ?? '') || (a.line ?? 0) - (b.line ?? 0) || byText(a.ruleId, b.ruleId);
}
