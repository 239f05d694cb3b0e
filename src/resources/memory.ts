import { bytesOf } from '../kubernetes/quantity.ts';
import type { FieldPath } from '../manifest/field-path.ts';
import type { Field } from './resource.ts';
import { type Container, containerField, podField, type Workload } from './workload.ts';

/** An amount of memory that a container may use, or asks for. */
export interface Memory {
  readonly bytes: number;
  readonly path: FieldPath;
  /** Of the pod as a whole, which its containers share. */
  readonly shared: boolean;
}

/** The container's own, else the pod's (`spec.resources`, Kubernetes 1.34 and later). A limit of 0 is none. */
export function memoryOf(
  workload: Workload,
  container: Container,
  of: 'limits' | 'requests',
): Memory | 'absent' | 'unknown' {
  const own = amount(containerField(workload, container, 'resources', of, 'memory'), false);
  return own === 'absent' ? amount(podField(workload, 'resources', of, 'memory'), true) : own;
}

function amount({ value, from, path }: Field, shared: boolean): Memory | 'absent' | 'unknown' {
  if (from === 'unknown') return 'unknown';
  if (value === undefined) return 'absent';
  const bytes = bytesOf(value);
  if (bytes === null) return 'unknown';
  return bytes === 0 ? 'absent' : { bytes, path, shared };
}
