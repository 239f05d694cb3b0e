import { floorOf } from '../../../lifecycle/replicas.ts';
import { servingContainers } from '../../../resources/serving.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { mayBeCovered } from '../../support/budgets.ts';
import { allPods, floorEvidence, podsText } from '../../support/floors.ts';
import { objectName } from '../../support/kubernetes-words.ts';
import { servingEvidence } from '../../support/served.ts';

interface Missing {
  readonly object: string;
  readonly pods: number;
  /** The number is an autoscaler's floor, not the object's own. */
  readonly autoscaled: boolean;
  readonly service: string;
  readonly port: number;
}

const all = ({ pods, autoscaled }: Missing): string => allPods(pods, autoscaled);

const missing: Message<Missing> = {
  class: 'checklist',
  severity: 'info',
  title: (data) =>
    `No disruption budget covers the ${podsText(data.pods, data.autoscaled)} of ${code(data.object)}`,
  text: (data) =>
    `${code(data.object)} serves port ${data.port} of Service ${code(data.service)} with ${podsText(data.pods, data.autoscaled)}, and no ` +
    'PodDisruptionBudget in sight selects them.',
  why: (data) =>
    `A node drain or cluster upgrade may evict ${all(data)} at once: Service ${code(data.service)} then has no ` +
    'endpoint until new ones are ready.',
  fix: () =>
    "Add a `policy/v1` PodDisruptionBudget with `maxUnavailable: 1` and the workload's own `selector`: one pod at a time, " +
    'at any number of pods.',
  item: (data) => ['disruption budget', `a drain may take ${all(data)} at once`],
};

export const budgetMissing = defineRule({
  id: 'budget-missing',
  category: 'disruption',
  about: 'workloads',
  title: 'No disruption budget for a replicated server',
  messages: { missing },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: specifying a disruption budget',
      url: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
    },
    {
      title: 'Kubernetes: disruptions',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/',
    },
  ],
  *check({ resource, workload, inventory }: Subject): Iterable<Diagnostic> {
    if (workload === null || !inventory.complete || mayBeCovered(inventory, workload)) return;
    const floor = floorOf(inventory, workload);
    if (floor === null || floor.pods < 2) return;
    const [serving] = servingContainers(inventory, workload);
    if (serving === undefined) return;
    const { service, port } = serving;
    const data: Missing = {
      object: objectName(resource.ref),
      pods: floor.pods,
      autoscaled: floor.kind !== 'replicas',
      service: service.ref.name,
      port,
    };
    yield {
      messageId: 'missing',
      data: { ...data },
      at: { resource, path: ['spec', 'replicas'] },
      evidence: [floorEvidence(floor), servingEvidence(serving)],
    };
  },
});
