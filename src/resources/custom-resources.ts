import { groupOf } from '../manifest/manifest.ts';
import type { Inventory } from './inventory.ts';
import { once } from './once.ts';
import type { Resource } from './resource.ts';
import { workloadOf } from './workload.ts';

/** Objects of which nobody here knows whether an operator makes pods of them. */
export function customResources(inventory: Inventory): readonly Resource[] {
  return customIn(inventory.resources);
}

const customIn = once((resources: readonly Resource[]) =>
  resources.filter((resource) => {
    const { apiVersion, kind } = resource.ref;
    const group = groupOf(apiVersion);
    const custom = group.includes('.') && !group.endsWith('.k8s.io');
    return custom && !podlessGroups.has(group) && !podlessKinds.has(kind) && workloadOf(resource) === null;
  }),
);

/** Custom groups none of whose kinds makes pods. */
const podlessGroups = new Set([
  'bitnami.com',
  'cert-manager.io',
  'elbv2.k8s.aws',
  'external-secrets.io',
  'gateway.k8s.aws',
  'karpenter.k8s.aws',
  'karpenter.sh',
  'keda.sh',
  'kyverno.io',
  'linkerd.io',
  'networking.istio.io',
  'policy.linkerd.io',
  'secrets.hashicorp.com',
  'security.istio.io',
  'telemetry.istio.io',
  'traefik.containo.us',
  'traefik.io',
]);

/** Kinds that make no pods, in groups that have others which do (monitoring.coreos.com). */
const podlessKinds = new Set(['PodMonitor', 'Probe', 'PrometheusRule', 'ScrapeConfig', 'ServiceMonitor']);
