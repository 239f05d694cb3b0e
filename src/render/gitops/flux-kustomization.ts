import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import type { Location } from '../../text/location.ts';
import { normalized, relativeTo } from '../paths.ts';
import { unitOf } from './argocd.ts';
import { cannot, type GitOpsContext, isInTree } from './context.ts';
import { unknownVariable, type Variable } from './envsubst.ts';
import { clusterOf, fluxSource, objectsNamed, textAt } from './flux-sources.ts';
import { type GitOpsObject, placesOf } from './inline-values.ts';
import type { Found } from './release.ts';

/**
 * A Flux Kustomization: a folder to build, and variables to put in.
 * https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
export function kustomizationReleases(object: GitOpsObject, context: GitOpsContext): Found {
  const unit = unitOf('flux', object);
  const { value, ref } = object.manifest;
  const folder = folderOfKustomization(object);
  if (folder === null) {
    const detail = `${code(textAt(value, ['spec', 'path']) ?? '')} leaves the repository.`;
    return { releases: [], notChecked: [cannot(unit, object, ['spec', 'path'], 'unsafe-path', detail)] };
  }
  const source = fluxSource(valueAt(value, ['spec', 'sourceRef']), ref.namespace, folder, context);
  if ('remote' in source || !isInTree(context.layout, folder)) {
    const why = 'remote' in source ? source.remote : `there is no folder ${code(folder)} here`;
    const detail = `What it deploys is not in this repository: ${why}.`;
    return {
      releases: [],
      notChecked: [cannot(unit, object, ['spec', 'sourceRef'], 'remote-source', detail)],
    };
  }
  const spec = valueAt(value, ['spec']);
  const declared = object.manifest.locate([]);
  const known = knownVariables(object, context);
  const release = {
    id: unit,
    declaredAt: { path: declared?.path ?? object.path, line: declared?.startLine ?? null },
    source: {
      kind: 'kustomize',
      folder,
      tool: 'flux',
      options: isMap(spec) ? buildOptions(spec) : {},
      variables: valuesIn(known),
      closed: isClosed(object, context),
      ignore: source.ignore,
      places: {
        ...placesOf(object, ['spec']),
        locateVariable: (name: string) => known?.get(name)?.place() ?? null,
      },
    },
    name: null,
    namespace: textAt(value, ['spec', 'targetNamespace']),
    ...clusterOf(value),
    kubeVersion: null,
    apiVersions: [],
    assumptions: source.assumptions,
  } as const;
  return { releases: [release], notChecked: [] };
}

function folderOfKustomization({ manifest }: GitOpsObject): string | null {
  return normalized(textAt(manifest.value, ['spec', 'path']) ?? '.');
}

/** What of a spec has a part in the build. */
function buildOptions(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    builtFrom.flatMap((name) => (Object.hasOwn(spec, name) ? [[name, spec[name]]] : [])),
  );
}

const builtFrom = [
  'targetNamespace',
  'namePrefix',
  'nameSuffix',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'images',
  'components',
  'ignoreMissingComponents',
  'commonMetadata',
] as const;

function substitutes({ manifest: { value } }: GitOpsObject): boolean {
  const build = valueAt(value, ['spec', 'postBuild']);
  return isMap(build) && (build.substitute !== undefined || build.substituteFrom !== undefined);
}

/** A variable with a value that stands in this repository. */
interface KnownVariable {
  readonly value: string;
  readonly place: () => Location | null;
}

type KnownVariables = ReadonlyMap<string, KnownVariable>;

/** The variables whose values stand in this repository; null where none are put in. */
function knownVariables(object: GitOpsObject, context: GitOpsContext): KnownVariables | null {
  if (!substitutes(object)) return null;
  const variables = new Map<string, KnownVariable>();
  const put = ({ manifest }: GitOpsObject, at: FieldPath): void => {
    const data = valueAt(manifest.value, at);
    if (!isMap(data)) return;
    for (const [name, value] of Object.entries(data)) {
      if (value === null || typeof value === 'object') continue;
      const place = () => manifest.locate([...at, name]);
      variables.set(name, { value: String(value).replaceAll('\n', ''), place });
    }
  };
  const { value, ref } = object.manifest;
  for (const reference of referencesOf(value)) {
    const maps = configMaps(reference, ref.namespace, context);
    if (maps.length === 1) put(maps[0]!, ['data']);
  }
  put(object, ['spec', 'postBuild', 'substitute']);
  return variables;
}

function valuesIn(known: KnownVariables | null): ReadonlyMap<string, string> | null {
  return known && new Map([...known].map(([name, { value }]) => [name, value]));
}

function referencesOf(value: unknown): readonly unknown[] {
  const from = valueAt(value, ['spec', 'postBuild', 'substituteFrom']);
  return Array.isArray(from) ? from : [];
}

function configMaps(
  reference: unknown,
  namespace: string | null,
  context: GitOpsContext,
): readonly GitOpsObject[] {
  const name = textAt(reference, ['name']);
  if (textAt(reference, ['kind']) !== 'ConfigMap' || name === null) return [];
  return objectsNamed(context, '', 'ConfigMap', name, namespace);
}

/** Whether every source of variables stands here: else a name that is not found may be set in the cluster. */
function isClosed(object: GitOpsObject, context: GitOpsContext): boolean {
  const { value, ref } = object.manifest;
  return referencesOf(value).every((reference) => configMaps(reference, ref.namespace, context).length === 1);
}

/**
 * What a variable holds in a file: what the Kustomizations that reach its folder agree on. Null where none of them puts
 * in variables.
 */
export function variablesFor(path: string, context: GitOpsContext): ((name: string) => Variable) | null {
  const reaching = context.objects.filter((object) => {
    const { ref } = object.manifest;
    if (ref.kind !== 'Kustomization' || !ref.apiVersion.startsWith('kustomize.toolkit.fluxcd.io/'))
      return false;
    const folder = folderOfKustomization(object);
    return folder !== null && relativeTo(folder, path) !== null;
  });
  // Of two where one holds the other's folder, the inner one deploys the file.
  const depth = (object: GitOpsObject) => (folderOfKustomization(object) ?? '').split('/').length;
  const deepest = Math.max(...reaching.map(depth));
  const own = reaching.filter((object) => depth(object) === deepest);
  if (!own.some(substitutes)) return null;
  const known = own.map((object) => ({
    values: valuesIn(knownVariables(object, context)) ?? new Map<string, string>(),
    closed: isClosed(object, context) && substitutes(object),
  }));
  return (name) => {
    const answers = new Set(
      known.map(({ values, closed }): Variable => values.get(name) ?? (closed ? null : unknownVariable)),
    );
    const [answer] = answers;
    return answers.size === 1 && answer !== undefined ? answer : unknownVariable;
  };
}
