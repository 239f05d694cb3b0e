import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { folderOf, normalized } from '../paths.ts';
import type { GitOpsContext } from './context.ts';
import { evaluatedAll, listAt } from './helmfile-state.ts';
import { type HelmfileRelease, layersOf, lineOf, textAt } from './helmfile-values.ts';
import { mergeMaps } from './merge.ts';
import type { Release } from './release.ts';
import { mapTexts, textsOf } from './texts.ts';

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
    cluster:
      textAt(value, 'kubeContext') ?? textAt(valueAt(state.value, ['helmDefaults']), 'kubeContext') ?? '',
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
  'kubeContext',
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

/** What is done to the chart or to what it renders, and is not looked at. */
function afterwards(value: unknown, state: unknown): readonly string[] {
  const keys = ['jsonPatches', 'strategicMergePatches', 'transformers', 'postRenderer', 'dependencies'];
  const own = keys.filter((key) => valueAt(value, [key]) !== undefined);
  const shared = valueAt(state, ['helmDefaults', 'postRenderer']) === undefined ? [] : ['postRenderer'];
  return [...new Set([...own, ...shared])].map((key) => `its ${code(key)} changes none of these`);
}
