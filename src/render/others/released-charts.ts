import type { RevisionSide } from '../../text/location.ts';
import type { Release } from '../gitops/release.ts';
import { releaseNameOf, renderChartUnits } from '../helm/chart-units.ts';
import type { Charts } from '../helm/charts.ts';
import type { HelmRun } from '../helm/run.ts';
import type { Layout } from '../layout.ts';
import type { ReleaseSetting } from '../settings.ts';
import type { RenderedUnit } from '../unit.ts';
import { type FileMentions, type Mentions, mentionsOf } from './mentions.ts';

/** Some releases of a chart that the change does not touch. */
interface ReleasedChart {
  readonly folder: string;
  readonly releases: readonly Release[];
  readonly revision: RevisionSide;
  /** What the configuration releases wins. */
  readonly configured: readonly ReleaseSetting[];
}

/** The texts that a release of a chart is made of: its files, its values, its name. */
export async function mentionsOfChart(
  folder: string,
  releases: readonly Release[],
  layout: Layout,
  files: FileMentions,
): Promise<readonly Mentions[]> {
  const own = layout.below(folder).flatMap(({ path, type }) => (type === 'file' ? [path] : []));
  const layers = releases.flatMap(({ source }) => (source.kind === 'helm' ? source.layers : []));
  const paths = layers.filter((layer) => typeof layer === 'string');
  const stated = layers.flatMap((layer) => (typeof layer === 'string' ? [] : [layer.text]));
  const names = releases.flatMap(({ name }) => name ?? []);
  return [...(await files.of([...own, ...paths])), ...[...stated, ...names].map(mentionsOf)];
}

export async function renderReleases(
  { folder, releases, revision, configured }: ReleasedChart,
  { charts, run }: { readonly charts: Charts; readonly run: HelmRun },
): Promise<RenderedUnit | null> {
  const request = {
    id: `helm:${folder}`,
    charts,
    folder,
    namedAfter: folder,
    releaseName: releaseNameOf(charts, folder),
    revision,
    releases: configured,
    gitOps: releases,
    touchedReleases: null,
    changed: new Set<string>(),
  };
  const { units } = await renderChartUnits([request], run);
  return units[0]?.unit ?? null;
}
