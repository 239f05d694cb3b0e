import { type Bound, exactly } from '../../../lifecycle/bound.ts';
import { hookDuration } from '../../../lifecycle/hook-duration.ts';
import { sameContainer } from '../../../resources/pairing.ts';
import { servingContainers } from '../../../resources/serving.ts';
import { type Container, runsUnknown, type Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { delaySettings } from '../../support/own-delay.ts';
import { servingEvidence } from '../../support/served.ts';
import { stopPicture } from '../../support/stop-picture.ts';

interface Removed {
  readonly container: string;
  readonly service: string;
  readonly port: number;
  /** What the base's hook took at least; null for one that never ended. */
  readonly baseDelaySeconds: number | null;
}

const delay = ({ baseDelaySeconds }: Removed): string =>
  baseDelaySeconds === null ? 'endless' : `${baseDelaySeconds} s`;

const why = ({ container, service }: Removed): string =>
  `Kubernetes takes a pod out of Services and sends SIGTERM at the same time, in no order. On every rollout and node drain ` +
  `Service ${code(service)} now sends new requests to ${code(container)} after it was told to stop.`;

const fix = ({ baseDelaySeconds }: Removed): string => {
  const seconds = baseDelaySeconds ?? 15;
  return `Keep a delay: \`lifecycle.preStop.sleep.seconds\` ${code(seconds)} (Kubernetes 1.30 and later; needs no shell).`;
};

const removed: Message<Removed> = {
  class: 'regression',
  severity: 'error',
  title: (data) =>
    `${code(data.container)} lost its ${delay(data)} preStop delay, and Service ${code(data.service)} sends it traffic`,
  text: (data) =>
    `In the base \`preStop\` held SIGTERM back for ${delay(data)}; in this change ${code(data.container)}, which serves port ` +
    `${data.port} of Service ${code(data.service)}, has no preStop hook.`,
  why,
  fix,
};

const emptied: Message<Removed> = {
  class: 'regression',
  severity: 'error',
  title: (data) =>
    `The preStop hook of ${code(data.container)} no longer delays its stop (${delay(data)} in the base), and Service ` +
    `${code(data.service)} sends it traffic`,
  text: (data) =>
    `In the base \`preStop\` held SIGTERM back for ${delay(data)}; in this change the hook of ${code(data.container)}, which ` +
    `serves port ${data.port} of Service ${code(data.service)}, ends at once.`,
  why,
  fix,
};

export const preStopRemoved = defineRule({
  id: 'pre-stop-removed',
  category: 'shutdown',
  about: 'workloads',
  title: 'A preStop delay removed from a container that serves traffic',
  messages: { removed, emptied },
  references: [
    {
      title: 'Kubernetes: pod termination flow and endpoints',
      url: 'https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/',
    },
    {
      title: 'Kubernetes: termination of pods',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
    },
  ],
  cites: ['preStop', 'exposedWindow'],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource, workload, before, inventory } = subject;
    const base = before?.workload ?? null;
    if (workload === null || !workload.longRunning || base === null || before === null) return;
    for (const serving of servingContainers(inventory, workload)) {
      const { container, service, port } = serving;
      const was = sameContainer(workload, container.name, base);
      if (
        was === undefined ||
        runsUnknown(workload, container) ||
        delaysItself(workload, container, base, was)
      )
        continue;
      const lost = hookDuration(base, was, 'preStop');
      const kept = hookDuration(workload, container, 'preStop');
      if (typeof lost === 'string' || lost.atLeast < 1 || !isGone(kept)) continue;
      const path = [...container.path, 'lifecycle', 'preStop'];
      const now = typeof kept === 'object' ? kept : exactly(0, 'no preStop');
      const picture = stopPicture(subject, workload, container, now);
      yield {
        messageId: kept === 'absent' ? 'removed' : 'emptied',
        data: {
          container: container.name,
          service: service.ref.name,
          port,
          baseDelaySeconds: Number.isFinite(lost.atLeast) ? lost.atLeast : null,
        },
        at: { resource, path },
        container: container.name,
        evidence: [
          {
            text: `base: preStop of ${Number.isFinite(lost.atLeast) ? `${lost.atLeast} s` : 'no end'}`,
            at: { resource: before.resource, path: [...was.path, 'lifecycle', 'preStop'] },
          },
          servingEvidence(serving),
        ],
        ...(picture !== null && { picture }),
      };
    }
  },
});

/** True when surely no delay of a second is left. A hook of unknown length may well be one. */
function isGone(hook: Bound | 'absent' | 'unknown'): boolean {
  return hook === 'absent' || (typeof hook === 'object' && hook.atMost < 1);
}

/** Whether the change gave the application a setting that may be the delay's new place. */
function delaysItself(workload: Workload, container: Container, base: Workload, was: Container): boolean {
  const before = new Set(delaySettings(base, was));
  return delaySettings(workload, container).some((setting) => !before.has(setting));
}
