import { targetGroupsOf } from '../lifecycle/load-balancer.ts';
import { namespaceOf, writesGate } from '../lifecycle/readiness-gate.ts';
import type { UnitComparison } from '../policy/compare.ts';
import type { Workload } from '../resources/workload.ts';
import { count } from '../text/escape.ts';
import { byText } from '../text/order.ts';
import { objectText } from './findings.ts';
import type { NotCheckedEntry, WorkloadCard } from './report.ts';

/**
 * Changed workloads behind a load balancer that sends requests to pods: whether their pods get its readiness gate is
 * decided by a label of their Namespace, and that object is not part of the unit.
 */
export function unseenGates(
  unit: UnitComparison,
  cards: readonly WorkloadCard[],
): readonly NotCheckedEntry[] {
  const changed = new Set(cards.map(({ object }) => objectText(object)));
  const names = (unit.head ?? []).flatMap(({ inventory }) => {
    const isUnseen = (workload: Workload): boolean =>
      changed.has(objectText(workload.resource.ref)) &&
      namespaceOf(inventory, workload) === null &&
      !writesGate(workload) &&
      targetGroupsOf(inventory, workload).some(({ targetType }) => targetType.value === 'ip');
    return inventory.workloads.filter(isUnseen).map(({ resource }) => objectText(resource.ref));
  });
  const [first, ...more] = [...new Set(names)].sort(byText);
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : ` and ${count(more.length, 'more workload')}`;
  return [
    {
      unit: unit.id,
      path: null,
      line: null,
      reason: 'outside-unit',
      detail:
        `Whether pods of ${first}${others} get the load balancer's readiness gate: ` +
        'the label for it stands on their Namespace, which is not here.',
      blocking: false,
    },
  ];
}
