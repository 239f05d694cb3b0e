import type { FieldPath } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';

/** Keys that tell the items of Kubernetes' lists apart. */
const nameKeys = [
  'name',
  'mountPath',
  'devicePath',
  'containerPort',
  'port',
  'topologyKey',
  'key',
  'ip',
  'type',
] as const;

/**
 * The path of a field in another writing of the same object (its source, a patch), as far as that states it: items of
 * lists are found by their name, since a patch need not list them all. `whole`: it lists all, and an item that was renamed
 * stands in its old place.
 */
export function counterpart(other: unknown, value: unknown, path: FieldPath, whole = false): FieldPath {
  const found: (string | number)[] = [];
  let [there, here] = [other, value];
  for (const step of path) {
    const next = stepIn(there, here, step, whole);
    if (next === null) break;
    found.push(next);
    there = (there as Record<string | number, unknown>)[next];
    here = childOf(here, step);
  }
  return found;
}

function stepIn(
  there: unknown,
  here: unknown,
  step: string | number,
  whole: boolean,
): string | number | null {
  if (typeof step === 'string') return isMap(there) && Object.hasOwn(there, step) ? step : null;
  if (!Array.isArray(there)) return null;
  const item = childOf(here, step);
  const name = nameOf(item);
  if (name === null) return step < there.length && nameOf(there[step]) === null ? step : null;
  if (nameOf(there[step]) === name) return step;
  const at = there.findIndex((each) => nameOf(each) === name);
  if (at >= 0) return at;
  return whole && Array.isArray(here) && here.length === there.length ? step : null;
}

function childOf(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  return isMap(value) && Object.hasOwn(value, step) ? value[String(step)] : undefined;
}

function nameOf(item: unknown): string | null {
  if (typeof item === 'string' || typeof item === 'number') return String(item);
  if (!isMap(item)) return null;
  const key = nameKeys.find((each) => Object.hasOwn(item, each));
  return key === undefined ? null : `${key}=${String(item[key])}`;
}

/** Whether what a patch states can be what came out: the same, or for a map each key of it that is there. */
export function agrees(stated: unknown, value: unknown): boolean {
  if (isMap(stated) && isMap(value)) {
    return Object.entries(stated).every(
      ([key, each]) => key === '$patch' || each === null || agrees(each, value[key]),
    );
  }
  if (Array.isArray(stated) && Array.isArray(value)) {
    return stated.every((each) => value.some((item) => agrees(each, item)));
  }
  if (typeof stated === 'object' || typeof value === 'object') return stated === value;
  return String(stated) === String(value);
}
