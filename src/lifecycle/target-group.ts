import type { Manager } from '../platform/load-balancer-class.ts';
import type { HealthCheck, Setting } from '../platform/load-balancer-settings.ts';
import type { Resource } from '../resources/resource.ts';

/** What AWS sends a Service's traffic through: one port of the Service, as one load balancer sees it. */
export interface TargetGroup {
  readonly kind: 'alb' | 'nlb';
  /** What asks for it. */
  readonly by: 'ingress' | 'service' | 'gateway';
  readonly manager: Manager;
  /** The Ingress, the Service itself, or the route of a Gateway. */
  readonly route: Resource;
  readonly service: Resource;
  /** The Service's port by number or name; null where it is not known. */
  readonly port: number | string | null;
  /** With `instance` the targets are nodes, and a pod that comes or goes changes none of them. */
  readonly targetType: Setting<'ip' | 'instance'>;
  readonly healthCheck: HealthCheck;
  /** How long requests in flight to a target that was taken out may go on. */
  readonly deregistrationSeconds: Setting<number>;
}
