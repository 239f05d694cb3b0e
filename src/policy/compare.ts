import type { Problem } from '../kubernetes/api.ts';
import type { Inventory } from '../resources/inventory.ts';
import { type Pair, pairResources } from '../resources/pairing.ts';
import type { Resource } from '../resources/resource.ts';
import { type Classified, classify, type Status } from './classify.ts';
import { type Judgement, judge } from './judge.ts';
import type { Before, Cluster, Rule, Severity } from './rule.ts';

/** One values set of a unit at one revision, ready to be judged. `failed`: it did not render there. */
export interface JudgedRender {
  readonly valuesSet: string;
  readonly failed: boolean;
  readonly inventory: Inventory;
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
  /** True when base did not render: the finding is new only if its line is. */
  readonly baseUnknown: boolean;
}

/** Judges every values set of a unit on both sides and tells each finding once. */
export function compareUnit(
  rules: readonly Rule[],
  unit: UnitComparison,
  cluster: Cluster,
): readonly UnitFinding[] {
  const base = new Map(
    (unit.base ?? []).map((render) => [render.valuesSet, judgeBase(rules, render, cluster)]),
  );
  const perSet = (unit.head ?? []).map((render) => compareSet(rules, unit, render, base, cluster));
  return merge(perSet.flat());
}

interface JudgedBase {
  readonly render: JudgedRender;
  readonly judgements: readonly Judgement[];
}

function judgeBase(rules: readonly Rule[], render: JudgedRender, cluster: Cluster): JudgedBase {
  return { render, judgements: render.failed ? [] : judge(rules, render.inventory, () => null, cluster) };
}

/** A values set that is new in head is held against what any set of base already had. */
function compareSet(
  rules: readonly Rule[],
  unit: UnitComparison,
  head: JudgedRender,
  bases: ReadonlyMap<string, JudgedBase>,
  cluster: Cluster,
): readonly UnitFinding[] {
  const own = bases.get(head.valuesSet);
  const nearest = own ?? bases.get('default') ?? [...bases.values()][0];
  const pairs =
    nearest === undefined ? [] : pairResources(nearest.render.inventory.resources, head.inventory.resources);
  const before = nearest === undefined ? () => null : befores(nearest.render.inventory, pairs, unit.updates);
  const after = judge(rules, head.inventory, before, cluster);
  const already = own?.judgements ?? [...bases.values()].flatMap(({ judgements }) => judgements);
  const stillThere = stillThereIn(pairs, head);
  const fixable = own === undefined || head.failed ? [] : own.judgements;
  const baseUnknown = own?.render.failed === true;
  return classify(already, after, (judgement) => fixable.includes(judgement) && stillThere(judgement)).map(
    (each) => ({
      ...each,
      severity: each.judgement.severity,
      valuesSets: [head.valuesSet],
      baseUnknown,
    }),
  );
}

function stillThereIn(pairs: readonly Pair[], head: JudgedRender): (judgement: Judgement) => boolean {
  const headOf = new Map(pairs.map((pair) => [pair.base, pair.head]));
  return ({ diagnostic }) => head.inventory.complete && (headOf.get(diagnostic.at.resource) ?? null) !== null;
}

/** Base's side of a head object, with base's whole inventory around it. */
function befores(
  inventory: Inventory,
  pairs: readonly Pair[],
  updates: UnitComparison['updates'],
): (resource: Resource) => Before | null {
  const baseOf = new Map(pairs.flatMap((pair) => (pair.head === null ? [] : [[pair.head, pair] as const])));
  const workloads = new Map(inventory.workloads.map((workload) => [workload.resource, workload]));
  return (resource) => {
    const pair = baseOf.get(resource);
    if (pair === undefined || pair.base === null || pair.by === null) return null;
    const update = pair.by === 'identity' ? (updates.get(resource) ?? null) : null;
    return {
      resource: pair.base,
      workload: workloads.get(pair.base) ?? null,
      inventory,
      pairedBy: pair.by,
      update,
    };
  };
}

const precedence: readonly Status[] = ['introduced', 'worsened', 'existing', 'fixed'];

/** One finding for all values sets: the gravest status speaks, and names the sets that have it. */
function merge(findings: readonly UnitFinding[]): readonly UnitFinding[] {
  const groups = new Map<string, UnitFinding[]>();
  for (const finding of findings) {
    const key = finding.judgement.fingerprint;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => {
    const status = precedence.find((each) => group.some((finding) => finding.status === each));
    const speaking = group.filter((finding) => finding.status === status);
    const [first] = speaking;
    if (first === undefined) return [];
    const valuesSets = speaking.flatMap((finding) => finding.valuesSets);
    return [
      {
        ...first,
        valuesSets,
        severity: valuesSets.every(isTestOnly) ? lower(first.severity) : first.severity,
      },
    ];
  });
}

/** Values that chart-testing installs in CI and nobody deploys. */
function isTestOnly(valuesSet: string): boolean {
  return valuesSet.split('+').every((path) => /(^|\/)ci\/[^/]*-values\.ya?ml$/.test(path));
}

function lower(severity: Severity): Severity {
  return severity === 'error' ? 'warning' : 'info';
}
