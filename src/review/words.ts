import { code, count } from '../text/escape.ts';
import { objectText } from './findings.ts';
import { type Group, groupsOf, isChecklist } from './groups.ts';
import type { Finding, Report, SuppressionEntry } from './report.ts';
import { counts } from './verdict.ts';

export const severityMarks: Readonly<Record<Finding['severity'], string>> = {
  error: '❌',
  warning: '⚠️',
  info: 'ℹ️',
};

/** `2 errors, 1 warning`; null when nothing counts. */
export function headline(report: Report): string | null {
  const counted = groupsOf(report.findings.filter(counts));
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const number = counted.filter(([finding]) => finding.severity === severity).length;
    const noun = severity === 'info' ? 'note' : severity;
    return number === 0 ? [] : [count(number, noun)];
  });
  return parts.length === 0 ? null : parts.join(', ');
}

/** What was looked at, so that silence can be trusted: `3 charts, 5 values sets, 12 workloads`. */
export function lookedAt(report: Report): string {
  const { units, renders, workloads } = report.stats;
  if (units === 0 && report.notChecked.length > 0) return 'nothing of this change could be rendered';
  if (units === 0) return 'no manifest or chart was found in this change';
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

/** The first line of what is said: the finding's own, or what a workload lacks. */
export function groupTitle(group: Group): string {
  const [finding, ...more] = group;
  if (more.length === 0) return finding.title;
  if (!isChecklist(group)) return `${finding.title}, in ${group.length} places`;
  const name = code(finding.object.name);
  const number = count(group.length, 'protection');
  return finding.isNew ? `${name} is new, and lacks ${number}` : `${name} lacks ${number}`;
}

/** As `groupTitle`, with the names of what is missing: for a table. */
export function groupLine(group: Group): string {
  const missing = !isChecklist(group) ? [] : group.flatMap(({ item }) => item?.missing ?? []);
  return [groupTitle(group), ...(missing.length > 0 ? [missing.join(', ')] : [])].join(': ');
}

/** `only with values-prod.yaml` where other values sets or overlays do not show it; else nothing. */
export function onlyWith({ onlyWith: sets, releases }: Finding): string {
  if (sets.length === 0) return '';
  const shown = sets.slice(0, 3).map((set) => code(set));
  const kind = releases[0]?.unit.startsWith('kustomize:') ? 'more overlay' : 'more values set';
  const rest = sets.length > shown.length ? ` and ${count(sets.length - shown.length, kind)}` : '';
  return `only with ${shown.join(', ')}${rest}`;
}

/** A suppression in one line, without its place. */
export function suppressionText(entry: SuppressionEntry): string {
  const { ruleId, reason, owner, expires, state, problem, added } = entry;
  const parts = [
    `${code(ruleId === '' ? 'lifecycle-ignore' : ruleId)}${reason === '' ? '' : `: ${code(reason, 200)}`}`,
    ...(owner === null ? [] : [`by ${code(owner)}`]),
    ...(expires === null ? [] : [`until ${expires}`]),
    ...(added ? ['new in this change'] : []),
  ];
  const states = { used: '', unused: 'accepts nothing', expired: 'expired: it accepts nothing any more' };
  const note = problem ?? states[state];
  return `${parts.join(', ')}${note === '' ? '' : ` – **${note}**`}`;
}

/** `Deployment/web` as a code span. */
export function objectCode(object: Finding['object']): string {
  return code(objectText(object));
}
