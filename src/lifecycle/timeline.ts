import { formatFieldPath } from '../manifest/field-path.ts';
import type { Environment } from '../platform/environment.ts';
import { budgetsAbout, type Inventory } from '../resources/inventory.ts';
import type { Container, Workload } from '../resources/workload.ts';
import { type Bound, earliest, exactly, longest, never, type Quantity, quantityOf } from './bound.ts';
import { evictionsAllowed } from './eviction.ts';
import { exposedWindows } from './exposure.ts';
import { hookDuration } from './hook-duration.ts';
import { detection, failureBudget, type Probe, type ProbeKind, probeOf } from './probe.ts';
import { floorOf } from './replicas.ts';
import { rolloutOf } from './rollout.ts';
import { applicationTime, graceBound, gracePeriodOf } from './shutdown.ts';

/** The figures of the lifecycle card; null is unknown. What never happens has no limits: both are null. */
export interface Timeline {
  /** How long a start may take before the container is killed. */
  readonly startupBudget: Quantity | null;
  /** From a container that stops answering to its restart. */
  readonly livenessDetection: Quantity | null;
  /** From a container that stops answering to the end of its traffic. */
  readonly readinessDetection: Quantity | null;
  readonly preStop: Quantity | null;
  readonly gracePeriod: Quantity | null;
  /** From the stop signal to SIGKILL. */
  readonly applicationTime: Quantity | null;
  /** How long new requests still reach a container that was told to stop. */
  readonly exposedWindow: Quantity | null;
  /** Pods that a rollout leaves at the fewest that run. */
  readonly lowestAvailable: Quantity | null;
  /** Pods that may be evicted at once while the fewest run. */
  readonly evictionsAllowed: Quantity | null;
}

export type TimelineName = keyof Timeline;

/** Of several containers the one that acts first counts, and the longest preStop: `from` names it. */
export function timelineOf(workload: Workload, inventory: Inventory, environment: Environment): Timeline {
  const containers = workload.containers.filter(({ role }) => role !== 'init');
  const probes = (kind: ProbeKind, bound: (probe: Probe) => Bound): Quantity | null =>
    first(
      containers.map((container) => bounded(probeOf(workload, container, kind), bound)),
      `no ${kind}`,
    );
  const grace = gracePeriodOf(workload);
  const graceTime = grace && graceBound(grace);
  const preStop = preStopOf(workload, containers);
  return {
    startupBudget: first(
      containers.map((container) => startupBudget(workload, container)),
      'no probe ends a start',
    ),
    livenessDetection: probes('livenessProbe', detection),
    readinessDetection: probes('readinessProbe', detection),
    preStop: preStop && quantityOf(preStop),
    gracePeriod: graceTime && quantityOf(graceTime),
    applicationTime:
      graceTime &&
      preStop &&
      quantityOf(applicationTime(graceTime, preStop, `${graceTime.from} − ${preStop.from}`)),
    exposedWindow: exposure(workload, inventory, environment),
    lowestAvailable: workload.longRunning
      ? lowestAvailable(workload, inventory, environment)
      : never('runs to an end', 'pods'),
    evictionsAllowed: workload.longRunning ? evictions(workload, inventory) : never('runs to an end', 'pods'),
  };
}

function exposure(workload: Workload, inventory: Inventory, environment: Environment): Quantity | null {
  const windows = exposedWindows(workload, inventory, environment);
  if (windows === null) return null;
  const bound = longest(windows);
  if (bound !== undefined) return quantityOf(named(bound, windows.length, 'the longest'));
  return inventory.complete ? never('no Service sends it traffic') : null;
}

function lowestAvailable(
  workload: Workload,
  inventory: Inventory,
  { kubernetesVersion }: Environment,
): Quantity | null {
  const floor = floorOf(inventory, workload);
  const rollout = floor && rolloutOf(workload, floor.pods, kubernetesVersion ?? undefined);
  if (rollout === null) return null;
  const from = `${formatFieldPath(rollout.path)}${rollout.written ? '' : ' (default)'}`;
  return quantityOf(exactly(rollout.lowestAvailable, `${from} of ${rollout.replicas}`), 'pods');
}

/** Without a budget nothing limits evictions, and their number says nothing. */
function evictions(workload: Workload, inventory: Inventory): Quantity | null {
  if (inventory.complete && budgetsAbout(inventory, workload).length === 0)
    return never('no budget limits it', 'pods');
  const pods = evictionsAllowed(inventory, workload);
  return pods && quantityOf(pods, 'pods');
}

/** Null is unknown. */
type Known = Bound | 'absent' | null;

function bounded(probe: Probe | 'absent' | 'unknown', bound: (probe: Probe) => Bound): Known {
  if (probe === 'unknown') return null;
  return probe === 'absent' ? 'absent' : bound(probe);
}

/** Without a startupProbe the livenessProbe kills a slow start. */
function startupBudget(workload: Workload, container: Container): Known {
  const startup = bounded(probeOf(workload, container, 'startupProbe'), failureBudget);
  return startup === 'absent'
    ? bounded(probeOf(workload, container, 'livenessProbe'), failureBudget)
    : startup;
}

function first(all: readonly Known[], otherwise: string): Quantity | null {
  const known = all.filter((each) => each !== 'absent');
  if (known.includes(null)) return null;
  const bounds = known.filter((each) => each !== null);
  const bound = earliest(bounds);
  if (bound === undefined) return never(otherwise);
  return quantityOf(named(bound, bounds.length, 'the first'));
}

function preStopOf(workload: Workload, containers: readonly Container[]): Bound | null {
  const all = containers.map((container) => hookDuration(workload, container, 'preStop'));
  if (all.includes('unknown')) return null;
  const bounds = all.filter((each) => typeof each === 'object');
  const bound = longest(bounds);
  return bound === undefined ? exactly(0, 'no preStop') : named(bound, bounds.length, 'the longest');
}

function named(bound: Bound, of: number, which: string): Bound {
  return of > 1 ? { ...bound, from: `${bound.from} (${which} of ${of})` } : bound;
}
