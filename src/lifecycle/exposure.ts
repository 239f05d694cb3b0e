import type { Environment } from '../platform/environment.ts';
import { figuresFor } from '../platform/figures.ts';
import { platformOf } from '../platform/platform.ts';
import { runtimeOf } from '../platform/runtime.ts';
import type { Inventory } from '../resources/inventory.ts';
import { servingContainers } from '../resources/serving.ts';
import type { Container, Workload } from '../resources/workload.ts';
import { type Bound, exactly, remainder } from './bound.ts';
import { hookDuration } from './hook-duration.ts';
import { countedSeconds, type GracePeriod, gracePeriodOf } from './shutdown.ts';

/**
 * How long new requests still reach a container after its stop signal: what propagation takes beyond preStop. Null is
 * unknown.
 */
export function exposedWindow(
  workload: Workload,
  container: Container,
  inventory: Inventory,
  environment: Environment,
): Bound | null {
  const grace = gracePeriodOf(workload);
  const delay = grace && stopDelay(workload, container, grace);
  if (delay === null) return null;
  const platform = platformOf(workload, inventory, environment);
  const runtime = runtimeOf(workload, container, environment).name;
  const { propagationSeconds } = figuresFor(platform, runtime, environment);
  return remainder(propagationSeconds, delay, `${propagationSeconds.from} − ${delay.from}`);
}

/** From the deletion of the pod to the stop signal of a container; null is unknown. */
export function stopDelay(workload: Workload, container: Container, { seconds }: GracePeriod): Bound | null {
  const hook = hookDuration(workload, container, 'preStop');
  if (hook === 'unknown') return null;
  if (hook === 'absent') return exactly(0, 'no preStop');
  // A longer hook is cut off there.
  const end = countedSeconds(seconds);
  return { ...hook, atLeast: Math.min(hook.atLeast, end), atMost: Math.min(hook.atMost, end) };
}

/** Windows of the containers that Services send traffic to; null where one of them is unknown. */
export function exposedWindows(
  workload: Workload,
  inventory: Inventory,
  environment: Environment,
): readonly Bound[] | null {
  const windows = servingContainers(inventory, workload).map(({ container }) =>
    exposedWindow(workload, container, inventory, environment),
  );
  const known = windows.filter((each) => each !== null);
  return known.length < windows.length ? null : known;
}
