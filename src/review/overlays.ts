import type { Finding } from './report.ts';

const prefix = 'kustomize:';

/**
 * Findings of kustomizations, with what several overlays show at one line of what they share told once: the gravest
 * speaks. Where not every overlay that was built shows it, it names those that do.
 */
export function acrossOverlays(findings: readonly Finding[], units: readonly string[]): readonly Finding[] {
  const overlays = units.filter((unit) => unit.startsWith(prefix)).length;
  return groupBy(findings, placeKey)
    .flatMap((group) => (isOneEach(group) ? [group] : groupBy(group, wordsKey)))
    .flatMap((group) => (isOneEach(group) ? [group] : group.map((each) => [each])))
    .map((group) => joined(group, overlays));
}

function joined(group: readonly Finding[], overlays: number): Finding {
  const [first] = [...group].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  if (!isOverlay(first!)) return first!;
  const releases = group.flatMap((each) => each.releases);
  // What only some releases of each folder show is named by them.
  if (group.every(({ onlyWith }) => onlyWith.length > 0))
    return { ...first!, releases, onlyWith: group.flatMap(({ onlyWith }) => onlyWith) };
  const folders = unitsOf(group).map((unit) => unit.slice(prefix.length));
  const told = folders.length === overlays || isOwn(first!, folders);
  return { ...first!, releases, onlyWith: told ? [] : folders };
}

/** The units of each finding, however many releases of a unit show it. */
function unitsOf(group: readonly Finding[]): readonly string[] {
  return group.flatMap(({ releases }) => [...new Set(releases.map(({ unit }) => unit))]);
}

const severities = ['error', 'warning', 'info'];

/** The same thing of one object: overlays may name it otherwise, and have other numbers for it. */
function placeKey(finding: Finding): string {
  const { ruleId, messageId, status, container, field, location, suppressed } = finding;
  if (!isOverlay(finding) || location === null)
    return JSON.stringify([finding.fingerprint, finding.releases]);
  const { kind } = finding.object;
  return JSON.stringify([ruleId, messageId, status, kind, container, field, location, suppressed]);
}

/** The same words: where one line of a kustomization speaks for several objects. */
function wordsKey({ object, title, message }: Finding): string {
  return JSON.stringify([object.name, title, message]);
}

/** No overlay shows two of them. */
function isOneEach(group: readonly Finding[]): boolean {
  const units = unitsOf(group);
  return new Set(units).size === units.length;
}

function isOverlay({ releases }: Finding): boolean {
  return releases[0]?.unit.startsWith(prefix) === true;
}

/** Whether the line stands in the folder of the only overlay that shows it: there it goes without saying. */
function isOwn({ location }: Finding, folders: readonly string[]): boolean {
  const [folder] = folders;
  return folders.length === 1 && (folder === '.' || location?.path.startsWith(`${folder}/`) === true);
}

function groupBy(findings: readonly Finding[], key: (finding: Finding) => string): readonly Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const own = key(finding);
    const group = groups.get(own) ?? [];
    group.push(finding);
    groups.set(own, group);
  }
  return [...groups.values()];
}
