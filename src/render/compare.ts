import type { Comparison } from '../repository/comparison.ts';
import type { Tree } from '../repository/tree.ts';
import type { RevisionSide } from '../text/location.ts';
import type { NotChecked } from '../text/not-checked.ts';
import { byText } from '../text/order.ts';
import { type ChartUnitRequest, releaseNameOf, renderChartUnit, setsOf } from './chart-units.ts';
import { Charts } from './charts.ts';
import { type ChartPair, pairCharts, pathsInBase, pathsInHead, type Touched, touchedBy } from './discover.ts';
import type { HelmRun, RenderChart } from './helm.ts';
import { Layout } from './layout.ts';
import { folderOf } from './paths.ts';
import { comparedRawUnits } from './raw-pairs.ts';
import { allRawUnits, RawFolders } from './raw-units.ts';
import { pathRestriction, pathSelector, type RenderSettings } from './settings.ts';
import type { Render, RenderedUnit, UnitPair, UnreadValue } from './unit.ts';
import { unreadValues } from './unread.ts';

/** What renders charts; asked for nothing unless a chart has to be rendered. */
export interface ChartRenderer {
  warm(): void;
  readonly render: RenderChart;
  /** Is told of each render as soon as it is there. */
  readonly onRender?: (render: Render) => void;
}

interface Outcome {
  /** What is left out before or beside the renders; each render says itself what it lacks. */
  readonly notChecked: readonly NotChecked[];
  /** Renders of one unit with one values set, of both revisions together. */
  readonly renders: number;
  /** Files that were read. */
  readonly files: number;
}

export interface RenderedComparison extends Outcome {
  /** The touched units, sorted by id. */
  readonly units: readonly UnitPair[];
}

export interface RenderedTree extends Outcome {
  readonly units: readonly RenderedUnit[];
}

/** Units that are worked on at once: enough for every engine instance, without all charts in memory. */
const unitsAtOnce = 8;

export async function compareUnits(
  comparison: Comparison,
  settings: RenderSettings,
  renderer: ChartRenderer,
): Promise<RenderedComparison> {
  const counter = { files: 0 };
  const selects = pathSelector(settings);
  const [base, head] = (await Promise.all(
    [comparison.base, comparison.head].map(async (tree) => {
      return new Layout(counted(tree, counter), await tree.list(), selects);
    }),
  )) as [Layout, Layout];
  const wanted = pathRestriction(settings.paths);
  const { changes } = comparison;
  const touched = {
    base: touchedBy(pathsInBase(changes), base, settings.releases, wanted),
    head: touchedBy(pathsInHead(changes), head, settings.releases, wanted),
  };
  const [raw, charts] = await Promise.all([
    comparedRawUnits(base, head, touched.base.rawFiles, touched.head.rawFiles, changes, settings.limits),
    comparedCharts(base, head, touched, comparison, settings, renderer),
  ]);
  const units = [...raw.units, ...charts.units].sort((a, b) => byText(a.id, b.id));
  const kustomizations = new Set([...touched.base.kustomizations, ...touched.head.kustomizations]);
  return {
    units,
    notChecked: sorted([
      ...raw.notChecked,
      ...charts.notChecked,
      ...unsupportedKustomizations(kustomizations),
    ]),
    renders: units.flatMap(({ base, head }) => [...(base?.renders ?? []), ...(head?.renders ?? [])]).length,
    files: counter.files,
  };
}

export async function everyUnit(
  tree: Tree,
  settings: RenderSettings,
  renderer: ChartRenderer,
): Promise<RenderedTree> {
  const counter = { files: 0 };
  const layout = new Layout(counted(tree, counter), await tree.list(), pathSelector(settings));
  const restricted = pathRestriction(settings.paths);
  const wantedChart = (folder: string): boolean =>
    restricted(folder) || layout.below(folder).some(({ path }) => restricted(path));
  const wantedFolder = (folder: string): boolean =>
    restricted(folder) || settings.paths.some((path) => folderOf(path) === folder);
  const notChecked: NotChecked[] = [];
  const units: RenderedUnit[] = [];
  if (layout.charts.some(wantedChart)) {
    renderer.warm();
    const charts = await Charts.read(layout, settings.limits, settings.chartsDir);
    const run = helmRun(settings, renderer);
    const requests = charts.releasable.filter(wantedChart).map(
      (folder): ChartUnitRequest => ({
        id: `helm:${folder}`,
        charts,
        folder,
        namedAfter: folder,
        releaseName: releaseNameOf(charts, folder),
        revision: 'head',
        releases: settings.releases,
      }),
    );
    for (const rendered of await inTurns(requests, (request) => renderChartUnit(request, run))) {
      units.push(rendered.unit);
      notChecked.push(...rendered.notChecked);
    }
  }
  units.push(...(await allRawUnits(new RawFolders(layout, settings.limits), 'head', wantedFolder)));
  const kustomizations = new Set(
    layout.kustomizations.filter((path) => layout.selects(path) && restricted(path)),
  );
  return {
    units: units.sort((a, b) => byText(a.id, b.id)),
    notChecked: sorted([...notChecked, ...unsupportedKustomizations(kustomizations)]),
    renders: units.flatMap(({ renders }) => renders).length,
    files: counter.files,
  };
}

