import { type FieldPath, formatFieldPath } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import type { Cause, Manifest } from '../manifest/manifest.ts';
import type { Status } from '../policy/classify.ts';
import type { UnitFinding } from '../policy/compare.ts';
import type { Data, Message } from '../policy/rule.ts';
import type { FileChange } from '../text/change.ts';
import type { Location } from '../text/location.ts';
import { byText } from '../text/order.ts';
import { isAdded, type LineRange, place } from './place.ts';
import type { Finding } from './report.ts';

/** Where the pages of the rules are read. */
export const rulePages = 'https://github.com/pod-lifecycle-review/pod-lifecycle-review/blob/main/docs/rules';

/**
 * A unit's finding with its words, its line and its place in the review. `sets`: all values sets of the unit; `cause`:
 * the line that was proved to cause it.
 */
export function findingOf(
  unit: string,
  found: UnitFinding,
  changes: ReadonlyMap<string, FileChange>,
  sets: readonly string[] = [],
  cause: Cause | null = null,
): Finding {
  const { rule, message, diagnostic, fingerprint } = found.judgement;
  const { resource, path } = diagnostic.at;
  const location = cause?.location ?? resource.manifest.locate(path);
  const template = cause?.template ?? null;
  const evidence = [
    ...(diagnostic.evidence ?? []).map(({ text, at }) => ({
      text,
      line: at?.resource.manifest.locate(at.path) ?? null,
    })),
    ...(template === null ? [] : [{ text: 'printed by the template', line: template }]),
  ];
  const status = statusOf(found, [location, template], evidence, changes);
  const speaks = status === 'introduced' || status === 'worsened';
  return {
    ruleId: rule.id,
    messageId: diagnostic.messageId,
    class: message.class,
    severity: found.severity,
    status,
    fingerprint,
    title: message.title(diagnostic.data),
    message: message.text(diagnostic.data),
    why: message.why(diagnostic.data),
    fix: message.fix?.(diagnostic.data) ?? null,
    item: itemOf(message, diagnostic.data),
    isNew: found.judgement.isNew,
    object: resource.ref,
    container: diagnostic.container ?? null,
    field: formatFieldPath(path),
    data: diagnostic.data,
    evidence: [
      ...evidence.map(({ text, line }) => ({
        text,
        path: line?.path ?? null,
        line: line?.startLine ?? null,
      })),
      ...found.assumptions.map(({ text, path, line }) => ({ text: `assuming that ${text}`, path, line })),
    ],
    releases: found.valuesSets.map((valuesSet) => ({ unit, valuesSet })),
    onlyWith: isEverywhere(found, sets) ? [] : found.valuesSets,
    location,
    placement:
      speaks && message.class !== 'advice'
        ? place(
            location,
            evidence.flatMap(({ line }) => line ?? []),
            () => objectLines(resource.manifest, location?.path),
            changes,
          )
        : place(location, [], () => null, new Map()),
    cites: [...(rule.cites ?? [])],
    picture: diagnostic.picture ?? null,
    patch: null,
    suppressed: found.accepted && { reason: found.accepted.reason, expires: found.accepted.expires },
    references: [{ title: rule.id, url: `${rulePages}/${rule.id}.md` }, ...rule.references],
  };
}

/** A checklist message without words of its own for the list is told by its title. */
function itemOf(message: Message, data: Data): Finding['item'] {
  if (message.class !== 'checklist') return null;
  const [missing, without] = message.item?.(data) ?? [message.title(data), message.why(data)];
  return { missing, without };
}

/**
 * Findings of one unit without those that say what another one says: the same words at the same place, of an object
 * that other values sets only name otherwise. The gravest stays and names the sets of all.
 */
export function withoutTwins(findings: readonly Finding[]): readonly Finding[] {
  const kept = new Map<string, Finding[]>();
  for (const finding of [...findings].sort((a, b) => firstToSpeak(a, b) || compareFindings(a, b))) {
    const { ruleId, messageId, status, container, title, message, why, fix, location } = finding;
    const { kind, namespace } = finding.object;
    const said = [ruleId, messageId, status, kind, namespace, container, title, message, why, fix, location];
    const key = JSON.stringify(location === null ? finding.fingerprint : said);
    const group = kept.get(key) ?? [];
    const twin = group.findIndex((each) => isApart(each, finding));
    if (twin < 0) group.push(finding);
    else group[twin] = joined(group[twin]!, finding);
    kept.set(key, group);
  }
  return [...kept.values()].flat();
}

