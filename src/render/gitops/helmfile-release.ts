import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import { ignoreCommentsOf } from '../../text/ignore-comments.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { folderOf, normalized } from '../paths.ts';
import { wholeLine } from '../raw.ts';
import type { GitOpsContext } from './context.ts';
import {
  evaluated,
  evaluatedAll,
  filesOf,
  HelmfileProblem,
  listAt,
  type State,
  type StatePart,
} from './helmfile-state.ts';
import { templateLine } from './helmfile-templates.ts';
import { merged, mergeMaps } from './merge.ts';
import type { InlineValues, Release, ValuesLayer } from './release.ts';
import { type SetValue, stepsOf, valuesOfSettings } from './set-values.ts';
import { mapTexts, textsOf } from './texts.ts';

/** A release as a helmfile lists it in one environment. */
export interface HelmfileRelease {
  readonly value: Readonly<Record<string, unknown>>;
  readonly index: number;
  readonly part: StatePart;
  readonly state: State;
  readonly helmfile: string;
  readonly environment: string;
  /** What templates see. */
  readonly dot: Readonly<Record<string, unknown>>;
}

/** The release of a chart of this repository; null where it is not installed. */
export async function releaseOfHelmfile(
  listed: HelmfileRelease,
  context: GitOpsContext,
): Promise<Release | NotChecked | null> {
  const { part, index, state, helmfile, environment } = listed;
  const value = await withOwnTemplates(inherited(listed), listed, context);
  const name = textAt(value, 'name') ?? '';
  const namespace = textAt(value, 'namespace') ?? textAt(state.value, 'namespace');
  const id = `helmfile:${helmfile}#${environment === 'default' ? '' : `${environment}/`}${name}`;
  const line = lineOf(part, ['releases', index]);
  if (
    isOff(value.installedTemplate ?? value.installed) ||
    isConditionOff(textAt(value, 'conditionTemplate') ?? textAt(value, 'condition'), state.values)
  )
    return null;
  const chart = chartOf(textAt(value, 'chart') ?? '', part.path, context);
  if ('remote' in chart)
    return { unit: id, path: part.path, reason: 'remote-source', detail: chart.remote, line };
  const release = { ...listed, value, dot: releaseDot(listed, name, namespace) };
  const values = await layersOf(release, context);
  const kubeVersion = textAt(state.value, 'kubeVersion');
  return {
    id,
    declaredAt: { path: part.path, line },
    source: { kind: 'helm', folder: chart.folder, layers: values.layers, replacesDefaults: false },
    name,
    namespace,
    kubeVersion,
    apiVersions: [...listAt(state.value, ['apiVersions']), ...listAt(value, ['apiVersions'])].map(String),
    assumptions: [
      ...chart.assumptions,
      ...state.assumptions,
      ...values.assumptions,
      ...afterwards(value, state.value),
    ],
  };
}

/** The release on top of the templates that it inherits. */
function inherited({ value, state }: HelmfileRelease): Readonly<Record<string, unknown>> {
  const own = listAt(value, ['inherit']);
  const stated = own.length > 0 ? own : listAt(state.value, ['defaultInherit']);
  const names = stated.map((each) => String(isMap(each) ? each.template : each));
  const templates = names.map((name) => valueAt(state.value, ['templates', name])).filter(isMap);
  const lists = (key: string) => [...templates, value].flatMap((each) => listAt(each, [key]));
  const all = [...templates, value].reduce<unknown>((below, above) => mergeMaps(below, above), {});
  const whole = isMap(all) ? all : value;
  return { ...whole, values: lists('values'), secrets: lists('secrets'), set: lists('set') };
}

function releaseDot({ dot, value }: HelmfileRelease, name: string, namespace: string | null) {
  const Chart = textAt(value, 'chart') ?? '';
  const Release = { Name: name, Namespace: namespace ?? '', Labels: value.labels ?? {}, Chart };
  return { ...dot, Release, Chart, Namespace: namespace ?? '' };
}

