import { timelineOf } from '../lifecycle/timeline.ts';
import type { Environment } from '../platform/environment.ts';
import { platformOf } from '../platform/platform.ts';
import { runtimeOf } from '../platform/runtime.ts';
import { baseOf, identitiesIn, type UnitComparison } from '../policy/compare.ts';
import { isHook } from '../policy/support/hooks.ts';
import { changedWorkloads } from '../resources/changed.ts';
import type { Evidence } from '../resources/evidence.ts';
import type { Inventory } from '../resources/inventory.ts';
import { identityOf } from '../resources/resource.ts';
import { servingContainers } from '../resources/serving.ts';
import type { Workload } from '../resources/workload.ts';
import { byText } from '../text/order.ts';
import { objectText } from './findings.ts';
import type { WorkloadCard } from './report.ts';

/** One card for each workload of a unit that changed (`all`: for every one), told once for its values sets. */
export function cardsOf(
  unit: UnitComparison,
  environment: Environment,
  all: boolean,
): readonly WorkloadCard[] {
  const cards = (unit.head ?? []).flatMap((render) => {
    const base = baseOf(unit, render.valuesSet);
    const whole = base === null || base.state === 'ok';
    const changed = all
      ? render.inventory.workloads.map((head) => ({ base: null, head, fields: [] }))
      : changedWorkloads(base?.inventory ?? null, render.inventory, whole).filter(
          // What another values set of base shows did not come with this change.
          (each) => each.base !== null || !identitiesIn(unit).has(identityOf(each.head.resource)),
        );
    const before = base?.inventory ?? render.inventory;
    const lasting = changed.filter(({ head }) => !isHook(head.resource));
    return lasting.map(({ base, head, fields }) => ({
      ...describe(head, render.inventory, environment),
      unit: unit.id,
      valuesSets: [render.valuesSet],
      changed: fields,
      timeline: {
        base: base && timelineOf(base, before, environment),
        head: timelineOf(head, render.inventory, environment),
      },
    }));
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

/** Where a workload runs and what kind of program it is, with what says so. */
function describe(
  workload: Workload,
  inventory: Inventory,
  environment: Environment,
): Pick<WorkloadCard, 'object' | 'platform' | 'runtime'> {
  const platform = platformOf(workload, inventory, environment);
  const [main] = workload.containers.filter(({ role }) => role === 'main');
  const serving = servingContainers(inventory, workload)[0]?.container ?? main;
  const runtime = serving === undefined ? null : runtimeOf(workload, serving, environment);
  const texts = (evidence: readonly Evidence[]) => evidence.map(({ text }) => text);
  return {
    object: workload.resource.ref,
    platform: {
      name: platform.name,
      traits: [...platform.traits].sort(byText),
      evidence: platform.assumed ? ['assumed', ...texts(platform.evidence)] : texts(platform.evidence),
    },
    runtime: { name: runtime?.name ?? 'unknown', evidence: texts(runtime?.evidence ?? []) },
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
