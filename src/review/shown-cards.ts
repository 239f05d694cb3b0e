import { code, count } from '../text/escape.ts';
import { objectText } from './findings.ts';
import type { Quantity, Report, WorkloadCard } from './report.ts';
import { counts } from './verdict.ts';

const rowNames: Readonly<Record<string, string>> = {
  startupBudget: 'start-up budget',
  livenessDetection: 'liveness restarts after',
  readinessDetection: 'readiness stops traffic after',
  preStop: 'preStop',
  gracePeriod: 'grace period',
  applicationTime: 'left for the application',
  exposedWindow: 'exposed window',
  lowestAvailable: 'lowest availability in a rollout',
  evictionsAllowed: 'evictions allowed',
};

/** `30 s`, `at least 20 s`, `20–31 s`; what never happens is `–`, what cannot be known `unknown`. */
export function quantityText(quantity: Quantity | null | undefined): string {
  if (quantity === null) return 'unknown';
  if (quantity === undefined || quantity.atLeast === null) return '–';
  const unit = quantity.unit === 'seconds' ? 's' : quantity.atMost === 1 ? 'pod' : 'pods';
  if (quantity.atMost === null)
    return quantity.atLeast === 0 ? 'unknown' : `at least ${quantity.atLeast} ${unit}`;
  if (quantity.atMost === quantity.atLeast) return `${quantity.atLeast} ${unit}`;
  return `${quantity.atLeast}–${quantity.atMost} ${unit}`;
}

/** A row of a card as it is read. */
export interface CardRow {
  readonly name: string;
  readonly base: string;
  readonly head: string;
}

/** The rows of a card whose quantity this change moved or a finding cites; all of head's where there is no base. */
function cardRows(report: Report, card: WorkloadCard): readonly CardRow[] {
  const { base, head } = card.timeline;
  const cited = citedRows(report, card);
  return Object.entries(rowNames).flatMap(([key, name]) => {
    const before = quantityText(base?.[key as keyof typeof base]);
    const after = quantityText(head?.[key as keyof typeof head]);
    const known = after !== '–' && after !== 'unknown';
    const moved = base === null ? known : before !== after || (known && after !== '0 s' && cited.has(key));
    return moved ? [{ name, base: base === null ? '–' : before, head: after }] : [];
  });
}

/** What the findings that count cite of a workload's card. */
function citedRows({ findings }: Report, { object, unit }: WorkloadCard): ReadonlySet<string> {
  const own = findings.filter(
    (finding) =>
      counts(finding) &&
      objectText(finding.object) === objectText(object) &&
      finding.releases.some((release) => release.unit === unit),
  );
  return new Set(own.flatMap(({ cites }) => cites));
}

/** A card as it is read. */
export interface ShownCard {
  readonly object: WorkloadCard['object'];
  /** Whether its workload came with this change: where nothing was compared, nobody can say so. */
  readonly isNew: boolean;
  /** True where there is no base to hold it against. */
  readonly alone: boolean;
  /** `with values-prod.yaml` where other values sets show other figures, `in helm:web` where another unit has its like. */
  readonly where: string;
  readonly rows: readonly CardRow[];
}

/** Cards before the rest is only counted: a comment holds 65,536 characters, and its reader less. */
const mostCards = 20;

/** Cards of one name that show the same, by the unit that shows it, with its values sets. */
interface Alike {
  readonly card: WorkloadCard;
  readonly rows: readonly CardRow[];
  readonly units: Map<string, readonly string[]>;
}

/** The first cards with something to show, and how many more there are. */
export function fewCards(report: Report): { readonly cards: readonly ShownCard[]; readonly more: number } {
  const all = alikeIn(report);
  const cards = all.slice(0, mostCards).map((group): ShownCard => {
    const { card, rows } = group;
    const alone = card.timeline.base === null;
    const isNew = report.scope === 'changed' && alone;
    return { object: card.object, isNew, alone, where: whereText(group, all), rows };
  });
  return { cards, more: all.length - cards.length };
}

/** Units and values sets that show the same rows are one card. */
function alikeIn(report: Report): readonly Alike[] {
  const groups = new Map<string, Alike>();
  for (const card of report.workloads) {
    const rows = cardRows(report, card);
    if (rows.length === 0) continue;
    const key = JSON.stringify([objectText(card.object), card.timeline.base === null, rows]);
    const group = groups.get(key) ?? { card, rows, units: new Map() };
    group.units.set(card.unit, [...(group.units.get(card.unit) ?? []), ...card.valuesSets]);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What tells a card from the others of its name. */
function whereText({ card, units }: Alike, all: readonly Alike[]): string {
  const name = objectText(card.object);
  const named = all.filter((other) => objectText(other.card.object) === name);
  const [[unit, sets] = ['', []]] = units;
  const isOnlyUnit = named.every((other) => other.units.size === 1 && other.units.has(unit));
  const isOnlyCard = named.filter((other) => other.units.has(unit)).length === 1;
  return [
    ...(isOnlyUnit ? [] : [`in ${code(unit)}`]),
    ...(isOnlyCard ? [] : [setsText(sets)]),
    ...(units.size === 1 ? [] : [`and ${count(units.size - 1, 'other unit')}`]),
  ].join(' ');
}

function setsText(sets: readonly string[]): string {
  const [first = ''] = sets;
  const name = first === 'default' ? 'with the defaults' : `with ${code(first)}`;
  return sets.length === 1 ? name : `${name} and ${count(sets.length - 1, 'other values set')}`;
}