/** Templates that were left for the release itself (`{{ .Release.Name }}`) put into its own fields. */
async function withOwnTemplates(
  value: Readonly<Record<string, unknown>>,
  listed: HelmfileRelease,
  context: GitOpsContext,
): Promise<Readonly<Record<string, unknown>>> {
  const own = Object.entries(value).filter(([key]) => used.has(key));
  if (!JSON.stringify(own).includes('{{')) return Object.fromEntries(own);
  const dot = releaseDot({ ...listed, value }, textAt(value, 'name') ?? '', textAt(value, 'namespace'));
  const { part, index } = listed;
  const line = lineOf(part, ['releases', index]);
  const texts = textsOf(own);
  const results = await evaluatedAll(texts, part.path, (line ?? 1) - 1, dot, context);
  const changed = new Map(texts.map((text, i) => [text, results[i] ?? '']));
  const whole = mapTexts(Object.fromEntries(own), (text) => changed.get(text) ?? text);
  return isMap(whole) ? whole : value;
}

/** Fields of a release that say what is rendered; its hooks and the like are not looked at. */
const used: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'chart',
  'labels',
  'values',
  'valuesTemplate',
  'secrets',
  'set',
  'setString',
  'installed',
  'installedTemplate',
  'condition',
  'conditionTemplate',
  'missingFileHandler',
  'apiVersions',
  'jsonPatches',
  'strategicMergePatches',
  'transformers',
  'postRenderer',
  'dependencies',
]);

function isOff(installed: unknown): boolean {
  return installed === false || installed === 'false';
}

function isConditionOff(condition: string | null, values: unknown): boolean {
  if (condition === null) return false;
  return condition === 'false' || valueAt(values, condition.split('.')) === false;
}

/** A chart by its path, or by the name that a chart repository has for it where a chart of that name stands here. */
function chartOf(
  chart: string,
  from: string,
  { layout, charts }: GitOpsContext,
): { readonly folder: string; readonly assumptions: readonly string[] } | { readonly remote: string } {
  const local =
    /^\.{1,2}\//.test(chart) || (!chart.includes('://') && ![2, 3].includes(chart.split('/').length));
  const folder =
    chart.includes('://') || chart.startsWith('/') ? null : normalized(`${folderOf(from)}/${chart}`);
  if (local && folder !== null && layout.isChart(folder)) return { folder, assumptions: [] };
  const missing = `Its chart ${code(chart.replace(/\/\/[^/@]*@/, '//'))} is not in this repository.`;
  if (local || chart.includes('://')) return { remote: missing };
  const name = chart.slice(chart.lastIndexOf('/') + 1);
  const named = charts.releasable.filter((each) => charts.metadata(each)?.name === name);
  if (named.length !== 1) return { remote: missing };
  return {
    folder: named[0]!,
    assumptions: [`${code(chart)} is the chart in ${code(named[0]!)} of this repository`],
  };
}

async function layersOf(release: HelmfileRelease, context: GitOpsContext) {
  const { value, part } = release;
  const layers: ValuesLayer[] = [];
  const assumptions: string[] = [];
  for (const [index, entry] of [
    ...listAt(value, ['values']),
    ...listAt(value, ['valuesTemplate']),
  ].entries()) {
    if (isMap(entry)) layers.push(inlineValues(entry, release, index, context.revision));
    else {
      const found = filesOf(String(entry), part.path, context);
      if ('assumption' in found) assumptions.push(found.assumption);
      else
        for (const path of found.paths) {
          const layer = await fileLayer(path, release, context);
          if (layer !== null) layers.push(layer);
        }
    }
  }
  for (const secret of listAt(value, ['secrets']))
    assumptions.push(`${code(String(secret))} sets none of these`);
  const set = await settingsOf(value, part.path, context);
  assumptions.push(...set.assumptions);
  if (set.settings.length > 0) {
    const values = valuesOfSettings(set.settings, await merged(layers, context));
    if (values === null) assumptions.push('its `set` sets none of these');
    else
      layers.push({
        ...inlineValues(values, release, null, context.revision),
        locate: () => placeOf(part, release.index, context.revision),
      });
  }
  return { layers, assumptions };
}

