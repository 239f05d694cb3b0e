import { valueAt } from '../../manifest/field-path.ts';
import { isPlaceholder } from '../../manifest/manifest.ts';
import { isOpen } from '../../manifest/unknown.ts';
import { albClassOf } from '../../platform/load-balancer-class.ts';
import { customResources } from '../../resources/custom-resources.ts';
import {
  type Inventory,
  ofKind,
  selectedBy,
  serviceSelector,
  workloadsElsewhere,
} from '../../resources/inventory.ts';
import { identityOf, type Resource, readField } from '../../resources/resource.ts';
import { type Backend, backendsOf, leadsTo, servicesNamed } from '../../resources/routes.ts';
import type { Subject } from '../rule.ts';

/** One Service, or port of a Service, that a route leads to and that is not there. */
export interface Missing {
  readonly backend: Backend;
  /** Places in the route that lead there. */
  readonly places: number;
  /** The Service as base had it, or as it stands in this change without the port. */
  readonly service: Resource;
}

/** Several rules of a route that lead to one Service and port are told once. */
function distinct(route: Resource): readonly { readonly backend: Backend; readonly places: number }[] {
  const byTarget = new Map<string, Backend[]>();
  for (const backend of backendsOf(route)) {
    // The controller reads an action of that name from the Ingress's annotations.
    if (backend.port.value === 'use-annotation') continue;
    const key = JSON.stringify([backend.namespace, backend.service, backend.port.value, backend.port.from]);
    byTarget.set(key, [...(byTarget.get(key) ?? []), backend]);
  }
  return [...byTarget.values()].flatMap(([backend, ...more]) =>
    backend === undefined ? [] : [{ backend, places: 1 + more.length }],
  );
}

/** Backends whose Service base had in this unit and this change removes. */
export function removedServices({ resource, inventory, before }: Subject): readonly Missing[] {
  if (before === null || !inventory.complete) return [];
  const base = before.inventory;
  const gone = distinct(resource).flatMap(({ backend, places }): readonly Missing[] => {
    if (servicesNamed(inventory, resource, backend).length > 0 || makesService(inventory, backend)) return [];
    const was = servicesNamed(base, resource, backend).find(
      (service) => leadsTo(resource, backend, service) === 'yes',
    );
    return was === undefined || movedAway(inventory, base, was) ? [] : [{ backend, places, service: was }];
  });
  return gone.length > 0 && customResources(inventory).length > 0 ? [] : gone;
}

/** Knative makes a Service of the same name for each of its own. */
function makesService({ workloads }: Inventory, { service }: Backend): boolean {
  return workloads.some(({ resource: { ref } }) => ref.kind === 'Service' && ref.name === service);
}

/** Where the pods went to another unit, their Service went with them. */
function movedAway(inventory: Inventory, base: Inventory, service: Resource): boolean {
  const selected = selectedBy(base, service, serviceSelector(service));
  return selected.some(({ workload: { resource } }) =>
    workloadsElsewhere(inventory).some(
      (other) =>
        other.resource.ref.kind === resource.ref.kind && other.resource.ref.name === resource.ref.name,
    ),
  );
}

/** The one Service that is new and selects the same pods: what was removed under another name. */
export function successorOf({ inventory, before }: Subject, removed: Resource): Resource | null {
  const selector = JSON.stringify(serviceSelector(removed));
  const was = new Set(before?.inventory.around.resources.map(identityOf));
  const found = ofKind(inventory, '', 'Service').filter(
    (service) => !was.has(identityOf(service)) && JSON.stringify(serviceSelector(service)) === selector,
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Backends whose Service is in sight and has no such port. */
export function missingPorts({ resource, inventory }: Subject): readonly Missing[] {
  if (!inventory.complete) return [];
  return distinct(resource).flatMap(({ backend, places }) => {
    const [service, ...more] = servicesNamed(inventory, resource, backend);
    if (service === undefined || more.length > 0 || leadsTo(resource, backend, service) !== 'yes') return [];
    return lacksPort(inventory, resource, backend, service) ? [{ backend, places, service }] : [];
  });
}

/** One port of a Service, as far as a route can name it. */
export interface ServicePort {
  readonly number: number;
  readonly name: string | null;
  readonly target: unknown;
}

/** Null while a port is not known. */
export function portsOf(service: Resource): readonly ServicePort[] | null {
  const type = readField(service, ['spec', 'type']);
  if (type.from === 'unknown' || type.value === 'ExternalName') return null;
  const { value } = readField(service, ['spec', 'ports']);
  if (!Array.isArray(value) || value.length === 0) return null;
  const ports = value.map((item) => ({
    number: valueAt(item, ['port']),
    name: valueAt(item, ['name']) ?? null,
    target: valueAt(item, ['targetPort']),
  }));
  const known = ports.every(
    ({ number, name, target }) =>
      typeof number === 'number' && !isPlaceholder(name) && !isPlaceholder(target),
  );
  if (value.some(isOpen)) return null;
  return known ? (ports as readonly ServicePort[]) : null;
}

function lacksPort(inventory: Inventory, route: Resource, { port }: Backend, service: Resource): boolean {
  const ports = portsOf(service);
  const { value } = port;
  if (
    ports === null ||
    value === undefined ||
    isPlaceholder(value) ||
    /^\d+$/.test(`${value}`) !== (typeof value === 'number')
  )
    return false;
  if (ports.some(({ number, name }) => number === value || name === value)) return false;
  // ingress-nginx takes a target port for the port as well (its serviceEndpoints); the controllers of AWS do not.
  const strict = route.ref.kind !== 'Ingress' || albClassOf(inventory, route) !== null;
  return strict || !ports.some(({ target }) => target === value);
}
