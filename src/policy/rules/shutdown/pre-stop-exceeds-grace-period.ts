import { assumptions, type StopTime, stopTimeOf } from '../../../lifecycle/assumptions.ts';
import type { Bound } from '../../../lifecycle/bound.ts';
import { hookDuration } from '../../../lifecycle/hook-duration.ts';
import { type GracePeriod, gracePeriodOf, stopSchedule } from '../../../lifecycle/shutdown.ts';
import { shutdownPicture } from '../../../lifecycle/shutdown-picture.ts';
import { type FieldPath, formatFieldPath } from '../../../manifest/field-path.ts';
import { type Resource, readField, readList } from '../../../resources/resource.ts';
import { runningContainers } from '../../../resources/serving.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { graceEvidence, preStopEvidence } from '../../support/grace.ts';

interface Exceeds {
  readonly container: string;
  /** What the hook takes at least; null for one that never ends. */
  readonly preStopSeconds: number | null;
  /** False when the hook may take longer than that. */
  readonly preStopExact: boolean;
  readonly graceSeconds: number;
  readonly graceWritten: boolean;
  readonly sigtermSeconds: number;
  readonly sigkillSeconds: number;
  /** From SIGKILL to the end that the hook would have had; 0 when it had ended by then. */
  readonly cutSeconds: number | null;
  /** What `fix` adds to the hook's own time. */
  readonly applicationSeconds: number;
  readonly applicationFrom: string;
  readonly bufferSeconds: number;
}

const grace = ({ graceSeconds, graceWritten }: Exceeds): string =>
  `${graceSeconds} s${graceWritten ? '' : ' (default)'}`;

function taken({ preStopSeconds, preStopExact }: Exceeds): string {
  if (preStopSeconds === null) return 'never ends';
  return `takes ${preStopExact ? '' : 'at least '}${preStopSeconds} s`;
}

const left = ({ sigtermSeconds, sigkillSeconds }: Exceeds): string => `${sigkillSeconds - sigtermSeconds} s`;

function schedule({ sigtermSeconds, sigkillSeconds, cutSeconds }: Exceeds): string {
  const cut = cutSeconds === null || cutSeconds === 0 ? '' : `, ${cutSeconds} s before the hook would end`;
  return `SIGTERM comes at ${sigtermSeconds} s, SIGKILL at ${sigkillSeconds} s${cut}`;
}

const text = (data: Exceeds): string =>
  `The preStop hook of ${code(data.container)} ${taken(data)}; \`terminationGracePeriodSeconds\` is ${grace(data)}: ` +
  `${schedule(data)}.`;

function fix(data: Exceeds): string {
  if (data.preStopSeconds === null)
    return 'Give the hook an end: `sleep` with the seconds that traffic needs to move away.';
  const { preStopSeconds, applicationSeconds, applicationFrom, bufferSeconds } = data;
  const needed = Math.ceil(preStopSeconds + applicationSeconds + bufferSeconds);
  return (
    `Set \`terminationGracePeriodSeconds\` to ${needed}: ${preStopSeconds} s ` +
    `preStop + ${applicationSeconds} s for the application to stop (${applicationFrom}) + ${bufferSeconds} s buffer; or ` +
    'shorten the hook.'
  );
}

const exceeds: Message<Exceeds> = {
  class: 'contradiction',
  severity: 'error',
  title: (data) =>
    `${code(data.container)} has ${left(data)} to stop: \`preStop\` ${taken(data)}` +
    `${data.preStopSeconds === null ? ', and the grace period is' : ' of a'} ${data.graceSeconds} s` +
    `${data.preStopSeconds === null ? '' : ' grace period'}`,
  text,
  why: (data) =>
    `On every rollout and node drain the kubelet stops waiting for the hook at ${data.sigtermSeconds} s, sends SIGTERM, and ` +
    `kills ${code(data.container)} ${left(data)} later with what it has not finished by then.`,
  fix,
};

const refused: Message<Exceeds> = {
  class: 'contradiction',
  severity: 'error',
  title: (data) =>
    `The API server refuses the preStop sleep of ${code(data.container)}: ${data.preStopSeconds} s of a ` +
    `${data.graceSeconds} s grace period`,
  text: (data) =>
    `The preStop hook of ${code(data.container)} sleeps ${data.preStopSeconds} s; \`terminationGracePeriodSeconds\` is ` +
    `${grace(data)}, ${(data.preStopSeconds ?? 0) - data.graceSeconds} s less.`,
  why: () =>
    '`sleep.seconds` may be as long as the grace period and no longer, so the object is refused on create and on update: ' +
    'the release stops here.',
  fix,
};

export const preStopExceedsGracePeriod = defineRule({
  id: 'pre-stop-exceeds-grace-period',
  category: 'shutdown',
  about: 'workloads',
  title: 'A preStop hook that takes the whole grace period',
  messages: { exceeds, refused },
  references: [
    {
      title: 'Kubernetes: termination of pods',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
    },
    {
      title: 'Kubernetes: container hooks',
      url: 'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/',
    },
  ],
  cites: ['preStop', 'gracePeriod', 'applicationTime'],
  badness: (data) => Number(data.preStopSeconds ?? Number.POSITIVE_INFINITY) - Number(data.graceSeconds),
  *check({ resource, workload, environment }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    const period = gracePeriodOf(workload);
    // A grace period of 0 runs no hook at all.
    if (period === null || period.seconds === 0) return;
    for (const container of runningContainers(workload)) {
      const hook = hookDuration(workload, container, 'preStop');
      if (typeof hook === 'string' || hook.atLeast < period.seconds) continue;
      const path = [...container.path, 'lifecycle', 'preStop'];
      const at = { resource, path: timePath(resource, path) };
      const stop = stopTimeOf(workload, container, environment);
      yield {
        messageId: isRefused(resource, path) ? 'refused' : 'exceeds',
        data: { container: container.name, ...numbersOf(hook, period, stop) },
        at,
        container: container.name,
        evidence: [{ ...preStopEvidence(workload, container, hook), at }, graceEvidence(workload, period)],
        picture: shutdownPicture({ container: container.name, preStop: hook, grace: period }),
      };
    }
  },
});

/** Where a hook says how long it takes: the seconds of a sleep, or the last word of a command with a number in it. */
function timePath(resource: Resource, path: FieldPath): FieldPath {
  const seconds = [...path, 'sleep', 'seconds'];
  if (readField(resource, seconds).value !== undefined) return seconds;
  const command = [...path, 'exec', 'command'];
  const index = readList(resource, command).findLastIndex((word) => /\d/.test(String(word)));
  return index < 0 ? path : [...command, index];
}

function numbersOf(hook: Bound, period: GracePeriod, stop: StopTime): Omit<Exceeds, 'container'> {
  const { term, kill } = stopSchedule(period.seconds, hook.atLeast);
  const endless = hook.atLeast === Number.POSITIVE_INFINITY;
  return {
    preStopSeconds: endless ? null : hook.atLeast,
    preStopExact: hook.atLeast === hook.atMost,
    graceSeconds: period.seconds,
    graceWritten: period.written,
    sigtermSeconds: term,
    sigkillSeconds: kill,
    cutSeconds: endless ? null : Math.max(0, hook.atLeast - kill),
    applicationSeconds: stop.seconds,
    applicationFrom: stop.from,
    bufferSeconds: assumptions.bufferSeconds,
  };
}

/** The API server compares the native sleep action with the grace period; no other hook. */
function isRefused({ checked }: Resource, path: FieldPath): boolean {
  const field = formatFieldPath([...path, 'sleep']);
  return checked?.errors.some((problem) => problem.field === field) ?? false;
}