/** The gravest first, then what the defaults show. */
function firstToSpeak(a: Finding, b: Finding): number {
  const isDefault = ({ releases }: Finding) => releases.some(({ valuesSet }) => valuesSet === 'default');
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    Number(isDefault(b)) - Number(isDefault(a))
  );
}

/** No values set shows both: two objects of one set are two objects. */
function isApart(a: Finding, b: Finding): boolean {
  const sets = new Set(a.releases.map(({ valuesSet }) => valuesSet));
  return !b.releases.some(({ valuesSet }) => sets.has(valuesSet));
}

function joined(a: Finding, b: Finding): Finding {
  const everywhere = a.onlyWith.length === 0 || b.onlyWith.length === 0;
  return {
    ...a,
    releases: [...a.releases, ...b.releases],
    onlyWith: everywhere ? [] : [...a.onlyWith, ...b.onlyWith],
  };
}

function isEverywhere({ valuesSets }: UnitFinding, sets: readonly string[]): boolean {
  return valuesSets.includes('default') || sets.every((set) => valuesSets.includes(set));
}

/** Where base is unknown, a finding is this change's own only if the change wrote the line. */
/** Where base is not known, a finding is new if its line is; in a new unit also if a line is that it rests on. */
function statusOf(
  { status, baseUnknown, isAssembled }: UnitFinding,
  lines: readonly (Location | null)[],
  evidence: readonly { readonly line: Location | null }[],
  changes: ReadonlyMap<string, FileChange>,
): Status {
  if (status !== 'introduced') return status;
  // An audit has no changes, and tells everything.
  const assembled = isAssembled && changes.size > 0 && lines[0] !== null;
  if (!baseUnknown && !assembled) return status;
  const all = assembled ? [...lines, ...evidence.map(({ line }) => line)] : lines;
  return all.some((line) => isAdded(line, changes)) ? 'introduced' : 'existing';
}

/** The lines of a file that belong to an object: its fields, or its whole template; null in any other file. */
function objectLines(manifest: Manifest, path: string | undefined): LineRange | null {
  const own = manifest.locate([]);
  if (own === null || own.path !== path) return null;
  if (!['raw', 'kustomize'].includes(manifest.origin.kind))
    return { startLine: 1, endLine: Number.MAX_SAFE_INTEGER };
  const fields = Object.keys(manifest.value).flatMap((key) => locateIn(own.path, manifest, [key]));
  const startLine = Math.min(own.startLine, ...fields.map((field) => field.startLine));
  return { startLine, endLine: Math.max(own.endLine, lastLine(own.path, manifest, [], manifest.value)) };
}

/** A kustomization may have set a field in another file. */
function locateIn(file: string, manifest: Manifest, path: FieldPath): readonly Location[] {
  const location = manifest.locate(path);
  return location === null || location.path !== file ? [] : [location];
}

/** The line of a file on which the last field of a value ends. */
function lastLine(file: string, manifest: Manifest, path: FieldPath, value: unknown): number {
  const keys = Array.isArray(value) ? [...value.keys()] : isMap(value) ? Object.keys(value) : [];
  const children = keys.flatMap((key) =>
    locateIn(file, manifest, [...path, key]).map((location) => ({ key, location })),
  );
  const [last] = children.sort((a, b) => b.location.startLine - a.location.startLine);
  if (last === undefined) return locateIn(file, manifest, path)[0]?.endLine ?? 0;
  const below = lastLine(
    file,
    manifest,
    [...path, last.key],
    (value as Record<string | number, unknown>)[last.key],
  );
  return Math.max(last.location.endLine, below);
}

const severities = ['error', 'warning', 'info'];

/** Severity, path, line, rule, object; what has no line comes last; the fingerprint decides what is left. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    Number(a.location === null) - Number(b.location === null) ||
    byText(a.location?.path ?? '', b.location?.path ?? '') ||
    (a.location?.startLine ?? 0) - (b.location?.startLine ?? 0) ||
    byText(a.ruleId, b.ruleId) ||
    byText(objectText(a.object), objectText(b.object)) ||
    byText(a.fingerprint, b.fingerprint)
  );
}

/** `Deployment/web`, with the namespace in front where one is set; a chart or file that is broken by its path. */
export function objectText({ apiVersion, kind, namespace, name }: Finding['object']): string {
  if (apiVersion === '' && ['File', 'Chart', 'Kustomization'].includes(kind)) return name;
  return `${namespace === null ? '' : `${namespace}/`}${kind}/${name}`;
}
