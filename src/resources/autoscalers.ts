import { valueAt } from '../manifest/field-path.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import { type Inventory, resourcesOfKind } from './inventory.ts';
import { once } from './once.ts';
import { type Resource, readField, readNumber } from './resource.ts';
import { sameNamespace } from './selection.ts';
import type { Workload } from './workload.ts';

/** A floor that an autoscaler keeps, with the object that says so. */
export interface AutoscalerFloor {
  readonly resource: Resource;
  readonly minReplicas: ReturnType<typeof readNumber>;
}

/** HorizontalPodAutoscalers and ScaledObjects that target a workload. Their unset floors are 1 and 0. */
export function autoscalersOf({ around }: Inventory, workload: Workload): readonly AutoscalerFloor[] {
  const { ref } = workload.resource;
  const named = autoscalersByTarget(around.resources).get(ref.name) ?? [];
  return named.filter(
    ({ resource, kind }) => kind === ref.kind && sameNamespace(resource.ref, ref) === 'yes',
  );
}

/** Whether an autoscaler may own the workload's replica count without being in sight under a known target. */
export function mayBeAutoscaled({ around, elsewhere }: Inventory, workload: Workload): boolean {
  const { ref } = workload.resource;
  const byTarget = autoscalersByTarget(around.resources);
  const namespaceOf = ({ resource }: AutoscalerFloor) => sameNamespace(resource.ref, ref);
  return (
    (byTarget.get(null) ?? []).some((each) => namespaceOf(each) !== 'no') ||
    (byTarget.get(ref.name) ?? []).some((each) => namespaceOf(each) === 'unknown') ||
    (elsewhere !== null && isTarget(elsewhere.resources, workload))
  );
}

/** Whether an autoscaler of another unit names the workload, and may stand beside it. */
function isTarget(resources: readonly Resource[], { resource: { ref } }: Workload): boolean {
  const named = autoscalersByTarget(resources).get(ref.name) ?? [];
  return named.some(({ resource, kind }) => kind === ref.kind && sameNamespace(resource.ref, ref) !== 'no');
}

/** The kind and name that an autoscaler scales; null for any other object, and while a placeholder stands for them. */
export function scaledBy(resource: Resource): { readonly kind: unknown; readonly name: string } | null {
  for (const [name, targets] of autoscalersByTarget([resource]))
    if (name !== null) return { kind: targets[0]?.kind, name };
  return null;
}

/** Autoscalers by the name of what they scale; null: a placeholder stands for the name. */
const autoscalersByTarget = once((resources: readonly Resource[]) => {
  const byTarget = new Map<string | null, (AutoscalerFloor & { readonly kind: unknown })[]>();
  for (const [group, kind, floor] of autoscalerKinds) {
    for (const resource of resourcesOfKind(resources, group, kind)) {
      const target = valueAt(resource.manifest.value, ['spec', 'scaleTargetRef']);
      const name = valueAt(target, ['name']);
      const hidden = ['kind', 'name'].some(
        (part) => readField(resource, ['spec', 'scaleTargetRef', part]).from === 'unknown',
      );
      if (typeof name !== 'string' && !hidden) continue;
      const key = hidden || typeof name !== 'string' || isPlaceholder(name) ? null : name;
      const minReplicas = readNumber(resource, ['spec', floor]);
      const each = { resource, minReplicas, kind: valueAt(target, ['kind']) ?? 'Deployment' };
      byTarget.set(key, [...(byTarget.get(key) ?? []), each]);
    }
  }
  return byTarget;
});

const autoscalerKinds = [
  ['autoscaling', 'HorizontalPodAutoscaler', 'minReplicas'],
  ['keda.sh', 'ScaledObject', 'minReplicaCount'],
] as const;
