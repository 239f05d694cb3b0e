import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { type Inventory, ofKind, sameNamespace } from '../../resources/inventory.ts';
import { readList } from '../../resources/resource.ts';
import { containerField, podField, type Workload } from '../../resources/workload.ts';

/**
 * Whether an old pod holds, or may hold, what a new one gets only when it is gone: a volume that one pod or one node has to
 * itself, a port of the node, a device.
 */
export function mayHoldAlone(inventory: Inventory, workload: Workload): boolean {
  return mayHoldVolume(inventory, workload) || mayHoldPortOrDevice(workload);
}

/** Volumes that two pods on two nodes can have at once, or of which each pod gets its own. */
const shareable = new Set([
  'azureFile',
  'cephfs',
  'configMap',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'glusterfs',
  'image',
  'nfs',
  'projected',
  'secret',
]);

/** A claim that is not in sight, a disk, a directory of the node. */
function mayHoldVolume(inventory: Inventory, workload: Workload): boolean {
  const { value, from } = podField(workload, 'volumes');
  if (from === 'unknown') return true;
  const volumes = Array.isArray(value) ? value : [];
  return volumes.some((volume) => {
    if (!isMap(volume)) return true;
    const sources = Object.keys(volume).filter((key) => key !== 'name');
    const claim = valueAt(volume, ['persistentVolumeClaim', 'claimName']);
    if (claim !== undefined) return !isShared(inventory, workload, claim);
    return !sources.every((source) => shareable.has(source));
  });
}

function isShared(inventory: Inventory, { resource }: Workload, claim: unknown): boolean {
  const found = ofKind(inventory, '', 'PersistentVolumeClaim').find(
    ({ ref }) => ref.name === claim && sameNamespace(ref, resource.ref) === 'yes',
  );
  const modes = found === undefined ? [] : readList(found, ['spec', 'accessModes']);
  return modes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
}

/** A port of the node, or a device. */
function mayHoldPortOrDevice(workload: Workload): boolean {
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
