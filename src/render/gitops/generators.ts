import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { parseStream } from '../../manifest/parse.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import { baseNameOf, folderOf, foldersUp } from '../paths.ts';
import { cannot, type GitOpsContext, mostReleases } from './context.ts';
import type { GitOpsObject } from './inline-values.ts';
import { isPinned, ownershipOf } from './own-repository.ts';
import { pathspec, segmentMatcher } from './path-patterns.ts';

/** What the template of an ApplicationSet is filled with, once. */
export type Parameters = Readonly<Record<string, unknown>>;

interface Generator {
  readonly object: GitOpsObject;
  readonly unit: string;
  readonly at: FieldPath;
  readonly goTemplate: boolean;
}

/** What a generator gives for each Application, or why it is not followed. */
export async function generated(
  generator: Generator,
  context: GitOpsContext,
): Promise<readonly Parameters[] | NotChecked> {
  const { object, unit, at, goTemplate } = generator;
  const value = valueAt(object.manifest.value, at);
  const kinds = isMap(value) ? Object.keys(value) : [];
  const more = kinds.find((kind) => kind !== 'list' && kind !== 'git');
  const kind = isMap(valueAt(value, ['list'])) ? 'list' : 'git';
  const options = valueAt(value, [kind]);
  if (more !== undefined || kinds.length !== 1 || !isMap(options)) {
    const detail = `Its generator ${code(more ?? kinds.join(', '))} is not followed; list, git directories and git files are.`;
    return cannot(unit, object, more === undefined ? at : [...at, more], 'unsupported', detail);
  }
  const apart = ['template', 'values', 'pathParamPrefix', 'elementsYaml'].find(
    (key) => options[key] !== undefined,
  );
  if (apart !== undefined) {
    const detail = `Its generator's ${code(apart)} is not followed.`;
    return cannot(unit, object, [...at, kind, apart], 'unsupported', detail);
  }
  if (kind === 'list') return listed(options.elements, goTemplate);
  const ownership = ownershipOf(String(options.repoURL ?? ''), context.own, true);
  const revision = options.revision;
  if (ownership === 'other' || (typeof revision === 'string' && isPinned(revision))) {
    const detail = 'Its generator looks at another repository or at a pinned revision.';
    return cannot(unit, object, [...at, 'git', 'repoURL'], 'remote-source', detail);
  }
  return Array.isArray(options.directories)
    ? directories(options.directories, goTemplate, context)
    : files(options.files, generator, context);
}

function listed(elements: unknown, goTemplate: boolean): readonly Parameters[] {
  const items = Array.isArray(elements) ? elements.filter(isMap) : [];
  return goTemplate ? items : items.map((item) => flattened(item));
}

function directories(items: readonly unknown[], goTemplate: boolean, { layout }: GitOpsContext) {
  const all = new Set(layout.entries.flatMap(({ path }) => [...foldersUp(folderOf(path))]));
  const matches = (exclude: boolean) => {
    const tests = items
      .filter((item) => isMap(item) && (item.exclude === true) === exclude)
      .map((item) => segmentMatcher(String(valueAt(item, ['path']) ?? '')));
    return (folder: string) => tests.some((test) => test(folder));
  };
  const [wanted, unwanted] = [matches(false), matches(true)];
  return [...all]
    .filter((folder) => folder !== '.' && !isHidden(folder) && wanted(folder) && !unwanted(folder))
    .sort(byText)
    .map((folder) => pathParameters(folder, null, {}, goTemplate));
}

/** Folders that begin with a dot are not offered to the generator. */
const isHidden = (folder: string): boolean => folder.split('/').some((step) => step.startsWith('.'));

async function files(
  patterns: unknown,
  { object, unit, at, goTemplate }: Generator,
  context: GitOpsContext,
): Promise<readonly Parameters[] | NotChecked> {
  const items = Array.isArray(patterns) ? patterns.filter(isMap) : [];
  const matches = (exclude: boolean) => {
    const tests = items
      .filter((item) => (item.exclude === true) === exclude)
      .map((item) => pathspec(String(item.path)));
    return (path: string) => tests.some((test) => test(path));
  };
  const [wanted, unwanted] = [matches(false), matches(true)];
  const paths = context.layout.entries
    .map(({ path }) => path)
    .filter((path) => wanted(path) && !unwanted(path))
    .sort(byText);
  const parameters: Parameters[] = [];
  for (const path of paths.slice(0, mostReleases)) {
    const text = await context.read(path);
    const document = text === null ? undefined : parseStream(text, context.limits).documents[0];
    if (document === undefined) {
      const detail = `Its generator's file ${code(path)} cannot be read.`;
      return cannot(unit, object, [...at, 'git', 'files'], 'parse-failed', detail);
    }
    const objects = Array.isArray(document.value) ? document.value : [document.value ?? {}];
    for (const each of objects.filter(isMap))
      parameters.push(pathParameters(folderOf(path), baseNameOf(path), each, goTemplate));
  }
  return parameters;
}

function pathParameters(
  folder: string,
  file: string | null,
  more: Parameters,
  goTemplate: boolean,
): Parameters {
  const base = baseNameOf(folder);
  const segments = folder.split('/');
  if (goTemplate) {
    const path = {
      path: folder,
      basename: base,
      basenameNormalized: normalizedName(base),
      segments,
      ...(file === null ? {} : { filename: file, filenameNormalized: normalizedName(file) }),
    };
    return { ...more, path };
  }
  return {
    ...flattened(more),
    path: folder,
    'path.basename': base,
    'path.basenameNormalized': normalizedName(base),
    ...(file === null ? {} : { 'path.filename': file, 'path.filenameNormalized': normalizedName(file) }),
    ...Object.fromEntries(segments.map((segment, i) => [`path[${i}]`, segment])),
  };
}

/** As Argo CD's SanitizeName. */
function normalizedName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '');
}

/** `{a: {b: 1}}` as `a.b`: without Go's templates, parameters are texts under dotted names. */
function flattened(
  value: unknown,
  prefix = '',
  into: Record<string, string> = Object.create(null),
): Parameters {
  const items: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, i) => [i, item] as const)
    : isMap(value)
      ? Object.entries(value)
      : [];
  for (const [key, item] of items) {
    const name = prefix === '' ? String(key) : `${prefix}.${key}`;
    if (item !== null && typeof item === 'object') flattened(item, name, into);
    else into[name] = String(item ?? '<nil>');
  }
  return into;
}
