import type { BuildStep, BuiltDocument, FieldStep } from '../../engines/kustomize.ts';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';

/** The step that set a field as it is now, or something that holds it; null where none did. */
export function stepThatSet({ set }: BuiltDocument, path: FieldPath): BuildStep | null {
  let author: FieldStep | null = null;
  for (const entry of set) {
    const longer = entry.path.length >= (author?.path.length ?? 0);
    if (longer && isSame(entry.path, path.slice(0, entry.path.length))) author = entry;
  }
  return author?.step ?? null;
}

/** The step that took away a field, or a parent of it that is not there, and what it took. */
export function stepThatTook(
  { gone }: BuiltDocument,
  path: FieldPath,
  existing: number,
): { readonly step: BuildStep; readonly lost: FieldPath } | null {
  for (let length = existing + 1; length <= path.length; length += 1) {
    const lost = path.slice(0, length);
    const step = gone.findLast((each) => isSame(each.path, lost))?.step;
    if (step) return { step, lost };
  }
  return null;
}

/** The path as far as a value has it. */
export function existingIn(value: unknown, path: FieldPath): FieldPath {
  let { length } = path;
  while (length > 0 && valueAt(value, path.slice(0, length)) === undefined) length -= 1;
  return path.slice(0, length);
}

function isSame(a: FieldPath, b: FieldPath): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}
