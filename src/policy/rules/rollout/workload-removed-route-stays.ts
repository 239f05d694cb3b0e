import type { Resource } from '../../../resources/resource.ts';
import { routesTo } from '../../../resources/routes.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Evidence, type Message, type Subject } from '../../rule.ts';
import { listed, objectName } from '../../support/kubernetes-words.ts';
import { removedFrom, servicesScaledToZero } from '../../support/left-without-pods.ts';

interface Stays {
  readonly workloads: readonly string[];
  readonly services: readonly string[];
  /** What still sends traffic to the Services, as `Ingress/web`. */
  readonly routes: readonly string[];
  /** Replicas in the base; null where the workload is removed. */
  readonly baseReplicas: number | null;
}

const stays = ({ services }: Stays): string =>
  services.length === 1 ? `Service ${listed(services)} stays` : `Services ${listed(services)} stay`;

const why = ({ services, routes }: Stays): string =>
  `${services.length === 1 ? 'The Service keeps its name and address' : 'The Services keep their names and addresses'} with ` +
  `0 endpoints: every connection fails${routes.length === 0 ? '' : `, and so does every request through ${listed(routes)}`}.`;

const routed = ({ routes }: Stays): string =>
  routes.length === 0 ? '' : ` ${listed(routes)} still ${routes.length === 1 ? 'leads' : 'lead'} there.`;

const removed: Message<Stays> = {
  class: 'regression',
  severity: 'warning',
  title: (data) =>
    `${listed(data.workloads)} ${data.workloads.length === 1 ? 'is' : 'are'} removed, and ${stays(data)} without pods`,
  text: (data) =>
    `In the base ${listed(data.services)} sent traffic to ${listed(data.workloads)}; in this change no pod template ` +
    `matches its selector.${routed(data)}`,
  why,
  fix: ({ services, routes }) =>
    `Remove ${listed([...services.map((name) => `Service/${name}`), ...routes])} with the workload, or keep the workload ` +
    'until nothing calls it any more.',
};

const scaled: Message<Stays> = {
  class: 'regression',
  severity: 'warning',
  title: (data) =>
    `${listed(data.workloads)} goes from ${data.baseReplicas} to 0 replicas, and ${stays(data)} without pods`,
  text: (data) =>
    `\`replicas\` of ${listed(data.workloads)} is ${data.baseReplicas} in the base and 0 in this change; ` +
    `${listed(data.services)} ${data.services.length === 1 ? 'selects' : 'select'} nothing else.${routed(data)}`,
  why,
  fix: () =>
    'Take the Service and what leads to it away as well, or keep a replica until nothing calls it any more.',
};

export const workloadRemovedRouteStays = defineRule({
  id: 'workload-removed-route-stays',
  category: 'rollout',
  title: 'A workload goes and its Service stays',
  messages: { removed, scaled },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: Service',
      url: 'https://kubernetes.io/docs/concepts/services-networking/service/',
    },
  ],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource, workload, before } = subject;
    if (before === null) return;
    if (workload !== null) {
      const services = servicesScaledToZero(subject);
      const baseReplicas = before.workload?.replicas.value ?? null;
      if (services.length > 0)
        yield diagnostic(subject, 'scaled', [resource], services, baseReplicas, ['spec', 'replicas']);
    } else if (resource.ref.kind === 'Service' && resource.ref.apiVersion === 'v1') {
      const gone = removedFrom(subject).map((each) => each.resource);
      if (gone.length > 0) yield diagnostic(subject, 'removed', gone, [resource], null, ['spec', 'selector']);
    }
  },
});

function diagnostic(
  { resource, inventory }: Subject,
  messageId: 'removed' | 'scaled',
  workloads: readonly Resource[],
  services: readonly Resource[],
  baseReplicas: number | null,
  path: readonly string[],
): Diagnostic {
  const routes = services.flatMap((service) => routesTo(inventory, service));
  const distinct = [...new Map(routes.map((to) => [to.route, to])).values()];
  const evidence: readonly Evidence[] = [
    ...(messageId === 'removed' ? workloads : []).map((each) => ({
      text: `base: ${code(objectName(each.ref))}`,
      at: { resource: each, path: ['metadata', 'name'] },
    })),
    ...distinct.map(({ route, backend }) => ({
      text: `${code(objectName(route.ref))} leads to ${code(backend.service)}`,
      at: { resource: route, path: backend.namePath },
    })),
  ];
  return {
    messageId,
    data: {
      workloads: workloads.map(({ ref }) => objectName(ref)),
      services: services.map(({ ref }) => ref.name),
      routes: distinct.map(({ route }) => objectName(route.ref)),
      baseReplicas,
    },
    at: { resource, path },
    evidence,
  };
}
