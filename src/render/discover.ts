import type { FileChange } from '../text/change.ts';
import { byText } from '../text/order.ts';
import { type Charts, mayShapeRender } from './helm/charts.ts';
import { valuesFile } from './helm/values-sets.ts';
import type { Layout } from './layout.ts';
import { relativeTo } from './paths.ts';
import type { ReleaseSetting } from './settings.ts';

/** What a change touches in one revision. */
export interface Touched {
  /** Files that may hold plain manifests. */
  readonly rawFiles: readonly string[];
  /** Folders of charts with a changed file that may shape what they render. */
  readonly charts: ReadonlySet<string>;
}

/** The changed paths as they are in base, or in head. */
export function pathsInBase(changes: readonly FileChange[]): readonly string[] {
  return changes
    .filter(({ status }) => status !== 'added')
    .map(({ path, previousPath }) => previousPath ?? path);
}

export function pathsInHead(changes: readonly FileChange[]): readonly string[] {
  return changes.filter(({ status }) => status !== 'deleted').map(({ path }) => path);
}

export function touchedBy(
  paths: readonly string[],
  layout: Layout,
  releases: readonly ReleaseSetting[],
  wanted: (path: string) => boolean,
): Touched {
  const rawFiles: string[] = [];
  const charts = new Set(chartsOfStatedValues(paths, layout, releases));
  for (const path of paths.filter(wanted)) {
    const chart = layout.chartOf(path);
    if (chart !== null) {
      if (mayShapeRender(relativeTo(chart, path)!)) charts.add(chart);
      continue;
    }
    if (layout.mayBeRaw(path)) rawFiles.push(path);
  }
  return { rawFiles, charts };
}

/** Charts that the configuration releases with a changed values file. */
function chartsOfStatedValues(
  paths: readonly string[],
  layout: Layout,
  releases: readonly ReleaseSetting[],
): string[] {
  const changed = new Set(paths);
  const charts = releases.map(({ chart, values }) => ({
    chart: chart.replace(/^\.\//, '').replace(/\/+$/, ''),
    values,
  }));
  return charts
    .filter(({ chart, values }) => values.some((file) => changed.has(valuesFile(layout, chart, file))))
    .map(({ chart }) => chart);
}

/** The same chart in base and head; null on the side where it is not there. */
export interface ChartPair {
  readonly base: string | null;
  readonly head: string | null;
}

/**
 * Pairs charts by folder, then by git's rename of Chart.yaml, then by a chart name that exactly one chart of
 * each side, alone on its side, carries. Sorted by folder.
 */
export function pairCharts(base: Charts, head: Charts, changes: readonly FileChange[]): readonly ChartPair[] {
  const inHead = new Set(head.releasable);
  const inBase = new Set(base.releasable);
  const pairs: ChartPair[] = [...inHead]
    .filter((folder) => inBase.has(folder))
    .map((folder) => ({ base: folder, head: folder }));
  const gone = new Set([...inBase].filter((folder) => !inHead.has(folder)));
  const fresh = new Set([...inHead].filter((folder) => !inBase.has(folder)));
  const pair = (from: string, to: string): void => {
    if (!gone.delete(from) || !fresh.delete(to)) return;
    pairs.push({ base: from, head: to });
  };
  const chartFolder = (path: string): string | null =>
    path === 'Chart.yaml' ? '.' : path.endsWith('/Chart.yaml') ? path.slice(0, -'/Chart.yaml'.length) : null;
  for (const { path, previousPath } of changes) {
    const [from, to] = [chartFolder(previousPath ?? ''), chartFolder(path)];
    if (from !== null && to !== null && gone.has(from) && fresh.has(to)) pair(from, to);
  }
  for (const to of [...fresh].sort(byText)) {
    const name = head.metadata(to)?.name;
    const candidates = [...gone].filter((from) => base.metadata(from)?.name === name);
    const rivals = [...fresh].filter((other) => head.metadata(other)?.name === name);
    if (name !== undefined && name !== '' && candidates.length === 1 && rivals.length === 1)
      pair(candidates[0]!, to);
  }
  for (const folder of gone) pairs.push({ base: folder, head: null });
  for (const folder of fresh) pairs.push({ base: null, head: folder });
  return pairs.sort((a, b) => byText(a.head ?? a.base!, b.head ?? b.base!));
}
