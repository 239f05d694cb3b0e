import type { Comparison } from '../repository/comparison.ts';
import type { Tree } from '../repository/tree.ts';
import type { RevisionSide } from '../text/location.ts';
import type { NotChecked } from '../text/not-checked.ts';
import { byText } from '../text/order.ts';
import { pathsInBase, pathsInHead, touchedBy } from './discover.ts';
import { type ComparedGitOps, saidOnce } from './gitops/compared.ts';
import { gitOpsOf } from './gitops/discover.ts';
import { type ChartUnitRequest, releaseNameOf, renderChartUnits } from './helm/chart-units.ts';
import { Charts } from './helm/charts.ts';
import { comparedReleases, nothing, releasesOf } from './helm/compared-releases.ts';
import type { HelmRun } from './helm/run.ts';
import { inTurns, uncounted } from './in-turns.ts';
import { Deployed } from './kustomize/deployed.ts';
import { Kustomizations } from './kustomize/kustomizations.ts';
import type { KustomizeRun } from './kustomize/kustomize.ts';
import {
  comparedKustomizations,
  type DeployedSides,
  everyKustomization,
  type KustomizationSides,
  readKustomizations,
} from './kustomize/kustomize-units.ts';
import { Layout } from './layout.ts';
import { OtherUnits } from './others/other-units.ts';
import { folderOf } from './paths.ts';
import { besides, isBeside, othersMark } from './raw/beside.ts';
import { Directories } from './raw/directories.ts';
import { claimTaken, renamesOf } from './raw/directory-groups.ts';
import { allDirectoryUnits, comparedDirectories, type DirectorySides } from './raw/directory-units.ts';
import { comparedRawUnits } from './raw/raw-pairs.ts';
import { allRawUnits, RawFolders } from './raw/raw-units.ts';
import { type ChartRenderer, gitOpsRun, helmRun, kustomizeRun } from './renderer.ts';
import { pathRestriction, pathSelector, type RenderSettings } from './settings.ts';
import type { RenderedUnit, UnitPair } from './unit.ts';

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
  /** What else the revisions hold. */
  readonly others: { readonly [side in RevisionSide]: OtherUnits };
}

export interface RenderedTree extends Outcome {
  readonly units: readonly RenderedUnit[];
  readonly others: OtherUnits;
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
  const directories = await directorySides(comparison, layouts, releases?.gitOps ?? null);
  claimTaken(directories, renamesOf(changes));
  // What a release deploys is no plain manifest.
  const rawFiles = {
    base: touched.base.rawFiles.filter((path) => base.mayBeRaw(path)),
    head: touched.head.rawFiles.filter((path) => head.mayBeRaw(path)),
  };
  const [taken, raw, charts, built] = await Promise.all([
    comparedDirectories(directories, changed, changes, settings.limits),
    comparedRawUnits(base, head, rawFiles.base, rawFiles.head, changes, settings.limits),
    releases === null ? nothing : comparedReleases(releases, settings, changes),
    deployed === null ? nothing : comparedKustomizations(deployed, changed, changes, kustomize),
  ]);
  const rest = besides(raw.units, directories.head);
  const units = [...taken.units, ...rest, ...charts.units, ...built.units];
  units.sort((a, b) => byText(a.id, b.id));
  const othersOf = (revision: RevisionSide) =>
    new OtherUnits({
      layout: layouts[revision],
      revision,
      settings,
      releases: releases?.gitOps[revision].releases ?? [],
      directories: directories[revision],
      named: directories.head,
      kustomize: deployed && { deployed: deployed[revision], run: quiet(kustomize) },
      helm: releases && { charts: releases[revision], run: quiet(releases.run) },
      rendered: new Set(
        units.flatMap(({ id, [revision]: unit }) => (unit === null ? [] : [nameOf(id, unit)])),
      ),
    });
  return {
    units,
    others: { base: othersOf('base'), head: othersOf('head') },
    notChecked: sorted([taken, raw, charts, built].flatMap(({ notChecked }) => notChecked)),
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
  const hasCharts = layout.charts.some(wantedChart);
  if (hasCharts) renderer.warm();
  const kustomize = kustomizeRun(settings, renderer);
  const kustomizations = await Kustomizations.read(layout, settings.limits);
  const isReleasable = hasCharts || layout.kustomizations.length > 0;
  const charts = await Charts.read(layout, settings.limits, settings.chartsDir);
  const run = helmRun(settings, renderer);
  const side = { kustomizations, run: kustomize };
  const building = { base: side, head: side };
  const whole = gitOpsRun(settings, run, {
    helmfiles: isReleasable ? null : new Set(),
    changed: null,
    only: null,
    building,
  });
  const gitOps = await gitOpsOf(tree, charts, 'head', whole);
  const { releases } = gitOps;
  notChecked.push(...saidOnce(gitOps.notChecked.filter(({ path }) => path === null || restricted(path))));
  const requests = charts.releasable.filter(wantedChart).map(
    (folder): ChartUnitRequest => ({
      id: `helm:${folder}`,
      charts,
      folder,
      namedAfter: folder,
      releaseName: releaseNameOf(charts, folder),
      revision: 'head',
      releases: settings.releases,
      gitOps: releases,
      touchedReleases: null,
      changed: new Set(),
    }),
  );
  for (const rendered of await inTurns(requests, (request) => renderChartUnits([request], run), run.turns)) {
    units.push(...rendered.units.map(({ unit }) => unit));
    notChecked.push(...rendered.notChecked);
  }
  const deployed = await Deployed.of(kustomizations, releases);
  const wanted = (folder: string) => restricted(folder) || [...deployed.reach(folder)].some(restricted);
  units.push(...(await everyKustomization(deployed, wanted, kustomize)));
  const directories = await Directories.of(tree, layout, releases);
  units.push(...(await allDirectoryUnits(directories, restricted, settings.limits)));
  layout.claim(directories.taken);
  const plain = await allRawUnits(new RawFolders(layout, settings.limits), 'head', wantedFolder);
  units.push(...besides(plain, directories));
  const others = new OtherUnits({
    layout,
    revision: 'head',
    settings,
    releases,
    directories,
    named: directories,
    kustomize: { deployed, run: quiet(kustomize) },
    helm: { charts, run: quiet(run) },
    rendered: new Set(units.map((unit) => nameOf(unit.id, unit))),
  });
  return {
    others,
    units: units.sort((a, b) => byText(a.id, b.id)),
    notChecked: sorted(notChecked),
    renders: units.flatMap(({ renders }) => renders).length,
    files: counter.files,
  };
}

async function directorySides(
  trees: Pick<Comparison, 'base' | 'head'>,
  layouts: { readonly base: Layout; readonly head: Layout },
  gitOps: ComparedGitOps | null,
): Promise<DirectorySides> {
  const of = (side: RevisionSide) =>
    Directories.of(trees[side], layouts[side], gitOps?.[side].releases ?? []);
  return { base: await of('base'), head: await of('head'), touched: gitOps?.releases ?? new Set() };
}

/** What a revision itself calls a unit, however the pair is called. */
function nameOf(id: string, { kind, path }: RenderedUnit): string {
  return `${kind}:${path}${isBeside(id) ? othersMark : ''}`;
}

/** The same run, of which nobody is told: what it renders is looked at only. */
function quiet<T extends KustomizeRun | HelmRun>(run: T): T {
  return { ...run, onRender: () => {}, turns: uncounted };
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
