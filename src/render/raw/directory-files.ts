import { argoGlob } from '../gitops/argocd-glob.ts';
import type { RealPath } from '../gitops/links.ts';
import type { DirectorySource } from '../gitops/release.ts';
import type { Layout } from '../layout.ts';
import { relativeTo } from '../paths.ts';

/** What Argo CD takes of a folder of plain manifests. */
export interface DirectoryFiles {
  /** Files that are read as manifests, symbolic links followed. Sorted. */
  readonly paths: readonly string[];
  /** Links among them, by their own names. */
  readonly links: readonly string[];
  readonly jsonnet: readonly string[];
  /** Whether it takes files that this program reads otherwise or not at all: those of kustomizations. */
  readonly takesMore: boolean;
}

const manifestName = /\.(ya?ml|json|jsonnet)$/;

/** https://github.com/argoproj/argo-cd/blob/master/reposerver/repository/repository.go: `getPotentiallyValidManifests` */
export function directoryFiles(layout: Layout, source: DirectorySource, real: RealPath): DirectoryFiles {
  const isTaken = takes(source);
  const paths = new Set<string>();
  const links: string[] = [];
  const jsonnet: string[] = [];
  let takesMore = false;
  for (const { path, type } of layout.below(source.folder)) {
    if (type === 'submodule' || !isTaken(relativeTo(source.folder, path)!)) continue;
    const file = real(path);
    if (file !== path) links.push(path);
    if (path.endsWith('.jsonnet')) jsonnet.push(path);
    else if (layout.entry(file)?.type === 'file' && layout.mayBeRaw(file)) paths.add(file);
    // A link to a folder is passed over, and no template of a chart is a manifest.
    else if (layout.below(file).length === 0 && layout.chartOf(file) === null) takesMore = true;
  }
  return { paths: [...paths].sort(), links, jsonnet, takesMore };
}

/** Whether a path below the folder is taken. */
function takes({ recurse, include, exclude, anyName }: DirectorySource): (path: string) => boolean {
  const included = include === null ? () => true : (argoGlob(include) ?? (() => false));
  const excluded = exclude === null ? () => false : (argoGlob(exclude) ?? (() => false));
  return (path) =>
    (recurse || !path.includes('/')) &&
    (anyName || manifestName.test(path)) &&
    !excluded(path) &&
    included(path);
}
