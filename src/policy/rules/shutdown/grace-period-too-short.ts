import type { Bound } from '../../../lifecycle/bound.ts';
import { type GracePeriod, gracePeriodOf, stopSchedule } from '../../../lifecycle/shutdown.ts';
import { shutdownPicture } from '../../../lifecycle/shutdown-picture.ts';
import { valueAt } from '../../../manifest/field-path.ts';
import { isOpen } from '../../../manifest/unknown.ts';
import { mayBeStated, type StatedSeconds, statedSeconds } from '../../../platform/facts.ts';
import { runningContainers, servingContainers } from '../../../resources/serving.ts';
import { isTrafficUnsure } from '../../../resources/unsure-traffic.ts';
import type { Container, Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Evidence, type Message, type Subject } from '../../rule.ts';
import {
  graceEvidence,
  graceText,
  missingGrace,
  preStopEvidence,
  preStopOf,
  takesAll,
} from '../../support/grace.ts';

interface TooShort {
  readonly container: string;
  readonly preStopSeconds: number;
  /** False when the hook may take longer than that. */
  readonly preStopExact: boolean;
  readonly applicationSeconds: number;
  readonly bufferSeconds: number;
  readonly neededSeconds: number;
  readonly graceSeconds: number;
  readonly graceWritten: boolean;
  readonly sigkillSeconds: number;
}

function sum(data: TooShort): string {
  const { preStopSeconds, preStopExact, applicationSeconds, bufferSeconds } = data;
  const preStop = `${preStopExact ? '' : 'at least '}${preStopSeconds} s preStop`;
  return `${preStop} + ${applicationSeconds} s for the application (stated) + ${bufferSeconds} s buffer`;
}

/** What is left until SIGKILL when hook and application have had their time; negative where they do not get it. */
const spare = ({ sigkillSeconds, preStopSeconds, applicationSeconds }: TooShort): number =>
  sigkillSeconds - preStopSeconds - applicationSeconds;

const tooShort: Message<TooShort> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `${code(data.container)} needs ${data.neededSeconds} s to stop and has ${data.graceSeconds} s`,
  text: (data) =>
    `${sum(data)} = ${data.neededSeconds} s, and \`terminationGracePeriodSeconds\` is ` +
    `${graceText(data.graceSeconds, data.graceWritten)}.`,
  why: (data) =>
    spare(data) < 0
      ? `On every rollout and node drain SIGKILL comes at ${data.sigkillSeconds} s, ${-spare(data)} s before the application ` +
        'is done: what it still has in hand is lost.'
      : `SIGKILL comes at ${data.sigkillSeconds} s, with ${spare(data)} s to spare: on a busy node, or with a slow disk or ` +
        'network, that is before the application is done.',
  fix: ({ neededSeconds }) =>
    `Set \`terminationGracePeriodSeconds\` to ${neededSeconds}: who stops sooner waits for nothing.`,
};

/** Everything has its time, and nothing may go wrong. */
const thin: Message<TooShort> = {
  ...tooShort,
  severity: 'info',
  title: (data) => `${code(data.container)} has ${spare(data)} s to spare when it stops`,
};

export const gracePeriodTooShort = defineRule({
  id: 'grace-period-too-short',
  category: 'shutdown',
  about: 'workloads',
  title: 'A grace period shorter than what is stated to happen in it',
  messages: { 'too-short': tooShort, thin },
  options: {
    'buffer-seconds': {
      default: 10,
      minimum: 0,
      maximum: 600,
      description:
        'Seconds that the grace period leaves after preStop and the time that the application takes to stop.',
    },
  },
  references: [
    {
      title: 'Kubernetes: termination of pods',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
    },
  ],
  cites: ['preStop', 'gracePeriod', 'applicationTime'],
  badness: ({ neededSeconds, graceSeconds }) => Number(neededSeconds) - Number(graceSeconds),
  *check({ resource, workload, inventory, environment, options }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    if (isTrafficUnsure(inventory)) return;
    if (workload.containers.some(({ path }) => isOpen(valueAt(resource.manifest.value, path)))) return;
    const period = gracePeriodOf(workload);
    const stated = statedSeconds(workload, 'shutdown', environment);
    if (period === null || period.seconds === 0 || stated === null) return;
    if (missingGrace(inventory, workload) !== null || workload.open || mayBeStated(workload, 'shutdown'))
      return;
    const found = applicationOf(
      workload,
      servingContainers(inventory, workload).map((each) => each.container),
    );
    if (found === null || takesAll(found.preStop, period)) return;
    const data = dataOf(found, period, stated, options['buffer-seconds'] ?? 10);
    if (data.neededSeconds <= period.seconds) return;
    const { container, preStop } = found;
    yield {
      messageId: spare(data) > 0 ? 'thin' : 'too-short',
      data: { ...data },
      at: { resource, path: period.path },
      container: container.name,
      evidence: evidenceOf(workload, found, period, stated),
      picture: shutdownPicture({
        container: container.name,
        preStop,
        grace: period,
        applicationSeconds: stated.seconds,
      }),
    };
  },
});

interface Application {
  readonly container: Container;
  readonly preStop: Bound;
}

/** What is stated of a workload is stated of the container that serves, else of the one whose hook takes longest. */
function applicationOf(workload: Workload, serving: readonly Container[]): Application | null {
  const main = runningContainers(workload).filter(({ role }) => role === 'main');
  const candidates = (serving.length > 0 ? serving : main).flatMap((container) => {
    const preStop = preStopOf(workload, container);
    return preStop === null ? [] : [{ container, preStop }];
  });
  return candidates.reduce<Application | null>(
    (best, each) => (best !== null && best.preStop.atLeast >= each.preStop.atLeast ? best : each),
    null,
  );
}

function dataOf(
  { container, preStop }: Application,
  period: GracePeriod,
  stated: StatedSeconds,
  bufferSeconds: number,
): TooShort {
  return {
    container: container.name,
    preStopSeconds: preStop.atLeast,
    preStopExact: preStop.atLeast === preStop.atMost,
    applicationSeconds: stated.seconds,
    bufferSeconds,
    neededSeconds: preStop.atLeast + stated.seconds + bufferSeconds,
    graceSeconds: period.seconds,
    graceWritten: period.written,
    sigkillSeconds: stopSchedule(period.seconds, preStop.atLeast).kill,
  };
}

function evidenceOf(
  workload: Workload,
  { container, preStop }: Application,
  period: GracePeriod,
  stated: StatedSeconds,
): readonly Evidence[] {
  return [
    ...(preStop.atMost === 0 ? [] : [preStopEvidence(workload, container, preStop)]),
    { ...stated.evidence, text: `application: ${stated.seconds} s (${stated.evidence.text})` },
    graceEvidence(workload, period),
  ];
}
