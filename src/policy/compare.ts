import type { Problem } from '../kubernetes/api.ts';
import { isUnknownText } from '../manifest/unknown.ts';
import { type Inventory, workloadIn } from '../resources/inventory.ts';
import { once } from '../resources/once.ts';
import { type Pair, pairResources } from '../resources/pairing.ts';
import { identityOf, type Resource } from '../resources/resource.ts';
import type { IgnoreComment } from '../text/ignore-comments.ts';
import { Acceptance, type Suppression } from './acceptance.ts';
import { type Classified, classify, type Status } from './classify.ts';
import { fingerprint } from './fingerprint.ts';
import { type Judgement, type Judging, judge } from './judge.ts';
import type { Before, Rule, Severity } from './rule.ts';
import type { Directive, Directives } from './suppressions.ts';

/** One values set of a unit at one revision, ready to be judged. */
export interface JudgedRender {
  readonly valuesSet: string;
  /** `failed`: nothing of it rendered there; `partial`: what is not in sight may be there all the same. */
  readonly state: 'ok' | 'partial' | 'failed';
  /** Some values are unknown, since it does not render as it stands. */
  readonly lenient?: boolean;
  readonly inventory: Inventory;
  /** Comments that accept findings, in the files it was made of. */
  readonly ignores: readonly IgnoreComment[];
  /** What every finding of it takes for granted. */
  readonly assumptions?: readonly Assumption[];
  /** What is taken for granted of related objects of other units. */
  readonly borrowed?: ReadonlyMap<Resource, readonly Assumption[]>;
}

/** What follows "assuming that", and the line that makes it so. */
export interface Assumption {
  readonly text: string;
  readonly path: string;
  readonly line: number | null;
}

/** A release unit on both sides; null on the side where it is not there. */
export interface UnitComparison {
  readonly id: string;
  readonly base: readonly JudgedRender[] | null;
  readonly head: readonly JudgedRender[] | null;
  /** Kubernetes' answers about updates, by head's resource. */
  readonly updates: ReadonlyMap<Resource, readonly Problem[] | null>;
}

/** A finding of a unit, told once for all values sets that show it. */
export interface UnitFinding extends Classified {
  readonly severity: Severity;
  readonly valuesSets: readonly string[];
  /** Empty where one of the values sets shows it without any. */
  readonly assumptions: readonly Assumption[];
  /** True when base is unknown (it or this object did not render there): the finding is new only if its line is. */
  readonly baseUnknown: boolean;
  /** True of a new chart or kustomization: it may be made of files that are not new, and then brings nothing itself. */
  readonly isAssembled: boolean;
  /** The words that accept it; null: nothing does. */
  readonly accepted: Directive | null;
}

/** What one unit's comparison gives. */
export interface UnitReview {
  readonly findings: readonly UnitFinding[];
  readonly suppressions: readonly Suppression[];
}

/** Judges every values set of a unit on both sides and tells each finding once. */
export function compareUnit(rules: readonly Rule[], unit: UnitComparison, judging: Judging): UnitReview {
  const judged = new Map(
    (unit.base ?? []).map((render) => [
      render,
      render.state === 'failed' ? [] : judge(rules, render.inventory, null, judging),
    ]),
  );
  const acceptance = new Acceptance(unit.base ?? [], judging);
  const sets = (unit.head ?? []).map((render) =>
    compareSet(rules, unit, render, judged, judging, acceptance),
  );
  return {
    findings: merge(sets.flatMap(({ findings }) => findings)),
    suppressions: acceptance.suppressions(sets),
  };
}

interface ComparedSet {
  readonly render: JudgedRender;
  readonly directives: Directives;
  readonly findings: readonly UnitFinding[];
  /** Directives that speak of something that was found, told or not. */
  readonly used: ReadonlySet<Directive>;
}

