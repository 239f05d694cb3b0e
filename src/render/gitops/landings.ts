import { isPlaceholder } from '../../manifest/manifest.ts';
import { environmentFolders, environmentPart } from '../../text/environment-words.ts';
import type { Landing } from '../landing.ts';
import { baseNameOf, folderOf } from '../paths.ts';
import type { Release } from './release.ts';

/** The releases of one revision with where each of them lands. What is not known is a place of its own. */
export function withLandings(releases: readonly Release[]): readonly Release[] {
  const landed = releases.map((release) => ({ release, landing: landingOf(release) }));
  const keys = landed.map(({ release, landing }) => whatAndWhere(release, landing));
  const times = new Map<string, number>();
  for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
  return landed.map(({ release, landing }, index) => {
    // One thing that is released twice to one place is released to two of which nobody knows how to tell them apart.
    const isApart = times.get(keys[index]!) === 1;
    return { ...release, landing: isApart ? landing : { ...landing, place: nowhere(release.id) } };
  });
}

function whatAndWhere({ source, name }: Release, landing: Landing): string {
  const what = [source.kind, source.folder, source.kind === 'helm' ? name : null];
  return JSON.stringify([...what, landing.place, landing.namespace]);
}

function landingOf(release: Release): Landing {
  const namespace = isPlaceholder(release.namespace) ? null : release.namespace;
  const assumptions = release.assumptions.map((text) => ({ text, ...release.declaredAt }));
  return { place: placeOf(release) ?? nowhere(release.id), namespace, assumptions };
}

/** A place where nothing else lands. */
function nowhere(id: string): string {
  return `? ${id}`;
}

function placeOf({ id, declaredAt, builtIn, cluster, name }: Release): string | null {
  const [tool = '', rest = ''] = id.split(/:(.*)/s);
  if (isPlaceholder(cluster)) return null;
  // The part of a release's id before its name: `helmfile:deploy/helmfile.yaml#prod/`.
  if (tool === 'helmfile') return name === null ? null : `${id.slice(0, -name.length)} ${cluster ?? ''}`;
  if (tool === 'argocd' && (cluster ?? '') === '') return null;
  // `in-cluster` is another cluster for each Argo CD; what stands in a folder or name of an environment belongs there.
  const folders = [folderOf(declaredAt.path), builtIn ?? '.'].flatMap(environmentFolders);
  const file = baseNameOf(declaredAt.path).replace(/\.(ya?ml|json)$/, '');
  const parts = [file, tool === 'argocd' ? rest.slice(rest.indexOf('/') + 1) : ''].flatMap(
    (text) => environmentPart(text) ?? [],
  );
  return JSON.stringify([tool, cluster ?? null, [...new Set([...folders, ...parts])].sort()]);
}
