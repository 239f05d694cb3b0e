import { valueAt } from '../manifest/field-path.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import { autoscalersOf, mayBeAutoscaled } from '../resources/autoscalers.ts';
import type { FieldOf } from '../resources/evidence.ts';
import { type Inventory, ofKind, sameNamespace } from '../resources/inventory.ts';
import { oncePer } from '../resources/once.ts';
import type { Workload } from '../resources/workload.ts';

/** Pods of one workload at their fewest, and who says so. */
export interface Floor {
  readonly workload: Workload;
  readonly pods: number;
  /** `scaledToZero`: a KEDA minimum of 0, counted as the 1 pod that runs while there is load. */
  readonly kind: 'replicas' | 'floor' | 'scaledToZero';
  readonly at: FieldOf;
}

/** The autoscaler's floor wins over `replicas`; null where neither is known. */
export const floorOf = oncePer((inventory: Inventory, workload: Workload): Floor | null => {
  const { replicas, resource } = workload;
  const declared = { workload, kind: 'replicas' as const, at: { resource, path: replicas.path } };
  const autoscalers = autoscalersOf(inventory, workload);
  const onlyHpas = autoscalers.every((each) => each.resource.ref.kind === 'HorizontalPodAutoscaler');
  // A HorizontalPodAutoscaler leaves a workload alone that was scaled to 0 by hand.
  if (onlyHpas && replicas.value === 0) return { ...declared, pods: 0 };
  if (mayBeAutoscaled(inventory, workload) || replicas.from === 'unknown') return null;
  if (isReferenced(inventory, workload)) return null;
  const floors = autoscalers.map((each) => autoscalerFloor(workload, each));
  // An autoscaler may stand where nobody can see it.
  if (floors.length === 0)
    return replicas.value === undefined || !inventory.complete ? null : { ...declared, pods: replicas.value };
  const known = floors.filter((floor) => floor !== null);
  return known.length < floors.length ? null : known.reduce((a, b) => (b.pods < a.pods ? b : a));
});

/** An Argo Rollout that points at a Deployment (`workloadRef`) runs pods of its template, in a number of its own. */
function isReferenced(inventory: Inventory, { resource: { ref } }: Workload): boolean {
  return ofKind(inventory, 'argoproj.io', 'Rollout').some((rollout) => {
    const name = valueAt(rollout.manifest.value, ['spec', 'workloadRef', 'name']);
    return (name === ref.name || isPlaceholder(name)) && sameNamespace(rollout.ref, ref) !== 'no';
  });
}

function autoscalerFloor(
  workload: Workload,
  { resource, minReplicas }: ReturnType<typeof autoscalersOf>[number],
): Floor | null {
  if (minReplicas.from === 'unknown') return null;
  const at = { resource, path: minReplicas.path };
  const isKeda = resource.ref.kind === 'ScaledObject';
  const pods = minReplicas.value ?? (isKeda ? 0 : 1);
  if (pods > 0) return { workload, kind: 'floor', pods, at };
  if (!isKeda) return null;
  return { workload, kind: 'scaledToZero', pods: 1, at };
}

/** Pods that run as the workload itself declares; null where it does not, or where an autoscaler owns the number. */
export function replicasOf(
  inventory: Inventory,
  workload: Workload,
): { readonly pods: number; readonly at: FieldOf } | null {
  const floor = floorOf(inventory, workload);
  return floor?.kind === 'replicas' ? { pods: floor.pods, at: floor.at } : null;
}