async function comparedCharts(
  baseLayout: Layout,
  headLayout: Layout,
  touched: { readonly base: Touched; readonly head: Touched },
  { changes }: Comparison,
  settings: RenderSettings,
  renderer: ChartRenderer,
): Promise<{ readonly units: readonly UnitPair[]; readonly notChecked: readonly NotChecked[] }> {
  if (touched.base.charts.size + touched.head.charts.size === 0) return { units: [], notChecked: [] };
  renderer.warm();
  const { limits, chartsDir } = settings;
  const base = await Charts.read(baseLayout, limits, chartsDir);
  const head = await Charts.read(headLayout, limits, chartsDir);
  const inBase = base.withDependents(touched.base.charts);
  const inHead = head.withDependents(touched.head.charts);
  const pairs = pairCharts(base, head, changes).filter(
    (pair) => (pair.base !== null && inBase.has(pair.base)) || (pair.head !== null && inHead.has(pair.head)),
  );
  const run = helmRun(settings, renderer);
  const done = await inTurns(pairs, async (pair) => {
    const sides = requestsOf(pair, base, head, settings);
    const [older, newer] = await Promise.all(
      sides.map((request) => request && renderChartUnit(request, run)),
    );
    const [, asked] = sides;
    const unread = newer && asked ? await unreadIn(newer.unit, asked, baseLayout.tree, changes) : [];
    return {
      id: unitId(pair),
      base: older ?? null,
      head: newer && { ...newer, unit: { ...newer.unit, unread } },
    };
  });
  return {
    units: done.map(({ id, base, head }) => ({ id, base: base?.unit ?? null, head: head?.unit ?? null })),
    notChecked: done.flatMap(({ base, head }) => (head ?? base)?.notChecked ?? []),
  };
}

function unreadIn(
  unit: RenderedUnit,
  request: ChartUnitRequest,
  base: Tree,
  changes: Comparison['changes'],
): Promise<readonly UnreadValue[]> {
  const sets = setsOf(request).slice(0, unit.renders.length);
  return unreadValues({ charts: request.charts, unit, sets, base, changes });
}

function unitId({ base, head }: ChartPair): string {
  return `helm:${head ?? base}`;
}

/** Both sides get one release name, so that a chart that is renamed does not rename its objects. */
function requestsOf(
  pair: ChartPair,
  base: Charts,
  head: Charts,
  settings: RenderSettings,
): (ChartUnitRequest | null)[] {
  const namedAfter = (pair.head ?? pair.base)!;
  const releaseName = releaseNameOf(pair.head === null ? base : head, namedAfter);
  const request = (charts: Charts, folder: string | null, revision: RevisionSide): ChartUnitRequest | null =>
    folder === null
      ? null
      : { id: unitId(pair), charts, folder, namedAfter, releaseName, revision, releases: settings.releases };
  return [request(base, pair.base, 'base'), request(head, pair.head, 'head')];
}

function helmRun(
  { limits, kubernetesVersion, servedVersions }: RenderSettings,
  { render, onRender }: ChartRenderer,
): HelmRun {
  const parts = kubernetesVersion.replace(/^v/, '').split('.');
  return {
    limits,
    kubeVersion: `v${[...parts, '0', '0'].slice(0, 3).join('.')}`,
    servedVersions,
    render,
    onRender: onRender ?? (() => {}),
    answers: new Map(),
    objects: new Map(),
  };
}

function unsupportedKustomizations(paths: ReadonlySet<string>): NotChecked[] {
  const detail = 'Kustomize overlays are not rendered yet.';
  return [...paths].map((path) => ({
    unit: `kustomize:${folderOf(path)}`,
    path,
    reason: 'unsupported' as const,
    detail,
    line: null,
  }));
}

function sorted(entries: readonly NotChecked[]): readonly NotChecked[] {
  const key = ({ unit, path, line, detail }: NotChecked): string => [unit, path, line, detail].join('\0');
  return [...entries].sort((a, b) => byText(key(a), key(b)));
}

/** Works on a few things at once; the answers keep the order of what was asked. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const take = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(unitsAtOnce, items.length) }, take));
  return results;
}

/** The same tree; it counts the files that it gave. */
function counted(tree: Tree, counter: { files: number }): Tree {
  return {
    commit: tree.commit,
    list: () => tree.list(),
    read: async (paths) => {
      const reads = await tree.read(paths);
      for (const read of reads.values()) if (read.kind === 'bytes') counter.files += 1;
      return reads;
    },
  };
}
