import { isUnknownText } from '../manifest/unknown.ts';
import type { Inventory } from './inventory.ts';
import { once } from './once.ts';
import type { Resource } from './resource.ts';

const trafficKinds: ReadonlySet<string> = new Set([
  'Gateway',
  'GRPCRoute',
  'HTTPRoute',
  'Ingress',
  'IngressClass',
  'IngressClassParams',
  'LoadBalancerConfiguration',
  'Service',
  'TargetGroupBinding',
  'TargetGroupConfiguration',
]);

/** Whether how traffic comes to a unit's pods is not wholly known: an unknown class or annotation makes other figures. */
export function isTrafficUnsure({ around }: Inventory): boolean {
  return unsure(around.resources);
}

const unsure = once((resources: readonly Resource[]) =>
  resources.some(
    ({ ref, manifest }) => trafficKinds.has(ref.kind) && isUnknownText(JSON.stringify(manifest.value)),
  ),
);
