import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import {
  anyText,
  deregistrationDefault,
  fieldText,
  type Setting,
  setting,
  targetType,
  wholeNumber,
} from '../platform/load-balancer-settings.ts';
import type { Inventory } from '../resources/inventory.ts';
import { type Resource, readField, readList } from '../resources/resource.ts';
import type { RouteTo } from '../resources/routes.ts';
import { awsGatewayOf } from './aws-gateway.ts';
import { type Props, propsOf } from './gateway-configuration.ts';
import type { TargetGroup } from './target-group.ts';

/** The target groups that the AWS Load Balancer Controller makes for a route whose Gateway and class are in sight. */
export function gatewayTargetGroups(
  inventory: Inventory,
  { route, backend }: RouteTo,
  service: Resource,
): readonly TargetGroup[] {
  const gateway = awsGatewayOf(inventory, route);
  if (gateway === null) return [];
  const props = propsOf(inventory, route, service);
  // What a LoadBalancerConfiguration sets for all its target groups is not followed.
  const open = gateway.configured || (props.length === 0 && !inventory.complete);
  return [
    {
      kind: gateway.kind,
      by: 'gateway',
      manager: 'controller',
      route,
      service,
      port: backend.port.value ?? null,
      targetType: first(props, ['targetType'], targetType, open ? null : 'instance'),
      healthCheck: healthCheckOf(props, gateway.kind, route, open),
      deregistrationSeconds: delayOf(props, open),
    },
  ];
}

function first<T>(
  props: readonly Props[],
  path: FieldPath,
  read: (value: unknown) => T | null,
  otherwise: T | null,
): Setting<T> {
  const texts = props.map((each) => fieldText(each.resource, [...each.path, ...path]));
  return setting(texts.find((text) => text !== null) ?? null, read, otherwise);
}

/** A health check is one block: that of the route replaces that of all routes. */
function healthCheckOf(
  props: readonly Props[],
  kind: TargetGroup['kind'],
  route: Resource,
  open: boolean,
): TargetGroup['healthCheck'] {
  const block = props.find(
    (each) => valueAt(each.resource.manifest.value, [...each.path, check]) !== undefined,
  );
  const own = block === undefined ? [] : [block];
  const unset = open && block === undefined;
  const number = (name: string, otherwise: number): Setting<number> =>
    first(own, [check, name], count, unset ? null : otherwise);
  const asked = kind === 'nlb' && protocolOf(own) !== 'HTTP' && protocolOf(own) !== 'HTTPS' ? null : '/';
  // gRPC targets are asked for another path, but only behind HTTPS listeners.
  const path = asked !== null && !unset && route.ref.kind !== 'GRPCRoute' ? asked : null;
  return {
    intervalSeconds: number('healthCheckInterval', 15),
    timeoutSeconds: number('healthCheckTimeout', 5),
    healthyThreshold: number('healthyThresholdCount', 3),
    unhealthyThreshold: number('unhealthyThresholdCount', 3),
    path:
      asked === null && !unset
        ? { value: null, from: 'default', at: null }
        : first<string | null>(own, [check, 'healthCheckPath'], anyText, path),
  };
}

const check = 'healthCheckConfig';

function protocolOf([block]: readonly Props[]): unknown {
  return block && readField(block.resource, [...block.path, check, 'healthCheckProtocol']).value;
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Attributes of both blocks count, those of the route first. */
function delayOf(props: readonly Props[], open: boolean): Setting<number> {
  for (const { resource, path } of props) {
    const list = [...path, 'targetGroupAttributes'];
    const index = readList(resource, list).findIndex(
      (each) => valueAt(each, ['key']) === 'deregistration_delay.timeout_seconds',
    );
    if (index < 0) continue;
    return setting(fieldText(resource, [...list, index, 'value']), wholeNumber, null);
  }
  return open
    ? { value: null, from: 'unknown', at: null }
    : { value: deregistrationDefault, from: 'default', at: null };
}
