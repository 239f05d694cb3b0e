import { floorOf } from '../../../lifecycle/replicas.ts';
import { type Rollout, rolloutOf } from '../../../lifecycle/rollout.ts';
import { valueAt } from '../../../manifest/field-path.ts';
import type { Environment } from '../../../platform/environment.ts';
import { platformOf } from '../../../platform/platform.ts';
import { labelSelector } from '../../../resources/inventory.ts';
import { readField, readList, readMap } from '../../../resources/resource.ts';
import type { Workload } from '../../../resources/workload.ts';
import { code, count } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { floorEvidence, podsText } from '../../support/floors.ts';
import { objectName } from '../../support/kubernetes-words.ts';
import { type Apart, domainName, keptApart, together } from '../../support/spreading.ts';

interface Deadlock {
  readonly object: string;
  readonly topologyKey: string;
  readonly pods: number;
  /** The number is an autoscaler's floor, not the object's own. */
  readonly autoscaled: boolean;
  /** What `maxUnavailable` says, and what that comes to. */
  readonly maxUnavailable: string;
  readonly written: boolean;
  readonly surge: number;
  /** Nodes or zones that the configuration states; null where it does not. */
  readonly domains: number | null;
}

const limit = ({ maxUnavailable, written, pods }: Deadlock): string => {
  const stated = `${code(`maxUnavailable: ${maxUnavailable}`)}${written ? '' : ' (default)'}`;
  return maxUnavailable === '0' ? stated : `${stated} of ${count(pods, 'pod')} rounds down to 0`;
};

const order = (data: Deadlock): string =>
  `${limit(data)}: no old pod may go before a new one is ready, and the required anti-affinity lets no two of them ` +
  `stand ${together(data.topologyKey)}`;

const fix = ({ surge }: Deadlock): string =>
  'Write `maxUnavailable: 1` under `strategy.rollingUpdate`: then an old pod makes room first' +
  `${surge === 1 ? ', with one pod fewer meanwhile' : ''}. A preferred term, or ` +
  '`matchLabelKeys: [pod-template-hash]` in the required one (Kubernetes 1.31 and later), helps from the second rollout ' +
  'on: the pods that run now still carry the old term.';

const full: Message<Deadlock> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `Rollouts of ${code(data.object)} get stuck: ${podsText(data.pods, data.autoscaled)} take all ` +
    `${count(data.domains ?? 0, domainName(data.topologyKey))}, and the new one needs one more`,
  text: (data) =>
    `${order(data)}. ${data.pods} + 1 new = ${data.pods + 1}, and the configuration's \`cluster\` has ` +
    `${count(data.domains ?? 0, domainName(data.topologyKey))}${data.domains === 3 && isZone(data.topologyKey) ? ' (3 if not stated)' : ''}.`,
  why: ({ topologyKey }) =>
    `The new pod stays Pending${isZone(topologyKey) ? '' : ' until a node is added'} and the old ones stay up: the ` +
    'deploy fails when `progressDeadlineSeconds` has passed, and so does every later one.',
  fix,
};

const free: Message<Deadlock> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `Every rollout of ${code(data.object)} needs a free ${domainName(data.topologyKey)}: no old pod may go first`,
  text: (data) =>
    `${order(data)}. The new pod needs a ${domainName(data.topologyKey)} without any of the ` +
    `${podsText(data.pods, data.autoscaled)}.`,
  why: (data) =>
    `Where no further ${domainName(data.topologyKey)} has room, the new pod stays Pending and the deploy fails when ` +
    '`progressDeadlineSeconds` has passed.',
  fix,
};

export const antiAffinityDeadlocksRollout = defineRule({
  id: 'anti-affinity-deadlocks-rollout',
  category: 'placement',
  about: 'workloads',
  title: 'A required anti-affinity leaves a rolling update no room',
  messages: { full, free },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: inter-pod affinity and anti-affinity',
      url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity',
    },
    {
      title: 'Kubernetes: rolling update of a Deployment',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment',
    },
    {
      title: 'kubernetes/kubernetes#116891: rolling update stuck with pod anti-affinity',
      url: 'https://github.com/kubernetes/kubernetes/issues/116891',
    },
  ],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource, workload, inventory, environment } = subject;
    if (workload === null || resource.ref.kind !== 'Deployment') return;
    const floor = floorOf(inventory, workload);
    if (floor === null || floor.pods === 0) return;
    const rollout = rolloutOf(workload, floor.pods, subject.cluster.kubernetesVersion);
    if (rollout === null || rollout.strategy !== 'rolling' || rollout.unavailable > 0) return;
    if (platformOf(workload, inventory, environment).name === 'fargate') return;
    const found = worstOf(subject, workload, rollout);
    if (found === null) return;
    const { messageId, term, domains } = found;
    yield {
      messageId,
      data: {
        object: objectName(resource.ref),
        topologyKey: term.topologyKey,
        pods: floor.pods,
        autoscaled: floor.kind !== 'replicas',
        maxUnavailable: rollout.limit,
        written: rollout.written,
        surge: rollout.surge,
        domains,
      },
      at: { resource, path: [...term.path, 'topologyKey'] },
      evidence: [floorEvidence(floor), ...rollout.evidence],
    };
  },
});

interface Found {
  readonly messageId: 'full' | 'free';
  readonly term: Apart;
  readonly domains: number | null;
}

/** A term of which it is known that there is no room goes before one of which it is not. */
function worstOf(subject: Subject, workload: Workload, rollout: Rollout): Found | null {
  const terms = keptApart(workload).filter((term) => isBinding(workload, term));
  const found = terms.map((term) => judged(subject, term, rollout)).filter((each) => each !== null);
  return found.find(({ messageId }) => messageId === 'full') ?? found[0] ?? null;
}

/** Whether the term surely holds between pods of two revisions. */
function isBinding({ resource }: Workload, { kind, sure, path }: Apart): boolean {
  if (kind !== 'required' || !sure) return false;
  if (readField(resource, [...path, 'matchLabelKeys']).from !== 'absent') return false;
  const selector = [...path, 'labelSelector'];
  if (labelSelector(resource, selector) === 'unknown') return false;
  const keys = [
    ...Object.keys(readMap(resource, [...selector, 'matchLabels']) ?? {}),
    ...readList(resource, [...selector, 'matchExpressions']).map((each) => String(valueAt(each, ['key']))),
  ];
  return !keys.some((key) => /version|revision|chart|hash|build|commit/i.test(key));
}

/**
 * Where the number of domains is known, only when one more does not fit; where it is not, only when somebody wrote that
 * no pod may be missing: a free node is common, and a default says nothing of what was meant.
 */
function judged({ environment }: Subject, term: Apart, rollout: Rollout): Found | null {
  const domains = domainsOf(environment, term.topologyKey);
  if (domains !== null) return rollout.replicas < domains ? null : { messageId: 'full', term, domains };
  const meant = rollout.written && ['0', '0%'].includes(rollout.limit);
  return meant ? { messageId: 'free', term, domains } : null;
}

function domainsOf({ zones, nodes }: Environment, topologyKey: string): number | null {
  if (isZone(topologyKey)) return zones;
  return topologyKey === 'kubernetes.io/hostname' ? nodes : null;
}

function isZone(topologyKey: string): boolean {
  return topologyKey === 'topology.kubernetes.io/zone';
}
