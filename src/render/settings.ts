import picomatch from 'picomatch';
import type { Tree } from '../repository/tree.ts';
import type { Limits } from '../text/limits.ts';
import type { OwnRepository } from './gitops/own-repository.ts';

/** A folder of `.tgz` or unpacked charts outside the repository, for dependencies that it lacks. */
export type ChartSource = Tree;

/** One release that the configuration states for a chart. */
export interface ReleaseSetting {
  /** Folder of the chart. */
  readonly chart: string;
  /** Values files, from the repository root (or from the chart), later ones winning. */
  readonly values: readonly string[];
  readonly name: string | null;
  readonly namespace: string | null;
}

export interface RenderSettings {
  readonly limits: Limits;
  /** Globs of files to look at, from the repository root; empty means all. */
  readonly include: readonly string[];
  /** Globs of files to leave out. */
  readonly exclude: readonly string[];
  /** `1.34`. */
  readonly kubernetesVersion: string;
  /** What such a cluster serves, as `.Capabilities.APIVersions` lists it. */
  readonly servedVersions: readonly string[];
  readonly releases: readonly ReleaseSetting[];
  readonly chartsDir: ChartSource | null;
  /** Files or folders to keep to; empty means the whole repository. */
  readonly paths: readonly string[];
  /** How the repository under review is known to GitOps objects that name it. */
  readonly repository?: OwnRepository;
}

export const defaultExclude: readonly string[] = ['**/{testdata,test,tests,fixtures,node_modules,vendor}/**'];

/** Whether the include and exclude globs let a path in. */
export function pathSelector(
  settings: Pick<RenderSettings, 'include' | 'exclude'>,
): (path: string) => boolean {
  const included =
    settings.include.length === 0 ? () => true : picomatch([...settings.include], { dot: true });
  const excluded =
    settings.exclude.length === 0 ? () => false : picomatch([...settings.exclude], { dot: true });
  return (path) => included(path) && !excluded(path);
}

/** Whether a path is one of the asked-for files, or below one of the asked-for folders. */
export function pathRestriction(paths: readonly string[]): (path: string) => boolean {
  const wanted = paths.map((path) => path.replace(/^\.\//, '').replace(/\/+$/, ''));
  if (wanted.length === 0 || wanted.some((path) => path === '.' || path === '')) return () => true;
  return (path) => wanted.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
