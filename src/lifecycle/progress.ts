import type { Environment } from '../platform/environment.ts';
import type { Inventory } from '../resources/inventory.ts';
import { type Field, readNumber } from '../resources/resource.ts';
import type { Workload } from '../resources/workload.ts';
import { type Bound, longest } from './bound.ts';
import { expectedStart, initTime, readyAfter, startLimit } from './startup.ts';

/** Seconds that a pod has to stay ready before it counts as available; null is unknown. */
export function minReadySeconds(workload: Workload): number | null {
  const field = readNumber(workload.resource, ['spec', 'minReadySeconds']);
  return field.from === 'unknown' ? null : Math.max(0, field.value ?? 0);
}

/** Kubernetes' and Argo Rollouts' default of progressDeadlineSeconds. */
const defaultDeadlineSeconds = 600;

/** The value with which both take no deadline at all: the highest int32. */
const noDeadline = 2 ** 31 - 1;

/** Seconds without progress after which a rollout is reported as failed; null where there is no such deadline. */
export function progressDeadline(workload: Workload): (Field & { readonly value: number }) | null {
  const { apiVersion, kind } = workload.resource.ref;
  if (!['apps/v1 Deployment', 'argoproj.io/v1alpha1 Rollout'].includes(`${apiVersion} ${kind}`)) return null;
  const field = readNumber(workload.resource, ['spec', 'progressDeadlineSeconds']);
  const value = field.value ?? defaultDeadlineSeconds;
  return field.from === 'unknown' || value >= noDeadline ? null : { ...field, value };
}

/** What a start may take beside what a rollout waits for it. */
export interface Progress {
  /** Longest nominal budget that a probe of the pod leaves a start. */
  readonly budgetSeconds: number;
  readonly minReadySeconds: number;
  readonly deadlineSeconds: number;
  /** A start that its probe still allows can be reported as a failed rollout when this is 0 or less. */
  readonly slackSeconds: number;
}

/** Null where nothing limits a start, there is no deadline, or a number is unknown. */
export function progressOf(workload: Workload): Progress | null {
  const limits = workload.containers
    .filter(({ role }) => role !== 'init')
    .map((container) => startLimit(workload, container));
  const known = limits.filter((limit) => typeof limit !== 'string');
  const deadline = progressDeadline(workload);
  const ready = minReadySeconds(workload);
  if (limits.includes('unknown') || known.length === 0 || deadline === null || ready === null) return null;
  const budgetSeconds = Math.max(...known.map(({ nominalSeconds }) => nominalSeconds));
  return {
    budgetSeconds,
    minReadySeconds: ready,
    deadlineSeconds: deadline.value,
    slackSeconds: deadline.value - budgetSeconds - ready,
  };
}

/**
 * How long one wave of new pods takes from the start of their containers until they count as available, the time of a
 * node and of image pulls aside; null is unknown.
 */
export function waveTime(workload: Workload, inventory: Inventory, environment: Environment): Bound | null {
  const containers = workload.containers.filter(({ role }) => role === 'main');
  const ready = containers.map((container) => readyAfter(workload, container));
  const known = ready.filter((each) => each !== null);
  const after = longest(known);
  const wait = minReadySeconds(workload);
  if (after === undefined || known.length < ready.length || wait === null) return null;
  const starts = containers.map((each) => expectedStart(workload, each, inventory, environment));
  const init = initTime(workload);
  const stated = Math.max(0, ...starts.filter(({ by }) => by === 'stated').map(({ atLeast }) => atLeast));
  const expected = Math.max(...starts.map(({ atMost }) => atMost));
  return {
    atLeast: init.atLeast + Math.max(after.atLeast, stated) + wait,
    atMost: init.atMost + Math.max(after.atLeast, expected) + wait,
    from: `${after.from} + minReadySeconds`,
  };
}
