import type { ExpectedStart, StartLimit } from '../../../lifecycle/startup.ts';
import { runningContainers } from '../../../resources/serving.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Evidence, type Message, type Subject } from '../../rule.ts';
import { probeEvidence } from '../../support/probe-words.ts';
import { startupProbeFor, type UnprotectedStart, unprotectedStart } from '../../support/starts.ts';

interface Unprotected {
  readonly container: string;
  readonly delaySeconds: number;
  readonly failures: number;
  readonly periodSeconds: number;
  /** delay + failures × period. */
  readonly budgetSeconds: number;
  readonly killedAtLeastSeconds: number;
  readonly killedAtMostSeconds: number;
  /** What a start takes (stated) or is given (figure for the runtime); null where nothing says so. */
  readonly expectedSeconds: number | null;
  readonly expectedStated: boolean;
  readonly runtime: string;
  /** What the base left a start. */
  readonly baseSeconds: number | null;
  readonly missingSeconds: number;
  readonly probeFailures: number;
  readonly probePeriodSeconds: number;
  readonly probeSeconds: number;
}

const expected = ({ expectedSeconds, expectedStated, runtime }: Unprotected): string =>
  expectedStated
    ? `it takes ${expectedSeconds} s (stated)`
    : `the figure for a ${code(runtime)} start is ${expectedSeconds} s (assumed)`;

const sum = ({ delaySeconds, failures, periodSeconds, budgetSeconds }: Unprotected): string =>
  `${delaySeconds} s delay + ${failures} × ${periodSeconds} s = ${budgetSeconds} s`;

const killed = ({ killedAtLeastSeconds, killedAtMostSeconds }: Unprotected): string =>
  `${killedAtLeastSeconds}-${killedAtMostSeconds} s`;

const texts = {
  text: (data: Unprotected): string =>
    `No \`startupProbe\` holds the \`livenessProbe\` of ${code(data.container)} back: it counts from the container's start, ` +
    `${sum(data)} (killed at ${killed(data)})${data.expectedSeconds === null ? '' : `; ${expected(data)}`}.`,
  why: ({ container }: Unprotected): string =>
    `A start that takes longer is killed and begins again from nothing: ${code(container)} restarts until one start is ` +
    'fast enough, and starts are slowest when all replicas start at once.',
  fix: (data: Unprotected): string =>
    `${data.baseSeconds === null ? 'Add' : 'Keep'} a \`startupProbe\` with the handler of the \`livenessProbe\`: ` +
    `\`failureThreshold\` ${data.probeFailures} × \`periodSeconds\` ${data.probePeriodSeconds} = ${data.probeSeconds} s. ` +
    `Liveness waits until it has passed.${whereToSay(data)}`,
};

function whereToSay({ expectedSeconds, expectedStated }: Unprotected): string {
  if (expectedSeconds === null || expectedStated) return '';
  return ' What a start really takes can be stated: annotation `lifecycle-review/startup-seconds`.';
}

const removed: Message<Unprotected> = {
  class: 'regression',
  severity: 'warning',
  title: (data) =>
    `${code(data.container)} lost its startupProbe: liveness kills a start after ${data.budgetSeconds} s, the base left it ` +
    `${data.baseSeconds} s`,
  ...texts,
};

const shortened: Message<Unprotected> = {
  class: 'regression',
  severity: 'warning',
  title: (data) =>
    `Liveness kills a start of ${code(data.container)} after ${data.budgetSeconds} s (${data.baseSeconds} s in the base); ` +
    expected(data),
  ...texts,
};

const unprotected: Message<Unprotected> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `${code(data.container)} has ${data.budgetSeconds} s to start before liveness kills it; ${expected(data)}`,
  ...texts,
};

export const startupUnprotected = defineRule({
  id: 'startup-unprotected',
  category: 'probes',
  about: 'workloads',
  title: 'Liveness may kill a container that is still starting',
  messages: { removed, shortened, unprotected },
  references: [
    {
      title: 'Kubernetes: startup probes',
      url: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe',
    },
  ],
  cites: ['startupBudget'],
  badness: (data) => Number(data.missingSeconds),
  *check(subject: Subject): Iterable<Diagnostic> {
    const { workload, resource } = subject;
    if (workload === null || !workload.longRunning) return;
    for (const container of runningContainers(workload)) {
      const start = unprotectedStart(subject, container);
      if (start === null) continue;
      const probe = start.kind === 'removed' ? 'startupProbe' : 'livenessProbe';
      yield {
        messageId: start.kind,
        data: { container: container.name, ...numbersOf(start) },
        at: { resource, path: [...container.path, probe] },
        container: container.name,
        evidence: [
          probeEvidence(workload, container, start.limit.probe),
          ...baseEvidence(start.base),
          ...(start.expected?.evidence ?? []),
        ],
      };
    }
  },
});

function numbersOf({ limit, expected, base }: UnprotectedStart): Omit<Unprotected, 'container'> {
  const { probe, nominalSeconds, budget } = limit;
  const target = wanted(expected, base);
  const fix = startupProbeFor(target, probe);
  return {
    delaySeconds: probe.initialDelaySeconds,
    failures: probe.failureThreshold,
    periodSeconds: probe.periodSeconds,
    budgetSeconds: nominalSeconds,
    killedAtLeastSeconds: budget.atLeast,
    killedAtMostSeconds: budget.atMost,
    expectedSeconds: expected?.atLeast ?? null,
    expectedStated: expected?.by === 'stated',
    runtime: expected?.runtime ?? 'unknown',
    baseSeconds: base?.nominalSeconds ?? null,
    missingSeconds: target - nominalSeconds,
    probeFailures: fix.failures,
    probePeriodSeconds: fix.periodSeconds,
    probeSeconds: fix.seconds,
  };
}

/** What is stated or known of the runtime weighs more than what the base allowed. */
function wanted(expected: ExpectedStart | null, base: StartLimit | null): number {
  return expected?.atLeast ?? base?.nominalSeconds ?? 0;
}

function baseEvidence(base: StartLimit | null): readonly Evidence[] {
  return base === null ? [] : [{ text: `base: ${base.probe.kind} left a start ${base.nominalSeconds} s` }];
}
