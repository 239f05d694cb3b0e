import type { Environment } from '../platform/environment.ts';
import type { Inventory } from '../resources/inventory.ts';
import type { Resource } from '../resources/resource.ts';
import { fingerprint } from './fingerprint.ts';
import { type ProfileName, severityIn, tells } from './profiles.ts';
import type { Before, Cluster, Diagnostic, Message, Options, Rule, Severity } from './rule.ts';

/** A diagnostic with its rule, its words and its identity. */
export interface Judgement {
  readonly rule: Rule;
  readonly message: Message;
  readonly diagnostic: Diagnostic;
  readonly severity: Severity;
  readonly fingerprint: string;
}

/** What the rules are told beside the objects. */
export interface Judging {
  readonly profile: ProfileName;
  readonly cluster: Cluster;
  readonly environment: Environment;
  readonly optionsOf: (rule: Rule) => Options;
}

/** A rule's options where nobody states any. */
export function defaultOptions({ options }: Rule): Options {
  return Object.fromEntries(Object.entries(options ?? {}).map(([name, spec]) => [name, spec.default]));
}

/** Asks every rule about every object. `beforeOf` gives an object's base side; for base itself it is null. */
export function judge(
  rules: readonly Rule[],
  inventory: Inventory,
  beforeOf: ((resource: Resource) => Before | null) | null,
  { cluster, environment, optionsOf, profile }: Judging,
): readonly Judgement[] {
  const workloads = new Map(inventory.workloads.map((workload) => [workload.resource, workload]));
  const judgements = inventory.resources.flatMap((resource) => {
    const before = beforeOf?.(resource) ?? null;
    const subject = {
      resource,
      workload: workloads.get(resource) ?? null,
      inventory,
      before,
      cluster,
      environment,
    };
    return rules.flatMap((rule) =>
      Array.from(rule.check({ ...subject, options: optionsOf(rule) }), (diagnostic) =>
        judgementOf(inventory.unit, rule, diagnostic, profile),
      ).filter(({ message }) => tells(profile, message, beforeOf !== null && before === null)),
    );
  });
  return unique(withoutEchoes(judgements));
}

function judgementOf(unit: string, rule: Rule, diagnostic: Diagnostic, profile: ProfileName): Judgement {
  const message = rule.messages[diagnostic.messageId];
  if (message === undefined) throw new Error(`rule ${rule.id} has no message "${diagnostic.messageId}"`);
  return {
    rule,
    message,
    diagnostic,
    severity: severityIn(profile, message),
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
