import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { ParsedDocument } from '../../manifest/parse.ts';
import type { TextRange } from '../../text/location.ts';
import { agrees, counterpart } from './counterpart.ts';

/** A change that a build made to an object. */
export interface Change {
  /** The field in the built object. */
  readonly path: FieldPath;
  /** What it holds; undefined where it was taken away. */
  readonly value: unknown;
  /** The built object, whose lists tell which of their items is meant. */
  readonly object: Readonly<Record<string, unknown>>;
  /** Names that the object had on the way. */
  readonly names: readonly string[];
}

/** Where a patch states the change; the last statement wins. Null where it states nothing of the kind. */
export function placeInPatch(documents: readonly ParsedDocument[], change: Change): TextRange | null {
  for (const document of [...documents].reverse()) {
    const { value } = document;
    const path = Array.isArray(value)
      ? inOperations(value, change)
      : isMap(value)
        ? inMerge(value, change, documents.length > 1)
        : null;
    const place = path === null ? null : document.locate(path);
    if (place !== null) return place;
  }
  return null;
}

/** The path in a strategic merge patch that sets the field, or that takes it away. */
function inMerge(
  patch: Readonly<Record<string, unknown>>,
  change: Change,
  mayBeOther: boolean,
): FieldPath | null {
  const { path, value, object, names } = change;
  if (mayBeOther && !isOf(patch, object, names)) return null;
  const found = counterpart(patch, object, path);
  const stated = valueAt(patch, found);
  if (value === undefined) return removes(stated, found, path) ? found : null;
  return found.length === path.length && mayBecome(stated, value) ? found : null;
}

/** Names follow a renamed object, and variables are filled in, after the patch wrote them. */
function mayBecome(stated: unknown, value: unknown): boolean {
  return agrees(stated, value) || (typeof stated === 'string' && typeof value === 'string');
}

function removes(stated: unknown, found: FieldPath, path: FieldPath): boolean {
  if (found.length === path.length) return stated === null || valueAt(stated, ['$patch']) === 'delete';
  return ['replace', 'delete'].includes(String(valueAt(stated, ['$patch'])));
}

/** Of several patches in one file, the one of this object. */
function isOf(
  patch: Readonly<Record<string, unknown>>,
  object: Readonly<Record<string, unknown>>,
  names: readonly string[],
): boolean {
  const name = valueAt(patch, ['metadata', 'name']);
  return patch.kind === object.kind && typeof name === 'string' && names.includes(name);
}

/** The path in a list of JSON patch operations: within an operation's value, or the operation itself. */
function inOperations(operations: readonly unknown[], { path, value }: Change): FieldPath | null {
  for (let index = operations.length - 1; index >= 0; index -= 1) {
    const operation = operations[index];
    const { op, path: pointer } = isMap(operation) ? operation : {};
    if (typeof pointer !== 'string') continue;
    const at = stepsOf(pointer);
    if (!startsWith(path, at)) continue;
    if (op === 'remove' && value === undefined) return [index, 'path'];
    if (op === 'copy' || op === 'move') return [index, 'path'];
    const rest = path.slice(at.length);
    const stated = valueAt(operation, ['value', ...rest]);
    if (stated !== undefined && value !== undefined && agrees(stated, value))
      return [index, 'value', ...rest];
    if (op === 'replace' && value === undefined) return [index, 'path'];
  }
  return null;
}

function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether a field is the one that a pointer names, or below it; `-` is the end of a list. */
function startsWith(path: FieldPath, at: readonly string[]): boolean {
  return at.length <= path.length && at.every((step, index) => isStep(step, path[index]));
}

function isStep(step: string, actual: string | number | undefined): boolean {
  return step === String(actual) || (step === '-' && typeof actual === 'number');
}
