import type { FieldPath } from '../manifest/field-path.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import type { Evidence } from '../resources/evidence.ts';
import { type Inventory, ofKind } from '../resources/inventory.ts';
import { type Resource, readField } from '../resources/resource.ts';
import { podField, type Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';

const inject = 'sidecar.istio.io/inject';
const revision = 'istio.io/rev';

/**
 * Why the pods surely get Istio's sidecar. Istio's order: nothing on the host's network; one `disabled` or `false` of
 * namespace and pod decides against, else one `enabled`, `true` or revision decides for it.
 * https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy
 */
export function istioSidecar(workload: Workload, inventory: Inventory): Evidence | null {
  const written = workload.containers.find(({ name }) => name === 'istio-proxy');
  if (written !== undefined)
    return {
      text: `container ${code(written.name)} is written out`,
      at: { resource: workload.resource, path: written.path },
    };
  const hostNetwork = podField(workload, 'hostNetwork');
  if (hostNetwork.value === true || hostNetwork.from === 'unknown') return null;
  const pod = podChoice(workload);
  const namespace = namespaceChoice(workload, inventory);
  if (pod === 'no' || namespace === 'no') return null;
  return pod ?? namespace;
}

/** `no` covers what is not known. */
type Choice = Evidence | 'no' | null;

/** The label wins over the older annotation. */
function podChoice(workload: Workload): Choice {
  const { resource, templatePath } = workload;
  const metadata = [...templatePath, 'metadata'];
  return (
    choice(resource, [...metadata, 'labels', inject], 'true', 'pod label') ??
    choice(resource, [...metadata, 'annotations', inject], 'true', 'pod annotation') ??
    choice(resource, [...metadata, 'labels', revision], null, 'pod label')
  );
}

/** The Namespace is known only where it is in sight. With ambient mode a revision alone brings no sidecar. */
function namespaceChoice(workload: Workload, inventory: Inventory): Choice {
  const { namespace } = workload.resource.ref;
  const object = ofKind(inventory, '', 'Namespace').find(({ ref }) => ref.name === namespace);
  if (object === undefined || namespace === null || isPlaceholder(namespace)) return null;
  const words = `Namespace ${code(namespace)}`;
  const labels = ['metadata', 'labels'];
  const injection = choice(object, [...labels, 'istio-injection'], 'enabled', words);
  if (injection !== null) return injection;
  if (readField(object, [...labels, 'istio.io/dataplane-mode']).from !== 'absent') return null;
  return choice(object, [...labels, revision], null, words);
}

/** `wanted` null: any value. */
function choice(resource: Resource, path: FieldPath, wanted: string | null, words: string): Choice {
  const { value, from } = readField(resource, path);
  if (from === 'unknown') return 'no';
  if (typeof value !== 'string' || value === '') return null;
  if (wanted !== null && value !== wanted) return 'no';
  const key = String(path.at(-1));
  return { text: `${words} has ${code(`${key}: ${value}`)}`, at: { resource, path } };
}
