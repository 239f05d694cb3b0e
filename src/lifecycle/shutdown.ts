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
  /** As it is written; a negative value counts as 1. */
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
  const grace = countedSeconds(graceSeconds);
  const term = Math.min(preStopSeconds, grace);
  return { term, kill: term + Math.max(floorSeconds, grace - term) };
}

/**
 * The kubelet counts a grace period of 0 as 1 when a pod is deleted (`calculateEffectiveGracePeriod` in
 * https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/kubelet/pod_workers.go).
 */
export function countedSeconds(graceSeconds: number): number {
  return Math.max(1, graceSeconds);
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
