import type { Comparison } from '../../repository/comparison.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { type ChartPair, pairCharts, pathsInBase, pathsInHead, type Touched } from '../discover.ts';
import { type ComparedGitOps, comparedGitOps, mayTouchReleases } from '../gitops/compared.ts';
import type { GitOpsRun } from '../gitops/discover.ts';
import { inTurns } from '../in-turns.ts';
import type { Layout } from '../layout.ts';
import { type ChartRenderer, gitOpsRun, helmRun } from '../renderer.ts';
import { pathRestriction, type RenderSettings } from '../settings.ts';
import type { UnitPair } from '../unit.ts';
import { type ChartUnitRequest, releaseNameOf, renderChartUnits } from './chart-units.ts';
import { Charts } from './charts.ts';
import type { HelmRun } from './run.ts';
import { unreadValues } from './unread.ts';

export const nothing: Compared = { units: [], notChecked: [] };

/** The charts of both sides, and what GitOps tools release. */
export interface Releases {
  readonly base: Charts;
  readonly head: Charts;
  readonly gitOps: ComparedGitOps;
  /** Charts with a changed file, and those that depend on them. */
  readonly own: { readonly [side in RevisionSide]: ReadonlySet<string> };
  readonly run: HelmRun;
}

/** What GitOps tools release of both sides; null where the change cannot concern it. */
export async function releasesOf(
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
    charts: new Set([...base.namesOf(own.base), ...head.namesOf(own.head)]),
  };
  const { changed } = focus;
  const options = gitOpsRun(settings, run, { helmfiles: null, changed, building });
  const gitOps = await comparedGitOps(comparison, base, head, wanted, options, focus);
  return { base, head, gitOps, own, run };
}

/** The charts that a change touches, themselves or through what GitOps tools release. */
export async function comparedReleases(
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

export interface Compared {
  readonly units: readonly UnitPair[];
  readonly notChecked: readonly NotChecked[];
}

/** A pair of which the chart itself changed, or only how it is released. */
interface TouchedPair extends ChartPair {
  readonly changed: boolean;
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
  const done = await inTurns(
    pairs,
    async (pair) => {
      const requests = requestsOf(pair, base, head, chartRun);
      const { units, notChecked } = await renderChartUnits(requests, run);
      const of = (side: RevisionSide) =>
        units[requests.findIndex(({ revision }) => revision === side)] ?? null;
      const [older, newer] = [of('base'), of('head')];
      const unread = newer
        ? await unreadValues({ charts: head, ...newer, base: base.layout.tree, changes, units: pairs.length })
        : [];
      const unit = { id: unitId(pair), base: older?.unit ?? null, head: newer && { ...newer.unit, unread } };
      return { unit, notChecked };
    },
    run.turns,
  );
  return { units: done.map(({ unit }) => unit), notChecked: done.flatMap(({ notChecked }) => notChecked) };
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
): ChartUnitRequest[] {
  const namedAfter = (pair.head ?? pair.base)!;
  const releaseName = releaseNameOf(pair.head === null ? base : head, namedAfter);
  const touchedReleases = pair.changed ? null : gitOps.releases;
  const common = { id: unitId(pair), namedAfter, releaseName, releases, touchedReleases };
  const request = (charts: Charts, folder: string | null, revision: RevisionSide): ChartUnitRequest[] => {
    if (folder === null) return [];
    const changed = new Set(revision === 'base' ? pathsInBase(changes) : pathsInHead(changes));
    return [{ ...common, charts, folder, revision, gitOps: gitOps[revision].releases, changed }];
  };
  return [...request(base, pair.base, 'base'), ...request(head, pair.head, 'head')];
}
