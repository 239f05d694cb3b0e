import picomatch from 'picomatch';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import { chartFile, isKustomization } from '../layout.ts';
import { baseNameOf, normalized, relativeTo } from '../paths.ts';
import { argoParameters } from './argocd-parameters.ts';
import { cannot, type GitOpsContext, isInTree } from './context.ts';
import { type GitOpsObject, placesOf, valuesMap, valuesText } from './inline-values.ts';
import { isPinned, ownershipOf } from './own-repository.ts';
import type { Found, Release, ValuesLayer } from './release.ts';

/** One source of an Application, where it stands in the object. */
interface Source {
  readonly object: GitOpsObject;
  readonly at: FieldPath;
  readonly value: Readonly<Record<string, unknown>>;
  readonly unit: string;
}

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
    else releases.push(read);
  }
  return { releases, notChecked };
}

export function unitOf(tool: string, { manifest: { ref } }: GitOpsObject): string {
  return `${tool}:${ref.namespace === null ? '' : `${ref.namespace}/`}${ref.name}`;
}

function sourcesOf(object: GitOpsObject, unit: string): readonly Source[] {
  const { value } = object.manifest;
  const source = (at: FieldPath): readonly Source[] => {
    const found = valueAt(value, at);
    return isMap(found) ? [{ object, at, value: found, unit }] : [];
  };
  // What a hydrator writes to another branch is made from its dry source.
  const hydrated = source(['spec', 'sourceHydrator', 'drySource']);
  if (hydrated.length > 0) return hydrated;
  const many = valueAt(value, ['spec', 'sources']);
  if (Array.isArray(many) && many.length > 0) return many.flatMap((_, i) => source(['spec', 'sources', i]));
  return source(['spec', 'source']);
}

async function sourceRelease(
  source: Source,
  all: readonly Source[],
  context: GitOpsContext,
): Promise<Release | NotChecked> {
  const { object, at, value, unit } = source;
  const here = elsewhere(source, context);
  if ('reason' in here) return here;
  const { folder, assumptions } = here;
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
  const namespace = text(valueAt(object.manifest.value, ['spec', 'destination']), 'namespace');
  const options = isMap(helm) ? helm : value.kustomize;
  const versions = valueAt(options, ['apiVersions']);
  return {
    name: text(helm, 'releaseName') ?? object.manifest.ref.name,
    namespace: known(text(helm, 'namespace') ?? namespace),
    kubeVersion: known(text(options, 'kubeVersion')),
    apiVersions: Array.isArray(versions) ? versions.filter((version) => typeof version === 'string') : [],
  };
}

interface Layers {
  readonly layers: readonly ValuesLayer[];
  readonly assumptions: readonly string[];
}

/** Values as Argo CD hands them to Helm, later ones winning: files, inline values, parameters, file parameters. */
async function helmLayers(
  source: Source,
  folder: string,
  all: readonly Source[],
  context: GitOpsContext,
): Promise<Layers | NotChecked> {
  const { object, at, unit } = source;
  const assumptions: string[] = [];
  const layers: ValuesLayer[] = [];
  const listed = valueAt(source.value, ['helm', 'valueFiles']);
  const files = Array.isArray(listed) ? listed.map(String) : [];
  for (const [index, file] of files.entries()) {
    const resolved = resolveFile(substituted(file, source), folder, all, context);
    if ('assumption' in resolved) assumptions.push(resolved.assumption);
    else if ('outside' in resolved) {
      const detail = `The values file ${code(file)} lies outside the repository, where Argo CD refuses it.`;
      return cannot(unit, object, [...at, 'helm', 'valueFiles', index], 'unsafe-path', detail);
    } else layers.push(...resolved.paths.filter((path) => isWanted(path, source, context)));
  }
  const inline =
    valuesMap(object, [...at, 'helm', 'valuesObject']) ?? valuesText(object, [...at, 'helm', 'values']);
  if (inline !== null) layers.push(inline);
  const set = await argoParameters(
    { object, at: [...at, 'helm'], substitute: (value) => substituted(value, source) },
    layers,
    async (path) => {
      const resolved = resolveFile(substituted(path, source), folder, all, context);
      return 'paths' in resolved && resolved.paths.length === 1 ? context.read(resolved.paths[0]!) : null;
    },
    context,
  );
  return { layers: [...layers, ...set.layers], assumptions: [...assumptions, ...set.assumptions] };
}

