import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { type ParsedDocument, parseStream } from '../../manifest/parse.ts';
import { code } from '../../text/escape.ts';
import { byText } from '../../text/order.ts';
import { folderOf, normalized } from '../paths.ts';
import type { GitOpsContext } from './context.ts';
import { translated, withPlaceholders } from './helmfile-templates.ts';
import { mergeMaps } from './merge.ts';
import { segmentMatcher } from './path-patterns.ts';

/** Why a helmfile cannot be read, at a line of one of its files. */
export class HelmfileProblem extends Error {
  readonly path: string;
  readonly line: number | null;

  constructor(path: string, line: number | null, message: string) {
    super(message);
    this.path = path;
    this.line = line;
  }
}

/** A part of a helmfile after its templates were evaluated. */
export interface StatePart {
  readonly path: string;
  /** As written. */
  readonly source: string;
  /** As evaluated, from the same line of the file on. */
  readonly text: string;
  readonly document: ParsedDocument;
  /** Lines of the file above it. */
  readonly above: number;
}

/** One item of `releases`. */
export interface ListedRelease {
  readonly part: StatePart;
  readonly index: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A helmfile as one environment sees it. */
export interface State {
  readonly parts: readonly StatePart[];
  /** The releases in the order in which they count, each where it stands. */
  readonly releases: readonly ListedRelease[];
  readonly value: Readonly<Record<string, unknown>>;
  readonly values: unknown;
  readonly assumptions: readonly string[];
}

/** A placeholder: which cluster it is for only the command line tells. */
const unknownContext = `$${'{KUBE_CONTEXT}'}`;

/** What helmfile's templates see. */
export function templateContext(environment: string, values: unknown, more: Record<string, unknown> = {}) {
  return {
    Environment: { Name: environment, Values: values, KubeContext: unknownContext },
    Values: values,
    StateValues: values,
    Namespace: '',
    ...more,
  };
}

/** Reads a helmfile for one environment, part by part: the values of an earlier part are there for the later ones. */
export async function stateOf(
  path: string,
  environment: string,
  given: unknown,
  context: GitOpsContext,
): Promise<State> {
  const source = await context.read(path);
  if (source === null) throw new HelmfileProblem(path, null, `${code(path)} cannot be read`);
  let state: State = { parts: [], releases: [], value: {}, values: given, assumptions: [] };
  let above = 0;
  for (const text of source.replaceAll('\r\n', '\n').split(/^---[ \t]*$/m)) {
    const part = await partOf(path, text, above, environment, state.values, context);
    above += text.split('\n').length - 1;
    if (part !== null) state = await withPart(state, part, environment, context);
  }
  return { ...state, values: mergeMaps(state.values, given) };
}

async function withPart(
  state: State,
  part: StatePart,
  environment: string,
  context: GitOpsContext,
): Promise<State> {
  const own = isMap(part.document.value) ? part.document.value : {};
  let { value, values, parts } = state;
  const assumptions = [...state.assumptions];
  // Lists of bases go on in what they are the base of; a later part's list takes the place of an earlier one's.
  const releases: ListedRelease[] = [];
  for (const base of Array.isArray(own.bases) ? own.bases.map(String) : []) {
    const path = normalized(`${folderOf(part.path)}/${base}`);
    if (path === null || state.parts.length > mostParts)
      throw new HelmfileProblem(part.path, null, `its base ${code(base)} is not in the repository`);
    const read = await stateOf(path, environment, values, context);
    value = mergeMaps(value, read.value) as State['value'];
    values = read.values;
    parts = [...parts, ...read.parts];
    releases.push(...read.releases);
    assumptions.push(...read.assumptions);
  }
  value = mergeMaps(value, own) as State['value'];
  const layers = [
    ...listAt(own, ['values']),
    ...listAt(own, ['environments', environment, 'defaults']),
    ...listAt(own, ['environments', environment, 'values']),
  ];
  for (const layer of layers) {
    const read = await layerValues(layer, part.path, environment, values, context);
    if ('assumption' in read) assumptions.push(read.assumption);
    else values = mergeMaps(values, read.values);
  }
  for (const secret of listAt(own, ['environments', environment, 'secrets']))
    assumptions.push(`${code(String(secret))} sets none of these`);
  for (const [index, value] of listAt(own, ['releases']).entries())
    if (isMap(value)) releases.push({ part, index, value });
  const all = releases.length > 0 ? releases : state.releases;
  return { parts: [...parts, part], releases: all, value, values, assumptions };
}

/** Bases of bases end somewhere. */
const mostParts = 50;

async function partOf(
  path: string,
  source: string,
  above: number,
  environment: string,
  values: unknown,
  context: GitOpsContext,
): Promise<StatePart | null> {
  if (source.trim() === '') return null;
  const plain = parseStream(source, context.limits);
  const isPlain = !path.endsWith('.gotmpl') && plain.problems.length === 0 && !source.includes('{{`');
  const text = isPlain
    ? source
    : await evaluated(source, path, above, templateContext(environment, values), context);
  const { documents, problems } = isPlain ? plain : parseStream(text, context.limits);
  const [problem] = problems;
  if (problem !== undefined)
    throw new HelmfileProblem(path, above + problem.line, `it is not YAML: ${problem.message}`);
  const document = documents[0];
  return document === undefined ? null : { path, source, text, document, above };
}

/** A text with its templates evaluated. Throws where that cannot be done as helmfile would. */
export async function evaluated(
  source: string,
  path: string,
  above: number,
  dot: unknown,
  context: GitOpsContext,
): Promise<string> {
  const [text = ''] = await evaluatedAll([source], path, above, dot, context);
  return text;
}

/** As `evaluated`, of several texts at once. */
export async function evaluatedAll(
  sources: readonly string[],
  path: string,
  above: number,
  dot: unknown,
  context: GitOpsContext,
): Promise<readonly string[]> {
  const texts = sources.map((source) => {
    const own = translated(source);
    if ('problem' in own) throw new HelmfileProblem(path, above + own.line, own.problem);
    return own.text;
  });
  const rows = await context.evaluate(texts, [dot]);
  if ('failure' in rows)
    throw new HelmfileProblem(path, rows.line === null ? null : above + rows.line, rows.failure);
  return (rows[0] ?? []).map(withPlaceholders);
}

/** Values of an environment: as they stand, or in files. */
async function layerValues(
  layer: unknown,
  from: string,
  environment: string,
  values: unknown,
  context: GitOpsContext,
): Promise<{ readonly values: unknown } | { readonly assumption: string }> {
  if (isMap(layer)) return { values: layer };
  const found = filesOf(String(layer), from, context);
  if ('assumption' in found) return found;
  let all: unknown = {};
  for (const path of found.paths) {
    const source = await context.read(path);
    if (source === null || path.endsWith('.hcl')) return { assumption: `${code(path)} sets none of these` };
    const text = path.endsWith('.gotmpl')
      ? await evaluated(source, path, 0, templateContext(environment, mergeMaps(values, all)), context)
      : source;
    all = mergeMaps(all, parseStream(text, context.limits).documents[0]?.value);
  }
  return { values: all };
}

/** Files of the tree that a path or pattern means, seen from a helmfile; an assumption where they lie elsewhere. */
export function filesOf(
  file: string,
  from: string,
  { layout, real }: Pick<GitOpsContext, 'layout' | 'real'>,
): { readonly paths: readonly string[] } | { readonly assumption: string } {
  const path = /^(\/|~)|:\/\/|::|^[\w+.-]+@|\$\{/.test(file) ? null : normalized(`${folderOf(from)}/${file}`);
  if (path === null) return { assumption: `${code(withoutUser(file))} sets none of these` };
  if (!/[*?[]/.test(path) || layout.entry(path) !== undefined) return { paths: [real(path)] };
  const matches = segmentMatcher(path);
  const paths = layout.entries.map((entry) => entry.path).filter((each) => matches(each));
  return { paths: paths.sort(byText).map(real) };
}

function withoutUser(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//');
}

export function listAt(value: unknown, path: readonly (string | number)[]): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}
