import { valueAt } from '../manifest/field-path.ts';
import { groupOf } from '../manifest/manifest.ts';
import { anyText } from '../platform/load-balancer-settings.ts';
import { grouped } from '../resources/grouped.ts';
import { type Inventory, ofKind, sameNamespace } from '../resources/inventory.ts';
import { once } from '../resources/once.ts';
import { type Resource, readField, readList } from '../resources/resource.ts';
import type { TargetGroup } from './target-group.ts';

const gatewayApi = 'gateway.networking.k8s.io';

const controllers: ReadonlyMap<string, TargetGroup['kind']> = new Map([
  ['gateway.k8s.aws/alb', 'alb'],
  ['gateway.k8s.aws/nlb', 'nlb'],
]);

/** The first Gateway of a route that the AWS Load Balancer Controller makes a load balancer for. */
export function awsGatewayOf(inventory: Inventory, route: Resource): AwsGateway | null {
  if (groupOf(route.ref.apiVersion) !== gatewayApi) return null;
  const gateways = parentsOf(inventory, route).flatMap((gateway) => awsGateway(inventory, gateway) ?? []);
  return gateways[0] ?? null;
}

function parentsOf(inventory: Inventory, route: Resource): readonly Resource[] {
  const references = readList(route, ['spec', 'parentRefs']).filter(
    (each) => (valueAt(each, ['kind']) ?? 'Gateway') === 'Gateway',
  );
  return references.flatMap((reference) => {
    const namespace = valueAt(reference, ['namespace']);
    const ref = typeof namespace === 'string' ? { ...route.ref, namespace } : route.ref;
    const named = gatewaysByName(inventory).get(String(valueAt(reference, ['name']))) ?? [];
    return named.filter((gateway) => sameNamespace(ref, gateway.ref) === 'yes');
  });
}

const gatewaysByName = once((inventory: Inventory) =>
  grouped(ofKind(inventory, gatewayApi, 'Gateway'), ({ ref }) => ref.name),
);

export interface AwsGateway {
  readonly kind: TargetGroup['kind'];
  /** It, or its class, points at a LoadBalancerConfiguration. */
  readonly configured: boolean;
}

function awsGateway(inventory: Inventory, gateway: Resource): AwsGateway | null {
  const name = readField(gateway, ['spec', 'gatewayClassName']).value;
  const found = ofKind(inventory, gatewayApi, 'GatewayClass').find(({ ref }) => ref.name === name);
  const controller = found && anyText(readField(found, ['spec', 'controllerName']).value);
  const kind = controllers.get(controller ?? '');
  if (found === undefined || kind === undefined) return null;
  const references = [
    readField(gateway, ['spec', 'infrastructure', 'parametersRef']),
    readField(found, ['spec', 'parametersRef']),
  ];
  return { kind, configured: references.some(({ from }) => from !== 'absent') };
}
