import type { FieldPath } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { annotator, entries, member } from '../kustomize/kustomization.ts';
import type { KustomizationFields } from '../kustomize/kustomization-fields.ts';
import type { KustomizeSource } from './release.ts';

/** What an object adds to the kustomization of the folder that it deploys. */
export interface StatedFields {
  /** Fields of the kustomization as they are then: they take the place of the folder's own. */
  readonly fields: KustomizationFields;
  /** Where a field of that kustomization stands among the object's options; null where the object does not state it. */
  originOf(field: FieldPath): FieldPath | null;
}

/** `own`: the folder's kustomization, decoded; `isThere`: whether a component's folder is in the tree. */
export function statedFields(
  { tool, options }: Pick<KustomizeSource, 'tool' | 'options'>,
  own: unknown,
  isThere: (component: string) => boolean,
): StatedFields {
  const adding = new Adding(isMap(own) ? own : {});
  if (tool === 'argocd') addArgo(adding, options, isThere);
  else addFlux(adding, options, isThere);
  return adding;
}

type Options = Readonly<Record<string, unknown>>;
type Item = readonly [unknown, FieldPath];

class Adding implements StatedFields {
  readonly fields: Record<string, unknown> = {};
  readonly #own: Options;
  readonly #origins = new Map<string, FieldPath>();

  constructor(own: Options) {
    this.#own = own;
  }

  originOf(field: FieldPath): FieldPath | null {
    for (let length = field.length; length > 0; length -= 1) {
      const origin = this.#origins.get(JSON.stringify(field.slice(0, length)));
      if (origin !== undefined) return [...origin, ...field.slice(length)];
    }
    return null;
  }

  put(name: string, value: unknown, from: FieldPath): void {
    this.fields[name] = value;
    this.#origins.set(JSON.stringify([name]), from);
  }

  /** Adds items to a list, each in the place of the one that it is `like`, if there is one. */
  add(name: string, items: readonly Item[], like: (a: unknown, b: unknown) => unknown = () => null): void {
    if (items.length === 0) return;
    const list = this.#list(name);
    for (const [value, from] of items) {
      const same = list.findIndex((each) => like(each, value) !== null);
      const index = same < 0 ? list.length : same;
      list[index] = same < 0 ? value : like(list[same], value);
      this.#origins.set(JSON.stringify([name, index]), from);
      // The pairs of a label entry are the whole of the option.
      this.#origins.set(JSON.stringify([name, index, 'pairs']), from);
    }
    this.fields[name] = list;
  }

