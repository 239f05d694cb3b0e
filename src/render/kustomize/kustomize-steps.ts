import type { BuildStep } from '../../engines/kustomize.ts';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { ParsedDocument } from '../../manifest/parse.ts';
import { rangeOf, type TextRange } from '../../text/location.ts';
import { isKustomization } from '../layout.ts';
import { folderOf, normalized } from '../paths.ts';
import { entries, member } from './kustomization.ts';
import { type Change, placeInPatch } from './patch-place.ts';
import type { Sources } from './sources.ts';

/** A range of a file that a build was made of. */
export interface SourcePlace extends TextRange {
  readonly path: string;
}

/** The line of a kustomization, or of a patch that it names, on which a step states a change; null where none does. */
export function placeOfStep(step: BuildStep, change: Change, sources: Sources): SourcePlace | null {
  if (!isKustomization(step.file)) return placeInPlugin(step, change, sources);
  const fields = fieldsIn(step.file, sources);
  switch (step.kind) {
    case 'PatchTransformer':
      return patchPlace(step, entries(fields, 'patches'), change, sources);
    case 'PatchJson6902Transformer':
      return patchPlace(step, entries(fields, 'patchesJson6902'), change, sources);
    case 'PatchStrategicMergeTransformer':
      return patchPlace(step, entries(fields, 'patchesStrategicMerge'), change, sources);
    default: {
      const field = fieldOf(step, fields, change);
      if (field !== null) return placeOfField(step.file, field, sources);
      return step.kind === 'AnnotationsTransformer' ? statedAnnotation(change, sources) : null;
    }
  }
}

/** The annotation among those that a deploying object states for every object. */
function statedAnnotation({ path }: Change, { stated }: Sources): SourcePlace | null {
  if (stated === null) return null;
  for (const [field] of entries(stated.fields, 'transformers')) {
    const origin = stated.originOf(field);
    const key = path[2];
    if (origin !== null) return stated.places.locate(key === undefined ? origin : [...origin, key]);
  }
  return null;
}

function fieldsIn(file: string, sources: Sources): Fields {
  if (sources.stated?.file === file) return sources.stated.fields;
  const value = sources.documents(file)[0]?.value;
  return isMap(value) ? value : {};
}

/** Where a field of a kustomization stands: in its file, or in the object that states it. */
function placeOfField(file: string, field: FieldPath, sources: Sources): SourcePlace | null {
  const origin = sources.stated?.file === file ? sources.stated.originOf(field) : null;
  if (origin !== null) return sources.stated?.places.locate(origin) ?? null;
  const [document] = sources.documents(file);
  return document === undefined ? null : placeAt(file, document, field);
}

/** The line of a plug-in's own file: of the label, annotation or other field that it sets, else its first. */
function placeInPlugin({ file, kind }: BuildStep, { path }: Change, sources: Sources): SourcePlace | null {
  const document = sources.documents(file).find(({ value }) => isMap(value) && value.kind === kind);
  if (document === undefined) return null;
  const key = path.at(-1) ?? '';
  const fields: FieldPath[] = [['labels', key], ['annotations', key], ['prefix'], ['suffix']];
  const field = fields.find((each) => valueAt(document.value, each) !== undefined);
  return placeAt(file, document, field ?? []);
}

/** The line of a kustomization on which a step stands; of the first of its kind where it is not told which. */
export function lineOfStep({ file, kind, index }: BuildStep, sources: Sources): number | null {
  const [document] = sources.documents(file);
  const name = listOfKind[kind];
  if (document === undefined || name === undefined || !isMap(document.value)) return null;
  const [field] = entries(document.value, name)[Math.max(index, 0)] ?? [];
  const key = member(document.value, name)?.[0] ?? name;
  const place = document.locate(index < 0 || field === undefined ? [key] : field);
  return place?.exact ? place.startLine : null;
}

const listOfKind: Readonly<Record<string, string>> = {
  PatchTransformer: 'patches',
  PatchJson6902Transformer: 'patchesJson6902',
  PatchStrategicMergeTransformer: 'patchesStrategicMerge',
  ReplicaCountTransformer: 'replicas',
  ImageTagTransformer: 'images',
  LabelTransformer: 'labels',
  ReplacementTransformer: 'replacements',
  ConfigMapGenerator: 'configMapGenerator',
  SecretGenerator: 'secretGenerator',
};

