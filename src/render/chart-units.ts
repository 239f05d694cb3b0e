import type { RevisionSide } from '../text/location.ts';
import type { NotChecked } from '../text/not-checked.ts';
import type { ChartInput } from './chart-input.ts';
import type { Charts } from './charts.ts';
import type { Release } from './gitops/release.ts';
import { type HelmRun, renderRelease } from './helm.ts';
import { baseNameOf, folderOf, joined, relativeTo } from './paths.ts';
import type { ReleaseSetting } from './settings.ts';
import type { Render, RenderedUnit } from './unit.ts';
import { sameFolder, type ValuesSet, valuesSetsOf } from './values-sets.ts';

/** A chart at one revision, to be rendered as the unit `id`. */
export interface ChartUnitRequest {
  readonly id: string;
  readonly charts: Charts;
  readonly folder: string;
  /** Folder of the same chart in head, whose words name the values sets. */
  readonly namedAfter: string;
  readonly releaseName: string;
  readonly revision: RevisionSide;
  readonly releases: readonly ReleaseSetting[];
  /** What GitOps objects of the revision release. */
  readonly gitOps: readonly Release[];
  /** Ids of the releases that a change touches where it leaves the chart alone; null where the chart is touched itself. */
  readonly touchedReleases: ReadonlySet<string> | null;
  /** Changed files of the revision: the sets that are nearest to them come first. */
  readonly changed: ReadonlySet<string>;
}

interface RenderedChart {
  readonly unit: RenderedUnit;
  /** One for each render. */
  readonly sets: readonly ValuesSet[];
  readonly notChecked: readonly NotChecked[];
}

/** Renders every values set of a chart; the sets beyond the limit are said to be left out. */
export async function renderChartUnit(request: ChartUnitRequest, run: HelmRun): Promise<RenderedChart> {
  const { id, charts, folder } = request;
  const all = setsOf(request);
  const most = run.limits.valuesSets;
  const { touchedReleases } = request;
  const enough =
    touchedReleases === null
      ? all.length
      : Math.max(fewest, all.filter(({ id }) => touchedReleases.has(id)).length);
  const sets = nearestFirst(all, request, Math.min(most, enough));
  const input = await charts.prepare(folder);
  const renders = await Promise.all(sets.map((set) => renderSet(set, input, request, run)));
  const namespaces = new Set(sets.map(({ namespace }) => namespace));
  const namespace = namespaces.size === 1 ? (sets[0]?.namespace ?? null) : null;
  return {
    unit: { id, kind: 'helm', path: folder, namespace, renders },
    sets,
    notChecked: Math.min(enough, all.length) > sets.length ? [leftOut(id, all.length, sets.length)] : [],
  };
}

/** The values sets of a chart at one revision. */
function setsOf(request: ChartUnitRequest): readonly ValuesSet[] {
  const { charts, folder, namedAfter, releases, gitOps } = request;
  return valuesSetsOf(
    charts.layout,
    folder,
    releases.map((release) => renamed(release, namedAfter, folder)),
    gitOps,
  );
}

/** The configuration speaks of head's folder; a chart that moved had another one in base. */
function renamed(release: ReleaseSetting, from: string, to: string): ReleaseSetting {
  return sameFolder(release.chart, from) ? { ...release, chart: to } : release;
}

async function renderSet(
  set: ValuesSet,
  input: ChartInput,
  request: ChartUnitRequest,
  run: HelmRun,
): Promise<Render> {
  const { id, charts, folder, namedAfter, revision } = request;
  const setName = set.files.reduce(
    (name, file) => name.replace(file, renamedFile(file, folder, namedAfter)),
    set.id,
  );
  const releaseName = set.name ?? request.releaseName;
  const render = await renderRelease({ unit: id, charts, input, set, setName, releaseName, revision }, run);
  run.onRender(render);
  return render;
}

function renamedFile(file: string, from: string, to: string): string {
  const inside = relativeTo(from, file);
  return inside === null ? file : joined(to, inside);
}

/** Releases that are rendered beside the touched ones: they show what a finding has to do with a release. */
const fewest = 8;

/**
 * At most so many sets: those of a changed file first, then those that stand beside one, then the others as they come.
 * Their order stays.
 */
function nearestFirst(
  sets: readonly ValuesSet[],
  { changed, touchedReleases }: Pick<ChartUnitRequest, 'changed' | 'touchedReleases'>,
  most: number,
): readonly ValuesSet[] {
  if (sets.length <= most) return sets;
  const folders = new Set([...changed].map(folderOf));
  const distance = (set: ValuesSet): number => {
    const files = [...set.files, ...(set.release === undefined ? [] : [set.release.declaredAt.path])];
    if (touchedReleases?.has(set.id) || files.some((file) => changed.has(file))) return 0;
    if (files.some((file) => folders.has(folderOf(file)))) return 1;
    return set.id === 'default' ? 2 : 3;
  };
  const ranked = sets.map((set) => ({ set, distance: distance(set) }));
  const kept = new Set(
    [...ranked]
      .sort((a, b) => a.distance - b.distance)
      .slice(0, most)
      .map(({ set }) => set),
  );
  return sets.filter((set) => kept.has(set));
}

function leftOut(unit: string, all: number, rendered: number): NotChecked {
  const detail = `It has ${all} values sets; the ${rendered} nearest to the change were rendered.`;
  return { unit, path: null, reason: 'too-large', detail, line: null };
}

/** A release name from the chart's: Helm's rules are those of DNS, and at most 53 characters. */
export function releaseNameOf(charts: Charts, folder: string): string {
  const name = charts.metadata(folder)?.name || baseNameOf(folder);
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 53)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'release' : plain;
}