/** A values file; one with templates is evaluated, and null stands for one that may be missing. */
async function fileLayer(
  path: string,
  release: HelmfileRelease,
  context: GitOpsContext,
): Promise<ValuesLayer | null> {
  const { value, state, dot } = release;
  if (context.layout.entry(path) === undefined) {
    const handler = textAt(value, 'missingFileHandler') ?? textAt(state.value, 'missingFileHandler');
    return handler !== null && handler !== 'Error' ? null : path;
  }
  if (!path.endsWith('.gotmpl')) return path;
  const source = await context.read(path);
  if (source === null) throw new HelmfileProblem(path, null, `${code(path)} cannot be read`);
  const text = await evaluated(source, path, 0, dot, context);
  return {
    path,
    text,
    ignores: ignoreCommentsOf(path, source),
    locate: (_, place) => lineAt(path, source, templateLine(source, text, place.startLine), context.revision),
  };
}

function inlineValues(
  values: Readonly<Record<string, unknown>>,
  { part, index }: HelmfileRelease,
  at: number | null,
  revision: RevisionSide,
): InlineValues {
  return {
    path: part.path,
    text: JSON.stringify(values),
    ignores: ignoreCommentsOf(part.path, '\n'.repeat(part.above) + part.source),
    locate: (key) => {
      const place = at === null ? null : part.document.locate(['releases', index, 'values', at, ...key]);
      if (place?.exact !== true) return null;
      const line = templateLine(part.source, part.text, place.startLine);
      return lineAt(part.path, part.source, line, revision, part.above);
    },
  };
}

function lineAt(path: string, source: string, line: number | null, revision: RevisionSide, above = 0) {
  if (line === null) return null;
  const text = source.split('\n')[line - 1] ?? '';
  return { path, ...wholeLine(text, above + line), revision, kind: 'values' } as const;
}

function lineOf(part: StatePart, path: FieldPath): number | null {
  const place = part.document.locate(path);
  if (place === null) return null;
  const line = templateLine(part.source, part.text, place.startLine);
  return line === null ? null : part.above + line;
}

/** Where a release's `set` stands. */
function placeOf(part: StatePart, index: number, revision: RevisionSide) {
  const place = part.document.locate(['releases', index, 'set']);
  if (place?.exact !== true) return null;
  const line = templateLine(part.source, part.text, place.startLine);
  return lineAt(part.path, part.source, line, revision, part.above);
}

async function settingsOf(value: unknown, from: string, context: GitOpsContext) {
  const assumptions: string[] = [];
  const settings: SetValue[] = [];
  for (const [key, kind] of [
    ['set', 'typed'],
    ['setString', 'string'],
  ] as const) {
    for (const each of listAt(value, [key]).filter(isMap)) {
      const name = String(each.name ?? '');
      const many = each.values;
      const file = textAt(each, 'file');
      const path = file === null ? null : normalized(`${folderOf(from)}/${file}`);
      const content = path === null ? null : await context.read(path);
      if (stepsOf(name) === null || (file !== null && content === null))
        assumptions.push(`${code(name)} in its ${code(key)} sets none of these`);
      else if (content !== null) settings.push({ name, value: content, kind: 'verbatim' });
      else if (Array.isArray(many)) settings.push({ name, value: `{${many.map(String).join(',')}}`, kind });
      else settings.push({ name, value: String(each.value ?? ''), kind });
    }
  }
  return { settings, assumptions };
}

/** What is done to the chart or to what it renders, and is not looked at. */
function afterwards(value: unknown, state: unknown): readonly string[] {
  const keys = ['jsonPatches', 'strategicMergePatches', 'transformers', 'postRenderer', 'dependencies'];
  const own = keys.filter((key) => valueAt(value, [key]) !== undefined);
  const shared = valueAt(state, ['helmDefaults', 'postRenderer']) === undefined ? [] : ['postRenderer'];
  return [...new Set([...own, ...shared])].map((key) => `its ${code(key)} changes none of these`);
}

function textAt(value: unknown, key: string): string | null {
  const found = valueAt(value, [key]);
  return typeof found === 'string' && found !== '' ? found : typeof found === 'number' ? String(found) : null;
}
