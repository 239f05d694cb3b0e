import { serverTimeouts } from '../../../lifecycle/server-timeouts.ts';
import { applicationTime, type GracePeriod, graceBound, gracePeriodOf } from '../../../lifecycle/shutdown.ts';
import { shutdownPicture } from '../../../lifecycle/shutdown-picture.ts';
import { valueAt } from '../../../manifest/field-path.ts';
import { isMap } from '../../../manifest/is-map.ts';
import { mayBeStated, statedSeconds } from '../../../platform/facts.ts';
import { sameContainer } from '../../../resources/pairing.ts';
import { runningContainers, servingContainers } from '../../../resources/serving.ts';
import {
  type Container,
  containerField,
  podField,
  runsUnknown,
  type Workload,
} from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { graceEvidence, graceText, missingGrace, preStopOf, takesAll } from '../../support/grace.ts';
import { isIdle } from '../../support/idle.ts';

interface Reduced {
  readonly container: string;
  readonly baseSeconds: number;
  readonly baseWritten: boolean;
  readonly graceSeconds: number;
  readonly graceWritten: boolean;
  /** Between SIGTERM and SIGKILL, each hook at its shortest. */
  readonly baseLeftSeconds: number;
  readonly leftSeconds: number;
  readonly service: string | null;
  /** What of the pods holds data: `StatefulSet`, or the name of a claim; null where nothing does. */
  readonly state: string | null;
}

const reduced: Message<Reduced> = {
  class: 'regression',
  severity: 'warning',
  title: ({ container, baseLeftSeconds, leftSeconds }) =>
    `${code(container)} gets ${leftSeconds} s to stop instead of ${baseLeftSeconds} s`,
  text: (data) =>
    `This change takes \`terminationGracePeriodSeconds\` from ${graceText(data.baseSeconds, data.baseWritten)} to ` +
    `${graceText(data.graceSeconds, data.graceWritten)}: after SIGTERM ${code(data.container)} has ${data.leftSeconds} s until ` +
    `SIGKILL, and had ${data.baseLeftSeconds} s.`,
  why: ({ service, state, leftSeconds }) =>
    service === null || state !== null
      ? `On every rollout, scale-down and node drain a flush, a checkpoint or a hand-over that takes longer than ${leftSeconds} s ` +
        'is now cut off.'
      : `On every rollout, scale-down and node drain requests of Service ${code(service)} that take longer than ` +
        `${leftSeconds} s are now cut off.`,
  fix: ({ baseSeconds }) =>
    `Keep ${baseSeconds} s: who stops sooner waits for nothing. Or state what the application needs in the annotation ` +
    '`lifecycle-review/shutdown-seconds`, and the period is measured by that.',
};

export const gracePeriodReduced = defineRule({
  id: 'grace-period-reduced',
  category: 'shutdown',
  about: 'workloads',
  title: 'Less time to stop than before',
  messages: { reduced },
  references: [
    {
      title: 'Kubernetes: termination of pods',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
    },
  ],
  cites: ['preStop', 'gracePeriod', 'applicationTime'],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource, workload, before } = subject;
    const base = before?.workload ?? null;
    if (workload === null || base === null || before === null || !workload.longRunning) return;
    const [was, period] = [gracePeriodOf(base), gracePeriodOf(workload)];
    if (was === null || period === null || period.seconds >= was.seconds) return;
    if (isIdle(workload) || isMeasuredElsewhere(subject, workload, period)) return;
    const loss = lossOf(subject, workload, period, base, was);
    if (loss === null) return;
    const { container, preStop, ...times } = loss;
    yield {
      messageId: 'reduced',
      data: {
        container: container.name,
        baseSeconds: was.seconds,
        baseWritten: was.written,
        graceSeconds: period.seconds,
        graceWritten: period.written,
        ...times,
      },
      at: { resource, path: period.path },
      evidence: [
        { ...graceEvidence(base, was), text: `base: ${graceEvidence(base, was).text}` },
        graceEvidence(workload, period),
      ],
      picture: shutdownPicture({ container: container.name, preStop, grace: period }),
    };
  },
});

/** Where the sum is known, another rule of the category measures it, and says more. */
function isMeasuredElsewhere(
  { inventory, environment }: Subject,
  workload: Workload,
  period: GracePeriod,
): boolean {
  return (
    missingGrace(inventory, workload) !== null ||
    runningContainers(workload).some((each) => takesAll(preStopOf(workload, each), period)) ||
    statedSeconds(workload, 'shutdown', environment) !== null ||
    mayBeStated(workload, 'shutdown')
  );
}

interface Loss extends Pick<Reduced, 'baseLeftSeconds' | 'leftSeconds' | 'service' | 'state'> {
  readonly container: Container;
  readonly preStop: NonNullable<ReturnType<typeof preStopOf>>;
}

/** The first container with work to finish that has less time for it than in the base; null without one. */
function lossOf(
  { inventory }: Subject,
  workload: Workload,
  period: GracePeriod,
  base: Workload,
  was: GracePeriod,
): Loss | null {
  const serving = servingContainers(inventory, workload);
  const state = stateOf(workload);
  const served = serving.map(({ container }) => container);
  for (const container of state === null ? served : [...served, ...runningContainers(workload)]) {
    const then = sameContainer(workload, container.name, base);
    const [preStop, before] = [preStopOf(workload, container), then && preStopOf(base, then)];
    if (then === undefined || preStop === null || !before) continue;
    if (serverTimeouts(workload, container).some(({ written }) => written)) continue;
    if (runsUnknown(workload, container)) continue;
    const left = applicationTime(graceBound(period), preStop, '');
    const baseLeft = applicationTime(graceBound(was), before, '');
    // A hook of unknown length that changed may be what the period was shortened for.
    if (!sameHook(workload, container, base, then) && left.atMost >= baseLeft.atLeast) continue;
    if (left.atMost >= baseLeft.atMost) continue;
    const service = serving.find((each) => each.container === container)?.service.ref.name ?? null;
    return { container, preStop, leftSeconds: left.atMost, baseLeftSeconds: baseLeft.atMost, service, state };
  }
  return null;
}

function sameHook(workload: Workload, container: Container, base: Workload, was: Container): boolean {
  const [now, then] = [
    containerField(workload, container, 'lifecycle', 'preStop').value,
    containerField(base, was, 'lifecycle', 'preStop').value,
  ];
  return JSON.stringify(now) === JSON.stringify(then);
}

/** What holds data that wants to be written before the end. */
function stateOf(workload: Workload): string | null {
  if (workload.resource.ref.kind === 'StatefulSet') return 'StatefulSet';
  const { value } = podField(workload, 'volumes');
  const claims = (Array.isArray(value) ? value : []).flatMap((volume) => {
    const claim = valueAt(volume, ['persistentVolumeClaim', 'claimName']);
    const own = valueAt(volume, ['ephemeral', 'volumeClaimTemplate']);
    return isMap(own) ? [String(valueAt(volume, ['name']))] : typeof claim === 'string' ? [claim] : [];
  });
  return claims[0] ?? null;
}