/** Base's side of a values set; for a set that is new in head, the defaults' or the first one that rendered. */
export function baseOf({ base }: Pick<UnitComparison, 'base'>, valuesSet: string): JudgedRender | null {
  const all = base ?? [];
  const rendered = all.filter(({ state }) => state !== 'failed');
  return (
    all.find((render) => render.valuesSet === valuesSet) ??
    rendered.find((render) => render.valuesSet === 'default') ??
    rendered[0] ??
    all[0] ??
    null
  );
}

/** The objects that base has under any values set. */
export const identitiesIn = once(
  ({ base }: UnitComparison): ReadonlySet<string> =>
    new Set((base ?? []).flatMap(({ inventory }) => inventory.resources.map(identityOf))),
);

/** A values set that is new in head is held against what any set of base already had. */
function compareSet(
  rules: readonly Rule[],
  unit: UnitComparison,
  head: JudgedRender,
  judged: ReadonlyMap<JudgedRender, readonly Judgement[]>,
  judging: Judging,
  acceptance: Acceptance,
): ComparedSet {
  const base = baseOf(unit, head.valuesSet);
  const own = base?.valuesSet === head.valuesSet;
  const pairs = base === null ? [] : pairResources(base.inventory.resources, head.inventory.resources);
  const before = base === null ? () => null : befores(base.inventory, pairs, unit.updates);
  const directives = acceptance.of(head);
  const seen = identitiesIn(unit);
  const isNew = (resource: Resource) =>
    before(resource) === null && !seen.has(identityOf(resource)) && !isNameless(resource);
  const all = judge(rules, head.inventory, { before, isNew }, judging, directives);
  const after = all.filter(({ told }) => told);
  const already = (own && base !== null ? (judged.get(base) ?? []) : [...judged.values()].flat()).filter(
    ({ told }) => told,
  );
  const known = already.map(underNewNames(unit.id, pairs));
  const stillThere = stillThereIn(pairs, head);
  const found = classify(known, after, (judgement) => own && stillThere(judgement));
  const predecessors = new Map(
    pairs.flatMap((pair) =>
      pair.head === null || pair.base === null ? [] : [[pair.head, pair.base] as const],
    ),
  );
  const findings = found.map((each) => ({
    ...each,
    severity: each.judgement.severity,
    valuesSets: [head.valuesSet],
    assumptions: assumptionsOf(head, each.judgement),
    baseUnknown: base !== null && isUnknownIn(base, each, predecessors),
    isAssembled: base === null && isMade(each.judgement.diagnostic.at.resource),
    accepted: acceptance.inForce(each.judgement.directives),
  }));
  const used = new Set(all.flatMap((judgement) => judgement.directives));
  return { render: head, directives, findings, used };
}

