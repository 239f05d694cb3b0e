import type { Selector } from '../../kubernetes/selectors.ts';
import { valueAt } from '../../manifest/field-path.ts';
import { imageReference } from '../../programs/image.ts';
import { autoscalersOf, mayBeAutoscaled } from '../../resources/autoscalers.ts';
import {
  budgetsOf,
  type Inventory,
  labelSelector,
  selectedBy,
  selects,
  serviceSelector,
  servicesOf,
} from '../../resources/inventory.ts';
import { declaredPorts } from '../../resources/ports.ts';
import { identityOf, type Resource, readField, readList } from '../../resources/resource.ts';
import { mayRunNothing, type Workload } from '../../resources/workload.ts';
import { isPaused, podMetricsOf } from './autoscalers.ts';
import { isHook } from './hooks.ts';

/** A controller's selector that matches the pods of others, with what counts them together. */
export interface Collision {
  readonly messageId: 'adopts' | 'ambiguous' | 'autoscaled' | 'mutual';
  readonly others: readonly Workload[];
  readonly counting: readonly Resource[];
}

/** Null where nothing is harmed: the controllers themselves go by owner. */
export function collisionOf(inventory: Inventory, workload: Workload): Collision | null {
  const matched = matchedBy(inventory, workload);
  if (matched.length === 0 || mayRunNothing(workload)) return null;
  const orphans = matched.filter(isOrphan);
  if (orphans.length > 0 && adopting.has(workload.resource.ref.kind))
    return { messageId: 'adopts', others: orphans, counting: [] };
  if (!inventory.complete) return null;
  const own = scalersOf(inventory, workload);
  return own.length > 0
    ? scaledTogether(inventory, workload, matched)
    : countedTogether(inventory, workload, matched);
}

/** An autoscaler goes by its target's selector: it measures whatever pods that matches. */
function scaledTogether(
  inventory: Inventory,
  workload: Workload,
  matched: readonly Workload[],
): Collision | null {
  const rivals = matched.filter((other) => scalersOf(inventory, other).length > 0);
  if (matched.some((other) => mayBeAutoscaled(inventory, other))) return null;
  const own = scalersOf(inventory, workload);
  if (rivals.length === 0) {
    const counting = own.filter((each) => podMetricsOf(each).length > 0);
    return counting.length === 0 ? null : { messageId: 'autoscaled', others: matched, counting };
  }
  if (rivals.every((other) => isToldThere(inventory, workload, other))) return null;
  const counting = [...rivals.flatMap((other) => scalersOf(inventory, other)), ...own];
  return { messageId: 'ambiguous', others: rivals, counting };
}

/** Services and budgets that were written for one program and take in another, of the same labels. */
function countedTogether(
  inventory: Inventory,
  workload: Workload,
  matched: readonly Workload[],
): Collision | null {
  const others = matched.filter(
    (other) =>
      isMutual(workload, other) &&
      !isToldThere(inventory, workload, other) &&
      !isSameProgram(workload, other) &&
      countingBoth(inventory, workload, other).length > 0,
  );
  const counting = new Set(others.flatMap((other) => countingBoth(inventory, workload, other)));
  return others.length === 0 ? null : { messageId: 'mutual', others, counting: [...counting] };
}

/** They own every pod without a controller that their selector matches; the others look at more than labels. */
const adopting = new Set(['ReplicaSet', 'ReplicationController']);

function isOrphan({ resource }: Workload): boolean {
  return resource.ref.kind === 'Pod' && readList(resource, ['metadata', 'ownerReferences']).length === 0;
}

function selectorOf({ resource }: Workload): Selector | 'unknown' {
  const { kind } = resource.ref;
  // A Job's selector is made by its controller, and Knative's Service has none.
  if (['Job', 'CronJob', 'Pod', 'PodTemplate', 'ScaledJob', 'Service'].includes(kind)) return null;
  return kind === 'ReplicationController'
    ? serviceSelector(resource)
    : labelSelector(resource, ['spec', 'selector']);
}

/** Other workloads of the unit whose pods a controller's selector surely matches. */
function matchedBy(inventory: Inventory, workload: Workload): readonly Workload[] {
  const { resource } = workload;
  return selectedBy(inventory, resource, selectorOf(workload)).flatMap(({ workload: other, match }) => {
    const itself = identityOf(other.resource) === identityOf(resource);
    const idle = mayRunNothing(other) || other.resource.ref.kind === 'PodTemplate';
    const own = inventory.workloads.includes(other);
    return match !== 'yes' || !own || itself || idle || isHook(other.resource) ? [] : [other];
  });
}

function scalersOf(inventory: Inventory, workload: Workload): readonly Resource[] {
  return autoscalersOf(inventory, workload).flatMap(({ resource }) => (isPaused(resource) ? [] : [resource]));
}

function isMutual(workload: Workload, other: Workload): boolean {
  return selects(other.resource, selectorOf(other), workload) === 'yes';
}

/** What two workloads do to each other alike is told once, at the later. */
function isToldThere({ workloads }: Inventory, workload: Workload, other: Workload): boolean {
  return isMutual(workload, other) && workloads.indexOf(workload) < workloads.indexOf(other);
}

/** A canary, the other colour, or the same agent for another kind of node: meant to be one to whoever selects them. */
function isSameProgram(workload: Workload, other: Workload): boolean {
  if (workload.open || other.open || [workload, other].some(hidesImage)) return true;
  const images = new Set(imagesOf(workload));
  return imagesOf(other).some((image) => images.has(image));
}

function hidesImage({ resource, containers }: Workload): boolean {
  return containers.some(({ path }) => readField(resource, [...path, 'image']).from === 'unknown');
}

function imagesOf({ resource, containers }: Workload): readonly string[] {
  return containers.flatMap((container) => {
    const image = readField(resource, [...container.path, 'image']).value;
    const runs = container.role === 'main' && typeof image === 'string';
    return runs ? [withoutTag(image)] : [];
  });
}

function withoutTag(image: string): string {
  const { registry, repository } = imageReference(image);
  return `${registry ?? ''}/${repository}`;
}

function countingBoth(inventory: Inventory, workload: Workload, other: Workload): readonly Resource[] {
  const [services, budgets] = [servicesOf, budgetsOf].map((find) => {
    const others = new Set(find(inventory, other));
    return find(inventory, workload).filter((each) => others.has(each));
  });
  return [...(services ?? []).filter((service) => reachesBoth(service, workload, other)), ...(budgets ?? [])];
}

/** A named port that only one of them declares keeps the other out of the endpoints. */
function reachesBoth(service: Resource, ...both: readonly Workload[]): boolean {
  if (readField(service, ['spec', 'clusterIP']).value === 'None') return false;
  return readList(service, ['spec', 'ports']).some((port) => {
    const target = valueAt(port, ['targetPort']);
    return typeof target !== 'string' || both.every((workload) => declares(workload, target));
  });
}

function declares(workload: Workload, name: string): boolean {
  return workload.containers.some((container) =>
    declaredPorts(workload, container).ports.some((port) => port.name === name),
  );
}
