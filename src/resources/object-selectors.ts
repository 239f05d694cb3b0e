import type { Requirement, Selector } from '../kubernetes/selectors.ts';
import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import { isOpen } from '../manifest/unknown.ts';
import { once } from './once.ts';
import { type Resource, readField } from './resource.ts';

/** `spec.selector` of a Service: a plain map; null when it has none (then endpoints are made by hand). */
export const serviceSelector = once((service: Resource): Selector | 'unknown' =>
  mapSelector(service, ['spec', 'selector']),
);

/** The LabelSelector of a budget or a controller. */
export const ownSelector = once((resource: Resource): Selector | 'unknown' =>
  labelSelector(resource, ['spec', 'selector']),
);

function mapSelector(resource: Resource, path: FieldPath): Selector | 'unknown' {
  const field = readField(resource, path);
  if (field.from === 'unknown') return 'unknown';
  if (!isMap(field.value) || Object.keys(field.value).length === 0) return null;
  return mapRequirements(field.value);
}

function mapRequirements(map: Readonly<Record<string, unknown>>): Selector | 'unknown' {
  const entries = Object.entries(map);
  if (entries.some(([key, value]) => isPlaceholder(key) || isPlaceholder(value))) return 'unknown';
  return entries.map(([key, value]) => ({ key, operator: 'In', values: [String(value)] }));
}

/** A LabelSelector at `path`: null when absent (selects nothing), an empty list for `{}` (selects everything). */
export function labelSelector(resource: Resource, path: FieldPath): Selector | 'unknown' {
  const field = readField(resource, path);
  if (field.from === 'unknown') return 'unknown';
  if (!isMap(field.value)) return null;
  if (isOpen(field.value)) return 'unknown';
  const labels = valueAt(field.value, ['matchLabels']);
  const expressions = valueAt(field.value, ['matchExpressions']);
  const fromMap = isMap(labels) ? mapRequirements(labels) : [];
  if (fromMap === 'unknown' || fromMap === null || isPlaceholder(labels)) return 'unknown';
  const fromList = Array.isArray(expressions) ? expressions.map(expressionOf) : [];
  if (fromList.includes('unknown') || isPlaceholder(expressions)) return 'unknown';
  return [...fromMap, ...fromList.filter((each) => each !== 'unknown')];
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

function expressionOf(value: unknown): Requirement | 'unknown' {
  const key = valueAt(value, ['key']);
  const operator = operators.find((each) => each === valueAt(value, ['operator']));
  const list = valueAt(value, ['values']);
  const values = Array.isArray(list) ? list : [];
  if (typeof key !== 'string' || isPlaceholder(key) || operator === undefined) return 'unknown';
  if (values.some(isPlaceholder)) return 'unknown';
  return { key, operator, values: values.map(String) };
}
