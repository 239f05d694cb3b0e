import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { type Inventory, ofKind, sameNamespace } from '../../resources/inventory.ts';
import { readList } from '../../resources/resource.ts';
import { podField, type Workload } from '../../resources/workload.ts';

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

/**
 * Whether the pods hold a volume that one pod or one node has to itself, or may: a claim that is not in sight, a disk,
 * a directory of the node.
 */
export function mayHoldVolumeAlone(inventory: Inventory, workload: Workload): boolean {
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
