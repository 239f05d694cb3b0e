import { formatFieldPath } from '../manifest/field-path.ts';
import { groupOf } from '../manifest/manifest.ts';
import { readNumber } from '../resources/resource.ts';
import type { Workload } from '../resources/workload.ts';
import { assumptions } from './assumptions.ts';
import { type Bound, exactly, remainder } from './bound.ts';

/** Kubernetes' DefaultTerminationGracePeriodSeconds. */
const defaultGraceSeconds = 30;

const floorSeconds = assumptions.kubeletFloorSeconds;

/** The time a pod has to stop. */
export interface GracePeriod {
  /** As the kubelet counts it: a negative value is 1; 0 kills at once, without preStop. */
  readonly seconds: number;
  /** False where Kubernetes' default was used. */
  readonly written: boolean;
  readonly path: readonly (string | number)[];
}

/** Null when it is a placeholder, or set by something else (Knative copies its own `timeoutSeconds` there). */
export function gracePeriodOf(workload: Workload): GracePeriod | null {
  const path = [...workload.podSpecPath, 'terminationGracePeriodSeconds'];
  const field = readNumber(workload.resource, path);
  if (field.from === 'unknown' || !Number.isSafeInteger(field.value ?? 0)) return null;
  if (groupOf(workload.resource.ref.apiVersion) === 'serving.knative.dev') return null;
  const written = field.from === 'set' && field.value !== undefined;
  const value = field.value ?? defaultGraceSeconds;
  return { seconds: value < 0 ? 1 : value, written, path };
}

export function graceBound(grace: GracePeriod): Bound {
  const field = formatFieldPath(grace.path);
  return exactly(grace.seconds, grace.written ? field : `${field} (default)`);
}

/** When the stop signal and SIGKILL reach a container whose preStop takes `preStopSeconds`, counted from the deletion. */
export function stopSchedule(graceSeconds: number, preStopSeconds: number): { term: number; kill: number } {
  const term = graceSeconds === 0 ? 0 : Math.min(preStopSeconds, graceSeconds);
  return { term, kill: term + Math.max(floorSeconds, graceSeconds - term) };
}

/** Time between the stop signal and SIGKILL. */
export function applicationTime(grace: Bound, preStop: Bound, from: string): Bound {
  const left = remainder(grace, preStop, from);
  return {
    atLeast: Math.max(floorSeconds, left.atLeast),
    atMost: Math.max(floorSeconds, left.atMost),
    from,
  };
}
