import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import type { Release } from '../gitops/release.ts';
import { baseNameOf, folderOf, joined, relativeTo } from '../paths.ts';
import type { ReleaseSetting } from '../settings.ts';
import type { Render, RenderedUnit } from '../unit.ts';
import type { ChartInput } from './chart-input.ts';
import type { Charts } from './charts.ts';
import { renderRelease } from './helm.ts';
import type { HelmRun } from './run.ts';
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

/** A chart at one revision, rendered. */
interface RenderedChart {
  readonly unit: RenderedUnit;
  /** One for each render. */
  readonly sets: readonly ValuesSet[];
}

/** Values sets of a chart under head's words for them. */
interface NamedSet {
  readonly name: string;
  readonly set: ValuesSet;
}

function setsOf({ charts, folder, namedAfter, releases, gitOps }: ChartUnitRequest): readonly NamedSet[] {
  const own = releases.map((release) => renamed(release, namedAfter, folder));
  return valuesSetsOf(charts.layout, folder, own, gitOps).map((set) => {
    const rename = (name: string, file: string) => name.replace(file, renamedFile(file, folder, namedAfter));
    return { set, name: set.files.reduce(rename, set.id) };
  });
}

/**
 * Renders the values sets of a chart at the revisions that have it, the same ones at both; the sets beyond the limit are
 * said to be left out.
 */
export async function renderChartUnits(
  requests: readonly ChartUnitRequest[],
  run: HelmRun,
): Promise<{ readonly units: readonly RenderedChart[]; readonly notChecked: readonly NotChecked[] }> {
  const named = requests.map((request) => ({ request, sets: setsOf(request) }));
  const { names, missing } = chosen(named, run.limits.valuesSets);
  const units = await Promise.all(
    named.map(({ request, sets }) =>
      renderUnit(
        request,
        sets.filter(({ name }) => names.has(name)),
        run,
      ),
    ),
  );
  const id = requests[0]?.id ?? null;
  return { units, notChecked: missing > 0 ? [leftOut(id, names.size + missing, names.size)] : [] };
}

async function renderUnit(
  request: ChartUnitRequest,
  sets: readonly NamedSet[],
  run: HelmRun,
): Promise<RenderedChart> {
  const { id, charts, folder } = request;
  const input = await charts.prepare(folder);
  const renders = await Promise.all(sets.map((set) => renderSet(set, input, request, run)));
  const namespaces = new Set(sets.map(({ set }) => set.namespace));
  const namespace = namespaces.size === 1 ? (sets[0]?.set.namespace ?? null) : null;
  return { unit: { id, kind: 'helm', path: folder, namespace, renders }, sets: sets.map(({ set }) => set) };
}

/** The configuration speaks of head's folder; a chart that moved had another one in base. */
function renamed(release: ReleaseSetting, from: string, to: string): ReleaseSetting {
  return sameFolder(release.chart, from) ? { ...release, chart: to } : release;
}

async function renderSet(
  { set, name: setName }: NamedSet,
  input: ChartInput,
  request: ChartUnitRequest,
  run: HelmRun,
): Promise<Render> {
  const { id, charts, revision } = request;
  const releaseName = set.name ?? request.releaseName;
  const render = await renderRelease({ unit: id, charts, input, set, setName, releaseName, revision }, run);
  run.onRender(render);
  return set.landing == null ? render : { ...render, landing: set.landing };
}

function renamedFile(file: string, from: string, to: string): string {
  const inside = relativeTo(from, file);
  return inside === null ? file : joined(to, inside);
}

/** Releases that are rendered beside the touched ones: they show what a finding has to do with a release. */
const fewest = 8;

/**
 * The sets to render, alike for both revisions: at most so many, those of a changed file first, then those that stand
 * beside one, then the others as they come. Where only some releases are touched, few others are looked at.
 */
function chosen(
  sides: readonly { readonly request: ChartUnitRequest; readonly sets: readonly NamedSet[] }[],
  most: number,
): { readonly names: ReadonlySet<string>; readonly missing: number } {
  const distances = new Map<string, number>();
  for (const { request, sets } of sides) {
    const folders = new Set([...request.changed].map(folderOf));
    for (const each of sets) {
      const distance = distanceOf(each, request, folders);
      distances.set(each.name, Math.min(distance, distances.get(each.name) ?? distance));
    }
  }
  const touched = sides[0]?.request.touchedReleases ?? null;
  const some = touched === null ? 0 : [...distances.keys()].filter((name) => touched.has(name)).length;
  const enough = touched === null ? distances.size : Math.min(distances.size, Math.max(fewest, some));
  const nearest = [...distances]
    .sort((a, b) => a[1] - b[1] || byText(a[0], b[0]))
    .slice(0, Math.min(most, enough));
  return { names: new Set(nearest.map(([name]) => name)), missing: Math.max(0, enough - most) };
}

function distanceOf(
  { name, set }: NamedSet,
  { changed, touchedReleases }: ChartUnitRequest,
  folders: ReadonlySet<string>,
): number {
  const files = [...set.files, ...(set.release === undefined ? [] : [set.release.declaredAt.path])];
  if (touchedReleases?.has(name) || files.some((file) => changed.has(file))) return 0;
  if (files.some((file) => folders.has(folderOf(file)))) return 1;
  return set.id === 'default' ? 2 : 3;
}

function leftOut(unit: string | null, all: number, rendered: number): NotChecked {
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
