import { valueAt } from '../../../manifest/field-path.ts';
import { isMap } from '../../../manifest/is-map.ts';
import { autoscalersOf } from '../../../resources/autoscalers.ts';
import { type Inventory, resourcesOfKind, sameNamespace } from '../../../resources/inventory.ts';
import { type Resource, readField } from '../../../resources/resource.ts';
import {
  type Container,
  containerField,
  mayRunNothing,
  podField,
  type Workload,
} from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { mayMeasureMore, metricCount, type PodMetric, podMetricsOf } from '../../support/autoscalers.ts';
import { listed, objectName } from '../../support/kubernetes-words.ts';

interface Lacking {
  readonly autoscaler: string;
  readonly object: string;
  /** `cpu` or `memory`. */
  readonly resource: string;
  /** Percent of the request. */
  readonly target: number;
  readonly containers: readonly string[];
  /** The metric looks at one container only. */
  readonly oneContainer: boolean;
  /** Metrics of the autoscaler that do not lack a request. */
  readonly otherMetrics: number;
}

const word = (resource: string): string => (resource === 'cpu' ? 'CPU' : resource);

const missing: Message<Lacking> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ autoscaler, resource, target, containers }) =>
    `${code(autoscaler)} scales at ${target} % of the ${word(resource)} request, and ${listed(containers)} ` +
    `${containers.length === 1 ? 'has' : 'have'} none`,
  text: ({ autoscaler, object, resource, target, containers, oneContainer }) =>
    `${code(autoscaler)} aims at ${target} % of what ${oneContainer ? 'the container requests' : 'all containers of a pod request'}; ` +
    `${listed(containers)} of ${code(object)} ${containers.length === 1 ? 'states' : 'state'} neither a ${word(resource)} request ` +
    'nor a limit that would stand in for it.',
  why: ({ resource, otherMetrics }) =>
    `The controller answers \`missing request for ${resource}\` and computes nothing from this metric: ` +
    (otherMetrics === 0
      ? 'the number of pods stays where it is, whatever the load.'
      : 'the other metrics can still add pods, and nothing takes one away.'),
  fix: ({ resource, containers, oneContainer }) =>
    `Write \`resources.requests.${resource}\` for ${listed(containers)}${oneContainer ? '' : ', or measure one container with a `ContainerResource` metric'}.`,
};

/**
 * `calculateRequests` of pkg/controller/podautoscaler/replica_calculator.go: containers and native sidecars, all of them.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/controller/podautoscaler/replica_calculator.go
 */
export const autoscalerNeedsRequests = defineRule({
  id: 'autoscaler-needs-requests',
  category: 'autoscaling',
  about: 'workloads',
  title: 'An autoscaler counts in percent of a request that a container lacks',
  messages: { missing },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: support for resource metrics',
      url: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#support-for-resource-metrics',
    },
    { title: 'KEDA: CPU scaler', url: 'https://keda.sh/docs/latest/scalers/cpu/' },
  ],
  *check({ resource, workload, inventory }: Subject): Iterable<Diagnostic> {
    if (workload === null || mayRunNothing(workload)) return;
    const autoscalers = autoscalersOf(inventory, workload).map((each) => each.resource);
    if (autoscalers.length === 0 || requestsComeElsewhere(inventory, workload)) return;
    if (!inventory.complete || workload.open) return;
    for (const autoscaler of autoscalers) {
      if (mayMeasureMore(autoscaler)) continue;
      const dead = podMetricsOf(autoscaler).filter(
        (metric) => lackingContainers(workload, metric).length > 0,
      );
      const otherMetrics = Math.max(0, metricCount(autoscaler) - dead.length);
      for (const metric of dead) yield diagnosticOf(resource, workload, autoscaler, metric, otherMetrics);
    }
  },
});

function diagnosticOf(
  resource: Resource,
  workload: Workload,
  autoscaler: Resource,
  metric: PodMetric,
  otherMetrics: number,
): Diagnostic {
  const lacking = lackingContainers(workload, metric);
  const name = metric.resource ?? '';
  return {
    messageId: 'missing',
    data: {
      autoscaler: objectName(autoscaler.ref),
      object: objectName(resource.ref),
      resource: name,
      target: metric.utilization,
      containers: lacking.map((container) => container.name),
      oneContainer: metric.container !== null,
      otherMetrics,
    },
    at: { resource, path: [...(lacking[0]?.path ?? []), 'resources', 'requests', name] },
    ...(lacking[0] && { container: lacking[0].name }),
    evidence: [
      {
        text: `${code(objectName(autoscaler.ref))}: ${metric.utilization} % of the ${word(name)} request`,
        at: { resource: autoscaler, path: metric.path },
      },
      ...lacking.slice(1).map((container) => ({
        text: `container ${code(container.name)} has no ${word(name)} request`,
        at: { resource, path: [...container.path, 'resources'] },
      })),
    ],
  };
}

function lackingContainers(workload: Workload, metric: PodMetric): readonly Container[] {
  const { utilization, resource, container: only } = metric;
  if (utilization === null || (resource !== 'cpu' && resource !== 'memory')) return [];
  return workload.containers.filter(
    (container) =>
      container.role !== 'init' &&
      (only === null || only === container.name) &&
      ['requests', 'limits'].every(
        (kind) => containerField(workload, container, 'resources', kind, resource).from === 'absent',
      ),
  );
}

/** Requests for the pod as a whole (counted since Kubernetes 1.34), defaults of the namespace, a vertical autoscaler. */
function requestsComeElsewhere(inventory: Inventory, workload: Workload): boolean {
  if (podField(workload, 'resources').from !== 'absent') return true;
  const { ref } = workload.resource;
  const inNamespace = (other: Resource): boolean => sameNamespace(other.ref, ref) !== 'no';
  const all = [inventory.resources, inventory.elsewhere?.resources ?? []];
  const some = (group: string, kind: string, gives: (other: Resource) => boolean) =>
    all.some((list) =>
      resourcesOfKind(list, group, kind).some((other) => inNamespace(other) && gives(other)),
    );
  return (
    some('', 'LimitRange', () => true) ||
    some('autoscaling.k8s.io', 'VerticalPodAutoscaler', (vertical) => mayRequestFor(vertical, workload))
  );
}

function mayRequestFor(vertical: Resource, { resource }: Workload): boolean {
  if (readField(vertical, ['spec', 'updatePolicy', 'updateMode']).value === 'Off') return false;
  const target = readField(vertical, ['spec', 'targetRef']).value;
  return !isMap(target) || valueAt(target, ['name']) === resource.ref.name;
}
