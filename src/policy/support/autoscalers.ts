import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { groupOf } from '../../manifest/manifest.ts';
import { isUnknownText } from '../../manifest/unknown.ts';
import { type Resource, readField, readList, readNumber, readString } from '../../resources/resource.ts';

/** A HorizontalPodAutoscaler, or KEDA's ScaledObject, which makes one. */
export function isAutoscaler({ ref }: Resource): boolean {
  const group = groupOf(ref.apiVersion);
  if (ref.kind === 'HorizontalPodAutoscaler') return group === 'autoscaling';
  return ref.kind === 'ScaledObject' && group === 'keda.sh';
}

export function isKeda({ ref }: Resource): boolean {
  return ref.kind === 'ScaledObject';
}

/** Most replicas that an autoscaler allows; KEDA's default is 100. */
export function maxReplicasOf(autoscaler: Resource): ReturnType<typeof readNumber> {
  const field = readNumber(autoscaler, ['spec', isKeda(autoscaler) ? 'maxReplicaCount' : 'maxReplicas']);
  return isKeda(autoscaler) && field.from === 'absent' ? { ...field, value: 100, from: 'default' } : field;
}

const pauses = ['autoscaling.keda.sh/paused', 'autoscaling.keda.sh/paused-replicas'];

/** KEDA leaves the count alone while it is told to pause. */
export function isPaused(autoscaler: Resource): boolean {
  return pauses.some((key) => {
    const { from, value } = readField(autoscaler, ['metadata', 'annotations', key]);
    return from !== 'absent' && value !== 'false';
  });
}

/** One metric or trigger that measures the pods themselves. */
export interface PodMetric {
  /** `cpu`, `memory`; null for a metric of another kind. */
  readonly resource: string | null;
  /** The one container that it looks at; null for the whole pod. */
  readonly container: string | null;
  /** Percent of the request; null for an absolute target. */
  readonly utilization: number | null;
  readonly path: FieldPath;
}

/** The metrics that are read from the target's pods. Others (External, Object, KEDA's own) look elsewhere. */
export function podMetricsOf(autoscaler: Resource): readonly PodMetric[] {
  if (isKeda(autoscaler)) return triggersOf(autoscaler);
  const metrics = readList(autoscaler, ['spec', 'metrics']).flatMap((metric, index) =>
    metricOf(metric, ['spec', 'metrics', index]),
  );
  const old = readNumber(autoscaler, ['spec', 'targetCPUUtilizationPercentage']);
  if (old.value === undefined) return metrics;
  return [...metrics, { resource: 'cpu', container: null, utilization: old.value, path: old.path }];
}

function metricOf(metric: unknown, at: FieldPath): readonly PodMetric[] {
  const type = valueAt(metric, ['type']);
  if (type === 'Pods') return [{ resource: null, container: null, utilization: null, path: at }];
  if (type !== 'Resource' && type !== 'ContainerResource') return [];
  const source = type === 'Resource' ? 'resource' : 'containerResource';
  const name = valueAt(metric, [source, 'name']);
  const container = valueAt(metric, [source, 'container']);
  const utilization = valueAt(metric, [source, 'target', 'averageUtilization']);
  return [
    {
      resource: typeof name === 'string' ? name : null,
      container: typeof container === 'string' ? container : null,
      utilization: typeof utilization === 'number' ? utilization : null,
      path: [...at, source, 'target', 'averageUtilization'],
    },
  ];
}

function triggersOf(autoscaler: Resource): readonly PodMetric[] {
  return readList(autoscaler, ['spec', 'triggers']).flatMap((trigger, index) => {
    const type = valueAt(trigger, ['type']);
    if (type !== 'cpu' && type !== 'memory') return [];
    const kind = valueAt(trigger, ['metricType']) ?? valueAt(trigger, ['metadata', 'type']);
    const value = Number(valueAt(trigger, ['metadata', 'value']) ?? Number.NaN);
    const container = valueAt(trigger, ['metadata', 'containerName']);
    return [
      {
        resource: type,
        container: typeof container === 'string' && container !== '' ? container : null,
        utilization: kind === 'Utilization' && Number.isFinite(value) ? value : null,
        path: ['spec', 'triggers', index],
      },
    ];
  });
}

/** All metrics or triggers, whatever they look at. */
export function metricCount(autoscaler: Resource): number {
  return readList(autoscaler, ['spec', isKeda(autoscaler) ? 'triggers' : 'metrics']).length;
}

/** Whether there may be metrics or triggers that do not show. */
export function mayMeasureMore(autoscaler: Resource): boolean {
  const { from, value } = readField(autoscaler, ['spec', isKeda(autoscaler) ? 'triggers' : 'metrics']);
  return from === 'unknown' || isUnknownText(JSON.stringify(value ?? ''));
}

/** What an autoscaler scales, as written; null where a placeholder stands for it. */
export function targetOf(autoscaler: Resource): { readonly kind: string; readonly name: string } | null {
  const kind = readString(autoscaler, ['spec', 'scaleTargetRef', 'kind']);
  const name = readString(autoscaler, ['spec', 'scaleTargetRef', 'name']);
  if (kind.from === 'unknown' || name.value === undefined) return null;
  return { kind: kind.value ?? 'Deployment', name: name.value };
}
