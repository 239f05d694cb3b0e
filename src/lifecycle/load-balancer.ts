import { type Inventory, servicesOf } from '../resources/inventory.ts';
import { once } from '../resources/once.ts';
import type { Resource } from '../resources/resource.ts';
import { routesTo } from '../resources/routes.ts';
import type { Workload } from '../resources/workload.ts';
import { gatewayTargetGroups } from './gateway-target-groups.ts';
import { ingressTargetGroups } from './ingress-target-groups.ts';
import { serviceTargetGroups } from './service-target-groups.ts';
import type { TargetGroup } from './target-group.ts';

export type { Manager } from '../platform/load-balancer-class.ts';
export type { HealthCheck, Setting } from '../platform/load-balancer-settings.ts';

/** The target groups that surely get a workload's pods, or the nodes they run on. */
export function targetGroupsOf(inventory: Inventory, workload: Workload): readonly TargetGroup[] {
  return servicesOf(inventory, workload).flatMap((service) => groupsOfService(inventory).get(service) ?? []);
}

const groupsOfService = once((inventory: Inventory) => {
  const groups = new Map<Resource, readonly TargetGroup[]>();
  return {
    get(service: Resource): readonly TargetGroup[] {
      const known = groups.get(service) ?? unique(groupsFor(inventory, service));
      groups.set(service, known);
      return known;
    },
  };
});

function groupsFor(inventory: Inventory, service: Resource): readonly TargetGroup[] {
  const routes = routesTo(inventory, service);
  return [
    ...serviceTargetGroups(service),
    ...routes.flatMap((to) => ingressTargetGroups(inventory, to, service)),
    ...routes.flatMap((to) => gatewayTargetGroups(inventory, to, service)),
  ];
}

/** Several paths of an Ingress that lead to one port share a target group. */
function unique(groups: readonly TargetGroup[]): readonly TargetGroup[] {
  return groups.filter(
    ({ route, port }, index) =>
      groups.findIndex((other) => other.route === route && other.port === port) === index,
  );
}
