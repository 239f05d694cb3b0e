import type { FieldPath } from '../../manifest/field-path.ts';
import type { Located } from '../../manifest/parse.ts';
import type { IgnoreComment } from '../../text/ignore-comments.ts';
import type { Location } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { Landing } from '../landing.ts';

/** Values that stand inside another file, or that several of its fields set. */
export interface InlineValues {
  /** The file where they stand. */
  readonly path: string;
  /** As Helm reads them. */
  readonly text: string;
  /** Comments in that file that accept findings. */
  readonly ignores: readonly IgnoreComment[];
  /** Where a key of these values stands in that file; `place` is the key's place in `text`, `value` what it holds. */
  locate(key: FieldPath, place: Located, value: unknown): Location | null;
}

/** A values file by its path in the repository, or values that stand elsewhere. Later layers win. */
export type ValuesLayer = string | InlineValues;

export interface HelmSource {
  readonly kind: 'helm';
  /** Folder of the chart. */
  readonly folder: string;
  readonly layers: readonly ValuesLayer[];
  /** Whether the layers take the place of the chart's own values.yaml (Flux's `valuesFiles`). */
  readonly replacesDefaults: boolean;
  /** What is done to the rendered objects, one after the other; left out where nothing is. */
  readonly postRenderers?: readonly PostRenderer[];
}

/** A kustomization of what a chart rendered. */
export interface PostRenderer {
  /** Its fields, without the objects. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where a field stands among the object's options; null where the object does not state it. */
  readonly originOf: (field: FieldPath) => FieldPath | null;
  readonly places: OptionPlaces;
  /** Whether Helm's hooks are among the objects. */
  readonly takesHooks: boolean;
}

/** Build this folder as a kustomization. */
export interface KustomizeSource {
  readonly kind: 'kustomize';
  readonly folder: string;
  readonly tool: 'argocd' | 'flux';
  /** The object's own options, as written: Argo CD's `kustomize`, or the fields of a Flux Kustomization's spec. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What is put in for `${name}` after the build; null where nothing is. Names without a value are unknown. */
  readonly variables: ReadonlyMap<string, string> | null;
  /** Whether everything that holds variables stands here: else any name may have a value. */
  readonly closed: boolean;
  /** What a Flux source leaves out besides its `.sourceignore` files; null where it states nothing. */
  readonly ignore?: string | null;
  readonly places: OptionPlaces;
}

/** Where the options of an object stand. */
export interface OptionPlaces {
  readonly ignores: readonly IgnoreComment[];
  /** The place of an option. */
  locate(option: FieldPath): Location | null;
  /** The place of one line, counted from 0, of a text among the options. */
  locateLine(option: FieldPath, line: number): Location | null;
  locateVariable(name: string): Location | null;
}

/** Plain manifests of a folder. */
export interface DirectorySource {
  readonly kind: 'directory';
  readonly folder: string;
  readonly recurse: boolean;
  /** Argo CD's globs of paths below the folder; null where none is stated. */
  readonly include: string | null;
  readonly exclude: string | null;
  /** Whether files of any name are read, not only those that are named as manifests are. */
  readonly anyName: boolean;
}

/** What one object of a GitOps tool deploys from this repository. */
export interface Release {
  /** `argocd:argocd/web`, `flux:apps/web`, `helmfile:deploy/helmfile.yaml#prod/web`. */
  readonly id: string;
  readonly declaredAt: { readonly path: string; readonly line: number | null };
  readonly source: HelmSource | KustomizeSource | DirectorySource;
  /** Name of the Helm release. */
  readonly name: string | null;
  readonly namespace: string | null;
  /** What tells its cluster from others: Argo CD's server or name of it, the secret or context that leads there. */
  readonly cluster?: string;
  /** `1.31` or `v1.31.2`; null for the cluster's. */
  readonly kubeVersion: string | null;
  readonly apiVersions: readonly string[];
  /** What is taken for granted, each as what follows "assuming that". */
  readonly assumptions: readonly string[];
  /** Folder of the kustomization that built the object. */
  readonly builtIn?: string;
  readonly landing?: Landing;
}

/** What a reader made of an object. */
export interface Found {
  readonly releases: readonly Release[];
  readonly notChecked: readonly NotChecked[];
}

export const nothing: Found = { releases: [], notChecked: [] };

export function together(found: readonly Found[]): Found {
  return {
    releases: found.flatMap(({ releases }) => releases),
    notChecked: found.flatMap(({ notChecked }) => notChecked),
  };
}

/** What a release deploys with what, as text: two that say the same render the same. */
export function descriptionOf(release: Release): string {
  const { source, name, namespace, kubeVersion, apiVersions, assumptions } = release;
  const described =
    source.kind === 'helm'
      ? {
          ...source,
          layers: source.layers.map((layer) => (typeof layer === 'string' ? layer : [layer.text])),
          postRenderers: source.postRenderers?.map(({ fields, takesHooks }) => [fields, takesHooks]),
        }
      : source.kind === 'kustomize'
        ? { ...source, variables: source.variables && [...source.variables], places: null }
        : source;
  return JSON.stringify([described, name, namespace, kubeVersion, apiVersions, assumptions]);
}
