import type { Environment, RuntimeName } from '../platform/environment.ts';
import { mayBeStated, statedSeconds } from '../platform/facts.ts';
import { figuresFor } from '../platform/figures.ts';
import { platformOf } from '../platform/platform.ts';
import { runtimeOf } from '../platform/runtime.ts';
import type { Evidence } from '../resources/evidence.ts';
import type { Inventory } from '../resources/inventory.ts';
import { isInjected, servingContainers } from '../resources/serving.ts';
import type { Container, Workload } from '../resources/workload.ts';
import { anyTime, type Bound, exactly } from './bound.ts';
import { hookDuration } from './hook-duration.ts';
import { earliestReady, failureBudget, nominalBudgetSeconds, type Probe, probeOf } from './probe.ts';

/** What ends a start that takes too long. */
export interface StartLimit {
  /** The startupProbe; without one the livenessProbe, which then counts from the container's start. */
  readonly probe: Probe;
  /** initialDelay + failureThreshold × period, as the guides count it. */
  readonly nominalSeconds: number;
  /** From the container's start until the probe kills it. */
  readonly budget: Bound;
}

/** `none`: no probe ends a start. */
export function startLimit(workload: Workload, container: Container): StartLimit | 'none' | 'unknown' {
  const startup = probeOf(workload, container, 'startupProbe');
  const probe = startup === 'absent' ? probeOf(workload, container, 'livenessProbe') : startup;
  if (typeof probe === 'string') return probe === 'absent' ? 'none' : probe;
  return { probe, nominalSeconds: nominalBudgetSeconds(probe), budget: failureBudget(probe) };
}

/** Time from a container's start until it can serve. A figure is what a start is given, not what it takes. */
export interface ExpectedStart extends Bound {
  /** `runtime`: a kind of program that is known to start slowly; `platform`: a figure for whatever runs there. */
  readonly by: 'stated' | 'runtime' | 'platform';
  readonly runtime: RuntimeName;
  readonly evidence: readonly Evidence[];
}

/** Kinds of program that take their time on any platform. */
const slowRuntimes: ReadonlySet<RuntimeName> = new Set(['jvm', 'ml-inference', 'windows-dotnet']);

/** What is stated wins over the figure for platform and runtime. */
export function expectedStart(
  workload: Workload,
  container: Container,
  inventory: Inventory,
  environment: Environment,
): ExpectedStart {
  const { name: runtime, evidence } = runtimeOf(workload, container, environment);
  const stated = isApplication(inventory, workload, container)
    ? statedSeconds(workload, 'startup', environment)
    : null;
  if (stated !== null && !workload.open)
    return { ...exactly(stated.seconds, 'stated'), by: 'stated', runtime, evidence: [stated.evidence] };
  if (mayBeStated(workload, 'startup') || workload.open)
    return { ...anyTime('stated'), by: 'stated', runtime, evidence: [] };
  const platform = platformOf(workload, inventory, environment);
  const figure = figuresFor(platform, runtime, environment).startupBudgetSeconds;
  const slow = slowRuntimes.has(runtime);
  return {
    ...figure,
    by: slow ? 'runtime' : 'platform',
    runtime,
    evidence: slow ? evidence : platform.evidence,
  };
}

/** What is stated of a workload is about its application: its one container, or the one that serves. */
function isApplication(inventory: Inventory, workload: Workload, container: Container): boolean {
  const main = workload.containers.filter((each) => each.role === 'main' && !isInjected(each));
  if (!main.includes(container)) return false;
  const serving = (): boolean =>
    servingContainers(inventory, workload).some((each) => each.container.name === container.name);
  return main.length === 1 || serving();
}

/** How long postStart keeps a container from counting as started, so that no probe runs; null is unknown. */
export function postStartTime(workload: Workload, container: Container): Bound | null {
  const hook = hookDuration(workload, container, 'postStart');
  if (hook === 'unknown') return null;
  return hook === 'absent' ? exactly(0, 'no postStart') : hook;
}

/**
 * From a container's start until it can be ready: readiness waits for its own delay, for the startupProbe and for
 * postStart, all counted from the same moment (doProbe of pkg/kubelet/prober/worker.go). Null is unknown.
 */
export function readyAfter(workload: Workload, container: Container): Bound | null {
  const readiness = probeOf(workload, container, 'readinessProbe');
  const startup = probeOf(workload, container, 'startupProbe');
  const postStart = postStartTime(workload, container);
  if (readiness === 'unknown' || startup === 'unknown' || postStart === null) return null;
  const own = earliestReady(readiness);
  const delay = readiness === 'absent' ? 0 : readiness.initialDelaySeconds;
  const held = Math.max(postStart.atLeast, startup === 'absent' ? 0 : startup.initialDelaySeconds);
  return {
    atLeast: own.atLeast + Math.max(0, held - delay),
    atMost: startup === 'absent' ? own.atMost + postStart.atMost : Number.POSITIVE_INFINITY,
    from: own.from,
  };
}

/** Before the first ordinary container starts: init containers end and native sidecars start, one after the other. */
export function initTime(workload: Workload): Bound {
  const before = workload.containers.filter(({ role }) => role !== 'main');
  if (before.length === 0) return exactly(0, 'no init containers');
  const gates = before.filter(({ role }) => role === 'sidecar').map((each) => gateOf(workload, each));
  const atLeast = gates.reduce((total, seconds) => total + seconds, 0);
  return { atLeast, atMost: Number.POSITIVE_INFINITY, from: 'init containers' };
}

/** What a native sidecar surely keeps the next container waiting. */
function gateOf(workload: Workload, sidecar: Container): number {
  const startup = probeOf(workload, sidecar, 'startupProbe');
  const postStart = postStartTime(workload, sidecar)?.atLeast ?? 0;
  return Math.max(postStart, typeof startup === 'string' ? 0 : startup.initialDelaySeconds);
}