/** With `ignoreMissingValueFiles` Helm is not given what is not there. */
function isWanted(path: string, { value }: Source, { layout }: GitOpsContext): boolean {
  return layout.entry(path) !== undefined || valueAt(value, ['helm', 'ignoreMissingValueFiles']) !== true;
}

type Resolved =
  | { readonly paths: readonly string[] }
  | { readonly assumption: string }
  | { readonly outside: true };

/** A file as Argo CD finds it: from the source's folder, with `/` from the repository, with `$name` from another source. */
function resolveFile(file: string, folder: string, all: readonly Source[], context: GitOpsContext): Resolved {
  if (/^[a-z][a-z0-9+.-]*:/i.test(file)) return { assumption: `${address(file)} sets none of these` };
  const reference = /^\$([^/]+)\/(.*)$/.exec(file);
  const referred =
    reference === null ? undefined : all.find(({ value }) => text(value, 'ref') === reference[1]);
  if (referred !== undefined) {
    const revision = text(referred.value, 'targetRevision');
    const path = normalized(reference![2]!);
    const there = path !== null && isInTree(context.layout, path);
    const url = text(referred.value, 'repoURL') ?? '';
    const own =
      ownershipOf(url, context.own, there) !== 'other' && !(revision !== null && isPinned(revision));
    if (!own) return { assumption: `${code(reference![2]!)} of ${address(url)} sets none of these` };
    return path === null ? { outside: true } : { paths: expanded(path, context) };
  }
  const path = normalized(file.startsWith('/') ? file : `${folder}/${file}`);
  if (path === null) return { outside: true };
  return /\$\{|\{\{/.test(path)
    ? { assumption: `${code(file)} sets none of these` }
    : { paths: expanded(path, context) };
}

/** The files that a pattern means, in order of their names. */
function expanded(path: string, { layout, real }: GitOpsContext): readonly string[] {
  if (!/[*?[]/.test(path) || layout.entry(path) !== undefined) return [real(path)];
  const matches = picomatch(path, { nobrace: true, noextglob: true, dot: true });
  const paths = layout.entries.map((entry) => entry.path).filter((each) => matches(each));
  return paths.sort(byText).map(real);
}

/** Argo CD's build environment, as far as it is known before a build: names that it does not have are empty there. */
function substituted(value: string, { object, value: source }: Source): string {
  const { name } = object.manifest.ref;
  const destination = valueAt(object.manifest.value, ['spec', 'destination']);
  const known = new Map<string, string | null>([
    ['ARGOCD_APP_NAME', name],
    ['ARGOCD_APP_NAMESPACE', text(destination, 'namespace')],
    ['ARGOCD_APP_PROJECT_NAME', text(valueAt(object.manifest.value, ['spec']), 'project')],
    ['ARGOCD_APP_SOURCE_REPO_URL', text(source, 'repoURL')],
    ['ARGOCD_APP_SOURCE_PATH', text(source, 'path')],
    ['ARGOCD_APP_SOURCE_TARGET_REVISION', text(source, 'targetRevision')],
  ]);
  return value.replace(/\$\{(\w+)\}|\$(ARGOCD_\w+)/g, (whole, braced?: string, plain?: string) => {
    const key = braced ?? plain ?? '';
    return known.get(key) ?? (braced === undefined && !known.has(key) ? `\${${plain}}` : whole);
  });
}

function known(value: string | null): string | null {
  return value === null || /\{\{|\$\{/.test(value) ? null : value;
}

function text(value: unknown, key: string): string | null {
  const found = valueAt(value, [key]);
  return typeof found === 'string' && found !== '' ? found : typeof found === 'number' ? String(found) : null;
}

/** An address without the user information that it may carry. */
function address(url: string): string {
  return code(url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/, ''));
}
