import { type Probe, probeOf } from '../../../lifecycle/probe.ts';
import { runningContainers } from '../../../resources/serving.ts';
import { code, count } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { probeEvidence } from '../../support/probe-words.ts';

/** What Kubernetes' own defaults tolerate: 3 failures every 10 s. */
const usualSeconds = 30;

interface Aggressive {
  readonly container: string;
  readonly failures: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  /** failures × period, or × timeout where that is longer. */
  readonly toleratedSeconds: number;
  readonly atLeastSeconds: number;
  readonly missingSeconds: number;
  readonly saferFailures: number;
  readonly saferSeconds: number;
}

const spread =
  'The requests in flight are lost, and when load is the cause, it moves to the other replicas, which then fail the same way.';

const why = ({ container, toleratedSeconds }: Aggressive): string =>
  `A pause of ${toleratedSeconds} s that would have passed (garbage collection, a CPU quota used up, a busy node) restarts ` +
  `${code(container)}. ${spread}`;

const fix = ({ saferFailures, periodSeconds, timeoutSeconds, saferSeconds }: Aggressive): string =>
  `Set \`failureThreshold\` to ${saferFailures}: ${saferFailures} × ${Math.max(periodSeconds, timeoutSeconds)} s = ` +
  `${saferSeconds} s.`;

const sum = (data: Aggressive): string =>
  `${count(data.failures, 'failure')} × ${Math.max(data.periodSeconds, data.timeoutSeconds)} s = ${data.toleratedSeconds} s`;

const one: Message<Aggressive> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ container }) => `One failed liveness check restarts ${code(container)}`,
  text: ({ container, timeoutSeconds }) =>
    `\`failureThreshold\` of the \`livenessProbe\` of ${code(container)} is 1: a single answer that takes longer than ` +
    `${timeoutSeconds} s, or is an error, restarts it.`,
  why: ({ container }) =>
    `One pause (garbage collection, a CPU quota used up) or one lost packet restarts ${code(container)}. ${spread}`,
  fix,
};

const hasty: Message<Aggressive> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) => `Liveness restarts ${code(data.container)} after ${sum(data)}`,
  text: (data) =>
    `The \`livenessProbe\` of ${code(data.container)} gives up after ${sum(data)}, less than ${data.atLeastSeconds} s.`,
  why,
  fix,
};

const short: Message<Aggressive> = {
  class: 'advice',
  severity: 'info',
  title: hasty.title,
  text: hasty.text,
  why,
  fix,
};

export const livenessTooAggressive = defineRule({
  id: 'liveness-too-aggressive',
  category: 'probes',
  about: 'workloads',
  title: 'Liveness restarts a container after a short pause',
  messages: { one, hasty, short },
  references: [
    {
      title: 'Kubernetes: liveness, readiness and startup probes',
      url: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
    },
  ],
  options: {
    'at-least-seconds': {
      default: 15,
      minimum: 1,
      maximum: 600,
      description:
        'Seconds without an answer (failureThreshold × periodSeconds) that liveness has to tolerate',
    },
  },
  cites: ['livenessDetection'],
  badness: (data) => Number(data.missingSeconds),
  *check({ workload, resource, options }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    const least = Number(options['at-least-seconds']);
    for (const container of runningContainers(workload)) {
      const probe = probeOf(workload, container, 'livenessProbe');
      if (typeof probe === 'string') continue;
      const tolerated = toleratedSeconds(probe);
      const messageId = messageOf(probe, tolerated, least);
      if (messageId === null) continue;
      const path = [...container.path, 'livenessProbe'];
      yield {
        messageId,
        data: {
          container: container.name,
          ...numbersOf(probe, messageId === 'hasty' ? least : usualSeconds),
        },
        at: { resource, path: messageId === 'one' ? [...path, 'failureThreshold'] : path },
        container: container.name,
        evidence: [
          probeEvidence(workload, container, probe, ['failureThreshold', 'periodSeconds', 'timeoutSeconds']),
        ],
      };
    }
  },
});

/** Attempts run one after the other: a timeout that is longer than the period is the period. */
function toleratedSeconds({ failureThreshold, periodSeconds, timeoutSeconds }: Probe): number {
  return failureThreshold * Math.max(periodSeconds, timeoutSeconds);
}

function messageOf(probe: Probe, tolerated: number, least: number): 'one' | 'hasty' | 'short' | null {
  if (probe.failureThreshold === 1) return 'one';
  if (tolerated < least) return 'hasty';
  return tolerated < usualSeconds ? 'short' : null;
}

function numbersOf(probe: Probe, atLeastSeconds: number): Omit<Aggressive, 'container'> {
  const period = Math.max(probe.periodSeconds, probe.timeoutSeconds);
  const saferFailures = Math.max(3, Math.ceil(Math.max(usualSeconds, atLeastSeconds) / period));
  const tolerated = toleratedSeconds(probe);
  return {
    failures: probe.failureThreshold,
    periodSeconds: probe.periodSeconds,
    timeoutSeconds: probe.timeoutSeconds,
    toleratedSeconds: tolerated,
    atLeastSeconds,
    missingSeconds: atLeastSeconds - tolerated,
    saferFailures,
    saferSeconds: saferFailures * period,
  };
}
