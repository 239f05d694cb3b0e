import { type Probe, probeOf } from '../../../lifecycle/probe.ts';
import { mayBeStated } from '../../../platform/facts.ts';
import { runningContainers } from '../../../resources/serving.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { probeEvidence } from '../../support/probe-words.ts';
import { startupProbeFor, unprotectedStart } from '../../support/starts.ts';

interface Delayed {
  readonly container: string;
  readonly delaySeconds: number;
  readonly failures: number;
  readonly periodSeconds: number;
  /** Earliest that a start which hangs is noticed. */
  readonly noticedSeconds: number;
  /** A start that takes longer is killed. */
  readonly budgetSeconds: number;
  readonly probeFailures: number;
  readonly probePeriodSeconds: number;
  readonly probeSeconds: number;
}

const delays: Message<Delayed> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ container, delaySeconds }) =>
    `Liveness does not look at ${code(container)} for ${delaySeconds} s after every start, and no startupProbe does`,
  text: ({ container, delaySeconds, failures, periodSeconds, noticedSeconds, budgetSeconds }) =>
    `\`initialDelaySeconds\` of the \`livenessProbe\` of ${code(container)} is ${delaySeconds}: a start that hangs is noticed ` +
    `after ${delaySeconds} + ${failures - 1} × ${periodSeconds} = ${noticedSeconds} s at the earliest, and one that takes ` +
    `longer than ${delaySeconds} + ${failures} × ${periodSeconds} = ${budgetSeconds} s is killed.`,
  why: ({ delaySeconds }) =>
    `A fixed delay fits the one start that it was measured on: after every restart a container that hangs keeps its place ` +
    `for ${delaySeconds} s, and a start that is slower than usual is killed halfway.`,
  fix: ({ probeFailures, probePeriodSeconds, probeSeconds }) =>
    `Move the delay into a \`startupProbe\` with the same handler, \`failureThreshold\` ${probeFailures} × ` +
    `\`periodSeconds\` ${probePeriodSeconds} = ${probeSeconds} s, and drop \`initialDelaySeconds\`: liveness begins as soon ` +
    'as the start is over.',
};

export const livenessDelaysInsteadOfStartup = defineRule({
  id: 'liveness-delays-instead-of-startup',
  category: 'probes',
  about: 'workloads',
  title: 'A liveness delay in the place of a startup probe',
  messages: { delays },
  references: [
    {
      title: 'Kubernetes: protect slow starting containers with startup probes',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes',
    },
  ],
  options: {
    'delay-seconds': {
      default: 60,
      minimum: 1,
      maximum: 3600,
      description: 'Seconds of initialDelaySeconds from which a liveness delay is found',
    },
  },
  cites: ['startupBudget'],
  badness: (data) => Number(data.delaySeconds),
  *check(subject: Subject): Iterable<Diagnostic> {
    const { workload, resource, options } = subject;
    if (workload === null || !workload.longRunning || mayBeStated(workload, 'startup')) return;
    for (const container of runningContainers(workload)) {
      const probe = probeOf(workload, container, 'livenessProbe');
      if (typeof probe === 'string' || probe.initialDelaySeconds < Number(options['delay-seconds'])) continue;
      if (probeOf(workload, container, 'startupProbe') !== 'absent') continue;
      // startup-unprotected speaks of it.
      if (unprotectedStart(subject, container) !== null) continue;
      yield {
        messageId: 'delays',
        data: { container: container.name, ...numbersOf(probe) },
        at: { resource, path: [...container.path, 'livenessProbe', 'initialDelaySeconds'] },
        container: container.name,
        evidence: [probeEvidence(workload, container, probe)],
      };
    }
  },
});

function numbersOf(probe: Probe): Omit<Delayed, 'container'> {
  const { initialDelaySeconds, failureThreshold, periodSeconds } = probe;
  // No less than a start may take today.
  const fix = startupProbeFor(initialDelaySeconds + failureThreshold * periodSeconds, probe);
  return {
    delaySeconds: initialDelaySeconds,
    failures: failureThreshold,
    periodSeconds,
    noticedSeconds: initialDelaySeconds + (failureThreshold - 1) * periodSeconds,
    budgetSeconds: initialDelaySeconds + failureThreshold * periodSeconds,
    probeFailures: fix.failures,
    probePeriodSeconds: fix.periodSeconds,
    probeSeconds: fix.seconds,
  };
}
