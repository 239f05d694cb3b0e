import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { chartFile, isKustomization } from '../layout.ts';
import { baseNameOf, normalized, relativeTo } from '../paths.ts';
import { argoGlob } from './argocd-glob.ts';
import { address, known, overridden, type Source, text } from './argocd-source.ts';
import { helmLayers } from './argocd-values.ts';
import { cannot, type GitOpsContext, isInTree } from './context.ts';
import { type GitOpsObject, placesOf } from './inline-values.ts';
import { isPinned, ownershipOf } from './own-repository.ts';
import type { Found, Release } from './release.ts';

/**
 * What an Argo CD Application deploys from this repository.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/
 */
export async function applicationReleases(object: GitOpsObject, context: GitOpsContext): Promise<Found> {
  const unit = unitOf('argocd', object);
  const sources = sourcesOf(object, unit);
  const releases: Release[] = [];
  const notChecked: NotChecked[] = [];
  const deploying = sources.filter(
    ({ value }) => text(value, 'ref') === null || text(value, 'path') !== null,
  );
  for (const [index, source] of deploying.entries()) {
    const id = deploying.length === 1 ? unit : `${unit}[${index}]`;
    const read = await sourceRelease({ ...source, unit: id }, sources, context);
    if ('reason' in read) notChecked.push(read);
    else {
      releases.push(read);
      notChecked.push(...unreadGlobs({ ...source, unit: id }, read));
    }
  }
  return { releases, notChecked };
}

/** Patterns that Argo CD only warns of. */
function unreadGlobs({ object, at, unit }: Source, { source }: Release): readonly NotChecked[] {
  if (source.kind !== 'directory') return [];
  return (['include', 'exclude'] as const).flatMap((key) => {
    const glob = source[key];
    if (glob === null || argoGlob(glob) !== null) return [];
    const detail = `${code(glob)} is no pattern that Argo CD can read, and matches nothing.`;
    return [cannot(unit, object, [...at, 'directory', key], 'parse-failed', detail)];
  });
}

export function unitOf(tool: string, { manifest: { ref } }: GitOpsObject): string {
  return `${tool}:${ref.namespace === null ? '' : `${ref.namespace}/`}${ref.name}`;
}

function sourcesOf(object: GitOpsObject, unit: string): readonly Source[] {
  const { value } = object.manifest;
  const source = (at: FieldPath): readonly Source[] => {
    const found = valueAt(value, at);
    return isMap(found) ? [{ object, at, value: found, unit, overrides: [] }] : [];
  };
  // What a hydrator writes to another branch is made from its dry source.
  const hydrated = source(['spec', 'sourceHydrator', 'drySource']);
  if (hydrated.length > 0) return hydrated;
  const many = valueAt(value, ['spec', 'sources']);
  if (Array.isArray(many) && many.length > 0) return many.flatMap((_, i) => source(['spec', 'sources', i]));
  return source(['spec', 'source']);
}

async function sourceRelease(
  written: Source,
  all: readonly Source[],
  context: GitOpsContext,
): Promise<Release | NotChecked> {
  const here = elsewhere(written, context);
  if ('reason' in here) return here;
  const { folder, assumptions } = here;
  const source = await overridden(written, folder, context);
  const { object, at, value, unit } = source;
  const declared = object.manifest.locate([]);
  const common = {
    id: unit,
    declaredAt: { path: declared?.path ?? object.path, line: declared?.startLine ?? null },
    ...destinationOf(source),
  };
  switch (kindOf(value, folder, context)) {
    case 'helm': {
      const layers = await helmLayers(source, folder, all, context);
      if ('reason' in layers) return layers;
      const helm = { kind: 'helm', folder, layers: layers.layers, replacesDefaults: false } as const;
      return { ...common, source: helm, assumptions: [...assumptions, ...layers.assumptions] };
    }
    case 'kustomize': {
      const options = value.kustomize;
      const kustomize = {
        kind: 'kustomize',
        folder,
        tool: 'argocd',
        options: isMap(options) ? options : {},
        variables: null,
        closed: true,
        places: placesOf(object, [...at, 'kustomize']),
      } as const;
      return { ...common, name: null, source: kustomize, assumptions };
    }
    case 'plugin':
      return cannot(unit, object, at, 'unsupported', 'A config management plugin makes its manifests.');
    default: {
      const options = value.directory;
      const recurse = valueAt(options, ['recurse']) === true;
      const directory = {
        kind: 'directory',
        folder,
        recurse,
        include: text(options, 'include'),
        exclude: text(options, 'exclude'),
        anyName: valueAt(options, ['disableExtensionFilter']) === true,
      } as const;
      return { ...common, name: null, source: directory, assumptions };
    }
  }
}

