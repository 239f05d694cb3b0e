import type { Finding } from './report.ts';

/** Findings that are said together, the gravest and first one in front. */
export type Group = readonly [Finding, ...Finding[]];

/**
 * All checklist items of one object are one note, and one sentence about several objects of a unit is said once.
 * Everything else is said by itself. The order stays.
 */
export function groupsOf(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = finding.class === 'checklist' ? checklistKey(finding) : sentenceKey(finding);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

export function isChecklist([finding, ...more]: Group): boolean {
  return finding.class === 'checklist' && more.length > 0;
}

/** The same words for the same unit. */
function sentenceKey({
  ruleId,
  messageId,
  releases,
  onlyWith,
  severity,
  status,
  title,
  fix,
}: Finding): string {
  const units = [...new Set(releases.map(({ unit }) => unit))];
  return JSON.stringify([ruleId, messageId, units, onlyWith, severity, status, title, fix]);
}

/** One object of one unit as the same values sets show it. */
function checklistKey({ object, releases, onlyWith, severity, status }: Finding): string {
  const units = [...new Set(releases.map(({ unit }) => unit))];
  return JSON.stringify([object, units, onlyWith, severity, status]);
}
