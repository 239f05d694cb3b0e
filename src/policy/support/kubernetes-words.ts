import type { Problem } from '../../kubernetes/api.ts';
import { minorOf } from '../../kubernetes/minor-version.ts';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { isPlaceholder, type ObjectRef } from '../../manifest/manifest.ts';
import { isOpenList, isUnknownText, unknownText } from '../../manifest/unknown.ts';
import { type Resource, readField } from '../../resources/resource.ts';
import { isNative as isNativeKind, workloadKindOf } from '../../resources/workload.ts';
import { code } from '../../text/escape.ts';
import type { Cluster, Data } from '../rule.ts';

/** What was read from the object to explain one problem. */
export interface Reading {
  readonly data: Data;
  /** The field that says it best, where that is not the one that Kubernetes names. */
  readonly at?: FieldPath;
  /** What else the problem rests on; if a later tool fills one of these in, nothing is said. */
  readonly also?: readonly FieldPath[];
  /** Problems of one object with the same group are told once; without it, each field is told. */
  readonly group?: string;
}

/** A sentence of ours for one of Kubernetes' common refusals. */
export interface Explanation {
  /** Message id. */
  readonly id: string;
  readonly field: RegExp;
  readonly detail: RegExp;
  /** Null: the object does not look as expected, so Kubernetes' own words are quoted. */
  readonly read: (resource: Resource, path: FieldPath, problem: Problem) => Reading | null;
  // biome-ignore lint/suspicious/noExplicitAny: the data is typed where the sentence is written
  readonly title: (data: any) => string;
  // biome-ignore lint/suspicious/noExplicitAny: the data is typed where the sentence is written
  readonly text: (data: any) => string;
  // biome-ignore lint/suspicious/noExplicitAny: the data is typed where the sentence is written
  readonly fix: (data: any) => string;
}

/** Kubernetes' field path as ours. It ends early at what the engine hides (`[…]`) and at pairs of fields (`{a, b}`). */
export function fieldPathOf(field: string): FieldPath {
  const path: (string | number)[] = [];
  for (const [, name, key] of field.matchAll(/\.?([^.[\]]+)|\[([^\]]*)\]/g)) {
    const step = name ?? key ?? '';
    if (step.includes('…') || step.startsWith('{')) return path;
    path.push(name === undefined && /^\d+$/.test(step) ? Number(step) : step);
  }
  return path;
}

/** The field without its list indices: what is the same mistake in every container. */
export function fieldPattern(field: string): string {
  return field.replace(/\[\d+\]/g, '[]');
}

const typeWords: Readonly<Record<string, string>> = {
  FieldValueRequired: 'Required value',
  FieldValueNotFound: 'Not found',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
};

/** Kubernetes' own words, as its clients print them. */
export function quoted({ type, detail }: Problem): string {
  const words = typeWords[type];
  if (words === undefined || detail === words) return detail;
  return detail === '' ? words : `${words}: ${detail}`;
}

/** True of a field that the API server itself fills in before it validates. */
export function isAllocated({ type, field }: Problem): boolean {
  return type === 'FieldValueRequired' && field === 'spec.healthCheckNodePort';
}

/** True when nothing at, above or below the field is left to a later tool, and it does not hide in an open map. */
export function isDecided(resource: Resource, path: FieldPath): boolean {
  const root = resource.manifest.value;
  const above = path.map((_, index) => valueAt(root, path.slice(0, index)));
  if (above.some(isPlaceholder) || holdsPlaceholder(valueAt(root, path))) return false;
  return readField(resource, path).from !== 'unknown' && isWhole(root, path);
}

/** What Kubernetes compares with: where a part of the object is unknown, it was asked about the rest alone. */
function isWhole(root: unknown, path: FieldPath): boolean {
  const steps = path.map(String);
  const holders = path.map((_, index) => valueAt(root, path.slice(0, index)));
  const direct = holders.at(-1);
  if (holders.some(hasUnknownEntry) || (isMap(direct) && holdsUnknown(direct))) return false;
  if (
    /^(labels|selector|matchLabels|matchExpressions|metadata)$/.test(steps.at(-1) ?? '') ||
    steps.includes('selector')
  )
    return !holdsUnknown(valueAt(root, ['spec', 'selector'])) && !holdsUnknown(labelsIn(root));
  if (/^volume(Mounts|Devices)$/.test(steps.at(-3) ?? ''))
    return !holders.some(
      (holder) =>
        isMap(holder) && ['volumes', 'volumeClaimTemplates'].some((list) => holdsUnknown(holder[list])),
    );
  return true;
}

function labelsIn(root: unknown): unknown {
  return valueAt(root, ['spec', 'template', 'metadata', 'labels']);
}

/** An entry that stands for any number of others, or for one that nobody knows. */
function hasUnknownEntry(holder: unknown): boolean {
  if (Array.isArray(holder)) return isOpenList(holder);
  return isMap(holder) && Object.values(holder).includes(unknownText);
}

function holdsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsUnknown);
  if (isMap(value)) return Object.values(value).some(holdsUnknown);
  return typeof value === 'string' && isUnknownText(value);
}

/** As `isDecided`, and none of the fields beside it is open either: Kubernetes may have compared with them. */
export function isDecidedAround(resource: Resource, path: FieldPath): boolean {
  const beside = valueAt(resource.manifest.value, path.slice(0, -1));
  const open = beside !== null && typeof beside === 'object' && Object.values(beside).some(isPlaceholder);
  return !open && isDecided(resource, path);
}

function holdsPlaceholder(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return isPlaceholder(value);
  return Object.entries(value).some(([key, each]) => isPlaceholder(key) || holdsPlaceholder(each));
}

/** Name of the container that a field belongs to. */
export function containerAt(resource: Resource, path: FieldPath): string | undefined {
  const list = path.findIndex((step) => step === 'containers' || step === 'initContainers');
  if (list < 0 || typeof path[list + 1] !== 'number') return undefined;
  const name = valueAt(resource.manifest.value, [...path.slice(0, list + 2), 'name']);
  return typeof name === 'string' ? name : undefined;
}

/** `a`, `a` and `b`, `a`, `b` and `c`. */
export function listed(names: readonly string[]): string {
  const spans = names.map((name) => code(name));
  const [last] = spans.slice(-1);
  return spans.length < 2 ? (last ?? '') : `${spans.slice(0, -1).join(', ')} and ${last}`;
}

/** False for a kind that Kubernetes does not know itself and that only holds a pod template. */
export function isNative({ manifest }: Resource): boolean {
  const kind = workloadKindOf(manifest);
  return kind === undefined || isNativeKind(manifest, kind);
}

/** `Deployment/web`. */
export function objectName({ kind, name }: ObjectRef): string {
  return `${kind}/${name}`;
}

/** The engine speaks for its own version and older ones; what a newer Kubernetes accepts, it cannot know. */
export function engineSpeaks({ kubernetesVersion, engineVersion }: Cluster): boolean {
  const [minor, engineMinor] = [minorOf(kubernetesVersion), minorOf(engineVersion)];
  return minor !== null && engineMinor !== null && minor <= engineMinor;
}
