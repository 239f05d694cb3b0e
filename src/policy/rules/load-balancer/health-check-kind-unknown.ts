import { valueAt } from '../../../manifest/field-path.ts';
import { isMap } from '../../../manifest/is-map.ts';
import { groupOf, isPlaceholder } from '../../../manifest/manifest.ts';
import { type Inventory, ofKind } from '../../../resources/inventory.ts';
import { type Field, type Resource, readField } from '../../../resources/resource.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';

interface Unknown {
  readonly name: string;
  readonly apiVersion: string;
}

const noSuchKind: Message<Unknown> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ apiVersion }) => `There is no ${code('HealthCheckPolicy')} in ${code(apiVersion)}`,
  text: ({ name }) =>
    `${code(name)} is a \`HealthCheckPolicy\` of the group \`elbv2.k8s.aws\`, which has no such kind: the AWS Load Balancer ` +
    'Controller installs TargetGroupBinding, IngressClassParams and ALBTargetControlConfig there. The kind belongs to GKE ' +
    '(`networking.gke.io`).',
  why: ({ apiVersion }) =>
    `The object is refused with ${code(`no matches for kind "HealthCheckPolicy" in version "${apiVersion}"`)}: the health ` +
    'check that it describes never reaches a target group, and the release stops here.',
  fix: () =>
    'Write a `TargetGroupConfiguration` (`gateway.k8s.aws/v1`) whose `spec.targetReference.name` is the Service, with ' +
    '`spec.defaultConfiguration.healthCheckConfig`; for an Ingress the `alb.ingress.kubernetes.io/healthcheck-*` annotations.',
};

const versionGone: Message<Unknown> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ name, apiVersion }) =>
    `GRPCRoute ${code(name)} is written as ${code(apiVersion)}, which Gateway API 1.2 and later do not serve`,
  text: ({ name }) =>
    `${code(name)} is a \`GRPCRoute\` of version \`v1alpha2\`; it is \`v1\` since Gateway API 1.1, and 1.2 stopped serving \`v1alpha2\`.`,
  why: ({ apiVersion }) =>
    `On a cluster with the definitions of Gateway API 1.2 or later the object is refused with ` +
    `${code(`no matches for kind "GRPCRoute" in version "${apiVersion}"`)}, and its calls are never routed.`,
  fix: () => 'Write `apiVersion: gateway.networking.k8s.io/v1`; the fields are the same.',
};

export const healthCheckKindUnknown = defineRule({
  id: 'health-check-kind-unknown',
  category: 'load-balancer',
  title: 'A health check or gRPC route of a kind that the cluster does not have',
  messages: { noSuchKind, versionGone },
  references: [
    {
      title: 'AWS Load Balancer Controller: TargetGroupConfiguration',
      url: 'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig/',
    },
    {
      title: 'Gateway API 1.2.0',
      url: 'https://github.com/kubernetes-sigs/gateway-api/releases/tag/v1.2.0',
    },
  ],
  *check({ resource, inventory }: Subject): Iterable<Diagnostic> {
    const messageId = messageFor(resource, inventory);
    if (messageId === null) return;
    const { apiVersion, name } = resource.ref;
    yield { messageId, data: { name, apiVersion }, at: { resource, path: ['apiVersion'] } };
  },
});

function messageFor({ ref }: Resource, inventory: Inventory): 'noSuchKind' | 'versionGone' | null {
  const group = groupOf(ref.apiVersion);
  if (group === 'elbv2.k8s.aws' && ref.kind === 'HealthCheckPolicy') return 'noSuchKind';
  if (ref.apiVersion !== `${gatewayApi}/v1alpha2` || ref.kind !== 'GRPCRoute') return null;
  return isServed(inventory) ? null : 'versionGone';
}

const gatewayApi = 'gateway.networking.k8s.io';

function mayServe({ from, value }: Field): boolean {
  if (from === 'unknown') return true;
  return (Array.isArray(value) ? value : []).some((version) => {
    const name = valueAt(version, ['name']);
    return (
      !isMap(version) ||
      name === undefined ||
      isPlaceholder(name) ||
      (name === 'v1alpha2' && version.served !== false)
    );
  });
}

/** The unit may bring older definitions of the Gateway API with it. */
function isServed(inventory: Inventory): boolean {
  return ofKind(inventory, 'apiextensions.k8s.io', 'CustomResourceDefinition')
    .filter(({ ref }) => ref.name === `grpcroutes.${gatewayApi}` || isPlaceholder(ref.name))
    .some((definition) => mayServe(readField(definition, ['spec', 'versions'])));
}
