import { type Inventory, inventoryOf } from '../../src/resources/inventory.ts';
import type { Workload } from '../../src/resources/workload.ts';
import { resourcesOf } from '../resources/support.ts';

/** The objects of one text as a whole release, without Kubernetes' defaults. */
export function inventoryFrom(text: string, complete = true): Inventory {
  return inventoryOf('raw:deploy', resourcesOf(text), complete, null);
}

/** An inventory and its workload of this name. */
export function releaseOf(
  text: string,
  name = 'web',
  complete = true,
): { inventory: Inventory; workload: Workload } {
  const inventory = inventoryFrom(text, complete);
  const workload = inventory.workloads.find(({ resource }) => resource.ref.name === name);
  if (workload === undefined) throw new Error(`no workload ${name}`);
  return { inventory, workload };
}
