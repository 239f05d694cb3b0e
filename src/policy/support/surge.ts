import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { Inventory } from '../../resources/inventory.ts';
import { containerField, podField, type Workload } from '../../resources/workload.ts';
import { mayHoldVolumeAlone } from './volumes.ts';

/**
 * Whether a new pod can surely run beside the old one that it replaces: no kind without maxSurge, and no volume, port of
 * the node, device or place that the old one has to give back first.
 */
export function canSurge(inventory: Inventory, workload: Workload): boolean {
  return (
    workload.resource.ref.kind !== 'StatefulSet' &&
    !mayHoldVolumeAlone(inventory, workload) &&
    !mayNeedNode(workload) &&
    !keepsApart(workload)
  );
}

function mayNeedNode(workload: Workload): boolean {
  const network = podField(workload, 'hostNetwork');
  if (network.value === true || network.from === 'unknown') return true;
  return workload.containers.some((container) => {
    const ports = containerField(workload, container, 'ports');
    const limits = containerField(workload, container, 'resources', 'limits');
    if (ports.from === 'unknown' || limits.from === 'unknown') return true;
    const list = Array.isArray(ports.value) ? ports.value : [];
    // An extended resource, such as `nvidia.com/gpu`.
    const devices = Object.keys(isMap(limits.value) ? limits.value : {}).filter((name) => name.includes('/'));
    return devices.length > 0 || list.some((port) => valueAt(port, ['hostPort']) !== undefined);
  });
}

function keepsApart(workload: Workload): boolean {
  const path = ['affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];
  const terms = podField(workload, ...path);
  return terms.from === 'unknown' || (Array.isArray(terms.value) && terms.value.length > 0);
}
