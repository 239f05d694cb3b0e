import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { parseStream } from '../../manifest/parse.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import { baseNameOf, folderOf, foldersUp } from '../paths.ts';
import { cannot, type GitOpsContext, mostReleases } from './context.ts';
import type { Generator, ParameterSets } from './generator.ts';
import { isPinned, ownershipOf } from './own-repository.ts';
import { filledIn } from './parameter-texts.ts';
import { flattened, knownSet, type ParameterSet, type Parameters } from './parameters.ts';
import { pathspec, segmentMatcher } from './path-patterns.ts';

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/ */
export async function fromGit(generator: Generator, context: GitOpsContext): Promise<ParameterSets> {
  const { object, unit, at } = generator;
  const options = valueAt(generator.value, ['git']);
  const ownership = ownershipOf(String(valueAt(options, ['repoURL']) ?? ''), context.own, true);
  const revision = valueAt(options, ['revision']);
  if (ownership === 'other' || (typeof revision === 'string' && isPinned(revision))) {
    const detail = 'Its generator looks at another repository or at a pinned revision.';
    return cannot(unit, object, [...at, 'git', 'repoURL'], 'remote-source', detail);
  }
  const listed = valueAt(options, ['directories']);
  const made =
    Array.isArray(listed) && listed.length > 0
      ? directories(listed, generator, context)
      : await files(valueAt(options, ['files']), generator, context);
  return 'reason' in made ? made : withValues(made, generator, context);
}

function directories(
  items: readonly unknown[],
  generator: Generator,
  { layout }: GitOpsContext,
): readonly Parameters[] {
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
    .map((folder) => pathParameters(folder, null, {}, generator));
}

/** Folders that begin with a dot are not offered to the generator. */
const isHidden = (folder: string): boolean => folder.split('/').some((step) => step.startsWith('.'));

async function files(
  patterns: unknown,
  generator: Generator,
  context: GitOpsContext,
): Promise<readonly Parameters[] | NotChecked> {
  const { object, unit, at } = generator;
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
      parameters.push(pathParameters(folderOf(path), baseNameOf(path), each, generator));
  }
  return parameters;
}

function pathParameters(
  folder: string,
  file: string | null,
  more: Parameters,
  { value, goTemplate }: Generator,
): Parameters {
  const stated = valueAt(value, ['git', 'pathParamPrefix']);
  const prefix = typeof stated === 'string' ? stated : '';
  const base = baseNameOf(folder);
  const segments = folder.split('/');
  const own = {
    basename: base,
    basenameNormalized: normalizedName(base),
    ...(file !== null && { filename: file, filenameNormalized: normalizedName(file) }),
  };
  if (goTemplate) {
    const path = { path: folder, ...own, segments };
    return prefix === '' ? { ...more, path } : { ...more, [prefix]: { path } };
  }
  const name = prefix === '' ? 'path' : `${prefix}.path`;
  return {
    ...flattened(more),
    [name]: folder,
    ...Object.fromEntries(Object.entries(own).map(([key, text]) => [`${name}.${key}`, text])),
    ...Object.fromEntries(segments.map((segment, i) => [`${name}[${i}]`, segment])),
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

/** With the generator's own `values`, which are filled with what it found. */
export async function withValues(
  made: readonly Parameters[],
  generator: Generator,
  { evaluate }: GitOpsContext,
  unknown: readonly string[] = [],
): Promise<ParameterSets> {
  const { object, unit, at, goTemplate, kind } = generator;
  const sets = made.map((values): ParameterSet => ({ ...knownSet(values), unknown }));
  const stated = valueAt(generator.value, [kind, 'values']);
  if (!isMap(stated) || sets.length === 0) return sets;
  const names = Object.keys(stated);
  const rows = await filledIn(Object.values(stated).map(String), sets, goTemplate, evaluate);
  if ('failure' in rows) {
    const detail = `Its generator's ${code('values')} cannot be evaluated: ${rows.failure}.`;
    return cannot(unit, object, [...at, kind, 'values'], 'unsupported', detail);
  }
  return sets.map((set, index) => {
    const texts = names.map((name, i): [string, string] => [name, rows[index]?.[i] ?? '']);
    const values = goTemplate
      ? { values: Object.fromEntries(texts) }
      : Object.fromEntries(texts.map(([name, text]) => [`values.${name}`, text]));
    return { ...set, values: { ...set.values, ...values } };
  });
}
