import type { Comparison } from '../repository/comparison.ts';
import type { Tree } from '../repository/tree.ts';
import type { RevisionSide } from '../text/location.ts';
import type { NotChecked } from '../text/not-checked.ts';
import { byText } from '../text/order.ts';
import { type ChartUnitRequest, releaseNameOf, renderChartUnit } from './chart-units.ts';
import { Charts } from './charts.ts';
import { Deployed } from './deployed.ts';
import { type ChartPair, pairCharts, pathsInBase, pathsInHead, type Touched, touchedBy } from './discover.ts';
import { type ComparedGitOps, comparedGitOps, mayTouchReleases } from './gitops/compared.ts';
import { type GitOpsRun, gitOpsOf } from './gitops/discover.ts';
import { unknownRepository } from './gitops/own-repository.ts';
import type { Release } from './gitops/release.ts';
import { fullVersion, type HelmRun, type RenderChart } from './helm.ts';
import { inTurns } from './in-turns.ts';
import { Kustomizations } from './kustomizations.ts';
import type { BuildKustomization, KustomizeRun } from './kustomize.ts';
import {
  comparedKustomizations,
  type DeployedSides,
  everyKustomization,
  type KustomizationSides,
  readKustomizations,
} from './kustomize-units.ts';
import { Layout } from './layout.ts';
import { baseNameOf, folderOf } from './paths.ts';
import { comparedRawUnits } from './raw-pairs.ts';
import { allRawUnits, RawFolders } from './raw-units.ts';
import { pathRestriction, pathSelector, type RenderSettings } from './settings.ts';
import type { Render, RenderedUnit, UnitPair } from './unit.ts';
import { unreadValues } from './unread.ts';

