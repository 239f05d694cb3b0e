import { isPlaceholder } from '../manifest/manifest.ts';
import { environmentsIn } from '../text/environment-words.ts';
import type { Release } from './gitops/release.ts';
import { relativeTo } from './paths.ts';

/** Where a release lands, as far as the repository says it. */
export interface Landing {
  /** Two releases with the same one land in the same environment of the same cluster. */
  readonly place: string;
  /** Of objects that state none; null: not known. */
  readonly namespace: string | null;
}

type Landed = Pick<Release, 'id' | 'declaredAt' | 'builtIn' | 'cluster' | 'name' | 'namespace' | 'source'>;

/** Where an object of a GitOps tool deploys to. What is not known is a place of its own. */
export function landingOf(release: Landed): Landing {
  const namespace = isPlaceholder(release.namespace) ? null : release.namespace;
  return { place: placeOf(release) ?? nowhere(release.id), namespace };
}

/** A place where nothing else lands. */
function nowhere(id: string): string {
  return `? ${id}`;
}

function placeOf({ id, declaredAt, builtIn, cluster, name }: Landed): string | null {
  const [tool = '', rest = ''] = id.split(/:(.*)/s);
  if (isPlaceholder(cluster)) return null;
  // The part of a release's id before its name: `helmfile:deploy/helmfile.yaml#prod/`.
  if (tool === 'helmfile') return name === null ? null : `${id.slice(0, -name.length)} ${cluster ?? ''}`;
  if (tool === 'argocd' && (cluster ?? '') === '') return null;
  // `in-cluster` is another cluster for each Argo CD; what stands in a folder or name of an environment belongs there.
  const words = [declaredAt.path, builtIn ?? '', tool === 'argocd' ? rest : ''].flatMap(environmentsIn);
  return JSON.stringify([tool, cluster ?? null, [...new Set(words.map(environmentOf))].sort()]);
}

/** `prod.yaml`, `web-prod` and `prod` name one environment. */
function environmentOf(step: string): string {
  const words = step.replace(/\.(ya?ml|json)$/, '').split(/[-_.]/);
  return words.find((word) => environmentsIn(word).length > 0) ?? step;
}

/** Where the configuration says that a chart is released. */
export function configuredLanding(namespace: string | null): Landing | null {
  return namespace === null ? null : { place: 'configuration', namespace };
}

/** Where the plain manifests of a folder land that an Argo CD Application deploys as they stand; null: none does. */
export function landingOfFolder(folder: string, releases: readonly Release[]): Landing | null {
  const [release, ...more] = releases.filter((each) => deploys(each, folder));
  if (release === undefined) return null;
  const isWhole = more.length === 0 && isUnfiltered(release);
  return isWhole ? landingOf(release) : { place: nowhere(folder), namespace: null };
}

function isUnfiltered({ source }: Release): boolean {
  return source.kind === 'directory' && source.include === null && source.exclude === null;
}

function deploys({ source }: Release, folder: string): boolean {
  if (source.kind !== 'directory') return false;
  return source.folder === folder || (source.recurse && relativeTo(source.folder, folder) !== null);
}
