import { exactly } from '../../../lifecycle/bound.ts';
import { gracePeriodOf, stopSchedule } from '../../../lifecycle/shutdown.ts';
import { shutdownPicture } from '../../../lifecycle/shutdown-picture.ts';
import { readNumber } from '../../../resources/resource.ts';
import { runningContainers, servingContainers } from '../../../resources/serving.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { missingGrace, preStopOf } from '../../support/grace.ts';
import { servingEvidence } from '../../support/served.ts';

interface Missing {
  readonly workload: string;
  /** As it is written. */
  readonly writtenSeconds: number;
  readonly sigtermSeconds: number;
  readonly sigkillSeconds: number;
  /** A container has a preStop hook. */
  readonly hook: boolean;
  /** Null where no Service is known to send it traffic. */
  readonly service: string | null;
}

const contradiction = { class: 'contradiction', severity: 'error' } as const;

const cut = ({ service }: Missing): string =>
  service === null
    ? 'On every rollout, scale-down and node drain the work in hand is cut off.'
    : `On every rollout, scale-down and node drain requests in flight are cut off, and Service ${code(service)} still sends ` +
      'new ones to containers that are being killed.';

const forced = (data: Missing): string =>
  '`terminationGracePeriodSeconds` is 0: the API server removes the Pod at once, without waiting for its containers. They ' +
  `get SIGTERM at ${data.sigtermSeconds} s and SIGKILL at ${data.sigkillSeconds} s` +
  `${data.hook ? ', 1 s later where a preStop hook runs: the kubelet waits 1 s for it' : ''}.`;

const fix = (): string =>
  'Remove the line: the period is then 30 s. Or set it to preStop + the time the application takes to stop + 10-20 s.';

const zero: Message<Missing> = {
  ...contradiction,
  title: ({ workload, sigkillSeconds }) =>
    `${code(workload)} has ${sigkillSeconds} s to stop, and nothing waits for it: the grace period is 0 s`,
  text: forced,
  why: cut,
  fix,
};

const twins: Message<Missing> = {
  ...contradiction,
  title: ({ workload }) =>
    `A grace period of 0 s lets two pods of StatefulSet ${code(workload)} have one identity`,
  text: forced,
  why: (data) =>
    'The StatefulSet controller sees no Pod any more and starts the next one under the same name and with the same volumes ' +
    `while the old processes may still run and write. ${cut(data)}`,
  fix,
};

const one: Message<Missing> = {
  ...contradiction,
  title: ({ workload, sigkillSeconds }) =>
    `${code(workload)} has ${sigkillSeconds} s to stop: the grace period is 1 s`,
  text: ({ writtenSeconds, sigtermSeconds, sigkillSeconds }) =>
    `\`terminationGracePeriodSeconds\` is ${writtenSeconds}${writtenSeconds < 0 ? ', which counts as 1' : ''}: SIGTERM comes ` +
    `at ${sigtermSeconds} s, SIGKILL at ${sigkillSeconds} s.`,
  why: cut,
  fix,
};

export const gracePeriodZero = defineRule({
  id: 'grace-period-zero',
  category: 'shutdown',
  about: 'workloads',
  title: 'A grace period that leaves no time to stop',
  messages: { zero, twins, one },
  references: [
    {
      title: 'Kubernetes: forced termination of pods',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-forced',
    },
    {
      title: 'Kubernetes: force delete StatefulSet pods',
      url: 'https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/',
    },
  ],
  cites: ['gracePeriod', 'applicationTime'],
  *check({ resource, workload, inventory }: Subject): Iterable<Diagnostic> {
    const missing = workload === null ? null : missingGrace(inventory, workload);
    const period = workload === null ? null : gracePeriodOf(workload);
    if (workload === null || missing === null || period === null) return;
    const [serving] = servingContainers(inventory, workload);
    const container = serving?.container ?? runningContainers(workload)[0];
    const hooks = runningContainers(workload).map((each) => preStopOf(workload, each));
    const { term, kill } = stopSchedule(period.seconds, 0);
    const data: Missing = {
      workload: resource.ref.name,
      writtenSeconds: readNumber(resource, period.path).value ?? period.seconds,
      sigtermSeconds: term,
      sigkillSeconds: kill,
      hook: hooks.some((hook) => hook === null || hook.atMost > 0),
      service: serving?.service.ref.name ?? null,
    };
    const preStop = exactly(0, 'no time for a hook');
    yield {
      messageId: missing === 'one' ? 'one' : resource.ref.kind === 'StatefulSet' ? 'twins' : 'zero',
      data: { ...data },
      at: { resource, path: period.path },
      evidence: serving === undefined ? [] : [servingEvidence(serving)],
      ...(container && { picture: shutdownPicture({ container: container.name, preStop, grace: period }) }),
    };
  },
});
