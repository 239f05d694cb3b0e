import type { RevisionSide } from '../text/location.ts';
import type { NotChecked } from '../text/not-checked.ts';
import type { ChartInput } from './chart-input.ts';
import type { Charts } from './charts.ts';
import { type HelmRun, renderRelease } from './helm.ts';
import { baseNameOf, joined, relativeTo } from './paths.ts';
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
}

/** Renders every values set of a chart; the sets beyond the limit are said to be left out. */
export async function renderChartUnit(
  request: ChartUnitRequest,
  run: HelmRun,
): Promise<{ readonly unit: RenderedUnit; readonly notChecked: readonly NotChecked[] }> {
  const { id, charts, folder } = request;
  const all = setsOf(request);
  const sets = all.slice(0, run.limits.valuesSets);
  const input = await charts.prepare(folder);
  const renders = await Promise.all(sets.map((set) => renderSet(set, input, request, run)));
  const namespaces = new Set(sets.map(({ namespace }) => namespace));
  const namespace = namespaces.size === 1 ? (sets[0]?.namespace ?? null) : null;
  return {
    unit: { id, kind: 'helm', path: folder, namespace, renders },
    notChecked: all.length > sets.length ? [leftOut(id, all.length, sets.length)] : [],
  };
}

/** The values sets of a chart at one revision. */
export function setsOf({ charts, folder, namedAfter, releases }: ChartUnitRequest): readonly ValuesSet[] {
  return valuesSetsOf(
    charts.layout,
    folder,
    releases.map((release) => renamed(release, namedAfter, folder)),
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

function leftOut(unit: string, all: number, rendered: number): NotChecked {
  const detail = `It has ${all} values sets; the first ${rendered} were rendered.`;
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
