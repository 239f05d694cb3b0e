import { formatFieldPath } from '../manifest/field-path.ts';
import type { Evidence } from '../resources/evidence.ts';
import { budgetsAbout, budgetsOf, type Inventory, ownSelector, selectedBy } from '../resources/inventory.ts';
import type { Resource } from '../resources/resource.ts';
import type { Workload } from '../resources/workload.ts';
import { code, count } from '../text/escape.ts';
import type { Bound } from './bound.ts';
import { budgetLimit, requiredPods, scales } from './budget.ts';
import { type Floor, floorOf } from './replicas.ts';

/** A number of pods between two limits, and what it was counted from. */
export interface Pods extends Bound {
  readonly evidence: readonly Evidence[];
}

/**
 * Pods of a workload that may be evicted at once, at its floor and with every pod healthy: `disruptionsAllowed` of
 * pkg/controller/disruption. Null is unknown. Pods of several workloads under one budget share what it allows.
 */
export function evictionsAllowed(inventory: Inventory, workload: Workload): Pods | null {
  return evictions(inventory, workload, () => 0);
}

/** As `evictionsAllowed`, while one of `zones` zones is gone and the pods of each workload stood evenly in all. */
export function evictionsInZoneLoss(inventory: Inventory, workload: Workload, zones: number): Pods | null {
  return evictions(inventory, workload, ({ pods }) => podsInZone(pods, zones));
}

/** Pods in the fullest of `zones` zones that `pods` pods are spread over as evenly as they go. */
export function podsInZone(pods: number, zones: number): number {
  return Math.ceil(pods / Math.max(1, zones));
}

function evictions(inventory: Inventory, workload: Workload, lost: (floor: Floor) => number): Pods | null {
  const floor = floorOf(inventory, workload);
  if (floor === null || !scales(workload) || mayBeCovered(inventory, workload)) return null;
  const healthy = floor.pods - lost(floor);
  const counted: Evidence = { text: `counted at ${count(floor.pods, 'pod')}`, at: floor.at };
  const exactly = (pods: number, from: string, budgets: readonly Resource[]): Pods => ({
    atLeast: pods,
    atMost: pods,
    from,
    evidence: [counted, ...budgets.map(evidenceOf)],
  });
  const budgets = budgetsOf(inventory, workload);
  // The eviction of a pod under several budgets is answered with an error.
  if (budgets.length > 1) return exactly(0, 'several PodDisruptionBudgets', budgets);
  const [budget] = budgets;
  if (budget === undefined) return inventory.complete ? exactly(healthy, 'no PodDisruptionBudget', []) : null;
  const allowed = allowedBy(inventory, budget, lost);
  return allowed && exactly(Math.min(healthy, allowed.pods), allowed.from, [budget]);
}

function evidenceOf(resource: Resource): Evidence {
  return { text: `budget ${code(resource.ref.name)}`, at: { resource, path: ['spec'] } };
}

/** Evictions that a budget allows over all that it covers; null where it covers pods that nobody can count. */
function allowedBy(
  inventory: Inventory,
  budget: Resource,
  lost: (floor: Floor) => number,
): { readonly pods: number; readonly from: string } | null {
  const covered = selectedBy(inventory, budget, ownSelector(budget));
  const floors = covered.map(({ workload, match }) =>
    match === 'yes' && scales(workload) ? floorOf(inventory, workload) : null,
  );
  const known = floors.filter((floor) => floor !== null);
  const limit = budgetLimit(budget);
  const isKnown = budget.ref.apiVersion === 'policy/v1' && known.length === floors.length;
  if (limit === null || !isKnown) return null;
  const expected = known.reduce((total, { pods }) => total + pods, 0);
  const required = requiredPods(limit, expected);
  if (required === undefined) return null;
  const healthy = known.reduce((total, floor) => total + floor.pods - lost(floor), 0);
  const field = limit.value === undefined ? 'spec' : formatFieldPath(limit.path);
  return { pods: Math.max(0, healthy - required), from: `PodDisruptionBudget ${field}` };
}

/** A budget that may be another's: what it allows is not known then. */
function mayBeCovered(inventory: Inventory, workload: Workload): boolean {
  return budgetsAbout(inventory, workload).some(({ match }) => match === 'unknown');
}
