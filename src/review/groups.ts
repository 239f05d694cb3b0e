import type { Finding } from './report.ts';

/** Findings that are said together, the gravest and first one in front. */
export type Group = readonly [Finding, ...Finding[]];

/**
 * All checklist items of one object are one note; one sentence about several objects of a unit is said once, and so is
 * what one line does to several units (a library chart, a base). Everything else is said by itself. The order stays.
 */
export function groupsOf(findings: readonly Finding[]): readonly Group[] {
  const sentences = joinedBy(
    findings.map((finding): Group => [finding]),
    ([finding]) => (finding.class === 'checklist' ? checklistKey(finding) : sentenceKey(finding)),
  );
  return joinedBy(sentences, sharedLine());
}

function joinedBy(groups: readonly Group[], keyOf: (group: Group) => string): readonly Group[] {
  const joined = new Map<string, [Finding, ...Finding[]]>();
  for (const group of groups) {
    const key = keyOf(group);
    const known = joined.get(key);
    if (known === undefined) joined.set(key, [...group]);
    else known.push(...group);
  }
  return [...joined.values()];
}

/** One line that does the same to one field of every unit that is made of it: the first of each unit, the second, … */
function sharedLine(): (group: Group) => string {
  const seen = new Map<string, number>();
  return ([finding, ...more]) => {
    const { ruleId, messageId, severity, status, location, field, container, fingerprint } = finding;
    if (location === null || more.length > 0 || finding.class === 'checklist') return fingerprint;
    const { path, startLine } = location;
    const what = [ruleId, messageId, severity, status, path, startLine, field, container];
    const here = JSON.stringify([unitsOf(finding), ...what]);
    const earlier = seen.get(here) ?? 0;
    seen.set(here, earlier + 1);
    return JSON.stringify([earlier, ...what]);
  };
}

function unitsOf({ releases }: Finding): readonly string[] {
  return [...new Set(releases.map(({ unit }) => unit))];
}

export function isChecklist([finding, ...more]: Group): boolean {
  return finding.class === 'checklist' && more.length > 0;
}

/** The same words for the same unit. */
function sentenceKey(finding: Finding): string {
  const { ruleId, messageId, onlyWith, severity, status, title, fix } = finding;
  return JSON.stringify([ruleId, messageId, unitsOf(finding), onlyWith, severity, status, title, fix]);
}

/** One object of one unit as the same values sets show it. */
function checklistKey(finding: Finding): string {
  const { object, onlyWith, severity, status } = finding;
  return JSON.stringify([object, unitsOf(finding), onlyWith, severity, status]);
}

/** Where another finding of a group is: its line, or its unit where the line is the first one's. */
export function otherPlace(first: Finding, { location, releases }: Finding): string | null {
  if (location === null) return null;
  const { path, startLine } = location;
  const same = first.location?.path === path && first.location.startLine === startLine;
  return same ? (releases[0]?.unit ?? null) : `${path}:${startLine}`;
}