  /** Adds keys to a map. */
  merge(name: string, values: Options, from: FieldPath): void {
    const own = member(this.#own, name)?.[1];
    this.fields[name] = { ...(isMap(own) ? own : {}), ...values };
    for (const key of Object.keys(values)) this.#origins.set(JSON.stringify([name, key]), [...from, key]);
  }

  #list(name: string): unknown[] {
    const begun = Object.hasOwn(this.fields, name) ? this.fields[name] : null;
    return Array.isArray(begun) ? [...begun] : entries(this.#own, name).map(([, value]) => value);
  }
}

/** https://github.com/argoproj/argo-cd/blob/v3.5.1/util/kustomize/kustomize.go: `kustomize edit`, option by option. */
function addArgo(adding: Adding, options: Options, isThere: (component: string) => boolean): void {
  for (const name of ['namePrefix', 'nameSuffix', 'namespace']) putText(adding, name, options, name);
  const images = items(options, 'images').flatMap(([text, from]): Item[] =>
    typeof text === 'string' ? [[argoImage(text), from]] : [],
  );
  adding.add('images', images, (_, image) => (isNamedAs(_, image) ? image : null));
  const replicas = items(options, 'replicas').flatMap(([value, from]): Item[] => {
    const [name, count] = isMap(value) ? [value.name, Number(value.count)] : [];
    return typeof name === 'string' && Number.isInteger(count) ? [[{ name, count }, from]] : [];
  });
  adding.add('replicas', replicas, (_, each) => (isNamedAs(_, each) ? each : null));
  const labels = texts(options.commonLabels);
  if (Object.keys(labels).length > 0) {
    if (options.labelWithoutSelector === true) {
      const pairs = {
        pairs: labels,
        includeSelectors: false,
        includeTemplates: options.labelIncludeTemplates === true,
      };
      adding.add('labels', [[pairs, ['commonLabels']]]);
    } else adding.merge('commonLabels', labels, ['commonLabels']);
  }
  const annotations = texts(options.commonAnnotations);
  if (Object.keys(annotations).length > 0)
    adding.merge('commonAnnotations', annotations, ['commonAnnotations']);
  adding.add('patches', patchesOf(options, ['path', 'patch', 'target', 'options']));
  adding.add('components', componentsOf(options, isThere));
}

/** https://github.com/fluxcd/pkg/blob/main/kustomize/kustomize_generator.go */
function addFlux(adding: Adding, options: Options, isThere: (component: string) => boolean): void {
  putText(adding, 'namespace', options, 'targetNamespace');
  for (const name of ['namePrefix', 'nameSuffix']) putText(adding, name, options, name);
  adding.add('patches', patchesOf(options, ['patch', 'target']));
  adding.add('components', componentsOf(options, isThere));
  const merges = items(options, 'patchesStrategicMerge');
  adding.add(
    'patchesStrategicMerge',
    merges.map(([patch, from]) => [JSON.stringify(patch), from]),
  );
  const operations = items(options, 'patchesJson6902').flatMap(([each, from]): Item[] =>
    isMap(each) ? [[{ patch: JSON.stringify(each.patch), target: each.target }, from]] : [],
  );
  adding.add('patchesJson6902', operations);
  const images = items(options, 'images').flatMap(([value, from]): Item[] =>
    isMap(value) && typeof value.name === 'string'
      ? [[kept(value, ['name', 'newName', 'newTag', 'digest']), from]]
      : [],
  );
  adding.add('images', images, fluxImage);
  // Labels and annotations of the objects themselves, not of their pods.
  const metadata = isMap(options.commonMetadata) ? options.commonMetadata : {};
  const labels = texts(metadata.labels);
  if (Object.keys(labels).length > 0) {
    const pairs = { pairs: labels, includeSelectors: false, includeTemplates: false };
    adding.add('labels', [[pairs, ['commonMetadata', 'labels']]]);
  }
  const annotations = texts(metadata.annotations);
  if (Object.keys(annotations).length > 0)
    adding.add('transformers', [[annotator(annotations), ['commonMetadata', 'annotations']]]);
}

function putText(adding: Adding, name: string, options: Options, option: string): void {
  const value = options[option];
  if (typeof value === 'string' && value !== '') adding.put(name, value, [option]);
}

function items(options: Options, name: string): readonly Item[] {
  const list = options[name];
  return Array.isArray(list) ? list.map((value, index) => [value, [name, index]]) : [];
}

function patchesOf(options: Options, keys: readonly string[]): readonly Item[] {
  return items(options, 'patches').flatMap(([value, from]): Item[] =>
    isMap(value) ? [[kept(value, keys), from]] : [],
  );
}

function componentsOf(options: Options, isThere: (component: string) => boolean): readonly Item[] {
  const ignoresMissing = options.ignoreMissingComponents === true;
  return items(options, 'components').filter(
    ([text]) => typeof text === 'string' && (!ignoresMissing || isThere(text)),
  );
}

/** A map's own keys of some names: whatever else stands there is none of a kustomization's business. */
function kept(value: Options, keys: readonly string[]): Options {
  return Object.fromEntries(
    keys.flatMap((key) => (Object.hasOwn(value, key) && value[key] != null ? [[key, value[key]]] : [])),
  );
}

function texts(value: unknown): Options {
  if (!isMap(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      each !== null && typeof each !== 'object' ? [[key, String(each)]] : [],
    ),
  );
}

function isNamedAs(a: unknown, b: unknown): boolean {
  return isMap(a) && isMap(b) && a.name === b.name;
}

/** `[name=]image[:tag][@digest]`, as `kustomize edit set image` takes it. */
function argoImage(text: string): Options {
  const equals = text.indexOf('=');
  const [key, value] = equals < 0 ? [null, text] : [text.slice(0, equals), text.slice(equals + 1)];
  const at = value.indexOf('@');
  const [rest, digest] = at < 0 ? [value, null] : [value.slice(0, at), value.slice(at + 1)];
  const colon = rest.lastIndexOf(':');
  const hasTag = colon > rest.lastIndexOf('/');
  const [name, newTag] = hasTag ? [rest.slice(0, colon), rest.slice(colon + 1)] : [rest, null];
  return {
    name: key ?? name,
    ...(key !== null && { newName: name }),
    ...(newTag !== null && { newTag }),
    ...(digest !== null && { digest }),
  };
}

/**
 * Only what is stated changes; a tag takes the place of a digest and the other way round. Flux before July 2026 replaced the
 * whole entry.
 */
function fluxImage(own: unknown, stated: unknown): unknown {
  if (!isMap(own) || !isMap(stated) || own.name !== stated.name) return null;
  const version = stated.newTag !== undefined || stated.digest !== undefined;
  return { ...(version ? kept(own, ['name', 'newName']) : own), ...stated };
}
