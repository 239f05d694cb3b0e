import { type ExpectedStart, expectedStart, type StartLimit, startLimit } from '../../lifecycle/startup.ts';
import { sameContainer } from '../../resources/pairing.ts';
import type { Container, Workload } from '../../resources/workload.ts';
import type { Subject } from '../rule.ts';

/** A start that liveness may end too early, because no startupProbe holds it back. */
export interface UnprotectedStart {
  /** `removed`, `shortened`: by this change. */
  readonly kind: 'removed' | 'shortened' | 'unprotected';
  /** The livenessProbe, counted from the container's start. */
  readonly limit: StartLimit;
  /** Null where neither a statement nor the kind of program says how long a start takes. */
  readonly expected: ExpectedStart | null;
  /** What the base left a start; null where it is not compared. */
  readonly base: StartLimit | null;
}

/** From here a delay was chosen for a slow start, and is another rule's: a figure for the runtime does not outweigh it. */
const deliberateDelaySeconds = 60;

/** A container's start, where no startupProbe holds liveness back long enough; null where that is not sure. */
export function unprotectedStart(
  { workload, before, inventory, environment }: Subject,
  container: Container,
): UnprotectedStart | null {
  if (workload === null) return null;
  const limit = startLimit(workload, container);
  if (typeof limit === 'string' || limit.probe.kind !== 'livenessProbe') return null;
  const start = expectedStart(workload, container, inventory, environment);
  const expected = start.by === 'platform' ? null : start;
  if (expected !== null && limit.nominalSeconds >= expected.atLeast) return null;
  const base = baseLimit(before?.workload ?? null, workload, container);
  if (base?.probe.kind === 'startupProbe' && base.nominalSeconds > limit.nominalSeconds)
    return { kind: 'removed', limit, expected, base };
  if (expected === null) return null;
  if (base !== null && base.nominalSeconds >= expected.atLeast)
    return { kind: 'shortened', limit, expected, base };
  const deliberate = limit.probe.initialDelaySeconds >= deliberateDelaySeconds;
  return expected.by === 'runtime' && deliberate
    ? null
    : { kind: 'unprotected', limit, expected, base: null };
}

function baseLimit(base: Workload | null, workload: Workload, container: Container): StartLimit | null {
  const was = base && sameContainer(workload, container.name, base);
  const limit = base && was ? startLimit(base, was) : 'none';
  return typeof limit === 'string' ? null : limit;
}

/** Failures of a startupProbe, every `periodSeconds`, that leave a start at least `seconds`. */
export function startupProbeFor(seconds: number, liveness: StartLimit['probe']) {
  const periodSeconds = Math.max(Math.min(10, liveness.periodSeconds), Math.min(10, liveness.timeoutSeconds));
  const failures = Math.ceil(seconds / periodSeconds);
  return { failures, periodSeconds, seconds: failures * periodSeconds };
}
