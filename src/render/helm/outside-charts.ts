import type { Limits } from '../../text/limits.ts';
import { byText } from '../../text/order.ts';
import { baseNameOf, folderOf, relativeTo } from '../paths.ts';
import type { ChartSource } from '../settings.ts';
import type { InputFile } from './chart-input.ts';
import { type ChartDependency, parseChartMetadata } from './chart-metadata.ts';
import { compareVersions, satisfies } from './semver-range.ts';

/**
 * A dependency from the folder of charts that was fetched before: the newest archive that fits, else an unpacked
 * chart. `place` is where an unpacked one goes. Nothing where the folder does not have it.
 */
export async function filesFromOutside(
  source: ChartSource | null,
  { name, version }: ChartDependency,
  place: string,
  limits: Limits,
): Promise<readonly InputFile[]> {
  if (source === null) return [];
  const paths = (await source.list()).map(({ path }) => path);
  const archive = newestArchive(paths, name, version);
  if (archive !== null) return read(source, [archive], (path) => `${folderOf(place)}/${baseNameOf(path)}`);
  const folder = await unpacked(source, paths, name, version, limits);
  if (folder === null) return [];
  const below = paths.filter((path) => relativeTo(folder, path) !== null);
  return read(source, below, (path) => `${place}/${relativeTo(folder, path)}`);
}

function newestArchive(paths: readonly string[], name: string, range: string): string | null {
  const archives = paths.flatMap((path) => {
    const version = archiveVersion(path, name);
    return version !== null && satisfies(version, range) ? [{ path, version }] : [];
  });
  archives.sort((a, b) => compareVersions(b.version, a.version) || byText(a.path, b.path));
  return archives[0]?.path ?? null;
}

function archiveVersion(path: string, name: string): string | null {
  const file = baseNameOf(path);
  if (!file.startsWith(`${name}-`) || !file.endsWith('.tgz')) return null;
  const version = file.slice(name.length + 1, -'.tgz'.length);
  return /^v?\d/.test(version) ? version : null;
}

async function unpacked(
  source: ChartSource,
  paths: readonly string[],
  name: string,
  version: string,
  limits: Limits,
): Promise<string | null> {
  const charts = paths.filter((path) => /^([^/]+\/)?[^/]+\/Chart\.yaml$/.test(path)).sort(byText);
  const reads = await source.read(charts);
  const fitting = charts.find((path) => {
    const chart = reads.get(path);
    if (chart?.kind !== 'bytes') return false;
    const metadata = parseChartMetadata(new TextDecoder().decode(chart.bytes), null, limits);
    return metadata.name === name && satisfies(metadata.version, version);
  });
  return fitting === undefined ? null : folderOf(fitting);
}

async function read(
  source: ChartSource,
  paths: readonly string[],
  place: (path: string) => string,
): Promise<readonly InputFile[]> {
  const ids = new Map((await source.list()).map(({ path, id }) => [path, id]));
  const reads = await source.read(paths);
  return paths.flatMap((path) => {
    const file = reads.get(path);
    if (file?.kind !== 'bytes') return [];
    return [{ path: place(path), repositoryPath: null, id: `outside:${ids.get(path)}`, bytes: file.bytes }];
  });
}
