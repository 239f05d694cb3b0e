import picomatch from 'picomatch';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { parseStream } from '../../manifest/parse.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import { baseNameOf, folderOf, foldersUp } from '../paths.ts';
import type { SourceObject } from '../raw.ts';
import { applicationReleases, unitOf } from './argocd.ts';
import { cannot, type GitOpsContext, mostReleases } from './context.ts';
import type { GitOpsObject } from './inline-values.ts';
import { isPinned, ownershipOf } from './own-repository.ts';
import { type Found, together } from './release.ts';
import { mapTexts, textsOf } from './texts.ts';

type Parameters = Readonly<Record<string, unknown>>;

/**
 * The Applications that an ApplicationSet makes with its list, git directory and git file generators.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/
 */
export async function applicationSetReleases(object: GitOpsObject, context: GitOpsContext): Promise<Found> {
  const unit = unitOf('applicationset', object);
  const { value } = object.manifest;
  const generators = valueAt(value, ['spec', 'generators']);
  const goTemplate = valueAt(value, ['spec', 'goTemplate']) === true;
  const notChecked: NotChecked[] = [];
  if (valueAt(value, ['spec', 'templatePatch']) !== undefined) {
    const detail = 'Its templatePatch is not applied.';
    return {
      releases: [],
      notChecked: [cannot(unit, object, ['spec', 'templatePatch'], 'unsupported', detail)],
    };
  }
  const parameters: Parameters[] = [];
  for (const index of Array.isArray(generators) ? generators.keys() : []) {
    const at = ['spec', 'generators', index];
    const made = await generated({ object, unit, at, goTemplate }, context);
    if ('reason' in made) notChecked.push(made);
    else parameters.push(...made);
  }
  if (parameters.length > mostReleases) {
    const detail = `It makes ${parameters.length} Applications; the first ${mostReleases} were looked at.`;
    notChecked.push(cannot(unit, object, ['spec', 'generators'], 'too-large', detail));
  }
  const applications = await templated(object, unit, parameters.slice(0, mostReleases), goTemplate, context);
  if ('reason' in applications) return { releases: [], notChecked: [...notChecked, applications] };
  const found = await Promise.all(applications.map((each) => applicationReleases(each, context)));
  const all = together(found);
  return { releases: all.releases, notChecked: [...notChecked, ...all.notChecked] };
}

interface Generator {
  readonly object: GitOpsObject;
  readonly unit: string;
  readonly at: FieldPath;
  readonly goTemplate: boolean;
}

async function generated(
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

/** A pattern as `git ls-files` reads it, which Argo CD asks: a star goes on over folders. */
function pathspec(pattern: string): (path: string) => boolean {
  const plain = pattern.replace(/^\/+/, '').replace(/\/+$/, '');
  if (!/[*?[]/.test(plain)) return (path) => path === plain || path.startsWith(`${plain}/`);
  const source = plain.replace(/\*+|\?|\[!?[^\]]*\]|[^*?[]+|\[/g, (part) => {
    if (part.startsWith('*')) return '.*';
    if (part === '?') return '.';
    if (part.length > 2 && part.startsWith('[')) return part.replace(/^\[!/, '[^').replace(/\\/g, '\\\\');
    return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  try {
    const whole = new RegExp(`^${source}$`, 's');
    return (path) => whole.test(path);
  } catch {
    return () => false;
  }
}

/** One star stays within a folder's name, as in Go's `path.Match`. */
function segmentMatcher(pattern: string): (path: string) => boolean {
  return picomatch(pattern.replace(/\*+/g, '*').replace(/\/+$/, ''), {
    dot: true,
    nobrace: true,
    noextglob: true,
    noglobstar: true,
  });
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

/** The template with each set of parameters put in: as objects that stand where the template does. */
async function templated(
  object: GitOpsObject,
  unit: string,
  parameters: readonly Parameters[],
  goTemplate: boolean,
  { evaluate }: GitOpsContext,
): Promise<readonly GitOpsObject[] | NotChecked> {
  const template = valueAt(object.manifest.value, ['spec', 'template']);
  const texts = textsOf(template);
  if (!goTemplate) return parameters.map((each) => application(object, template, replacedBy(each)));
  const rows = await evaluate(texts, parameters);
  if ('failure' in rows) {
    const detail = `Its template cannot be evaluated: ${rows.failure}.`;
    return cannot(unit, object, ['spec', 'template'], 'unsupported', detail);
  }
  return rows.map((row) => {
    const results = new Map(texts.map((text, i) => [text, row[i] ?? '']));
    return application(object, template, (text) => results.get(text) ?? text);
  });
}

function replacedBy(parameters: Parameters): (text: string) => string {
  return (text) =>
    text.replace(/\{\{(.*?)\}\}/gs, (whole, name: string) => {
      const value = Object.hasOwn(parameters, name.trim()) ? parameters[name.trim()] : undefined;
      return typeof value === 'string' ? value : whole;
    });
}

function application(
  { manifest, path, ignores }: GitOpsObject,
  template: unknown,
  change: (text: string) => string,
): GitOpsObject {
  const value = mapTexts(template, change);
  const name = valueAt(value, ['metadata', 'name']);
  const namespace = valueAt(value, ['metadata', 'namespace']);
  const at = (field: FieldPath): FieldPath => ['spec', 'template', ...field];
  const made: SourceObject = {
    ref: {
      apiVersion: manifest.ref.apiVersion,
      kind: 'Application',
      name: String(name ?? ''),
      // Applications of a set live in its own namespace.
      namespace: typeof namespace === 'string' && namespace !== '' ? namespace : manifest.ref.namespace,
    },
    value: isMap(value) ? value : {},
    text: manifest.text,
    origin: manifest.origin,
    locate: (field) => manifest.locate(at(field)),
    locateInMap: (field, key) => manifest.locateInMap(at(field), key),
    linesOf: (field) => manifest.linesOf(at(field)),
    locateInText: (field, line, key, inner) => manifest.locateInText(at(field), line, key, inner),
  };
  return { manifest: made, path, ignores };
}
