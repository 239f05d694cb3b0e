import type { FieldPath } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { type ParsedDocument, parseStream } from '../../manifest/parse.ts';
import type { Limits } from '../../text/limits.ts';

/** One entry of a kustomization that names a file or a folder, as it is written. */
export interface Reference {
  readonly text: string;
  /** Where it stands in the kustomization. */
  readonly field: FieldPath;
  /** `resource`: a file or another kustomization; `component`: a kustomization; `file`: a file. */
  readonly to: 'resource' | 'component' | 'file';
}

/** What one kustomization file says. */
export interface Kustomization {
  readonly path: string;
  readonly isComponent: boolean;
  /** Null where it is no YAML that can be read. */
  readonly document: ParsedDocument | null;
  readonly references: readonly Reference[];
  /** Whether it configures plug-ins, which name files of their own. */
  readonly hasPlugins: boolean;
  /** `foreign`: an object of another tool (Flux has a kind of that name); `template`: the text of a template engine. */
  readonly meant: 'kustomize' | 'foreign' | 'template';
}

/** What a kustomization says, wherever it stands. */
export type KustomizationText = Omit<Kustomization, 'path'>;

export function parseKustomization(text: string, limits: Limits): KustomizationText {
  const { documents, problems } = parseStream(text, limits);
  const [document = null] = documents;
  const fields = isMap(document?.value) ? document.value : {};
  return {
    isComponent: member(fields, 'kind')?.[1] === 'Component',
    document,
    references: [...referencesOf(fields)],
    hasPlugins: plugins.some((name) => entries(fields, name).some(([, value]) => !isAnnotator(value))),
    meant: isForeign(fields)
      ? 'foreign'
      : problems.some(({ kind }) => kind === 'template')
        ? 'template'
        : 'kustomize',
  };
}

/** Kustomize takes no other group. */
function isForeign(fields: Fields): boolean {
  const apiVersion = member(fields, 'apiVersion')?.[1];
  return (
    typeof apiVersion === 'string' && apiVersion !== '' && !apiVersion.startsWith('kustomize.config.k8s.io/')
  );
}

const annotatorHead = '{"apiVersion":"builtin","kind":"AnnotationsTransformer",';

/** A plug-in, written into the kustomization, that annotates the objects themselves and not their pods. */
export function annotator(annotations: Fields): string {
  const rest = {
    metadata: { name: 'annotations' },
    annotations,
    fieldSpecs: [{ path: 'metadata/annotations', create: true }],
  };
  return `${annotatorHead}${JSON.stringify(rest).slice(1)}`;
}

function isAnnotator(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(annotatorHead);
}

const plugins = ['generators', 'transformers', 'validators'] as const;

type Fields = Readonly<Record<string, unknown>>;

function* referencesOf(fields: Fields): Generator<Reference> {
  for (const name of ['resources', 'bases', ...plugins]) yield* texts(entries(fields, name), 'resource');
  yield* texts(entries(fields, 'components'), 'component');
  for (const name of ['crds', 'configurations', 'patchesStrategicMerge'])
    yield* texts(entries(fields, name), 'file');
  for (const name of ['patches', 'patchesJson6902', 'replacements'])
    yield* inEach(entries(fields, name), ['path']);
  const openapi = member(fields, 'openapi');
  if (openapi !== null) yield* inEach([[[openapi[0]], openapi[1]]], ['path']);
  for (const name of ['configMapGenerator', 'secretGenerator'])
    yield* inEach(entries(fields, name), ['files', 'envs', 'env']);
  yield* inEach(entries(fields, 'helmCharts'), ['valuesFile', 'additionalValuesFiles']);
  yield* inEach(entries(fields, 'helmChartInflationGenerator'), ['values']);
}

type Entry = readonly [FieldPath, unknown];

function* texts(found: readonly Entry[], to: Reference['to']): Generator<Reference> {
  for (const [field, value] of found) if (typeof value === 'string') yield { text: value, field, to };
}

function* inEach(found: readonly Entry[], names: readonly string[]): Generator<Reference> {
  for (const [field, value] of found) {
    if (!isMap(value)) continue;
    for (const name of names) {
      const [key, named] = member(value, name) ?? [name, null];
      const path = [...field, key];
      const all = Array.isArray(named) ? listed(path, named) : [[path, named] as const];
      for (const reference of texts(all, 'file'))
        yield { ...reference, text: withoutKey(reference.text, name) };
    }
  }
}

/** A generator's file may have a key in front: `key=path`. */
function withoutKey(text: string, name: string): string {
  return name === 'files' ? text.slice(text.indexOf('=') + 1) : text;
}

/** The items of a list under a name of the kustomization. */
export function entries(fields: Fields, name: string): readonly Entry[] {
  const [key, items] = member(fields, name) ?? [name, null];
  return Array.isArray(items) ? listed([key], items) : [];
}

function listed(path: FieldPath, items: readonly unknown[]): readonly Entry[] {
  return items.map((item, index) => [[...path, index], item] as const);
}

/** A key as it is written and its value: Kustomize reads keys in any case. */
export function member(fields: Fields, name: string): readonly [string, unknown] | null {
  if (Object.hasOwn(fields, name)) return [name, fields[name]];
  const key = Object.keys(fields).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? null : [key, fields[key]];
}
