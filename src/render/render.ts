import type { Engine } from '../engines/engine.ts';
import {
  type HelmRenderRequest,
  helmTemplateText,
  type RenderedDocument,
  renderChart,
  type UnknownEvent,
} from '../engines/helm.ts';
import { buildKustomization, type KustomizeBuildRequest } from '../engines/kustomize.ts';
import { withUnknownText } from '../manifest/unknown.ts';
import type { Comparison } from '../repository/comparison.ts';
import type { Tree } from '../repository/tree.ts';
import type { Limits } from '../text/limits.ts';
import { compareUnits, everyUnit, type RenderedComparison, type RenderedTree } from './compare.ts';
import { Charts } from './helm/charts.ts';
import { sentenceOf } from './helm/helm-errors.ts';
import { Layout } from './layout.ts';
import type { ChartRenderer } from './renderer.ts';
import type { ChartSource, RenderSettings } from './settings.ts';

/** What renders charts, and what builds kustomizations. Each is started when something of its kind is touched. */
export interface Engines {
  readonly helm: Engine;
  readonly kustomize: Engine;
}

/** Who is told of each render of a chart or kustomization as soon as it is there, and of how many units are done. */
export type Watching = Pick<ChartRenderer, 'onRender' | 'turns'>;

/** Renders what a change touches, at base and at head. */
export async function renderComparison(
  comparison: Comparison,
  settings: RenderSettings,
  engines: Engines,
  watching: Watching = {},
): Promise<RenderedComparison> {
  return compareUnits(comparison, settings, engineRenderer(engines, watching));
}

/** Renders every unit of one revision. */
export async function renderTree(
  tree: Tree,
  settings: RenderSettings,
  engines: Engines,
  watching: Watching = {},
): Promise<RenderedTree> {
  return everyUnit(tree, settings, engineRenderer(engines, watching));
}

function engineRenderer({ helm, kustomize }: Engines, watching: Watching) {
  return {
    warm: () => helm.warm(),
    render: (request: HelmRenderRequest) => renderChart(helm, request),
    build: (request: KustomizeBuildRequest) => buildKustomization(kustomize, request),
    ...watching,
  };
}

export interface DisplayOptions {
  /** In the order in which they are merged. */
  readonly values: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly releaseName: string | null;
  readonly namespace: string | null;
  /** `v1.34.0`; null keeps Helm's own default. */
  readonly kubeVersion: string | null;
  readonly includeCrds: boolean;
  /** Adds the source of each line behind it. */
  readonly trace: boolean;
  /** Goes on where Helm gives up. */
  readonly lenient?: boolean;
  readonly limits: Limits;
  readonly chartsDir: ChartSource | null;
}

/** A chart as `helm template` prints it, byte for byte unless traced. */
export async function renderForDisplay(
  tree: Tree,
  chart: string,
  options: DisplayOptions,
  helm: Engine,
): Promise<{ readonly text: string; readonly notes: readonly string[] } | { readonly error: string }> {
  const layout = new Layout(tree, await tree.list(), () => true);
  if (!layout.isChart(chart)) return { error: `There is no chart in ${chart}: it has no Chart.yaml.` };
  const charts = await Charts.read(layout, options.limits, options.chartsDir);
  const { files, refused } = await (await charts.prepare(chart)).whole();
  if (refused[0] !== undefined) return { error: refused[0].detail };
  const request = {
    files,
    values: options.values,
    includeCrds: options.includeCrds,
    trace: options.trace,
    ...(options.releaseName === null ? {} : { releaseName: options.releaseName }),
    ...(options.namespace === null ? {} : { namespace: options.namespace }),
    ...(options.kubeVersion === null ? {} : { kubeVersion: options.kubeVersion }),
  };
  const strict = await renderChart(helm, request);
  const lenient = options.lenient === true && 'error' in strict;
  const result = lenient ? await renderChart(helm, { ...request, lenient }) : strict;
  if ('error' in result) {
    const { file, line, message } = result.error;
    const repositoryPath = files.find(({ path }) => path === file)?.repositoryPath ?? file;
    const place = repositoryPath === null ? '' : `${repositoryPath}${line === null ? '' : `:${line}`}: `;
    return { error: `${place}${sentenceOf(message)}` };
  }
  const paths = new Map(files.map(({ path, repositoryPath }) => [path, repositoryPath ?? path]));
  const documents = options.trace
    ? result.documents.map((document) => traced(document, paths))
    : result.documents;
  const text = helmTemplateText(documents);
  const { unknown } = result;
  if (unknown === undefined) return { text, notes: [] };
  const notes = unknown.events.map((event) => noteOf(event, paths));
  return { text: withUnknownText(text), notes };
}

/** `charts/web/templates/a.yaml:3: value .Values.db.host` */
function noteOf(
  { kind, file, line, expression, detail }: UnknownEvent,
  paths: ReadonlyMap<string, string>,
): string {
  const place = file === null ? '' : `${paths.get(file) ?? file}${line === null ? '' : `:${line}`}: `;
  return [`${place}${kind}`, expression, detail].filter((part) => part !== null && part !== '').join(' ');
}

/** The document with `# file:line` behind each line whose source is known. */
function traced(document: RenderedDocument, paths: ReadonlyMap<string, string>): RenderedDocument {
  const lines = document.text.split('\n').map((line, index) => {
    const origin = document.origins[index];
    return origin === null || origin === undefined || line === ''
      ? line
      : `${line}  # ${paths.get(origin.file) ?? origin.file}:${origin.line}`;
  });
  return { ...document, text: lines.join('\n') };
}
