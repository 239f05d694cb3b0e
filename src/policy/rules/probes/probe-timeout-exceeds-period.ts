import { type Probe, type ProbeKind, probeOf } from '../../../lifecycle/probe.ts';
import { runningContainers } from '../../../resources/serving.ts';
import { code, count } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { probeEvidence } from '../../support/probe-words.ts';

interface Exceeds {
  readonly container: string;
  readonly probe: ProbeKind;
  readonly timeoutSeconds: number;
  readonly periodSeconds: number;
  readonly failures: number;
  /** failures × period, as the numbers read, and failures × timeout, as it is for a container that hangs. */
  readonly readSeconds: number;
  readonly realSeconds: number;
}

const consequence: Readonly<Record<ProbeKind, string>> = {
  livenessProbe: 'is restarted that much later',
  readinessProbe: 'keeps its share of the requests for that much longer',
  startupProbe: 'is given up that much later',
};

const exceeds: Message<Exceeds> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ container, probe, timeoutSeconds, periodSeconds }) =>
    `\`${probe}\` of ${code(container)} waits ${timeoutSeconds} s for an answer but is due every ${periodSeconds} s`,
  text: ({ timeoutSeconds, periodSeconds, failures, readSeconds, realSeconds }) =>
    `\`timeoutSeconds\` ${timeoutSeconds} > \`periodSeconds\` ${periodSeconds}: attempts run one after the other, so while the ` +
    `container hangs ${count(failures, 'failure')} ${failures === 1 ? 'takes' : 'take'} ${failures} × ${timeoutSeconds} s = ` +
    `${realSeconds} s, not ${failures} × ${periodSeconds} s = ${readSeconds} s.`,
  why: ({ container, probe }) =>
    `The timeout is the real period whenever it matters: ${code(container)}, once it hangs, ${consequence[probe]}.`,
  fix: ({ timeoutSeconds, periodSeconds }) =>
    `Set \`timeoutSeconds\` to ${periodSeconds} or less, or \`periodSeconds\` to ${timeoutSeconds} or more.`,
};

/** A startupProbe that waits longer only gives the start more time. */
const kinds: readonly ProbeKind[] = ['livenessProbe', 'readinessProbe'];

export const probeTimeoutExceedsPeriod = defineRule({
  id: 'probe-timeout-exceeds-period',
  category: 'probes',
  about: 'workloads',
  title: 'A probe waits longer for an answer than its period',
  messages: { exceeds },
  references: [
    {
      title: 'Kubernetes: configure probes',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes',
    },
  ],
  cites: ['startupBudget', 'livenessDetection', 'readinessDetection'],
  badness: (data) => Number(data.timeoutSeconds) - Number(data.periodSeconds),
  *check({ workload, resource }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    for (const container of runningContainers(workload)) {
      for (const kind of kinds) {
        const probe = probeOf(workload, container, kind);
        if (typeof probe === 'string' || probe.timeoutSeconds <= probe.periodSeconds) continue;
        yield {
          messageId: 'exceeds',
          data: { container: container.name, ...numbersOf(probe) },
          at: { resource, path: [...container.path, kind, 'timeoutSeconds'] },
          container: container.name,
          evidence: [
            probeEvidence(workload, container, probe, [
              'timeoutSeconds',
              'periodSeconds',
              'failureThreshold',
            ]),
          ],
        };
      }
    }
  },
});

function numbersOf(probe: Probe): Omit<Exceeds, 'container'> {
  const { kind, timeoutSeconds, periodSeconds, failureThreshold: failures } = probe;
  return {
    probe: kind,
    timeoutSeconds,
    periodSeconds,
    failures,
    readSeconds: failures * periodSeconds,
    realSeconds: failures * timeoutSeconds,
  };
}
