import { scaleIntOrPercent } from '../../../kubernetes/int-or-percent.ts';
import { type Floor, floorOf } from '../../../lifecycle/replicas.ts';
import { budgetsOf, ofKind, ownSelector, selectedBy } from '../../../resources/inventory.ts';
import { identityOf, type Resource, readField } from '../../../resources/resource.ts';
import { code } from '../../../text/escape.ts';
import { type Before, type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { mayBeCovered } from '../../support/budgets.ts';
import { allPods, floorEvidence } from '../../support/floors.ts';
import { listed, objectName } from '../../support/kubernetes-words.ts';

interface Removed {
  readonly object: string;
  /** Budgets that covered it in the base. */
  readonly budgets: readonly string[];
  readonly pods: number;
  /** The number is an autoscaler's floor, not the object's own. */
  readonly autoscaled: boolean;
}

const all = ({ pods, autoscaled }: Removed): string => allPods(pods, autoscaled);

const title = (data: Removed): string =>
  `${code(data.object)} lost its disruption budget ${listed(data.budgets)}: a drain may take ${all(data)} at once`;

const why = (data: Removed): string =>
  `Unless another release brings a budget for them, the next node drain or cluster upgrade may evict ${all(data)} ` +
  `of ${code(data.object)} at once; the base's budget made it wait for new ones.`;

const removed: Message<Removed> = {
  class: 'regression',
  severity: 'error',
  title,
  text: (data) =>
    `In the base ${listed(data.budgets)} covered the pods of ${code(data.object)}; this change removes ` +
    `${data.budgets.length === 1 ? 'it' : 'them'}, and no other budget in sight selects them.`,
  why,
  fix: () =>
    'Keep the budget. If it was removed because drains hang, `maxUnavailable: 1` lets them go on one pod at a time.',
};

const uncovered: Message<Removed> = {
  class: 'regression',
  severity: 'error',
  title,
  text: (data) =>
    `In the base ${listed(data.budgets)} covered the pods of ${code(data.object)}; now the selector matches only others, ` +
    'and no other budget in sight selects them.',
  why,
  fix: () =>
    'Let the selector match the pods again, or give them a budget of their own with `maxUnavailable: 1`.',
};

export const budgetRemoved = defineRule({
  id: 'budget-removed',
  category: 'disruption',
  about: 'workloads',
  title: 'A replicated workload lost its disruption budget',
  messages: { removed, uncovered },
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
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource, workload, before, inventory } = subject;
    if (workload === null || before === null || before.workload === null || !inventory.complete) return;
    const floor = floorOf(inventory, workload);
    if (floor === null || floor.pods < 2 || mayBeCovered(inventory, workload)) return;
    const had = budgetsOf(before.inventory, before.workload).filter((budget) => protects(budget, floor));
    if (had.length === 0) return;
    const fate = fateOf(subject, before, had);
    if (fate === null) return;
    const data: Removed = {
      object: objectName(resource.ref),
      budgets: had.map((budget) => budget.ref.name),
      pods: floor.pods,
      autoscaled: floor.kind !== 'replicas',
    };
    yield {
      messageId: fate,
      data: { ...data },
      at: { resource, path: ['spec', 'replicas'] },
      evidence: [
        floorEvidence(floor),
        ...had.map((budget) => ({
          text: `base: budget ${code(budget.ref.name)}`,
          at: { resource: budget, path: ['spec'] },
        })),
      ],
    };
  },
});

/** A budget that lets every pod go protects nothing, and is no loss. */
function protects(budget: Resource, { pods }: Floor): boolean {
  const minimum = readField(budget, ['spec', 'minAvailable']);
  const maximum = readField(budget, ['spec', 'maxUnavailable']);
  const kept = scaleIntOrPercent(minimum.value, pods, 'up');
  const missing = scaleIntOrPercent(maximum.value, pods, 'up');
  if (minimum.from === 'unknown' || maximum.from === 'unknown') return false;
  return !(kept === 0 || (missing !== undefined && missing >= pods));
}

/** Null where a budget selects nothing now: that is told at the budget. */
function fateOf(
  { inventory }: Subject,
  { inventory: base }: Before,
  had: readonly Resource[],
): 'removed' | 'uncovered' | null {
  const identities = new Set(had.map(identityOf));
  const known = new Set(base.around.resources.map(identityOf));
  const now = ofKind(inventory, 'policy', 'PodDisruptionBudget');
  const kept = now.filter((budget) => identities.has(identityOf(budget)));
  const fresh = now.filter((budget) => !known.has(identityOf(budget)));
  const idle = [...kept, ...fresh].some((budget) => {
    return selectedBy(inventory, budget, ownSelector(budget)).length === 0;
  });
  if (idle) return null;
  return kept.length === 0 ? 'removed' : 'uncovered';
}
