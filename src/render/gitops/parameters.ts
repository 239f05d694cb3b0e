import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { mergeMaps } from './merge.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** What the template of an ApplicationSet is filled with, once. */
export interface ParameterSet {
  /** Without Go's templates texts under dotted names. */
  readonly values: Parameters;
  /** Names of parameters that only the cluster knows. */
  readonly unknown: readonly string[];
}

export function knownSet(values: Parameters): ParameterSet {
  return { values, unknown: [] };
}

/** `{a: {b: 1}}` as `a.b`: without Go's templates, parameters are texts under dotted names. */
export function flattened(
  value: unknown,
  prefix = '',
  into: Record<string, string> = Object.create(null),
): Readonly<Record<string, string>> {
  const items: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, i) => [i, item] as const)
    : isMap(value)
      ? Object.entries(value)
      : [];
  for (const [key, item] of items) {
    const name = prefix === '' ? String(key) : `${prefix}.${key}`;
    if (item !== null && typeof item === 'object') flattened(item, name, into);
    else into[name] = goText(item);
  }
  return into;
}

/** A value as Go's `%v` prints it: numbers are floating-point ones there. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'number' || !Number.isFinite(value) || value === 0) return String(value);
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Two sets as one; the second wins. What neither knows stays unknown. */
export function combined(below: ParameterSet, above: ParameterSet): ParameterSet {
  const values = mergeMaps(below.values, above.values) as Parameters;
  const hidden = above.unknown.filter((name) => !Object.hasOwn(above.values, name));
  const left = below.unknown.filter((name) => !Object.hasOwn(values, name));
  return {
    values: Object.fromEntries(Object.entries(values).filter(([name]) => !hidden.includes(name))),
    unknown: [...new Set([...left, ...hidden])],
  };
}

/** Whether a label selector takes a set; null where that depends on what only the cluster knows. */
export function isSelected(selector: unknown, set: ParameterSet): boolean | null {
  const flat = flattened(set.values);
  const requirements = requirementsOf(selector);
  const isHidden = requirements.some(({ key }) =>
    set.unknown.some((name) => key === name || key.startsWith(`${name}.`)),
  );
  if (isHidden) return null;
  return requirements.every(({ key, operator, values }) => {
    const has = Object.hasOwn(flat, key);
    const isListed = has && values.includes(flat[key]!);
    switch (operator) {
      case 'In':
        return isListed;
      case 'NotIn':
        return !isListed;
      case 'Exists':
        return has;
      default:
        return operator === 'DoesNotExist' && !has;
    }
  });
}

function requirementsOf(selector: unknown) {
  const labels = valueAt(selector, ['matchLabels']);
  const expressions = valueAt(selector, ['matchExpressions']);
  return [
    ...(isMap(labels) ? Object.entries(labels) : []).map(([key, value]) => {
      return { key, operator: 'In', values: [String(value)] };
    }),
    ...(Array.isArray(expressions) ? expressions : []).map((each: unknown) => {
      const at = (path: FieldPath) => valueAt(each, path);
      const values = at(['values']);
      return {
        key: String(at(['key']) ?? ''),
        operator: String(at(['operator']) ?? ''),
        values: Array.isArray(values) ? values.map(String) : [],
      };
    }),
  ];
}
