import type { Selector } from '../kubernetes/selectors.ts';
import { groupOf, isPlaceholder } from '../manifest/manifest.ts';
import { grouped } from './grouped.ts';
import { ownSelector, serviceSelector } from './object-selectors.ts';
import { once, oncePer } from './once.ts';
import { identityOf, isGenerated, type Resource } from './resource.ts';
import { keysOf, keysWanted, LabelIndex, selects } from './selection.ts';
import { isHiddenWorkload, type Workload, workloadOf } from './workload.ts';

/** Every object of one release unit at one revision with one values set. */
export interface Inventory {
  /** Release unit, e.g. `helm:charts/web`. */
  readonly unit: string;
  readonly resources: readonly Resource[];
  readonly workloads: readonly Workload[];
  /**
   * False when something of the unit could not be rendered, or when several documents claim one identity, so that
   * nobody can tell which of them is deployed: then nothing may be called absent.
   */
  readonly complete: boolean;
  /** The unit's own objects among those of other units that surely land beside them and have to do with them. */
  readonly around: Objects;
  /** What other units of the same revision hold, looked at before an absence is claimed. Null: not collected (yet). */
  readonly elsewhere: Elsewhere | null;
}

export interface Objects {
  readonly resources: readonly Resource[];
  readonly workloads: readonly Workload[];
}

/** Objects of other units. Nobody says that they land in the same cluster: they can only make an absence unsure. */
export type Elsewhere = Objects;

/** Workloads of other units, where they were collected. */
export function workloadsElsewhere({ elsewhere }: Inventory): readonly Workload[] {
  return elsewhere?.workloads ?? [];
}

export function inventoryOf(
  unit: string,
  resources: readonly Resource[],
  complete: boolean,
  elsewhere: Elsewhere | null,
): Inventory {
  const workloads = resources.map(workloadOf).filter((workload) => workload !== null);
  const whole = complete && !isAmbiguous(resources) && !resources.some(isHiddenWorkload);
  return { unit, resources, workloads, complete: whole, around: { resources, workloads }, elsewhere };
}

/** The same inventory with objects of other units in sight: those that come before its own and those that come after. */
export function withAround(
  inventory: Inventory,
  before: readonly Resource[],
  after: readonly Resource[],
): Inventory {
  const { resources, workloads } = inventory;
  const workloadsIn = (others: readonly Resource[]) => others.flatMap((each) => workloadOf(each) ?? []);
  const around = {
    resources: [...before, ...resources, ...after],
    workloads: [...workloadsIn(before), ...workloads, ...workloadsIn(after)],
  };
  return { ...inventory, around };
}

function isAmbiguous(resources: readonly Resource[]): boolean {
  const named = resources.filter((resource) => !isGenerated(resource));
  return new Set(named.map(identityOf)).size < named.length;
}

const byKindAndName = once((resources: readonly Resource[]) =>
  grouped(resources, ({ ref }) => kindKey(ref.kind, isPlaceholder(ref.name) ? '' : ref.name)),
);

/** Objects of a kind, whatever its group, that have a name, or a placeholder for one. */
export function named({ around }: Inventory, kind: string, name: string): readonly Resource[] {
  const all = byKindAndName(around.resources);
  return [...(all.get(kindKey(kind, name)) ?? []), ...(all.get(kindKey(kind, '')) ?? [])];
}

export { labelSelector, ownSelector, serviceSelector } from './object-selectors.ts';
export { sameNamespace, selects } from './selection.ts';

/** Objects of some kinds of one API group, whatever their version, in the order of what is around. */
export function ofKind(
  inventory: Inventory,
  group: string,
  ...kinds: readonly string[]
): readonly Resource[] {
  const byKind = kindsOf(inventory.around.resources);
  const [only, ...more] = kinds;
  if (only !== undefined && more.length === 0) return byKind.get(kindKey(group, only)) ?? [];
  return kinds.flatMap((kind) => byKind.get(kindKey(group, kind)) ?? []);
}

/** Of a list of resources, those of one kind of an API group. */
export function resourcesOfKind(
  resources: readonly Resource[],
  group: string,
  kind: string,
): readonly Resource[] {
  return kindsOf(resources).get(kindKey(group, kind)) ?? [];
}

