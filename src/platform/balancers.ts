import { isMap } from '../manifest/is-map.ts';
import type { Evidence } from '../resources/evidence.ts';
import { type Inventory, ofKind, servicesOf } from '../resources/inventory.ts';
import { type Resource, readField, readList, readString } from '../resources/resource.ts';
import { type RouteTo, routesTo } from '../resources/routes.ts';
import type { Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';
import type { Trait } from './environment.ts';
import { albClassOf, nlbManagerOf } from './load-balancer-class.ts';

/** What surely sends a workload's Services requests from outside the cluster. */
export interface Balancer {
  /** Null for target groups that may be of an ALB or of an NLB. */
  readonly trait: Trait | null;
  /** True when its targets are the pods' own addresses. */
  readonly ip: boolean;
  readonly evidence: Evidence;
}

/** Ingresses, LoadBalancer Services, Gateway routes and target groups that reach the workload. */
export function balancersOf(workload: Workload, inventory: Inventory): readonly Balancer[] {
  return servicesOf(inventory, workload).flatMap((service) => {
    const routes = routesTo(inventory, service).map((to) => routeBalancer(to, service, inventory));
    return [networkBalancer(service), targetsOf(service, inventory), ...routes].filter(
      (each) => each !== null,
    );
  });
}

function routeBalancer(
  { route, backend }: RouteTo,
  service: Resource,
  inventory: Inventory,
): Balancer | null {
  const words = `${code(route.ref.kind)} ${code(route.ref.name)} leads to Service ${code(service.ref.name)}`;
  const at = { resource: route, path: backend.path };
  if (route.ref.kind === 'Ingress') {
    if (albClassOf(inventory, route) === null) return null;
    const type = targetType(service) ?? targetType(route);
    const evidence = { text: `${words} through an ALB${type === 'ip' ? ' with ip targets' : ''}`, at };
    return { trait: 'alb', ip: type === 'ip', evidence };
  }
  if (route.ref.kind === 'TargetGroupBinding') {
    const ip = readString(route, ['spec', 'targetType']).value === 'ip';
    return ip ? { trait: null, ip, evidence: { text: `${words} with ip targets`, at } } : null;
  }
  return isMeshRoute(route) ? null : { trait: 'gateway-api', ip: false, evidence: { text: words, at } };
}

/** Of Ingress and Service the Service's annotation wins. */
function targetType(resource: Resource): string | null {
  return annotation(resource, 'alb.ingress.kubernetes.io/target-type');
}

/** A class of another controller makes ours leave the Service alone, whatever its annotations say. */
function networkBalancer(service: Resource): Balancer | null {
  if (readField(service, ['spec', 'type']).value !== 'LoadBalancer') return null;
  const prefix = 'service.beta.kubernetes.io/aws-load-balancer';
  const type = annotation(service, `${prefix}-type`);
  const targets = annotation(service, `${prefix}-nlb-target-type`);
  const annotated = type === 'nlb-ip' || type === 'nlb' || targets === 'ip' || targets === 'instance';
  const chosen = readField(service, ['spec', 'loadBalancerClass']).from !== 'absent';
  if (nlbManagerOf(service) === null && (chosen || !annotated)) return null;
  const ip = type === 'nlb-ip' || (type !== 'nlb' && targets === 'ip');
  const text = `Service ${code(service.ref.name)} is an NLB${ip ? ' with ip targets' : ''}`;
  return { trait: 'nlb', ip, evidence: { text, at: { resource: service, path: ['spec', 'type'] } } };
}

/** The AWS controller's own settings for a Service behind a Gateway. */
function targetsOf(service: Resource, inventory: Inventory): Balancer | null {
  const { ref } = service;
  for (const resource of ofKind(inventory, 'gateway.k8s.aws', 'TargetGroupConfiguration')) {
    const path = ['spec', 'defaultConfiguration', 'targetType'];
    const name = readString(resource, ['spec', 'targetReference', 'name']).value;
    const same = resource.ref.namespace === ref.namespace && name === ref.name;
    if (!same || readString(resource, path).value !== 'ip') continue;
    const text = `TargetGroupConfiguration ${code(resource.ref.name)} gives Service ${code(ref.name)} ip targets`;
    return { trait: null, ip: true, evidence: { text, at: { resource, path } } };
  }
  return null;
}

/** A route whose every parent is a Service rules traffic within the mesh. */
function isMeshRoute(route: Resource): boolean {
  const parents = readList(route, ['spec', 'parentRefs']);
  return parents.length > 0 && parents.every((parent) => isMap(parent) && parent.kind === 'Service');
}

function annotation(resource: Resource, name: string): string | null {
  const { value } = readString(resource, ['metadata', 'annotations', name]);
  return value ?? null;
}
