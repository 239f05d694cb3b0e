import { scaleIntOrPercent } from '../kubernetes/int-or-percent.ts';
import { type Field, type Resource, readField } from '../resources/resource.ts';
import type { Workload } from '../resources/workload.ts';

/** The limit that a budget states; null for a placeholder, and for two limits, which Kubernetes refuses. */
export function budgetLimit(budget: Resource): Field | null {
  const minimum = readField(budget, ['spec', 'minAvailable']);
  const maximum = readField(budget, ['spec', 'maxUnavailable']);
  if (minimum.from === 'unknown' || maximum.from === 'unknown') return null;
  if (minimum.value !== undefined && maximum.value !== undefined) return null;
  return minimum.value === undefined ? maximum : minimum;
}

/**
 * Pods that a budget wants healthy of `pods`; undefined for what is no limit. Percentages of both fields round up; a
 * budget that states neither allows nothing (getExpectedPodCount and updatePdbStatus of pkg/controller/disruption).
 */
export function requiredPods(limit: Field, pods: number): number | undefined {
  if (limit.value === undefined) return pods;
  const scaled = scaleIntOrPercent(limit.value, pods, 'up');
  if (scaled === undefined || limit.path.at(-1) === 'minAvailable') return scaled;
  return Math.max(0, pods - scaled);
}

const withScale = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'Rollout', 'CloneSet'];

/** Drains leave DaemonSets alone, and budgets over owners without a scale (Jobs, bare pods) are counted otherwise. */
export function scales({ resource }: Workload): boolean {
  return withScale.includes(resource.ref.kind);
}