function kindKey(group: string, kind: string): string {
  return `${group}/${kind}`;
}

const workloadsByResource = once(
  (workloads: readonly Workload[]) => new Map(workloads.map((workload) => [workload.resource, workload])),
);

/** The workload that an object of the inventory is, or null. */
export function workloadIn({ around }: Inventory, resource: Resource): Workload | null {
  return workloadsByResource(around.workloads).get(resource) ?? null;
}

const kindsOf = once((resources: readonly Resource[]) =>
  grouped(resources, ({ ref }) => kindKey(groupOf(ref.apiVersion), ref.kind)),
);

const servicesByLabel = once((resources: readonly Resource[]) =>
  selectorIndex(resources, '', 'Service', serviceSelector),
);

const budgetsByLabel = once((resources: readonly Resource[]) =>
  selectorIndex(resources, 'policy', 'PodDisruptionBudget', ownSelector),
);

const workloadsByLabel = once((workloads: readonly Workload[]) => {
  const index = new LabelIndex<Workload>();
  for (const workload of workloads) index.add(workload, keysOf(workload.labels));
  return index;
});

interface Selecting {
  readonly resource: Resource;
  readonly selector: Selector | 'unknown';
}

function selectorIndex(
  resources: readonly Resource[],
  group: string,
  kind: string,
  selectorOf: (resource: Resource) => Selector | 'unknown',
): LabelIndex<Selecting> {
  const index = new LabelIndex<Selecting>();
  for (const resource of kindsOf(resources).get(kindKey(group, kind)) ?? []) {
    const selector = selectorOf(resource);
    index.add({ resource, selector }, keysWanted(selector));
  }
  return index;
}

interface Selected {
  readonly resource: Resource;
  readonly match: 'yes' | 'unknown';
}

/** What selects a workload's pods, or may: a placeholder or an unstated namespace decides. */
function selecting(index: LabelIndex<Selecting>, workload: Workload): readonly Selected[] {
  const keys = keysOf(workload.labels);
  const candidates = keys === null ? index.all() : index.find(keys);
  return candidates.flatMap(({ resource, selector }) => {
    const match = selects(resource, selector, workload);
    return match === 'no' ? [] : [{ resource, match }];
  });
}

const servicesFor = oncePer((resources: readonly Resource[], workload: Workload) =>
  selecting(servicesByLabel(resources), workload).filter(({ match }) => match === 'yes'),
);

/** Services that surely send traffic to a workload's pods. */
export function servicesOf({ around }: Inventory, workload: Workload): readonly Resource[] {
  return servicesFor(around.resources, workload).map(({ resource }) => resource);
}

const budgetsFor = oncePer((resources: readonly Resource[], workload: Workload) =>
  selecting(budgetsByLabel(resources), workload),
);

/** Budgets that cover a workload's pods, or may, in the inventory's order. */
export function budgetsAbout({ around }: Inventory, workload: Workload): readonly Selected[] {
  return budgetsFor(around.resources, workload);
}

/** Budgets of other units that cover a workload's pods, or may. */
export function budgetsElsewhere({ elsewhere }: Inventory, workload: Workload): readonly Selected[] {
  return elsewhere === null ? [] : budgetsFor(elsewhere.resources, workload);
}

/** Budgets that surely cover a workload's pods. */
export function budgetsOf(inventory: Inventory, workload: Workload): readonly Resource[] {
  return budgetsAbout(inventory, workload).flatMap(({ resource, match }) =>
    match === 'yes' ? [resource] : [],
  );
}

/** Workloads whose pods a selector in `from`'s namespace selects, or may select. */
export function selectedBy(
  { around }: Inventory,
  from: Resource,
  selector: Selector | 'unknown',
): readonly { readonly workload: Workload; readonly match: 'yes' | 'unknown' }[] {
  const keys = keysWanted(selector);
  const index = workloadsByLabel(around.workloads);
  const candidates = keys === null ? index.all() : index.find(keys);
  return candidates.flatMap((workload) => {
    const match = selects(from, selector, workload);
    return match === 'no' ? [] : [{ workload, match }];
  });
}
