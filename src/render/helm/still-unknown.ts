import type { BuiltDocument } from '../../engines/kustomize.ts';
import type { FieldPath } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { unknownText } from '../../manifest/unknown.ts';
import { stepThatTook } from '../kustomize/built-steps.ts';

/**
 * What a build made of a value, with what was not known before as such: Kustomize drops what is null, or makes it an empty
 * list, and beside an unknown such a null may be one.
 */
export function stillUnknown(before: unknown, after: unknown, built: BuiltDocument): unknown {
  const visit = (was: unknown, is: unknown, path: FieldPath): unknown => {
    if (was === unknownText) return isEmpty(is) && !isTaken(built, path) ? unknownText : is;
    if (Array.isArray(was) && Array.isArray(is))
      return was.length === is.length ? is.map((each, i) => visit(was[i], each, [...path, i])) : is;
    if (!isMap(was) || !isMap(is)) return is;
    const keys = [...new Set([...Object.keys(is), ...Object.keys(was)])];
    const entries = keys.map((key): [string, unknown] => {
      const [own, old] = [is, was].map((each) => (Object.hasOwn(each, key) ? each[key] : undefined));
      return [key, visit(old, own, [...path, key])];
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  };
  return visit(before, after, []);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === '';
}

/** Whether a patch takes the field away. */
function isTaken(built: BuiltDocument, path: FieldPath): boolean {
  const took = stepThatTook(built, path, 0);
  return took?.step.kind.startsWith('Patch') === true;
}
