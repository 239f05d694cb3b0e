import type { Inventory } from '../../resources/inventory.ts';
import { podField, type Workload } from '../../resources/workload.ts';
import { mayHoldAlone } from './held-alone.ts';

/** Whether a new pod can surely run beside the old one that it replaces. No StatefulSet has maxSurge. */
export function canSurge(inventory: Inventory, workload: Workload): boolean {
  return (
    workload.resource.ref.kind !== 'StatefulSet' &&
    !mayHoldAlone(inventory, workload) &&
    !keepsApart(workload)
  );
}

function keepsApart(workload: Workload): boolean {
  const path = ['affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];
  const terms = podField(workload, ...path);
  return terms.from === 'unknown' || (Array.isArray(terms.value) && terms.value.length > 0);
}
