import { autoscalersOf, mayBeAutoscaled } from '../../resources/autoscalers.ts';
import { customResources } from '../../resources/custom-resources.ts';
import {
  type Inventory,
  ofKind,
  selectedBy,
  selects,
  serviceSelector,
  servicesOf,
  workloadsElsewhere,
} from '../../resources/inventory.ts';
import { identityOf, type Resource, readField, readMap } from '../../resources/resource.ts';
import type { Workload } from '../../resources/workload.ts';
import type { Subject } from '../rule.ts';

/** False unless the whole unit is in sight and no operator in it makes pods of its own. */
function isWhole(inventory: Inventory): boolean {
  return inventory.complete && customResources(inventory).length === 0;
}

/** The workloads that a Service sent traffic to in base, where all of them are gone and nothing took their place. */
export function removedFrom({ resource, inventory, before }: Subject): readonly Workload[] {
  if (before === null || !isOpen(resource)) return [];
  const base = before.inventory;
  const had = selectedBy(base, before.resource, serviceSelector(before.resource)).flatMap(
    ({ workload, match }) => (match === 'yes' && workload.longRunning ? [workload] : []),
  );
  const [first] = had;
  if (first === undefined || !isEmpty(inventory, resource) || !isWhole(inventory)) return [];
  const [was, is] = [identitiesOf(base.around.workloads), identitiesOf(inventory.around.workloads)];
  const fresh = [...is].some((identity) => !was.has(identity));
  if (fresh || (had.some(isForeignTo(base)) && hasNewElsewhere(inventory, base))) return [];
  if (had.some((workload) => is.has(identityOf(workload.resource)))) return [];
  return speaksFor(inventory, base, first) === identityOf(resource) ? had : [];
}

function isForeignTo({ workloads }: Inventory): (workload: Workload) => boolean {
  return (workload) => !workloads.includes(workload);
}

/** What was removed from another unit may have a successor there that nothing has to do with yet. */
function hasNewElsewhere(inventory: Inventory, base: Inventory): boolean {
  const was = identitiesOf(workloadsElsewhere(base));
  return [...identitiesOf(workloadsElsewhere(inventory))].some((identity) => !was.has(identity));
}

function identitiesOf(workloads: readonly Workload[]): ReadonlySet<string> {
  return new Set(workloads.map(({ resource }) => identityOf(resource)));
}

/** One note is enough for a workload: the first of its Services that is left without pods tells of it. */
function speaksFor(inventory: Inventory, base: Inventory, gone: Workload): string | undefined {
  const left = new Map(
    ofKind(inventory, '', 'Service')
      .filter((service) => isOpen(service) && isEmpty(inventory, service))
      .map((service) => [identityOf(service), service]),
  );
  return servicesOf(base, gone)
    .map(identityOf)
    .find((identity) => left.has(identity));
}

/** Not of a Service that stands for a name elsewhere, or may do so. */
function isOpen(service: Resource): boolean {
  const type = readField(service, ['spec', 'type']);
  return type.from !== 'unknown' && type.value !== 'ExternalName';
}

/** True where surely no pod of this unit or another one is selected. */
function isEmpty(inventory: Inventory, service: Resource): boolean {
  const selector = serviceSelector(service);
  if (selector === 'unknown' || selector === null) return false;
  if (selectedBy(inventory, service, selector).length > 0) return false;
  return workloadsElsewhere(inventory).every((workload) => selects(service, selector, workload) === 'no');
}

/** The Services of base that stay with nothing but workloads that this change scales to 0. */
export function servicesScaledToZero({ workload, inventory, before }: Subject): readonly Resource[] {
  const base = before?.workload ?? null;
  if (workload === null || before === null || base === null) return [];
  if (!isZero(workload) || !(base.replicas.from === 'set' && (base.replicas.value ?? 0) >= 1)) return [];
  if (!workload.longRunning || !isWhole(inventory) || isScaledOtherwise(inventory, workload)) return [];
  const had = new Set(servicesOf(before.inventory, base).map(identityOf));
  return servicesOf(inventory, workload).filter((service) => {
    const selector = serviceSelector(service);
    const selected = selectedBy(inventory, service, selector);
    const outside = workloadsElsewhere(inventory).some((other) => selects(service, selector, other) !== 'no');
    return had.has(identityOf(service)) && !outside && selected.every((each) => isZero(each.workload));
  });
}

function isZero({ replicas }: Workload): boolean {
  return replicas.from === 'set' && replicas.value === 0;
}

/** An autoscaler, a schedule or a downscaler may bring the pods back. */
function isScaledOtherwise(inventory: Inventory, workload: Workload): boolean {
  if (autoscalersOf(inventory, workload).length > 0 || mayBeAutoscaled(inventory, workload)) return true;
  const annotations = Object.keys(readMap(workload.resource, ['metadata', 'annotations']) ?? {});
  if (
    annotations.some((key) =>
      /down-?scaler|scal.*(cron|schedule)|(cron|schedule).*scal|kube-green/i.test(key),
    )
  )
    return true;
  return ofKind(inventory, 'batch', 'CronJob').some(({ manifest }) => /\bscale\b/.test(manifest.text));
}