/** What its render takes for granted, and what the other units do that it rests on. */
function assumptionsOf({ assumptions = [], borrowed }: JudgedRender, { diagnostic }: Judgement) {
  if (borrowed === undefined) return assumptions;
  const read = (diagnostic.evidence ?? []).flatMap(({ at }) => at?.resource ?? []);
  const all = [...assumptions, ...read.flatMap((resource) => borrowed.get(resource) ?? [])];
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

/** What base had is the same finding on an object that only changed its name, its kind or its template. */
function underNewNames(unit: string, pairs: readonly Pair[]): (judgement: Judgement) => Judgement {
  const successors = new Map(
    pairs.flatMap(({ base, head }) => (base === null || head === null ? [] : [[base, head] as const])),
  );
  return (judgement) => {
    const { rule, diagnostic } = judgement;
    const head = successors.get(diagnostic.at.resource) ?? null;
    return head === null
      ? judgement
      : { ...judgement, fingerprint: fingerprint(unit, rule, diagnostic, head) };
  };
}

function isMade({ manifest: { origin } }: Resource): boolean {
  return origin.kind === 'kustomize' || origin.kind === 'helm';
}

/** An object whose name is not known may be any of base's. */
function isNameless({ ref }: Resource): boolean {
  return isUnknownText(ref.name) || isUnknownText(ref.namespace);
}

/**
 * What base does not show may have been there where it did not render as a whole, and in an object of another version,
 * which rules may read otherwise.
 */
function isUnknownIn(
  base: JudgedRender,
  { judgement }: Classified,
  predecessors: ReadonlyMap<Resource, Resource>,
): boolean {
  const { at, evidence = [] } = judgement.diagnostic;
  if (['broken', 'unread'].includes(at.resource.manifest.origin.kind)) return false;
  const single = !predecessors.has(at.resource);
  if (base.state === 'failed' || (single && (base.state === 'partial' || isNameless(at.resource))))
    return true;
  // A regression has seen both sides; anything else may have been there under what base does not know.
  if (base.lenient === true && judgement.message.class !== 'regression') return true;
  return [at, ...evidence.flatMap((each) => each.at ?? [])].some(({ resource }) => {
    const before = predecessors.get(resource);
    if (before === undefined || before.ref.kind !== resource.ref.kind) return false;
    return before.ref.apiVersion !== resource.ref.apiVersion;
  });
}

function stillThereIn(pairs: readonly Pair[], head: JudgedRender): (judgement: Judgement) => boolean {
  const headOf = new Map(pairs.map((pair) => [pair.base, pair.head]));
  // What is unknown in head may still be as it was.
  return ({ diagnostic }) =>
    head.lenient !== true && head.inventory.complete && (headOf.get(diagnostic.at.resource) ?? null) !== null;
}

/** Base's side of a head object, with base's whole inventory around it. */
function befores(
  inventory: Inventory,
  pairs: readonly Pair[],
  updates: UnitComparison['updates'],
): (resource: Resource) => Before | null {
  const baseOf = new Map(pairs.flatMap((pair) => (pair.head === null ? [] : [[pair.head, pair] as const])));
  return (resource) => {
    const pair = baseOf.get(resource);
    if (pair === undefined || pair.base === null || pair.by === null) return null;
    const update = pair.by === 'identity' ? (updates.get(resource) ?? null) : null;
    return {
      resource: pair.base,
      workload: workloadIn(inventory, pair.base),
      inventory,
      pairedBy: pair.by,
      update,
    };
  };
}

const precedence: readonly Status[] = ['introduced', 'worsened', 'existing', 'fixed'];

/** What one set knows of base weighs more than what another cannot know; the gravest of what is known speaks. */
function rank({ status, baseUnknown }: UnitFinding): number {
  return baseUnknown && status === 'introduced'
    ? precedence.indexOf('existing') + 0.5
    : precedence.indexOf(status);
}

/** One finding for all values sets: the gravest status speaks, with its worst numbers, and names the sets that have it. */
function merge(findings: readonly UnitFinding[]): readonly UnitFinding[] {
  const groups = new Map<string, UnitFinding[]>();
  for (const finding of findings) {
    const key = finding.judgement.fingerprint;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => {
    const lowest = Math.min(...group.map(rank));
    const ranked = group.filter((finding) => rank(finding) === lowest);
    // What one values set accepts, another may not.
    const open = ranked.filter(({ accepted }) => accepted === null);
    const speaking = open.length > 0 ? open : ranked;
    const [first] = [...speaking].sort(byBadness);
    if (first === undefined) return [];
    const valuesSets = speaking.flatMap((finding) => finding.valuesSets);
    return [
      {
        ...first,
        valuesSets,
        assumptions: speaking.some(({ assumptions }) => assumptions.length === 0) ? [] : first.assumptions,
        severity: valuesSets.every(isTestOnly) ? lower(first.severity) : first.severity,
      },
    ];
  });
}

function byBadness(a: UnitFinding, b: UnitFinding): number {
  const badness = ({ judgement }: UnitFinding): number =>
    judgement.rule.badness?.(judgement.diagnostic.data) ?? 0;
  return badness(b) - badness(a);
}

/** Values that chart-testing installs in CI and nobody deploys. */
function isTestOnly(valuesSet: string): boolean {
  return valuesSet.split('+').every((path) => /(^|\/)ci\/[^/]*-values\.ya?ml$/.test(path));
}

function lower(severity: Severity): Severity {
  return severity === 'error' ? 'warning' : 'info';
}
