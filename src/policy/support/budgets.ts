import { budgetsAbout, budgetsElsewhere, type Inventory } from '../../resources/inventory.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Workload } from '../../resources/workload.ts';

export const budgetSelectorPath = ['spec', 'selector'];

/** A budget that the eviction API asks: `policy/v1beta1` is not served any more. */
export function isBudget({ ref }: Resource): boolean {
  return ref.kind === 'PodDisruptionBudget' && ref.apiVersion === 'policy/v1';
}

/** Whether a budget of this or another unit covers a workload's pods, or may: a placeholder or an unstated namespace decides. */
export function mayBeCovered(inventory: Inventory, workload: Workload): boolean {
  return budgetsAbout(inventory, workload).length > 0 || budgetsElsewhere(inventory, workload).length > 0;
}
