import type { Environment } from '../platform/environment.ts';
import { type Inventory, workloadIn } from '../resources/inventory.ts';
import type { Resource } from '../resources/resource.ts';
import { fingerprint } from './fingerprint.ts';
import { type ProfileName, severityIn, tells } from './profiles.ts';
import type { Before, Cluster, Diagnostic, Message, Options, Rule, Severity } from './rule.ts';
import type { Directive, Directives } from './suppressions.ts';

/** A diagnostic with its rule, its words and its identity. */
export interface Judgement {
  readonly rule: Rule;
  readonly message: Message;
  readonly diagnostic: Diagnostic;
  readonly severity: Severity;
  readonly fingerprint: string;
  /** Whether its object is there at head alone. */
  readonly isNew: boolean;
  /** False where the profile keeps it back. */
  readonly told: boolean;
  /** Comments and annotations that speak of it, in force or not. */
  readonly directives: readonly Directive[];
}

/** What the rules are told beside the objects. */
export interface Judging {
  readonly profile: ProfileName;
  readonly cluster: Cluster;
  readonly environment: Environment;
  readonly optionsOf: (rule: Rule) => Options;
  /** Every rule there is, and those that only compare base with head, so that they speak once. */
  readonly ruleIds: readonly string[];
  readonly onceOnly: ReadonlySet<string>;
  /** `YYYY-MM-DD`: what is accepted until an earlier day is accepted no more. */
  readonly today: string;
  /** Whether a change may accept findings in its own files; else only what base accepts already counts. */
  readonly trusted: boolean;
}

/** A rule's options where nobody states any. */
export function defaultOptions({ options }: Rule): Options {
  return Object.fromEntries(Object.entries(options ?? {}).map(([name, spec]) => [name, spec.default]));
}

/** Rules whose every message is a regression: they are silent as soon as base has what head has. */
export function onceOnlyRules(rules: readonly Rule[]): ReadonlySet<string> {
  const compares = ({ messages }: Rule) =>
    Object.values(messages).every((message) => message.class === 'regression');
  return new Set(rules.filter(compares).map(({ id }) => id));
}

/** How head's objects stand to base's. */
export interface Comparing {
  /** An object's base side. */
  readonly before: (resource: Resource) => Before | null;
  /** Whether it is nowhere in base, under no values set. */
  readonly isNew: (resource: Resource) => boolean;
}

/** Asks every rule about every object; `comparing` is null for base itself. */
export function judge(
  rules: readonly Rule[],
  inventory: Inventory,
  comparing: Comparing | null,
  { cluster, environment, optionsOf, profile }: Judging,
  directives: Directives | null = null,
): readonly Judgement[] {
  const asked = rules.map((rule) => ({ rule, options: optionsOf(rule), own: rule.options !== undefined }));
  const ofOthers = asked.filter(({ rule }) => rule.about !== 'workloads');
  const judgements: Judgement[] = [];
  for (const resource of inventory.resources) {
    const before = comparing?.before(resource) ?? null;
    const workload = workloadIn(inventory, resource);
    const subject = { resource, workload, inventory, before, cluster, environment, options: {} };
    const isNew = comparing?.isNew(resource) ?? false;
    for (const { rule, options, own } of workload === null ? ofOthers : asked) {
      for (const diagnostic of rule.check(own ? { ...subject, options } : subject)) {
        const message = messageOf(rule, diagnostic);
        judgements.push({
          rule,
          message,
          diagnostic,
          severity: severityIn(profile, message),
          fingerprint: fingerprint(inventory.unit, rule, diagnostic),
          isNew,
          told: tells(profile, message, isNew),
          directives: directives?.at(rule.id, diagnostic.at.resource, diagnostic.at.path) ?? [],
        });
      }
    }
  }
  return unique(withoutEchoes(judgements));
}

function messageOf(rule: Rule, { messageId }: Diagnostic): Message {
  const message = rule.messages[messageId];
  if (message === undefined) throw new Error(`rule ${rule.id} has no message "${messageId}"`);
  return message;
}

/** Two findings never say the same: the API server's words give way to a rule that explains the field. */
function withoutEchoes(judgements: readonly Judgement[]): readonly Judgement[] {
  const explained = new Map<Resource, Judgement[]>();
  for (const judgement of judgements) {
    if (isEcho(judgement) || judgement.message.class !== 'contradiction') continue;
    const { resource } = judgement.diagnostic.at;
    explained.set(resource, [...(explained.get(resource) ?? []), judgement]);
  }
  return judgements.filter(
    (judgement) =>
      !isEcho(judgement) ||
      !(explained.get(judgement.diagnostic.at.resource) ?? []).some((other) => sameField(judgement, other)),
  );
}

function isEcho({ rule }: Judgement): boolean {
  return rule.id === 'refused-by-api-server';
}

/** One field, or a field and the map that holds it. A whole `spec` is no field: much can be wrong with it at once. */
function sameField(a: Judgement, b: Judgement): boolean {
  const [outer = [], inner = []] = [a.diagnostic.at.path, b.diagnostic.at.path].sort(
    (x, y) => x.length - y.length,
  );
  const near = inner.length === outer.length || (inner.length === outer.length + 1 && outer.length > 1);
  return near && outer.every((step, index) => step === inner[index]);
}

function unique(judgements: readonly Judgement[]): readonly Judgement[] {
  return [...new Map(judgements.map((judgement) => [judgement.fingerprint, judgement])).values()];
}
