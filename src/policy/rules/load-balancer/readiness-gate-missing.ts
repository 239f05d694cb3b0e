import { gapPicture } from '../../../lifecycle/load-balancer-picture.ts';
import { gateLabels } from '../../../lifecycle/readiness-gate.ts';
import { readField } from '../../../resources/resource.ts';
import { isTrafficUnsure } from '../../../resources/unsure-traffic.ts';
import { code, count } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Evidence, type Message, type Subject } from '../../rule.ts';
import { objectName } from '../../support/kubernetes-words.ts';
import { type TargetGap, targetGapsIn } from '../../support/target-gap.ts';

interface Missing {
  readonly namespace: string;
  readonly label: string;
  /** The label of Auto Mode, where nobody knows who makes the load balancer. */
  readonly otherLabel: string | null;
  /** The value that the label has instead of `enabled`. */
  readonly has: string | null;
  /** Workloads with a gap, the longest first. */
  readonly workloads: readonly string[];
  readonly balancer: 'ALB' | 'NLB';
  readonly readySeconds: number | null;
  readonly minReadySeconds: number;
  readonly checks: number;
  readonly intervalSeconds: number;
  readonly intervalWritten: boolean;
  readonly gapSeconds: number;
}

const missing: Message<Missing> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `Nothing waits for the ${data.balancer} target of a new pod of ${code(data.workloads[0] ?? '')}: ${moments(data)}`,
  text: (data) =>
    `${arithmetic(data)} Registering the target comes on top of that. Namespace ${code(data.namespace)} ${lack(data)}, so ` +
    `no readiness gate holds the pod back.${others(data)}`,
  why: () =>
    'A rollout takes an old pod away as soon as a new one is available. Until the target of the new pod is healthy the load ' +
    'balancer has neither: with few replicas, or with several replaced at once, requests find no healthy target.',
  fix: ({ namespace, label, otherLabel }) =>
    `Label Namespace ${code(namespace)} with ${code(`${label}: enabled`)}` +
    `${otherLabel === null ? '' : ` (EKS Auto Mode: ${code(`${otherLabel}: enabled`)})`}. The readiness gate is added to pods ` +
    'that are made after that.',
};

function moments({ readySeconds, checks, intervalSeconds }: Missing): string {
  const after = checks * intervalSeconds;
  return readySeconds === null
    ? `healthy by ${after} s after it is Ready`
    : `Ready at ${readySeconds} s, healthy by ${readySeconds + after} s`;
}

function arithmetic(data: Missing): string {
  const { checks, intervalSeconds, intervalWritten, minReadySeconds, readySeconds, gapSeconds } = data;
  const ready = readySeconds === null ? 'is Ready' : `is Ready at ${readySeconds} s`;
  const later = `${checks} × ${intervalSeconds} s${intervalWritten ? '' : ' (default)'} of health checks later`;
  return (
    `A new pod ${ready}, and its target is healthy by ${later}; the rollout goes on ${minReadySeconds} s after Ready ` +
    `(\`minReadySeconds\`), up to ${gapSeconds} s before that.`
  );
}

function lack({ label, has }: Missing): string {
  return has === null
    ? `has no label ${code(`${label}: enabled`)}`
    : `has ${code(`${label}: ${has}`)}, and only ${code('enabled')} counts`;
}

function others({ workloads: { length } }: Missing): string {
  return length < 2 ? '' : ` The same goes for ${count(length - 1, 'more workload')} there.`;
}

export const readinessGateMissing = defineRule({
  id: 'readiness-gate-missing',
  category: 'load-balancer',
  title: 'Pods count as ready before the load balancer sends them traffic',
  messages: { missing },
  references: [
    {
      title: 'AWS Load Balancer Controller: pod readiness gate',
      url: 'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/',
    },
  ],
  badness: ({ workloads }) => (Array.isArray(workloads) ? workloads.length : 0),
  *check({ resource, inventory }: Subject): Iterable<Diagnostic> {
    if (resource.ref.kind !== 'Namespace' || resource.ref.apiVersion !== 'v1') return;
    if (!inventory.complete || isTrafficUnsure(inventory)) return;
    const gaps = targetGapsIn(inventory, resource);
    const [worst] = gaps;
    if (worst === undefined) return;
    const { group, first, readySeconds, minReadySeconds, gapSeconds } = worst;
    const label = gateLabels[group.manager === 'auto-mode' ? 'auto-mode' : 'controller'];
    const path = ['metadata', 'labels', label];
    const has = readField(resource, path).value;
    const balancer = group.kind === 'alb' ? 'ALB' : 'NLB';
    const { checks, intervalSeconds } = first;
    yield {
      messageId: 'missing',
      data: {
        namespace: resource.ref.name,
        label,
        otherLabel: group.manager === 'unknown' ? gateLabels['auto-mode'] : null,
        has: has === undefined ? null : String(has),
        workloads: gaps.map(({ workload }) => objectName(workload.resource.ref)),
        balancer,
        readySeconds,
        minReadySeconds,
        checks,
        intervalSeconds,
        intervalWritten: group.healthCheck.intervalSeconds.from === 'written',
        gapSeconds,
      },
      at: { resource, path },
      evidence: [...evidenceOf(worst)],
      ...(readySeconds === null
        ? {}
        : { picture: gapPicture({ balancer, readySeconds, minReadySeconds, checks, intervalSeconds }) }),
    };
  },
});

function* evidenceOf({ group, workload, minReadySeconds }: TargetGap): Iterable<Evidence> {
  const { targetType, healthCheck, route } = group;
  const asks = `${code(objectName(route.ref))} sends traffic to pod addresses`;
  yield targetType.at === null ? { text: asks } : { text: asks, at: targetType.at };
  const { at, value } = healthCheck.intervalSeconds;
  if (at !== null) yield { text: `health check interval: ${value} s`, at };
  if (minReadySeconds > 0)
    yield {
      text: `minReadySeconds: ${minReadySeconds} s`,
      at: { resource: workload.resource, path: ['spec', 'minReadySeconds'] },
    };
}