function placeAt(path: string, document: ParsedDocument, field: FieldPath): SourcePlace | null {
  const place = document.locate(field);
  if (place === null) return null;
  return { path, ...rangeOf(place) };
}

type Fields = Readonly<Record<string, unknown>>;

/** The entry of a kustomization that makes a change by itself. */
function fieldOf({ kind, index }: BuildStep, fields: Fields, { path, value }: Change): FieldPath | null {
  const top = (name: string): FieldPath | null => {
    const found = member(fields, name);
    return found === null ? null : [found[0]];
  };
  switch (kind) {
    case 'NamespaceTransformer':
      return top('namespace');
    case 'PrefixTransformer':
      return top('namePrefix');
    case 'SuffixTransformer':
      return top('nameSuffix');
    case 'AnnotationsTransformer':
      return keyed(top('commonAnnotations'), fields, path);
    case 'LabelTransformer': {
      const [field] = entries(fields, 'labels')[index] ?? [];
      return keyed(field === undefined ? top('commonLabels') : [...field, 'pairs'], fields, path);
    }
    case 'ReplicaCountTransformer': {
      const [field] = entries(fields, 'replicas')[index] ?? [];
      return field === undefined ? null : [...field, 'count'];
    }
    case 'ImageTagTransformer':
      return imageField([...entries(fields, 'images'), ...entries(fields, 'imageTags')][index], value);
    case 'ReplacementTransformer': {
      const all = entries(fields, 'replacements');
      return all.length === 1 ? all[0]![0] : top('replacements');
    }
    default:
      return null;
  }
}

/** The line of the label or annotation itself, where the change is one. */
function keyed(field: FieldPath | null, fields: Fields, path: FieldPath): FieldPath | null {
  const key = path.at(-1);
  if (field === null || key === undefined) return field;
  return valueAt(fields, [...field, key]) === undefined ? field : [...field, key];
}

function imageField(entry: readonly [FieldPath, unknown] | undefined, value: unknown): FieldPath | null {
  if (entry === undefined) return null;
  const [field, image] = entry;
  const stated = ['newTag', 'digest', 'newName'].find((name) => {
    const part = valueAt(image, [name]);
    return part !== undefined && part !== null && String(value).includes(String(part));
  });
  return stated === undefined ? field : [...field, stated];
}

/** The patch of an entry: in a file of its own, or written into the kustomization. */
function patchPlace(
  { file, index }: BuildStep,
  all: readonly (readonly [FieldPath, unknown])[],
  change: Change,
  sources: Sources,
): SourcePlace | null {
  const entry = all[index];
  if (entry === undefined) return null;
  const [field, patch] = entry;
  const [written, at] = isMap(patch)
    ? [patch.path ?? patch.patch, patch.path === undefined ? [...field, 'patch'] : field]
    : [patch, field];
  if (typeof written !== 'string') return null;
  const path = normalized(`${folderOf(file)}/${written}`);
  if (path !== null && sources.text(path) !== null) {
    const place = placeInPatch(sources.documents(path), change);
    return place === null ? null : { path, ...place };
  }
  const place = placeInPatch(sources.parse(written), change);
  return place === null ? null : inline(file, at, written, place, sources);
}

/** Where a line of a text stands in the block of the kustomization that holds the text; else the block's own place. */
function inline(
  path: string,
  field: FieldPath,
  written: string,
  place: TextRange,
  sources: Sources,
): SourcePlace | null {
  const origin = sources.stated?.file === path ? sources.stated.originOf(field) : null;
  if (origin !== null) return sources.stated?.places.locateLine(origin, place.startLine - 1) ?? null;
  const block = placeOfField(path, field, sources);
  if (block === null) return null;
  const lines = (sources.text(path) ?? '').split('\n');
  const wanted = written.split('\n')[place.startLine - 1] ?? '';
  const line = lines[block.startLine + place.startLine - 1] ?? '';
  const shift = line.trimEnd().indexOf(wanted.trimEnd());
  if (shift < 0 || line.slice(0, shift).trim() !== '') return { ...block, endLine: block.startLine };
  return {
    path,
    startLine: block.startLine + place.startLine,
    startColumn: place.startColumn + shift,
    endLine: block.startLine + place.endLine,
    endColumn: place.endColumn + shift,
  };
}
