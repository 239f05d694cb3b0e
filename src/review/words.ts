import { code, count } from '../text/escape.ts';
import { objectText } from './findings.ts';
import type { Finding, Quantity, Report, WorkloadCard } from './report.ts';
import { counts } from './verdict.ts';

export const severityMarks: Readonly<Record<Finding['severity'], string>> = {
  error: '❌',
  warning: '⚠️',
  info: 'ℹ️',
};

/** `2 errors, 1 warning`; null when nothing counts. */
export function headline(report: Report): string | null {
  const counted = report.findings.filter(counts);
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const number = counted.filter((finding) => finding.severity === severity).length;
    const noun = severity === 'info' ? 'note' : severity;
    return number === 0 ? [] : [count(number, noun)];
  });
  return parts.length === 0 ? null : parts.join(', ');
}

/** What was looked at, so that silence can be trusted: `3 charts, 5 values sets, 12 workloads`. */
export function lookedAt(report: Report): string {
  const { units, renders, workloads } = report.stats;
  if (units === 0) return 'this change touches nothing that Kubernetes deploys';
  return `${count(units, 'release unit')}, ${count(renders, 'render')}, ${count(workloads, 'workload')}`;
}

/** Findings that this change did not make: errors and warnings are told, notes only stand in the report. */
export function told(report: Report, status: 'fixed' | 'existing'): readonly Finding[] {
  return report.findings.filter((finding) => finding.status === status && finding.severity !== 'info');
}

/** The verdict in one line. */
export function verdictLine(report: Report): string {
  const found = headline(report);
  if (found !== null) return found;
  if (report.conclusion === 'error') return 'not everything could be checked';
  return 'nothing to say';
}

/** `only with values-prod.yaml` where other values sets do not show it; else nothing. */
export function onlyWith({ onlyWith: sets }: Finding): string {
  if (sets.length === 0) return '';
  const shown = sets.slice(0, 3).map((set) => code(set));
  const rest =
    sets.length > shown.length ? ` and ${count(sets.length - shown.length, 'more values set')}` : '';
  return `only with ${shown.join(', ')}${rest}`;
}

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

/** Whether a card's workload came with this change: where nothing was compared, nobody can say so. */
export function isNewIn({ scope }: Report, card: WorkloadCard): boolean {
  return scope === 'changed' && card.timeline.base === null;
}

export interface CardRow {
  readonly name: string;
  readonly base: string;
  readonly head: string;
}

/** The rows of a card whose quantity this change moved; all of head's where there is no base. */
export function cardRows(card: WorkloadCard): readonly CardRow[] {
  const { base, head } = card.timeline;
  return Object.entries(rowNames).flatMap(([key, name]) => {
    const before = quantityText(base?.[key as keyof typeof base]);
    const after = quantityText(head?.[key as keyof typeof head]);
    const moved = base === null ? after !== '–' && after !== 'unknown' : before !== after;
    return moved ? [{ name, base: base === null ? '–' : before, head: after }] : [];
  });
}

/** `Deployment/web` as a code span. */
export function objectCode(object: Finding['object']): string {
  return code(objectText(object));
}
