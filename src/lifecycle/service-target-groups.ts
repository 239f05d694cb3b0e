import { valueAt } from '../manifest/field-path.ts';
import { defaultTargetType, nlbManagerOf } from '../platform/load-balancer-class.ts';
import {
  annotation,
  anyText,
  deregistration,
  type HealthCheck,
  setting,
  targetType,
  wholeNumber,
} from '../platform/load-balancer-settings.ts';
import { type Resource, readField, readList } from '../resources/resource.ts';
import type { TargetGroup } from './target-group.ts';

const nlb = 'service.beta.kubernetes.io/aws-load-balancer-';

/** An NLB has a target group for each port of its Service. */
export function serviceTargetGroups(service: Resource): readonly TargetGroup[] {
  const manager = nlbManagerOf(service);
  if (manager === null) return [];
  const text = (name: string) => annotation([service], `${nlb}${name}`);
  const isIp = text('type')?.text === 'nlb-ip';
  const target: TargetGroup['targetType'] = isIp
    ? { value: 'ip', from: 'written', at: { resource: service, path: annotationPath('type') } }
    : setting(text('nlb-target-type'), targetType, defaultTargetType(manager));
  const healthCheck = nlbHealthCheck(service, target.value);
  return readList(service, ['spec', 'ports']).map((item): TargetGroup => {
    const port = valueAt(item, ['port']);
    return {
      kind: 'nlb',
      by: 'service',
      manager,
      route: service,
      service,
      port: typeof port === 'number' ? port : null,
      targetType: target,
      healthCheck,
      deregistrationSeconds: deregistration([
        text(`target-group-attributes.${port}`),
        text('target-group-attributes'),
      ]),
    };
  });
}

function annotationPath(suffix: string): readonly string[] {
  return ['metadata', 'annotations', `${nlb}${suffix}`];
}

/** Nodes behind `externalTrafficPolicy: Local` are asked by kube-proxy's own check, with numbers of its own. */
function nlbHealthCheck(service: Resource, target: 'ip' | 'instance' | null): HealthCheck {
  const local = readField(service, ['spec', 'externalTrafficPolicy']).value === 'Local';
  const [timeout, threshold] = target === 'instance' && local ? [6, 2] : [10, 3];
  const text = (name: string) => annotation([service], `${nlb}healthcheck-${name}`);
  const protocol = text('protocol')?.text ?? (target === 'instance' && local ? 'HTTP' : 'TCP');
  const path = target === 'instance' && local ? '/healthz' : '/';
  return {
    intervalSeconds: setting(text('interval'), wholeNumber, 10),
    timeoutSeconds: setting(text('timeout'), wholeNumber, timeout),
    healthyThreshold: setting(text('healthy-threshold'), wholeNumber, threshold),
    unhealthyThreshold: setting(text('unhealthy-threshold'), wholeNumber, threshold),
    path:
      String(protocol).toUpperCase() === 'TCP'
        ? { value: null, from: 'default', at: null }
        : setting<string | null>(text('path'), anyText, path),
  };
}
