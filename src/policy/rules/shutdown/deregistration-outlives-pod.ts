import { type Bound, exactly, longest } from '../../../lifecycle/bound.ts';
import { hookDuration } from '../../../lifecycle/hook-duration.ts';
import { targetGroupsOf } from '../../../lifecycle/load-balancer.ts';
import { drainPicture } from '../../../lifecycle/load-balancer-picture.ts';
import { type GracePeriod, gracePeriodOf, stopSchedule } from '../../../lifecycle/shutdown.ts';
import type { TargetGroup } from '../../../lifecycle/target-group.ts';
import { isTrafficUnsure } from '../../../resources/unsure-traffic.ts';
import { mayRunNothing, type Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Evidence, type Message, type Subject } from '../../rule.ts';
import { objectName } from '../../support/kubernetes-words.ts';

interface Outlives {
  readonly workload: string;
  readonly balancer: 'ALB' | 'NLB';
  /** Where the delay is written, or what the target group is made for. */
  readonly route: string;
  readonly delaySeconds: number;
  readonly graceSeconds: number;
  readonly graceWritten: boolean;
  /** What preStop takes of that at least. */
  readonly preStopSeconds: number;
  /** When SIGKILL comes at the latest, counted from the moment at which the pod is told to stop. */
  readonly lifeSeconds: number;
  readonly cutSeconds: number;
}

const title = (data: Outlives): string =>
  `The ${data.balancer} lets requests to a stopping pod of ${code(data.workload)} run for ${data.delaySeconds} s, and the pod ` +
  `is killed after ${data.lifeSeconds} s`;

function life(data: Outlives): string {
  const { graceSeconds, graceWritten, preStopSeconds, lifeSeconds, cutSeconds, balancer } = data;
  const hook = preStopSeconds === 0 ? '' : `, of which preStop takes ${preStopSeconds} s`;
  return (
    `\`terminationGracePeriodSeconds\` is ${graceSeconds} s${graceWritten ? '' : ' (default)'}${hook}: SIGKILL comes at ` +
    `${lifeSeconds} s at the latest, ${cutSeconds} s before the ${balancer} gives up the requests in flight.`
  );
}

function why({ balancer, lifeSeconds }: Outlives): string {
  if (balancer === 'ALB')
    return (
      `No new requests come by then. Those that were sent before and still run at ${lifeSeconds} s are cut, and their clients ` +
      'get a 5xx response from the ALB. Shorter requests are not touched by this.'
    );
  return (
    `An NLB opens no new connections to the pod, but goes on sending what comes over the open ones. Connections that are ` +
    `still open at ${lifeSeconds} s break, and their clients may wait for an answer until their own timeout.`
  );
}

const fix = ({ delaySeconds, lifeSeconds, preStopSeconds }: Outlives): string =>
  `Where requests run that long, set \`terminationGracePeriodSeconds\` to at least ${delaySeconds}` +
  `${preStopSeconds === 0 ? '' : ' (preStop is part of it)'}; where they do not, write ` +
  `\`deregistration_delay.timeout_seconds=${lifeSeconds}\` or less, so that it says what happens.`;

const outlives: Message<Outlives> = {
  class: 'hazard',
  severity: 'warning',
  title,
  text: (data) =>
    `${code(data.route)} sets \`deregistration_delay.timeout_seconds=${data.delaySeconds}\`; ${life(data)}`,
  why,
  fix,
};

const outlivesByDefault: Message<Outlives> = {
  class: 'advice',
  severity: 'info',
  title,
  text: (data) =>
    `The target group of ${code(data.route)} has the deregistration delay of ELB, ${data.delaySeconds} s (default); ${life(data)}`,
  why,
  fix,
};

export const deregistrationOutlivesPod = defineRule({
  id: 'deregistration-outlives-pod',
  category: 'shutdown',
  about: 'workloads',
  title: 'A deregistration delay that is longer than the pod lives',
  messages: { outlives, outlivesByDefault },
  cites: ['gracePeriod', 'preStop'],
  references: [
    {
      title: 'ALB: deregistration delay',
      url: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html',
    },
    {
      title: 'NLB: deregistration delay',
      url: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html',
    },
  ],
  badness: ({ cutSeconds }) => Number(cutSeconds),
  *check({ resource, workload, inventory }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning || mayRunNothing(workload)) return;
    if (!inventory.complete || isTrafficUnsure(inventory)) return;
    const grace = gracePeriodOf(workload);
    if (grace === null || grace.seconds === 0) return;
    const group = longestDelay(targetGroupsOf(inventory, workload));
    if (group === null) return;
    const delaySeconds = group.deregistrationSeconds.value ?? 0;
    const preStop = preStopOf(workload);
    if (workload.open || preStop === null) return;
    const lifeSeconds = stopSchedule(grace.seconds, preStop.atMost).kill;
    if (delaySeconds <= lifeSeconds) return;
    const balancer = group.kind === 'alb' ? 'ALB' : 'NLB';
    const termSeconds = stopSchedule(grace.seconds, preStop.atLeast).term;
    const { at, from } = group.deregistrationSeconds;
    yield {
      messageId: from === 'written' ? 'outlives' : 'outlivesByDefault',
      data: {
        workload: objectName(resource.ref),
        balancer,
        route: objectName((at?.resource ?? group.route).ref),
        delaySeconds,
        graceSeconds: grace.seconds,
        graceWritten: grace.written,
        preStopSeconds: termSeconds,
        lifeSeconds,
        cutSeconds: delaySeconds - lifeSeconds,
      },
      at: { resource, path: grace.path },
      evidence: [...evidenceOf(workload, grace, group)],
      picture: drainPicture({ balancer, termSeconds, killSeconds: lifeSeconds, delaySeconds }),
    };
  },
});

/** Of the groups whose targets are pods: the longest delay that somebody wrote, else one that nobody did. */
function longestDelay(groups: readonly TargetGroup[]): TargetGroup | null {
  const known = groups.filter(
    ({ targetType, deregistrationSeconds }) =>
      targetType.value === 'ip' && deregistrationSeconds.value !== null,
  );
  const weight = ({ deregistrationSeconds: { from, value } }: TargetGroup): number =>
    from === 'written' ? (value ?? 0) : -1;
  return [...known].sort((a, b) => weight(b) - weight(a))[0] ?? null;
}

/** The longest hook; null where one is not known. */
function preStopOf(workload: Workload): Bound | null {
  const hooks = workload.containers
    .filter(({ role }) => role !== 'init')
    .map((container) => hookDuration(workload, container, 'preStop'));
  if (hooks.includes('unknown')) return null;
  const bounds = hooks.map((hook) => (typeof hook === 'object' ? hook : exactly(0, 'no preStop')));
  return {
    atLeast: longest(bounds)?.atLeast ?? 0,
    atMost: Math.max(0, ...bounds.map(({ atMost }) => atMost)),
    from: 'preStop',
  };
}

function* evidenceOf(
  { resource }: Workload,
  grace: GracePeriod,
  { deregistrationSeconds, targetType, route }: TargetGroup,
): Iterable<Evidence> {
  const { value, at } = deregistrationSeconds;
  if (at !== null) yield { text: `deregistration delay: ${value} s`, at };
  const asks = `${code(objectName(route.ref))} sends traffic to pod addresses`;
  if (targetType.at !== null) yield { text: asks, at: targetType.at };
  yield {
    text: `terminationGracePeriodSeconds: ${grace.seconds}${grace.written ? '' : ' (default)'}`,
    at: { resource, path: grace.path },
  };
}