/** The folder that a source means in this tree, or why it does not mean this tree. */
function elsewhere(
  { object, at, value, unit }: Source,
  { layout, own }: GitOpsContext,
): { readonly folder: string; readonly assumptions: readonly string[] } | NotChecked {
  const url = text(value, 'repoURL') ?? '';
  const chart = text(value, 'chart');
  if (chart !== null) {
    const detail = `The chart ${code(chart)} of ${address(url)} is not in this repository.`;
    return cannot(unit, object, [...at, 'chart'], 'remote-source', detail);
  }
  const path = text(value, 'path');
  const folder = normalized(path ?? '.');
  const ownership = ownershipOf(url, own, folder !== null && isInTree(layout, folder));
  if (ownership === 'other') {
    const detail = `It deploys from another repository, ${address(url)}.`;
    return cannot(unit, object, [...at, 'repoURL'], 'remote-source', detail);
  }
  if (folder === null)
    return cannot(unit, object, [...at, 'path'], 'unsafe-path', `${code(path ?? '')} leaves the repository.`);
  if (/\{\{|\$\{/.test(path ?? ''))
    return cannot(
      unit,
      object,
      [...at, 'path'],
      'unsupported',
      `The path ${code(path ?? '')} is filled in later.`,
    );
  const revision = text(value, 'targetRevision');
  if (revision !== null && isPinned(revision)) {
    const detail = `It deploys the pinned revision ${code(revision)}, not what stands in this tree.`;
    return cannot(unit, object, [...at, 'targetRevision'], 'remote-source', detail);
  }
  if (!isInTree(layout, folder))
    return cannot(unit, object, [...at, 'path'], 'render-failed', `There is no folder ${code(folder)}.`);
  return { folder, assumptions: ownership === 'own' ? [] : [`${address(url)} is this repository`] };
}

/** As Argo CD tells them apart: what is stated, else what stands in the folder; a kustomization wins over a chart. */
function kindOf(
  value: Source['value'],
  folder: string,
  { layout }: GitOpsContext,
): 'helm' | 'kustomize' | 'directory' | 'plugin' {
  for (const kind of ['helm', 'kustomize', 'directory', 'plugin'] as const)
    if (isMap(value[kind])) return kind;
  const names = layout
    .below(folder)
    .flatMap(({ path }) => (relativeTo(folder, path)!.includes('/') ? [] : [baseNameOf(path)]));
  if (names.some(isKustomization)) return 'kustomize';
  return layout.entry(chartFile(folder)) === undefined ? 'directory' : 'helm';
}

function destinationOf({ object, value }: Source) {
  const helm = value.helm;
  const destination = valueAt(object.manifest.value, ['spec', 'destination']);
  const namespace = text(destination, 'namespace');
  const options = isMap(helm) ? helm : value.kustomize;
  const versions = valueAt(options, ['apiVersions']);
  return {
    name: text(helm, 'releaseName') ?? object.manifest.ref.name,
    namespace: known(text(helm, 'namespace') ?? namespace),
    cluster: text(destination, 'server') ?? text(destination, 'name') ?? '',
    kubeVersion: known(text(options, 'kubeVersion')),
    apiVersions: Array.isArray(versions) ? versions.filter((version) => typeof version === 'string') : [],
  };
}
