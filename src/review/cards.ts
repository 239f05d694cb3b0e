import { timelineOf } from '../lifecycle/timeline.ts';
import { baseOf, type UnitComparison } from '../policy/compare.ts';
import { changedWorkloads } from '../resources/changed.ts';
import type { Workload } from '../resources/workload.ts';
import { byText } from '../text/order.ts';
import { objectText } from './findings.ts';
import type { WorkloadCard } from './report.ts';

/** One card for each workload of a unit that changed (`all`: for every one), told once for its values sets. */
export function cardsOf(unit: UnitComparison, all: boolean): readonly WorkloadCard[] {
  const cards = (unit.head ?? []).flatMap((render) => {
    const base = baseOf(unit, render.valuesSet);
    const whole = base === null || base.state === 'ok';
    const changed = all
      ? render.inventory.workloads.map((head) => ({ base: null, head, fields: [] }))
      : changedWorkloads(base?.inventory ?? null, render.inventory, whole);
    return changed.map((each) => cardOf(unit.id, render.valuesSet, each));
  });
  return mergeSets(cards);
}

export function compareCards(a: WorkloadCard, b: WorkloadCard): number {
  return (
    byText(objectText(a.object), objectText(b.object)) ||
    byText(a.unit, b.unit) ||
    byText(a.valuesSets.join(), b.valuesSets.join())
  );
}

function cardOf(
  unit: string,
  valuesSet: string,
  { base, head, fields }: { base: Workload | null; head: Workload; fields: WorkloadCard['changed'] },
): WorkloadCard {
  return {
    object: head.resource.ref,
    unit,
    valuesSets: [valuesSet],
    platform: { name: 'ec2', traits: [], evidence: ['default'] },
    runtime: { name: 'unknown', evidence: [] },
    changed: fields,
    timeline: { base: base && timelineOf(base), head: timelineOf(head) },
  };
}

/** Cards that say the same of the same object are one. */
function mergeSets(cards: readonly WorkloadCard[]): readonly WorkloadCard[] {
  const merged = new Map<string, WorkloadCard>();
  for (const card of cards) {
    const key = JSON.stringify({ ...card, valuesSets: [] });
    const valuesSets = [...(merged.get(key)?.valuesSets ?? []), ...card.valuesSets];
    merged.set(key, { ...card, valuesSets });
  }
  return [...merged.values()];
}
