import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { groupOf, isPlaceholder } from '../manifest/manifest.ts';
import { isUnknownText } from '../manifest/unknown.ts';
import { grouped } from './grouped.ts';
import { type Inventory, ofKind } from './inventory.ts';
import { once } from './once.ts';
import { type Field, type Resource, readField } from './resource.ts';
import { sameNamespace } from './selection.ts';

/** One Service that an Ingress, a route of the Gateway API or a TargetGroupBinding sends traffic to. */
export interface Backend {
  /** Name of the Service. */
  readonly service: string;
  /** Null: the route's own namespace. */
  readonly namespace: string | null;
  /** The Service's port by number or name; absent where every port, or the only one, is meant. */
  readonly port: Field<number | string>;
  /** The reference, its name and its port, as written. */
  readonly path: FieldPath;
  readonly namePath: FieldPath;
}

/** A route together with the one of its backends that leads to a Service. */
export interface RouteTo {
  readonly route: Resource;
  readonly backend: Backend;
}

interface RouteKind {
  readonly groups: readonly string[];
  readonly kinds: readonly string[];
  readonly read: (route: Resource) => readonly Backend[];
}

const gatewayRoutes = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];

const routeKinds: readonly RouteKind[] = [
  { groups: ['networking.k8s.io', 'extensions'], kinds: ['Ingress'], read: ingressBackends },
  { groups: ['gateway.networking.k8s.io'], kinds: gatewayRoutes, read: gatewayBackends },
  { groups: ['elbv2.k8s.aws', 'eks.amazonaws.com'], kinds: ['TargetGroupBinding'], read: boundBackends },
];

const backends = once((resource: Resource): readonly Backend[] => {
  const { apiVersion, kind } = resource.ref;
  const known = routeKinds.find(
    ({ groups, kinds }) => kinds.includes(kind) && groups.includes(groupOf(apiVersion)),
  );
  return known?.read(resource) ?? [];
});

/** The Services that an object sends traffic to; those whose name a later tool fills in are left out. */
export function backendsOf(resource: Resource): readonly Backend[] {
  return backends(resource);
}

/** Routes of the inventory that lead to a Service, or may do so while a namespace is not known. */
export function routesNaming(inventory: Inventory, service: Resource): readonly RouteTo[] {
  const named = routesByService(inventory).get(service.ref.name) ?? [];
  return named.filter(({ route, backend }) => leadsTo(route, backend, service) !== 'no');
}

/** Routes of the inventory that surely lead to a Service, in the inventory's order of each kind. */
export function routesTo(inventory: Inventory, service: Resource): readonly RouteTo[] {
  return routesNaming(inventory, service).filter(
    ({ route, backend }) => leadsTo(route, backend, service) === 'yes',
  );
}

/** Services of the inventory that a route's backend names, or may name while a namespace is not known. */
export function servicesNamed(inventory: Inventory, route: Resource, backend: Backend): readonly Resource[] {
  const all = servicesByName(inventory);
  const named = [...(all.get(backend.service) ?? []), ...(all.get('') ?? [])];
  return named.filter((service) => leadsTo(route, backend, service) !== 'no');
}

const servicesByName = once((inventory: Inventory) =>
  grouped(ofKind(inventory, '', 'Service'), ({ ref }) => (isUnknownText(ref.name) ? '' : ref.name)),
);

/** Whether a backend's Service is this one, as far as namespaces tell. */
export function leadsTo(
  { ref }: Resource,
  { service, namespace }: Backend,
  target: Resource,
): ReturnType<typeof sameNamespace> {
  const unsure = isUnknownText(target.ref.name);
  if (target.ref.name !== service && !unsure) return 'no';
  const match = sameNamespace(namespace === null ? ref : { ...ref, namespace }, target.ref);
  return unsure && match === 'yes' ? 'unknown' : match;
}

const routesByService = once((inventory: Inventory) => {
  const routes = routeKinds.flatMap(({ groups, kinds }) =>
    groups.flatMap((group) => ofKind(inventory, group, ...kinds)),
  );
  const all = routes.flatMap((route) => backendsOf(route).map((backend): RouteTo => ({ route, backend })));
  return grouped(all, ({ backend }) => backend.service);
});

function ingressBackends(ingress: Resource): readonly Backend[] {
  const rules = items(ingress, ['spec', 'rules']).flatMap((rule) =>
    items(ingress, [...rule, 'http', 'paths']),
  );
  const paths = [
    ['spec', 'defaultBackend'],
    ['spec', 'backend'],
    ...rules.map((rule) => [...rule, 'backend']),
  ];
  return paths.flatMap((path) => ingressBackend(ingress, path));
}

/** The fields of networking.k8s.io/v1, and those of the versions before it. */
function ingressBackend(ingress: Resource, path: FieldPath): readonly Backend[] {
  const [service, old] = [
    [...path, 'service'],
    [...path, 'serviceName'],
  ];
  if (valueAt(ingress.manifest.value, old) !== undefined)
    return backend(ingress, path, old, portField(ingress, [...path, 'servicePort']));
  const number = portField(ingress, [...service, 'port', 'number']);
  const port = number.from === 'absent' ? portField(ingress, [...service, 'port', 'name']) : number;
  return backend(ingress, service, [...service, 'name'], port);
}

function gatewayBackends(route: Resource): readonly Backend[] {
  return items(route, ['spec', 'rules'])
    .flatMap((rule) => items(route, [...rule, 'backendRefs']))
    .filter((path) => isService(valueAt(route.manifest.value, path)))
    .flatMap((path) => {
      const namespace = valueAt(route.manifest.value, [...path, 'namespace']);
      const port = portField(route, [...path, 'port']);
      return backend(route, path, [...path, 'name'], port, typeof namespace === 'string' ? namespace : null);
    });
}

/** Group and kind default to the core group's Service. */
function isService(reference: unknown): boolean {
  const { group = '', kind = 'Service' } = isMap(reference) ? reference : {};
  return group === '' && kind === 'Service';
}

function boundBackends(binding: Resource): readonly Backend[] {
  const path = ['spec', 'serviceRef'];
  return backend(binding, path, [...path, 'name'], portField(binding, [...path, 'port']));
}

function backend(
  route: Resource,
  path: FieldPath,
  namePath: FieldPath,
  port: Backend['port'],
  namespace: string | null = null,
): readonly Backend[] {
  const service = valueAt(route.manifest.value, namePath);
  if (typeof service !== 'string' || service === '' || isPlaceholder(service)) return [];
  return [{ service, namespace, port, path, namePath }];
}

function portField(route: Resource, path: FieldPath): Backend['port'] {
  const field = readField(route, path);
  if (typeof field.value === 'number' || (typeof field.value === 'string' && field.value !== ''))
    return field as Backend['port'];
  return { value: undefined, from: field.from === 'unknown' ? 'unknown' : 'absent', path };
}

function items(resource: Resource, path: FieldPath): readonly FieldPath[] {
  const list = valueAt(resource.manifest.value, path);
  return Array.isArray(list) ? list.map((_, index) => [...path, index]) : [];
}