/** What renders; asked for nothing unless a chart or kustomization has to be rendered. */
export interface ChartRenderer {
  warm(): void;
  readonly render: RenderChart;
  readonly build: BuildKustomization;
  /** Is told of each render of these as soon as it is there. */
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
  const changed = { base: pathsInBase(changes).filter(wanted), head: pathsInHead(changes).filter(wanted) };
  const kustomizations = await readKustomizations(base, head, changed, settings.limits);
  const touched = {
    base: touchedBy(pathsInBase(changes), base, settings.releases, wanted),
    head: touchedBy(pathsInHead(changes), head, settings.releases, wanted),
  };
  const kustomize = kustomizeRun(settings, renderer);
  const building = kustomizations && {
    base: { kustomizations: kustomizations.base, run: kustomize },
    head: { kustomizations: kustomizations.head, run: kustomize },
  };
  const layouts = { base, head };
  const releases = await releasesOf(layouts, touched, comparison, settings, renderer, building);
  const deployed = kustomizations && (await deployedSides(kustomizations, releases?.gitOps ?? null));
  // What a release deploys is no plain manifest.
  const rawFiles = {
    base: touched.base.rawFiles.filter((path) => base.mayBeRaw(path)),
    head: touched.head.rawFiles.filter((path) => head.mayBeRaw(path)),
  };
  const [raw, charts, built] = await Promise.all([
    comparedRawUnits(base, head, rawFiles.base, rawFiles.head, changes, settings.limits),
    releases === null ? nothing : comparedReleases(releases, settings, changes),
    deployed === null ? nothing : comparedKustomizations(deployed, changed, changes, kustomize),
  ]);
  const units = [...raw.units, ...charts.units, ...built.units].sort((a, b) => byText(a.id, b.id));
  return {
    units,
    notChecked: sorted([...raw.notChecked, ...charts.notChecked, ...built.notChecked]),
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
  const releases: Release[] = [];
  const hasCharts = layout.charts.some(wantedChart);
  if (hasCharts) renderer.warm();
  const kustomize = kustomizeRun(settings, renderer);
  const hasKustomizations = layout.kustomizations.length > 0;
  const kustomizations = hasKustomizations ? await Kustomizations.read(layout, settings.limits) : null;
  if (hasCharts || kustomizations !== null) {
    const charts = await Charts.read(layout, settings.limits, settings.chartsDir);
    const run = helmRun(settings, renderer);
    const side = kustomizations && { kustomizations, run: kustomize };
    const building = side && { base: side, head: side };
    const whole = gitOpsRun(settings, run, { focus: null, only: null, building });
    const gitOps = await gitOpsOf(tree, charts, 'head', whole);
    releases.push(...gitOps.releases);
    notChecked.push(...gitOps.notChecked.filter(({ path }) => path === null || restricted(path)));
    const requests = charts.releasable.filter(wantedChart).map(
      (folder): ChartUnitRequest => ({
        id: `helm:${folder}`,
        charts,
        folder,
        namedAfter: folder,
        releaseName: releaseNameOf(charts, folder),
        revision: 'head',
        releases: settings.releases,
        gitOps: gitOps.releases,
        touchedReleases: null,
        changed: new Set(),
      }),
    );
    for (const rendered of await inTurns(requests, (request) => renderChartUnit(request, run))) {
      units.push(rendered.unit);
      notChecked.push(...rendered.notChecked);
    }
  }
  if (kustomizations !== null) {
    const deployed = await Deployed.of(kustomizations, releases);
    const wanted = (folder: string) => restricted(folder) || [...deployed.reach(folder)].some(restricted);
    units.push(...(await everyKustomization(deployed, wanted, kustomize)));
  }
  units.push(...(await allRawUnits(new RawFolders(layout, settings.limits), 'head', wantedFolder)));
  return {
    units: units.sort((a, b) => byText(a.id, b.id)),
    notChecked: sorted(notChecked),
    renders: units.flatMap(({ renders }) => renders).length,
    files: counter.files,
  };
}

const nothing: Compared = { units: [], notChecked: [] };

/** The charts of both sides, and what GitOps tools release. */
interface Releases {
  readonly base: Charts;
  readonly head: Charts;
  readonly gitOps: ComparedGitOps;
  /** Charts with a changed file, and those that depend on them. */
  readonly own: { readonly [side in RevisionSide]: ReadonlySet<string> };
  readonly run: HelmRun;
}

/** What GitOps tools release of both sides; null where the change cannot concern it. */
async function releasesOf(
  { base: baseLayout, head: headLayout }: { readonly [side in RevisionSide]: Layout },
  touched: { readonly base: Touched; readonly head: Touched },
  comparison: Comparison,
  settings: RenderSettings,
  renderer: ChartRenderer,
  building: GitOpsRun['building'],
): Promise<Releases | null> {
  const { changes } = comparison;
  if (!mayTouchReleases(changes, baseLayout, headLayout)) return null;
  if (touched.base.charts.size + touched.head.charts.size > 0) renderer.warm();
  const { limits, chartsDir } = settings;
  const base = await Charts.read(baseLayout, limits, chartsDir);
  const head = await Charts.read(headLayout, limits, chartsDir);
  const run = helmRun(settings, renderer);
  const wanted = pathRestriction(settings.paths);
  const own = {
    base: base.withDependents(touched.base.charts),
    head: head.withDependents(touched.head.charts),
  };
  const focus = {
    changed: new Set([...pathsInBase(changes), ...pathsInHead(changes)]),
    charts: new Set([...namesOf(base, own.base), ...namesOf(head, own.head)]),
  };
  const isReleasable = ({ charts, kustomizations }: Layout) => charts.length + kustomizations.length > 0;
  const only = isReleasable(baseLayout) || isReleasable(headLayout) ? null : focus.changed;
  const gitOpsOptions = gitOpsRun(settings, run, { focus, only, building });
  const gitOps = await comparedGitOps(comparison, base, head, wanted, gitOpsOptions);
  return { base, head, gitOps, own, run };
}

async function deployedSides(
  { base, head }: KustomizationSides,
  gitOps: ComparedGitOps | null,
): Promise<DeployedSides> {
  return {
    base: await Deployed.of(base, gitOps?.base.releases ?? []),
    head: await Deployed.of(head, gitOps?.head.releases ?? []),
    touched: gitOps?.releases ?? new Set(),
  };
}

/** The charts that a change touches, themselves or through what GitOps tools release. */
async function comparedReleases(
  { base, head, gitOps, own, run }: Releases,
  settings: RenderSettings,
  changes: Comparison['changes'],
): Promise<Compared> {
  const isTouched = ({ base, head }: ChartPair, sides: { [side in RevisionSide]: ReadonlySet<string> }) =>
    (base !== null && sides.base.has(base)) || (head !== null && sides.head.has(head));
  const pairs = pairCharts(base, head, changes)
    .map((pair) => ({ ...pair, changed: isTouched(pair, own) }))
    .filter((pair) => pair.changed || isTouched(pair, gitOps.touched));
  const charts = await comparedCharts(pairs, base, head, { settings, gitOps, changes, run });
  return { units: charts.units, notChecked: [...gitOps.notChecked, ...charts.notChecked] };
}

interface Compared {
  readonly units: readonly UnitPair[];
  readonly notChecked: readonly NotChecked[];
}

/** A pair of which the chart itself changed, or only how it is released. */
interface TouchedPair extends ChartPair {
  readonly changed: boolean;
}

function namesOf(charts: Charts, folders: ReadonlySet<string>): readonly string[] {
  return [...folders]
    .flatMap((folder) => [charts.metadata(folder)?.name ?? '', baseNameOf(folder)])
    .filter((name) => name !== '');
}

interface ChartRun {
  readonly settings: RenderSettings;
  readonly gitOps: ComparedGitOps;
  readonly changes: Comparison['changes'];
  readonly run: HelmRun;
}

async function comparedCharts(
  pairs: readonly TouchedPair[],
  base: Charts,
  head: Charts,
  chartRun: ChartRun,
): Promise<Compared> {
  const { run, changes } = chartRun;
  const done = await inTurns(pairs, async (pair) => {
    const sides = requestsOf(pair, base, head, chartRun);
    const [older, newer] = await Promise.all(
      sides.map((request) => request && renderChartUnit(request, run)),
    );
    const question = newer && { charts: head, unit: newer.unit, sets: newer.sets };
    const unread = question ? await unreadValues({ ...question, base: base.layout.tree, changes }) : [];
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

function unitId({ base, head }: ChartPair): string {
  return `helm:${head ?? base}`;
}

/** Both sides get one release name, so that a chart that is renamed does not rename its objects. */
function requestsOf(
  pair: TouchedPair,
  base: Charts,
  head: Charts,
  { settings: { releases }, gitOps, changes }: ChartRun,
): (ChartUnitRequest | null)[] {
  const namedAfter = (pair.head ?? pair.base)!;
  const releaseName = releaseNameOf(pair.head === null ? base : head, namedAfter);
  const touchedReleases = pair.changed ? null : gitOps.releases;
  const common = { id: unitId(pair), namedAfter, releaseName, releases, touchedReleases };
  const request = (
    charts: Charts,
    folder: string | null,
    revision: RevisionSide,
  ): ChartUnitRequest | null => {
    if (folder === null) return null;
    const changed = new Set(revision === 'base' ? pathsInBase(changes) : pathsInHead(changes));
    return { ...common, charts, folder, revision, gitOps: gitOps[revision].releases, changed };
  };
  return [request(base, pair.base, 'base'), request(head, pair.head, 'head')];
}

function gitOpsRun(
  { repository, releases }: RenderSettings,
  helm: HelmRun,
  more: Pick<GitOpsRun, 'focus' | 'only' | 'building'>,
): GitOpsRun {
  const own = repository ?? unknownRepository;
  return { helm, own, configured: releases, known: new Map(), ...more };
}

function helmRun(
  { limits, kubernetesVersion, servedVersions }: RenderSettings,
  { render, onRender }: ChartRenderer,
): HelmRun {
  return {
    limits,
    kubeVersion: fullVersion(kubernetesVersion),
    servedVersions,
    render,
    onRender: onRender ?? (() => {}),
    answers: new Map(),
    objects: new Map(),
  };
}

function kustomizeRun({ limits }: RenderSettings, { build, onRender }: ChartRenderer): KustomizeRun {
  return { limits, build, onRender: onRender ?? (() => {}), builds: new Map(), builtObjects: new Map() };
}

function sorted(entries: readonly NotChecked[]): readonly NotChecked[] {
  const key = ({ unit, path, line, detail }: NotChecked): string => [unit, path, line, detail].join('\0');
  return [...entries].sort((a, b) => byText(key(a), key(b)));
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
