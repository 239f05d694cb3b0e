import { type Floor, floorOf } from '../../../lifecycle/replicas.ts';
import { type Rollout, rolloutOf } from '../../../lifecycle/rollout.ts';
import { type Inventory, selectedBy, serviceSelector } from '../../../resources/inventory.ts';
import type { Resource } from '../../../resources/resource.ts';
import { servingContainers } from '../../../resources/serving.ts';
import type { Workload } from '../../../resources/workload.ts';
import { code, count } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { floorEvidence } from '../../support/floors.ts';
import { isHook } from '../../support/hooks.ts';
import { objectName } from '../../support/kubernetes-words.ts';
import { canSurge } from '../../support/surge.ts';

interface Lost {
  readonly workload: string;
  readonly service: string;
  readonly pods: number;
  /** True where an autoscaler keeps that floor. */
  readonly autoscaled: boolean;
  readonly unavailablePods: number;
  readonly lowestAvailablePods: number;
  readonly sharePercent: number;
  /** What decides, as it is written or by default. */
  readonly limit: string;
  readonly limitWritten: boolean;
  /** True where it comes to 0 pods, and so does maxSurge: one is taken all the same. */
  readonly raised: boolean;
  readonly surgePods: number;
  readonly canSurge: boolean;
  /** Null where the base is not compared. */
  readonly basePods: number | null;
  readonly baseLowestPods: number | null;
}

const of = ({ pods, autoscaled }: Lost): string =>
  `${count(pods, 'pod')}${autoscaled ? " at the autoscaler's floor" : ''}`;

const written = (data: Lost): string =>
  `${code(`maxUnavailable: ${data.limit}`)}${data.limitWritten ? '' : ' (default)'} of ${of(data)}`;

function taken(data: Lost): string {
  if (data.raised) return `${written(data)} comes to 0, and with \`maxSurge\` at 0 too Kubernetes takes 1`;
  return `${written(data)} is ${data.unavailablePods}${data.limit.endsWith('%') ? ' after rounding' : ''}`;
}

const text = (data: Lost): string =>
  `${taken(data)}: while ${code(data.workload)} is rolled out, ${data.pods} − ${data.unavailablePods} = ` +
  `${data.lowestAvailablePods} may be all that serves Service ${code(data.service)}.`;

function why({ service, pods, lowestAvailablePods }: Lost): string {
  if (lowestAvailablePods === 0)
    return `Until the first new pod is ready nothing answers for Service ${code(service)}: every rollout is an outage as long as a start.`;
  const load = Number((pods / lowestAvailablePods).toFixed(1));
  return (
    `Until the new pods are ready, each one that is left gets ${load} times its usual requests, at every rollout, at ` +
    'whatever load there is then.'
  );
}

function fix({ pods, canSurge: surges }: Lost): string {
  if (surges)
    return 'Write `maxUnavailable: 0` with `maxSurge: 1`: each old pod is stopped when a new one is ready, and none is missing.';
  return `Write \`maxUnavailable: 1\`: one of ${pods} is missing at a time.`;
}

const loses: Message<Lost> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `A rollout of ${code(data.workload)} may take ${data.unavailablePods} of ${of(data)} at once`,
  text,
  why,
  fix,
};

const half: Message<Lost> = { ...loses, severity: 'info' };

const worsened: Message<Lost> = {
  class: 'regression',
  severity: 'warning',
  title: (data) =>
    `A rollout of ${code(data.workload)} now leaves ${data.lowestAvailablePods} of ${of(data)} ` +
    `(${data.baseLowestPods} of ${data.basePods} in the base)`,
  text,
  why,
  fix,
};

export const rolloutLosesCapacity = defineRule({
  id: 'rollout-loses-capacity',
  category: 'rollout',
  about: 'workloads',
  title: 'A rollout takes more than half of the pods at once',
  messages: { loses, half, worsened },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: rolling update of a Deployment',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment',
    },
  ],
  options: {
    'share-percent': {
      default: 50,
      minimum: 1,
      maximum: 99,
      description: 'Percentage of the pods that a rollout may take at once',
    },
  },
  cites: ['lowestAvailable'],
  badness: (data) => Number(data.sharePercent),
  *check({ workload, resource, inventory, before, cluster, options }: Subject): Iterable<Diagnostic> {
    const [serving] = workload === null ? [] : servingContainers(inventory, workload);
    const floor = workload && floorOf(inventory, workload);
    if (workload === null || floor === null || serving === undefined) return;
    if (isServedByOthers(inventory, serving.service, workload)) return;
    // How many run while there is load, nobody can say.
    if (floor.kind === 'scaledToZero') return;
    const rollout = rolloutOf(workload, floor.pods, cluster.kubernetesVersion);
    if (rollout === null || rollout.strategy !== 'rolling' || floor.pods === 0) return;
    const surges = canSurge(inventory, workload);
    // What cannot run beside the pod that it replaces loses at least one.
    if (rollout.unavailable === 1 && !surges) return;
    const base = before?.workload
      ? rolloutAt(before.workload, floorOf(before.inventory, before.workload), cluster)
      : null;
    const messageId = messageOf(rollout, base, Number(options['share-percent']));
    if (messageId === null) return;
    yield {
      messageId,
      data: {
        workload: objectName(resource.ref),
        service: serving.service.ref.name,
        autoscaled: floor.kind !== 'replicas',
        canSurge: surges,
        ...numbersOf(rollout, base),
      },
      at: { resource, path: rollout.path },
      evidence: [...rollout.evidence, floorEvidence(floor)],
    };
  },
});

/** Then what a rollout leaves is not all that serves. */
function isServedByOthers(inventory: Inventory, service: Resource, workload: Workload): boolean {
  return selectedBy(inventory, service, serviceSelector(service)).some(
    ({ workload: other }) =>
      other !== workload && other.longRunning && other.replicas.value !== 0 && !isHook(other.resource),
  );
}

function rolloutAt(
  workload: Workload,
  floor: Floor | null,
  { kubernetesVersion }: Subject['cluster'],
): Rollout | null {
  return floor && rolloutOf(workload, floor.pods, kubernetesVersion);
}

const share = ({ unavailable, replicas }: Rollout): number => (100 * unavailable) / replicas;

/** What base lost as much is no news; what moves away from Recreate gets better. */
function messageOf(
  rollout: Rollout,
  base: Rollout | null,
  percent: number,
): 'loses' | 'half' | 'worsened' | null {
  if (base?.strategy === 'recreate') return null;
  if (share(rollout) > percent)
    return base !== null && base.replicas > 0 && share(base) <= percent ? 'worsened' : 'loses';
  return rollout.replicas === 2 && rollout.unavailable === 1 ? 'half' : null;
}

function numbersOf(
  rollout: Rollout,
  base: Rollout | null,
): Omit<Lost, 'workload' | 'service' | 'autoscaled' | 'canSurge'> {
  return {
    pods: rollout.replicas,
    unavailablePods: rollout.unavailable,
    lowestAvailablePods: rollout.lowestAvailable,
    sharePercent: Math.round(share(rollout)),
    limit: rollout.limit,
    limitWritten: rollout.written,
    raised: rollout.raised,
    surgePods: rollout.surge,
    basePods: base?.replicas ?? null,
    baseLowestPods: base?.lowestAvailable ?? null,
  };
}
