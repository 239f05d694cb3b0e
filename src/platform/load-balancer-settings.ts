import { isPlaceholder } from '../manifest/manifest.ts';
import type { FieldOf } from '../resources/evidence.ts';
import { type Resource, readField } from '../resources/resource.ts';

/** One setting of a target group: written in an object, the controller's default, or not knowable. */
export type Setting<T> =
  | { readonly value: T; readonly from: 'written'; readonly at: FieldOf }
  | { readonly value: T; readonly from: 'default'; readonly at: null }
  | { readonly value: null; readonly from: 'unknown'; readonly at: FieldOf | null };

export interface HealthCheck {
  readonly intervalSeconds: Setting<number>;
  readonly timeoutSeconds: Setting<number>;
  readonly healthyThreshold: Setting<number>;
  readonly unhealthyThreshold: Setting<number>;
  /** Null where the check asks no path (TCP). */
  readonly path: Setting<string | null>;
}

/** Text at one place, where it stands; null: it is not there. */
type Text = { readonly text: unknown; readonly at: FieldOf } | null;

/** An annotation of the first object that has it; of an object that may have any, nothing is known. */
export function annotation(objects: readonly Resource[], name: string): Text {
  for (const resource of objects) {
    const path = ['metadata', 'annotations', name];
    const field = readField(resource, path);
    if (field.from !== 'absent') return { text: field.value, at: { resource, path } };
  }
  return null;
}

/** A field of an object of a kind that has no defaults of Kubernetes. */
export function fieldText(resource: Resource, path: FieldOf['path']): Text {
  const field = readField(resource, path);
  return field.from === 'absent' ? null : { text: field.value, at: { resource, path } };
}

/** `read` gives null for what it cannot make sense of: then nothing is known, since the controller refuses it. */
export function setting<T>(found: Text, read: (text: unknown) => T | null, otherwise: T | null): Setting<T> {
  if (found === null)
    return otherwise === null
      ? { value: null, from: 'unknown', at: null }
      : { value: otherwise, from: 'default', at: null };
  const value = isPlaceholder(found.text) ? null : read(found.text);
  return value === null
    ? { value: null, from: 'unknown', at: found.at }
    : { value, from: 'written', at: found.at };
}

/** An annotation is text; a number without quotes is refused by the API server. */
export function wholeNumber(text: unknown): number | null {
  return typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

export function anyText(text: unknown): string | null {
  return typeof text === 'string' && text !== '' ? text : null;
}

export function targetType(text: unknown): 'ip' | 'instance' | null {
  return text === 'ip' || text === 'instance' ? text : null;
}

const delayKey = 'deregistration_delay.timeout_seconds';

/** ELB's own default, in seconds. */
export const deregistrationDefault = 300;

/** The delay in `a=1,b=2`; `absent` where the list is fine and lacks it. */
export function deregistrationIn(text: unknown): number | 'absent' | null {
  if (typeof text !== 'string') return null;
  if (!text.includes(delayKey)) return isPlaceholder(text) ? null : 'absent';
  const pairs = text.split(',').map((pair) => pair.split('='));
  const found = pairs.find(([key]) => key?.trim() === delayKey);
  return wholeNumber(found?.[1]?.trim());
}

/** The first list that states the delay decides. */
export function deregistration(lists: readonly Text[]): Setting<number> {
  for (const list of lists) {
    const value = list === null ? 'absent' : deregistrationIn(list.text);
    if (value === 'absent' || list === null) continue;
    return setting(list, () => value, null);
  }
  return { value: deregistrationDefault, from: 'default', at: null };
}
