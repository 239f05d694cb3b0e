import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { IgnoreComment } from '../../text/ignore-comments.ts';
import type { SourceObject } from '../raw/raw.ts';
import type { InlineValues, OptionPlaces } from './release.ts';

/** An object of a GitOps tool with the comments of its file that accept findings. */
export interface GitOpsObject {
  readonly manifest: SourceObject;
  /** The file that holds it, or the template it was rendered from. */
  readonly path: string;
  readonly ignores: readonly IgnoreComment[];
  /** Of an object that a kustomization built: its folder, and whether variables were put in. */
  readonly built?: { readonly folder: string; readonly isFilledIn: boolean };
  /** Folder of a kustomization that may change the object, and that could not be built. */
  readonly unbuilt?: string;
}

/** Values as a map in a field of an object. */
export function valuesMap(object: GitOpsObject, path: FieldPath): InlineValues | null {
  const value = valueAt(object.manifest.value, path);
  if (!isMap(value) || Object.keys(value).length === 0) return null;
  return {
    path: object.path,
    text: JSON.stringify(value),
    ignores: object.ignores,
    locate: (key) => asValues(object.manifest.locateInMap(path, key)),
  };
}

/** Values as a text in a field of an object. */
export function valuesText(object: GitOpsObject, path: FieldPath): InlineValues | null {
  const text = valueAt(object.manifest.value, path);
  if (typeof text !== 'string' || text.trim() === '') return null;
  return {
    path: object.path,
    text,
    ignores: object.ignores,
    locate: (key, place, value) =>
      asValues(object.manifest.locateInText(path, place.startLine - 1, key, value)),
  };
}

/** Where the options that stand at a field of an object are. */
export function placesOf({ manifest, ignores }: GitOpsObject, at: FieldPath): OptionPlaces {
  return {
    ignores,
    locate: (option) => manifest.locate([...at, ...option]),
    locateLine: (option, line) => manifest.locateInText([...at, ...option], line, [], undefined),
    locateVariable: () => null,
  };
}

function asValues(location: ReturnType<InlineValues['locate']>): ReturnType<InlineValues['locate']> {
  return location && { ...location, kind: location.kind === 'template' ? 'template' : 'values' };
}
