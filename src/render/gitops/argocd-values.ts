import { valueAt } from '../../manifest/field-path.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import { normalized } from '../paths.ts';
import { argoParameters } from './argocd-parameters.ts';
import { address, partWith, type Source, type SourcePart, text } from './argocd-source.ts';
import { cannot, type GitOpsContext, isInTree } from './context.ts';
import { valuesMap, valuesText } from './inline-values.ts';
import { isPinned, ownershipOf } from './own-repository.ts';
import { doubleStarMatcher } from './path-patterns.ts';
import type { ValuesLayer } from './release.ts';

interface Layers {
  readonly layers: readonly ValuesLayer[];
  readonly assumptions: readonly string[];
}

/** Values as Argo CD hands them to Helm, later ones winning: files, inline values, parameters, file parameters. */
export async function helmLayers(
  source: Source,
  folder: string,
  all: readonly Source[],
  context: GitOpsContext,
): Promise<Layers | NotChecked> {
  const { unit } = source;
  const assumptions: string[] = [];
  const layers: ValuesLayer[] = [];
  const listed = valueAt(source.value, ['helm', 'valueFiles']);
  const files = Array.isArray(listed) ? listed.map(String) : [];
  for (const [index, file] of files.entries()) {
    const resolved = resolveFile(substituted(file, source), folder, all, context);
    if ('assumption' in resolved) assumptions.push(resolved.assumption);
    else if ('outside' in resolved) {
      const detail = `The values file ${code(file)} lies outside the repository, where Argo CD refuses it.`;
      const { object, at } = helmPart(source, 'valueFiles');
      return cannot(unit, object, [...at, index], 'unsafe-path', detail);
    } else layers.push(...resolved.paths.filter((path) => isWanted(path, source, context)));
  }
  layers.push(...inlineLayers(source));
  const set = await argoParameters(
    {
      parameters: helmPart(source, 'parameters'),
      fileParameters: helmPart(source, 'fileParameters'),
      substitute: (value) => substituted(value, source),
    },
    layers,
    async (path) => {
      const resolved = resolveFile(substituted(path, source), folder, all, context);
      return 'paths' in resolved && resolved.paths.length === 1 ? context.read(resolved.paths[0]!) : null;
    },
    context,
  );
  return { layers: [...layers, ...set.layers], assumptions: [...assumptions, ...set.assumptions] };
}

/** Maps of values win over a text of values; what overrides a map goes on top of it. */
function inlineLayers(source: Source): readonly ValuesLayer[] {
  const parts = [{ object: source.object, at: source.at }, ...source.overrides];
  const maps = parts.flatMap(({ object, at }) => valuesMap(object, [...at, 'helm', 'valuesObject']) ?? []);
  if (maps.length > 0) return maps;
  const { object, at } = helmPart(source, 'values');
  const text = valuesText(object, at);
  return text === null ? [] : [text];
}

function helmPart(source: Source, key: string): SourcePart {
  const { object, at } = partWith(source, ['helm', key]);
  return { object, at: [...at, 'helm', key] };
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
  const matches = doubleStarMatcher(path);
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
