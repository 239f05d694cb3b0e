import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';

/** One `--set`, `--set-string` or `--set-file` of Helm: a path in its spelling, and what to put there. */
export interface SetValue {
  readonly name: string;
  readonly value: string;
  /** `typed`: numbers, booleans, null and `{a,b}` are read as such; `string`: only `{a,b}`; `verbatim`: nothing is. */
  readonly kind: 'typed' | 'string' | 'verbatim';
}

/** Helm's own bound on an index. */
const largestIndex = 65_536;
const deepest = 30;

/** The steps of a path as `helm --set` reads it: `a.b[0].c`, with `\` before a sign that means itself. */
export function stepsOf(name: string): FieldPath | null {
  const steps: (string | number)[] = [];
  const part = /((?:\\.|[^.[\]\\])+)|\[(\d+)\]|(\.)/y;
  let expectsKey = true;
  while (part.lastIndex < name.length) {
    const match = part.exec(name);
    if (match === null || steps.length > deepest) return null;
    const [, key, index, dot] = match;
    if (dot !== undefined) {
      if (expectsKey) return null;
      expectsKey = true;
    } else if (index !== undefined) {
      if (steps.length === 0 || expectsKey || Number(index) > largestIndex) return null;
      steps.push(Number(index));
    } else {
      if (!expectsKey) return null;
      steps.push(key!.replace(/\\(.)/g, '$1'));
      expectsKey = false;
    }
  }
  return expectsKey ? null : steps;
}

/**
 * The values that these settings give on top of `below`, with only what they touch: a list takes its other items from
 * below. Null where one of them cannot be read.
 */
export function valuesOfSettings(
  settings: readonly SetValue[],
  below: unknown,
): Readonly<Record<string, unknown>> | null {
  const result: Record<string, unknown> = {};
  for (const { name, value, kind } of settings) {
    const steps = stepsOf(name);
    if (steps === null) return null;
    if (!put(result, steps, kind === 'verbatim' ? value : read(value, kind), below, [])) return null;
  }
  return result;
}

function put(
  target: Record<string, unknown> | unknown[],
  steps: FieldPath,
  value: unknown,
  below: unknown,
  way: FieldPath,
): boolean {
  const [step, ...rest] = steps;
  if (step === undefined || Array.isArray(target) !== (typeof step === 'number')) return false;
  const here = [...way, step];
  if (typeof step === 'number') while ((target as unknown[]).length < step) (target as unknown[]).push(null);
  if (rest.length === 0) return define(target, step, value);
  const known: unknown = Object.hasOwn(target, step)
    ? (target as Record<string | number, unknown>)[step]
    : undefined;
  const wantsList = typeof rest[0] === 'number';
  const old = valueAt(below, here);
  const next =
    (wantsList ? Array.isArray(known) : isMap(known)) && known !== undefined
      ? (known as Record<string, unknown> | unknown[])
      : wantsList
        ? structuredClone(Array.isArray(old) ? old : [])
        : // In a list what stood there stays, since Helm does not merge lists.
          typeof step === 'number' && isMap(old)
          ? { ...structuredClone(old) }
          : {};
  define(target, step, next);
  return put(next, rest, value, below, here);
}

/** Sets an own property even where the key is `__proto__`. */
function define(target: object, key: string | number, value: unknown): true {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  return true;
}

/** A value as Helm's `--set` reads it, commas not counted: Argo CD escapes them. */
function read(text: string, kind: 'typed' | 'string'): unknown {
  const list = /^\{(.*)\}$/s.exec(text)?.[1];
  if (list !== undefined) return list.split(',').map((item) => scalar(item, kind));
  return scalar(text, kind);
}

function scalar(text: string, kind: 'typed' | 'string'): unknown {
  const plain = text.replace(/\\(.)/g, '$1');
  if (kind === 'string') return plain;
  if (/^true$/i.test(plain)) return true;
  if (/^false$/i.test(plain)) return false;
  if (/^null$/i.test(plain)) return null;
  if (plain === '0') return 0;
  return /^[-+]?[1-9]\d{0,14}$/.test(plain) ? Number(plain) : plain;
}
