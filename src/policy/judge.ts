import type { Inventory } from '../resources/inventory.ts';
import type { Resource } from '../resources/resource.ts';
import { fingerprint } from './fingerprint.ts';
import type { Before, Cluster, Diagnostic, Message, Rule, Severity } from './rule.ts';

/** A diagnostic with its rule, its words and its identity. */
export interface Judgement {
  readonly rule: Rule;
  readonly message: Message;
  readonly diagnostic: Diagnostic;
  readonly severity: Severity;
  readonly fingerprint: string;
}

/** Asks every rule about every object. `beforeOf` gives an object's base side; null for base itself. */
export function judge(
  rules: readonly Rule[],
  inventory: Inventory,
  beforeOf: (resource: Resource) => Before | null,
  cluster: Cluster,
): readonly Judgement[] {
  const workloads = new Map(inventory.workloads.map((workload) => [workload.resource, workload]));
  const judgements = inventory.resources.flatMap((resource) => {
    const subject = {
      resource,
      workload: workloads.get(resource) ?? null,
      inventory,
      before: beforeOf(resource),
      cluster,
    };
    return rules.flatMap((rule) =>
      Array.from(rule.check(subject), (diagnostic) => judgementOf(inventory.unit, rule, diagnostic)),
    );
  });
  return unique(withoutEchoes(judgements));
}

function judgementOf(unit: string, rule: Rule, diagnostic: Diagnostic): Judgement {
  const message = rule.messages[diagnostic.messageId];
  if (message === undefined) throw new Error(`rule ${rule.id} has no message "${diagnostic.messageId}"`);
  return {
    rule,
    message,
    diagnostic,
    severity: message.severity,
    fingerprint: fingerprint(unit, rule, diagnostic),
  };
}

/** Two findings never say the same: the API server's words give way to a rule that explains the field. */
function withoutEchoes(judgements: readonly Judgement[]): readonly Judgement[] {
  const explained = judgements.filter(
    ({ rule, message }) => rule.id !== 'refused-by-api-server' && message.class === 'contradiction',
  );
  return judgements.filter(
    (judgement) =>
      judgement.rule.id !== 'refused-by-api-server' ||
      !explained.some((other) => sameField(judgement, other)),
  );
}

/** One field, or a field and the map that holds it. A whole `spec` is no field: much can be wrong with it at once. */
function sameField(a: Judgement, b: Judgement): boolean {
  if (a.diagnostic.at.resource !== b.diagnostic.at.resource) return false;
  const [outer = [], inner = []] = [a.diagnostic.at.path, b.diagnostic.at.path].sort(
    (x, y) => x.length - y.length,
  );
  const near = inner.length === outer.length || (inner.length === outer.length + 1 && outer.length > 1);
  return near && outer.every((step, index) => step === inner[index]);
}

function unique(judgements: readonly Judgement[]): readonly Judgement[] {
  return [...new Map(judgements.map((judgement) => [judgement.fingerprint, judgement])).values()];
}
