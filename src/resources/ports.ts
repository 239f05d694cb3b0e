import { valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import { isOpen } from '../manifest/unknown.ts';
import { type Container, containerField, type Workload } from './workload.ts';

export interface DeclaredPort {
  readonly name: string | null;
  readonly number: number | null;
  readonly protocol: string;
}

export interface DeclaredPorts {
  readonly ports: readonly DeclaredPort[];
  /** False when a placeholder may stand for a port or for a port's name or number. */
  readonly complete: boolean;
}

export function declaredPorts(workload: Workload, container: Container): DeclaredPorts {
  const field = containerField(workload, container, 'ports');
  const items = Array.isArray(field.value) ? field.value : [];
  const scalars = items.flatMap((item) => [item, valueAt(item, ['name']), valueAt(item, ['containerPort'])]);
  const complete =
    field.from !== 'unknown' &&
    items.every((item) => isMap(item) && !isOpen(item)) &&
    !scalars.some(isPlaceholder);
  return { ports: items.map(portOf), complete };
}

function portOf(item: unknown): DeclaredPort {
  const name = valueAt(item, ['name']);
  const number = valueAt(item, ['containerPort']);
  const protocol = valueAt(item, ['protocol']);
  return {
    name: typeof name === 'string' && name !== '' ? name : null,
    number: typeof number === 'number' ? number : null,
    protocol: typeof protocol === 'string' ? protocol : 'TCP',
  };
}
