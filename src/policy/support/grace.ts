import { type Bound, exactly } from '../../lifecycle/bound.ts';
import { hookDuration } from '../../lifecycle/hook-duration.ts';
import { type GracePeriod, gracePeriodOf } from '../../lifecycle/shutdown.ts';
import type { Inventory } from '../../resources/inventory.ts';
import { runningContainers, servingContainers } from '../../resources/serving.ts';
import { type Container, isProgramUnknown, podField, type Workload } from '../../resources/workload.ts';
import type { Evidence } from '../rule.ts';
import { isHook } from './hooks.ts';
import { isIdle } from './idle.ts';

/** Time of a preStop hook, exactly 0 s without one; null where a placeholder stands in it. */
export function preStopOf(workload: Workload, container: Container): Bound | null {
  const hook = hookDuration(workload, container, 'preStop');
  if (hook === 'unknown') return null;
  return hook === 'absent' ? exactly(0, 'no preStop') : hook;
}

/** A hook that surely takes the whole period: the subject of `pre-stop-exceeds-grace-period`. */
export function takesAll(preStop: Bound | null, { seconds }: GracePeriod): boolean {
  return seconds > 0 && preStop !== null && preStop.atLeast >= seconds;
}

/** `zero` and `one` are the subject of `grace-period-zero`; null where the period is longer, or nothing is lost by it. */
export function missingGrace(inventory: Inventory, workload: Workload): 'zero' | 'one' | null {
  const period = gracePeriodOf(workload);
  if (period === null || period.seconds > 1 || mayEndAtOnce(workload)) return null;
  if (period.seconds === 0) return 'zero';
  const cut = runningContainers(workload).some((each) => takesAll(preStopOf(workload, each), period));
  return !cut && servingContainers(inventory, workload).length > 0 ? 'one' : null;
}

/** Agents of a node, pods of one run and pods that do nothing may end at once. */
function mayEndAtOnce(workload: Workload): boolean {
  const { longRunning, resource } = workload;
  const network = podField(workload, 'hostNetwork');
  const restarts = podField(workload, 'restartPolicy');
  return (
    !longRunning ||
    workload.open ||
    runningContainers(workload).some((container) => isProgramUnknown(workload, container)) ||
    resource.ref.kind === 'DaemonSet' ||
    network.value === true ||
    network.from === 'unknown' ||
    restarts.from === 'unknown' ||
    (restarts.value ?? 'Always') !== 'Always' ||
    isHook(resource) ||
    isIdle(workload)
  );
}

/** `30 s (default)` */
export function graceText(seconds: number, written: boolean): string {
  return `${seconds} s${written ? '' : ' (default)'}`;
}

export function graceEvidence({ resource }: Workload, { seconds, written, path }: GracePeriod): Evidence {
  return {
    text: `terminationGracePeriodSeconds: ${seconds}${written ? '' : ' (default)'}`,
    at: { resource, path },
  };
}

/** `preStop: at least 20 s` */
export function preStopEvidence(
  { resource }: Workload,
  container: Container,
  { atLeast, atMost }: Bound,
): Evidence {
  const seconds = Number.isFinite(atLeast) ? `${atLeast} s` : 'without an end';
  const text = `preStop: ${atLeast === atMost ? '' : 'at least '}${seconds}`;
  return { text, at: { resource, path: [...container.path, 'lifecycle', 'preStop'] } };
}
