import { formatFieldPath } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { oncePer } from '../resources/once.ts';
import { readField, readNumber } from '../resources/resource.ts';
import type { Container, Workload } from '../resources/workload.ts';
import { type Bound, exactly } from './bound.ts';

export type ProbeKind = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

/** Kubernetes' defaults (SetDefaults_Probe); a written 0 counts as unset for all but the delay. */
export const probeDefaults = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
} as const;

type ProbeNumber = keyof typeof probeDefaults;

/** The numbers of one probe, defaults included. */
export interface Probe extends Readonly<Record<ProbeNumber, number>> {
  readonly kind: ProbeKind;
  /** Field path as printed, e.g. spec.containers[0].livenessProbe. */
  readonly field: string;
  /** Numbers that nobody wrote. */
  readonly defaulted: readonly ProbeNumber[];
}

/** A probe of a container; `unknown` when it, or a number of it, is a placeholder or no whole number. */
export function probeOf(
  workload: Workload,
  container: Container,
  kind: ProbeKind,
): Probe | 'absent' | 'unknown' {
  return probesOf(workload, container)[kind];
}

const probesOf = oncePer((workload: Workload, container: Container) => ({
  livenessProbe: readProbe(workload, container, 'livenessProbe'),
  readinessProbe: readProbe(workload, container, 'readinessProbe'),
  startupProbe: readProbe(workload, container, 'startupProbe'),
}));

function readProbe(workload: Workload, container: Container, kind: ProbeKind): Probe | 'absent' | 'unknown' {
  const path = [...container.path, kind];
  const field = readField(workload.resource, path);
  if (field.from === 'unknown') return 'unknown';
  if (!isMap(field.value)) return 'absent';
  const numbers = { ...probeDefaults } as Record<ProbeNumber, number>;
  const defaulted: ProbeNumber[] = [];
  for (const name of Object.keys(probeDefaults) as ProbeNumber[]) {
    const number = readNumber(workload.resource, [...path, name]);
    if (number.from === 'unknown' || !isCount(number.value ?? 0)) return 'unknown';
    const written = number.value !== undefined && (number.value !== 0 || name === 'initialDelaySeconds');
    if (written && number.value !== undefined) numbers[name] = number.value;
    if (number.from !== 'set' || !written) defaulted.push(name);
  }
  return { ...numbers, kind, field: formatFieldPath(path), defaulted };
}

/** What Kubernetes accepts as seconds or as a threshold. */
function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** A probe runs one at a time: when it hangs longer than its period, the timeout is the period. */
function slowestPeriod({ periodSeconds, timeoutSeconds }: Probe): number {
  return Math.max(periodSeconds, timeoutSeconds);
}

/**
 * From the moment a container stops answering until the probe acts. At least: it stops just before a probe that fails
 * at once. At most: just after one that passed, and every failure takes its whole timeout.
 */
export function detection(probe: Probe): Bound {
  return {
    atLeast: (probe.failureThreshold - 1) * probe.periodSeconds,
    atMost: probe.failureThreshold * slowestPeriod(probe) + probe.timeoutSeconds,
    from: probe.field,
  };
}

/** From the container's start until a probe that never passes acts (liveness and startup kill it). */
export function failureBudget(probe: Probe): Bound {
  const { atLeast, atMost, from } = detection(probe);
  return { atLeast: probe.initialDelaySeconds + atLeast, atMost: probe.initialDelaySeconds + atMost, from };
}

/** The start-up budget as the guides count it: initialDelay + failureThreshold × period. */
export function nominalBudgetSeconds(probe: Probe): number {
  return probe.initialDelaySeconds + probe.failureThreshold * probe.periodSeconds;
}

/** The earliest that a container can become ready after its start. */
export function earliestReady(readiness: Probe | 'absent'): Bound {
  if (readiness === 'absent') return exactly(0, 'no readinessProbe: ready when started');
  const seconds = readiness.initialDelaySeconds + (readiness.successThreshold - 1) * readiness.periodSeconds;
  return { atLeast: seconds, atMost: Number.POSITIVE_INFINITY, from: readiness.field };
}
