import { isMap } from '../manifest/is-map.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import type { Evidence } from '../resources/evidence.ts';
import { type Container, containerField, type Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';

/** Extended resources of the vendors' device plugins: GPUs, parts of one, and Inferentia or Trainium devices. */
const accelerator = /^(?:nvidia\.com\/(?:gpu|mig-)|amd\.com\/gpu|gpu\.intel\.com\/|aws\.amazon\.com\/neuron)/;

/** What a container asks a device plugin for. */
export function acceleratorOf(workload: Workload, container: Container): Evidence | null {
  for (const side of ['limits', 'requests']) {
    const { value, path } = containerField(workload, container, 'resources', side);
    for (const [key, amount] of Object.entries(isMap(value) ? value : {})) {
      if (!accelerator.test(key) || isPlaceholder(amount) || !(Number(amount) > 0)) continue;
      const text = `container ${code(container.name)} asks for ${code(key)}`;
      return { text, at: { resource: workload.resource, path: [...path, key] } };
    }
  }
  return null;
}
