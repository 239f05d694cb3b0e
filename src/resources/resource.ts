import type { Checked } from '../kubernetes/api.ts';
import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { groupOf, isPlaceholder, type Manifest, type ObjectRef } from '../manifest/manifest.ts';
import { isOpen, isOpenList, unknownText } from '../manifest/unknown.ts';
import { once } from './once.ts';

/** A manifest together with what Kubernetes itself makes of it. */
export interface Resource {
  readonly manifest: Manifest;
  readonly ref: ObjectRef;
  /** Null for a kind that the engine does not know. */
  readonly checked: Checked | null;
  /** The defaulted object; the manifest's own value where there is none. */
  readonly defaulted: unknown;
}

/** (API group, kind, namespace, name): the version is no part of an object's identity. */
export function identityOf({ ref }: Resource): string {
  return JSON.stringify([groupOf(ref.apiVersion), ref.kind, ref.namespace, ref.name]);
}

/** True of an object that gets a new name each time it is made (`generateName`): several of them are several objects. */
export function isGenerated({ manifest }: Resource): boolean {
  // A chart's object has its text at hand, and may never have to be parsed.
  if (manifest.origin.kind === 'helm' && !manifest.text.includes('generateName')) return false;
  const metadata = valueAt(manifest.value, ['metadata']);
  return valueAt(metadata, ['name']) === undefined && typeof valueAt(metadata, ['generateName']) === 'string';
}

/** A field's value and how it came to be: written, Kubernetes' default, not there, or not knowable. */
export interface Field<T = unknown> {
  readonly value: T | undefined;
  readonly from: 'set' | 'default' | 'absent' | 'unknown';
  readonly path: FieldPath;
}

/**
 * Reads one field of the defaulted object. A placeholder on the way makes it unknown, never absent; so does a map that may
 * have more keys than it shows.
 */
export function readField(resource: Resource, path: FieldPath): Field {
  const plain = !holdsPlaceholders(resource);
  const written = plain ? valueAt(resource.manifest.value, path) : writtenAt(resource.manifest.value, path);
  if (written === unknown) return { value: undefined, from: 'unknown', path };
  const effective = valueAt(resource.defaulted, path);
  if (written === undefined || written === null) {
    const absent = effective === undefined || effective === null;
    return { value: absent ? undefined : effective, from: absent ? 'absent' : 'default', path };
  }
  if (effective === undefined) return { value: written, from: 'set', path };
  const replaced = typeof written !== 'object' && written === 0 && effective !== 0;
  const value = plain ? effective : withPlaceholders(effective, written);
  return { value, from: replaced ? 'default' : 'set', path };
}

/** Most objects hold none, and are read without looking for any. */
const holdsPlaceholders = once(({ manifest }: Resource) => holdsPlaceholder(manifest.value));

function holdsPlaceholder(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsPlaceholder);
  if (isMap(value)) return Object.values(value).some(holdsPlaceholder);
  return isPlaceholder(value);
}

/** Kubernetes is asked about an object without its placeholders; here they stand again where they were written. */
function withPlaceholders(effective: unknown, written: unknown): unknown {
  // What held nothing but placeholders is not there in its answer.
  if (effective === undefined) return written;
  if (Array.isArray(written) && Array.isArray(effective)) {
    if (isOpenList(written)) return withUnknownItems(effective, written);
    const items = effective.map((item, index) => withPlaceholders(item, written[index]));
    return items.some((item, index) => item !== effective[index]) ? items : effective;
  }
  if (!isMap(written) || !isMap(effective)) return effective;
  // Defaults of what may be written all the same are none.
  if (isOpen(written)) return mapValues(written, (value, key) => withPlaceholders(effective[key], value));
  const entries = Object.entries(written)
    .map(
      ([key, value]) =>
        [key, isPlaceholder(value) ? value : withPlaceholders(effective[key], value)] as const,
    )
    .filter(([key, value]) => value !== effective[key]);
  return entries.length === 0 ? effective : { ...effective, ...Object.fromEntries(entries) };
}

function mapValues(
  map: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, isPlaceholder(value) ? value : change(value, key)]),
  );
}

/** Unknown items were not asked about; the others keep their places. */
function withUnknownItems(effective: readonly unknown[], written: readonly unknown[]): readonly unknown[] {
  let next = 0;
  return written.map((item) => (item === unknownText ? item : withPlaceholders(effective[next++], item)));
}

const unknown = Symbol('unknown');

function writtenAt(root: unknown, path: FieldPath): unknown {
  let value: unknown = root;
  for (const step of path) {
    if (isPlaceholder(value)) return unknown;
    const holder = value;
    value = valueAt(holder, [step]);
    if (value === undefined) return isOpen(holder) || isOpenList(holder) ? unknown : undefined;
  }
  return isPlaceholder(value) ? unknown : value;
}

/** As `readField`, but a value of another type counts as absent (Kubernetes refuses it elsewhere). */
export function readNumber(resource: Resource, path: FieldPath): Field<number> {
  return narrow(readField(resource, path), (value) => typeof value === 'number');
}

export function readString(resource: Resource, path: FieldPath): Field<string> {
  return narrow(readField(resource, path), (value) => typeof value === 'string');
}

/** A list's length matters more than its type: what is no list reads as an empty one. */
export function readList(resource: Resource, path: FieldPath): readonly unknown[] {
  const { value } = readField(resource, path);
  return Array.isArray(value) ? value : [];
}

export function readMap(resource: Resource, path: FieldPath): Readonly<Record<string, unknown>> | undefined {
  const { value } = readField(resource, path);
  return isMap(value) ? value : undefined;
}

function narrow<T>(field: Field, accept: (value: unknown) => boolean): Field<T> {
  if (field.value === undefined || accept(field.value)) return field as Field<T>;
  return { value: undefined, from: 'absent', path: field.path };
}
