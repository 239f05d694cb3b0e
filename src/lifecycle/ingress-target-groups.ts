import { albClassOf, defaultTargetType } from '../platform/load-balancer-class.ts';
import {
  annotation,
  anyText,
  deregistration,
  setting,
  targetType,
  wholeNumber,
} from '../platform/load-balancer-settings.ts';
import type { Inventory } from '../resources/inventory.ts';
import type { Resource } from '../resources/resource.ts';
import type { RouteTo } from '../resources/routes.ts';
import type { TargetGroup } from './target-group.ts';

const alb = 'alb.ingress.kubernetes.io/';

/** Annotations of the Service win over those of the Ingress, IngressClassParams over both. */
export function ingressTargetGroups(
  inventory: Inventory,
  { route, backend }: RouteTo,
  service: Resource,
): readonly TargetGroup[] {
  if (route.ref.kind !== 'Ingress') return [];
  const ingressClass = albClassOf(inventory, route);
  if (ingressClass === null) return [];
  const text = (name: string) => annotation([service, route], `${alb}${name}`);
  const number = (name: string, otherwise: number) => setting(text(name), wholeNumber, otherwise);
  const grpc = text('backend-protocol-version')?.text === 'GRPC';
  const { manager } = ingressClass;
  return [
    {
      kind: 'alb',
      by: 'ingress',
      manager,
      route,
      service,
      port: backend.port.value ?? null,
      targetType:
        ingressClass.targetType ?? setting(text('target-type'), targetType, defaultTargetType(manager)),
      healthCheck: {
        intervalSeconds: number('healthcheck-interval-seconds', 15),
        timeoutSeconds: number('healthcheck-timeout-seconds', 5),
        healthyThreshold: number('healthy-threshold-count', 2),
        unhealthyThreshold: number('unhealthy-threshold-count', 2),
        path: setting(text('healthcheck-path'), anyText, grpc ? '/AWS.ALB/healthcheck' : '/'),
      },
      deregistrationSeconds: deregistration([text('target-group-attributes')]),
    },
  ];
}
