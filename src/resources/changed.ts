import { valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { autoscalersOf } from './autoscalers.ts';
import { budgetsOf, type Inventory, ofKind, servicesOf } from './inventory.ts';
import { changedFields, type FieldChange, lifecyclePart } from './lifecycle-fields.ts';
import { pairResources } from './pairing.ts';
import type { Resource } from './resource.ts';
import { routesNaming } from './routes.ts';
import type { Workload } from './workload.ts';

/** A workload whose lifecycle part, or an object related to it, differs between base and head. */
export interface ChangedWorkload {
  readonly base: Workload | null;
  readonly head: Workload;
  readonly fields: readonly FieldChange[];
}

/**
 * The changed workloads of one values set, in head's order. A workload that is gone has no card, and neither has one of
 * which nobody knows whether it is new (`baseWhole`: everything of base was rendered).
 */
export function changedWorkloads(
  base: Inventory | null,
  head: Inventory,
  baseWhole: boolean,
): readonly ChangedWorkload[] {
  const pairs = pairResources(base?.resources ?? [], head.resources);
  const baseOf = new Map(pairs.map((pair) => [pair.head, pair.base]));
  const baseWorkloads = new Map((base?.workloads ?? []).map((workload) => [workload.resource, workload]));
  return head.workloads.flatMap((workload): readonly ChangedWorkload[] => {
    const before = baseWorkloads.get(baseOf.get(workload.resource) as Resource) ?? null;
    if (base === null || before === null)
      return baseWhole ? [{ base: null, head: workload, fields: [] }] : [];
    const fields = changedFields(lifecyclePart(before), lifecyclePart(workload));
    const changed = fields.length > 0 || relatedText(base, before) !== relatedText(head, workload);
    return changed ? [{ base: before, head: workload, fields }] : [];
  });
}

/** Everything that decides how a workload's pods are reached, evicted and counted, as comparable text. */
function relatedText(inventory: Inventory, workload: Workload): string {
  const services = servicesOf(inventory, workload);
  const related = [
    ...services,
    ...budgetsOf(inventory, workload),
    ...autoscalersOf(inventory, workload).map(({ resource }) => resource),
    ...routesOf(inventory, services),
    ...namespacesOf(inventory, workload),
  ];
  return JSON.stringify(
    related.map(({ ref, defaulted }) => [ref.kind, ref.name, lasting(ref.kind, defaulted)]).sort(),
  );
}

/** The spec, and for what is steered by annotations (Services, Ingresses, Namespaces) those too. */
function lasting(kind: string, value: unknown): unknown {
  const annotations = valueAt(value, ['metadata', 'annotations']);
  const steered = ['Service', 'Ingress'].includes(kind) && isMap(annotations) ? steering(annotations) : null;
  const labels = kind === 'Namespace' ? valueAt(value, ['metadata', 'labels']) : null;
  return [valueAt(value, ['spec']), steered, labels];
}

/** Checksums only say that something else changed. */
function steering(annotations: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(annotations)
    .filter(([key]) => !/checksum/i.test(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What sends traffic to the Services, each once. */
function routesOf(inventory: Inventory, services: readonly Resource[]): readonly Resource[] {
  return [
    ...new Set(services.flatMap((service) => routesNaming(inventory, service).map(({ route }) => route))),
  ];
}

function namespacesOf(inventory: Inventory, workload: Workload): readonly Resource[] {
  const { namespace } = workload.resource.ref;
  return ofKind(inventory, '', 'Namespace').filter((each) => each.ref.name === namespace);
}
