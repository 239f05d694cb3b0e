import { floorOf } from '../../../lifecycle/replicas.ts';
import { budgetsOf, type Inventory, ownSelector, selectedBy } from '../../../resources/inventory.ts';
import { identityOf, type Resource } from '../../../resources/resource.ts';
import type { Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Evidence, type Message, type Subject } from '../../rule.ts';
import { budgetSelectorPath, isBudget } from '../../support/budgets.ts';
import { isHook } from '../../support/hooks.ts';
import { listed, objectName } from '../../support/kubernetes-words.ts';

interface Overlap {
  readonly budget: string;
  /** The budgets before it that select some of the same pods. */
  readonly others: readonly string[];
  /** Whose pods more than one of them selects. */
  readonly workloads: readonly string[];
}

const overlap: Message<Overlap> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ budget, others, workloads }) =>
    `No pod of ${few(workloads)} can be evicted: budgets ${listed([...others, budget])} ` +
    `${others.length === 1 ? 'both' : 'all'} select them`,
  text: ({ budget, others, workloads }) =>
    `Budget ${code(budget)} selects pods of ${few(workloads)} that ${others.length === 1 ? 'budget' : 'budgets'} ` +
    `${listed(others)} ${others.length === 1 ? 'selects' : 'select'} too; the eviction API answers 500 for a pod with ` +
    'more than one budget.',
  why: () =>
    'Node drains, cluster upgrades and node consolidation fail at these pods, however many of them are healthy, until ' +
    'somebody deletes a budget or the pods by hand.',
  fix: ({ budget, others }) =>
    `Keep one budget for each pod: delete ${code(budget)} or ${listed(others)}, or add a label to a selector that only ` +
    'one of the workloads has.',
};

/** `getPodDisruptionBudgets` of pkg/registry/core/pod/storage/eviction.go. */
export const budgetsOverlap = defineRule({
  id: 'budgets-overlap',
  category: 'disruption',
  title: 'Two disruption budgets select the same pods',
  messages: { overlap },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: API-initiated eviction',
      url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/',
    },
    {
      title: 'Kubernetes: disruptions',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/',
    },
  ],
  *check({ resource, inventory }: Subject): Iterable<Diagnostic> {
    if (!isBudget(resource) || isHook(resource)) return;
    const shared = coveredBy(inventory, resource).flatMap((workload) => {
      const earlier = earlierThan(inventory, resource, workload);
      return earlier.length === 0 ? [] : [{ workload, earlier }];
    });
    if (shared.length === 0) return;
    const workloads = shared.map(({ workload }) => workload);
    const others = [...new Set(shared.flatMap(({ earlier }) => earlier))];
    yield {
      messageId: 'overlap',
      data: {
        budget: resource.ref.name,
        others: others.map(({ ref }) => ref.name),
        workloads: workloads.map((workload) => objectName(workload.resource.ref)),
      },
      at: { resource, path: budgetSelectorPath },
      evidence: [...others.map(selectorOf), ...workloads.map(labelsOf)],
    };
  },
});

/** The pair is told once, at its later budget. */
function earlierThan(inventory: Inventory, resource: Resource, workload: Workload): readonly Resource[] {
  const all = budgetsOf(inventory, workload);
  return all
    .slice(0, all.indexOf(resource))
    .filter((other) => isBudget(other) && !isHook(other) && identityOf(other) !== identityOf(resource));
}

/** Workloads whose pods a drain evicts. It leaves those of DaemonSets alone, and Jobs come to an end by themselves. */
function coveredBy(inventory: Inventory, budget: Resource): readonly Workload[] {
  return selectedBy(inventory, budget, ownSelector(budget)).flatMap(({ workload, match }) =>
    match === 'yes' && isEvicted(inventory, workload) ? [workload] : [],
  );
}

function isEvicted(inventory: Inventory, workload: Workload): boolean {
  const { resource, longRunning } = workload;
  if (!longRunning || ['DaemonSet', 'PodTemplate'].includes(resource.ref.kind)) return false;
  return !isHook(resource) && floorOf(inventory, workload)?.pods !== 0;
}

function selectorOf(budget: Resource): Evidence {
  return {
    text: `selector of budget ${code(budget.ref.name)}`,
    at: { resource: budget, path: budgetSelectorPath },
  };
}

function labelsOf({ resource, templatePath }: Workload): Evidence {
  return {
    text: `labels of the pods of ${code(objectName(resource.ref))}`,
    at: { resource, path: [...templatePath, 'metadata', 'labels'] },
  };
}

/** A budget for a whole namespace overlaps with many: three names are enough. */
function few(workloads: readonly string[]): string {
  const shown = workloads.slice(0, 3);
  const more = workloads.length - shown.length;
  return more === 0 ? listed(shown) : `${shown.map((name) => code(name)).join(', ')} and ${more} more`;
}
