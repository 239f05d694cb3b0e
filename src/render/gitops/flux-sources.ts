import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { groupOf } from '../../manifest/manifest.ts';
import { code } from '../../text/escape.ts';
import { type GitOpsContext, isInTree } from './context.ts';
import type { GitOpsObject } from './inline-values.ts';
import { isPinned, ownershipOf } from './own-repository.ts';

/** Whether a Flux source is this tree: with what that takes for granted, or why it is not. */
export type FluxSource =
  | {
      readonly assumptions: readonly string[];
      /** What the source itself says is left out; null where it says nothing. */
      readonly ignore: string | null;
    }
  | { readonly remote: string };

/** What a `sourceRef` means; `path` is what is asked of it. */
export function fluxSource(
  reference: unknown,
  ownNamespace: string | null,
  path: string,
  context: GitOpsContext,
): FluxSource {
  const kind = textAt(reference, ['kind']) ?? '';
  const name = textAt(reference, ['name']) ?? '';
  if (kind !== 'GitRepository') return { remote: `${code(`${kind}/${name}`)} is no Git repository` };
  const namespace = textAt(reference, ['namespace']) ?? ownNamespace;
  const found = objectsNamed(context, 'source.toolkit.fluxcd.io', kind, name, namespace);
  const there = isInTree(context.layout, path);
  if (found.length === 0) {
    return there
      ? { assumptions: [`the GitRepository ${code(name)} is this repository`], ignore: null }
      : { remote: `the GitRepository ${code(name)} is not described in this repository` };
  }
  const answers = found.map(({ manifest }) => repositorySource(manifest.value, name, there, context));
  return answers.find((answer) => 'assumptions' in answer) ?? answers[0]!;
}

function repositorySource(value: unknown, name: string, there: boolean, { own }: GitOpsContext): FluxSource {
  const ownership = ownershipOf(textAt(value, ['spec', 'url']) ?? '', own, there);
  if (ownership === 'other') return { remote: `the GitRepository ${code(name)} is another repository` };
  const pin = ['tag', 'semver', 'commit'].find((key) => textAt(value, ['spec', 'ref', key]) !== null);
  const branch = textAt(value, ['spec', 'ref', 'branch']);
  if (pin !== undefined || (branch !== null && isPinned(branch)))
    return { remote: `the GitRepository ${code(name)} is pinned to another revision` };
  const assumptions = ownership === 'own' ? [] : [`the GitRepository ${code(name)} is this repository`];
  const ignore = valueAt(value, ['spec', 'ignore']);
  return { assumptions, ignore: typeof ignore === 'string' ? ignore : null };
}

/** Objects of a kind by name; one that names no namespace may be the one that is meant. */
export function objectsNamed(
  { objects }: GitOpsContext,
  group: string,
  kind: string,
  name: string,
  namespace: string | null,
): readonly GitOpsObject[] {
  return objects.filter(({ manifest: { ref } }) => {
    const fits = namespace === null || ref.namespace === null || ref.namespace === namespace;
    return ref.kind === kind && ref.name === name && groupOf(ref.apiVersion) === group && fits;
  });
}

/** Another cluster than the one that the object stands in: the Secret or ConfigMap that leads there. */
export function clusterOf(value: unknown): { readonly cluster?: string } {
  const elsewhere = valueAt(value, ['spec', 'kubeConfig']);
  return elsewhere === undefined ? {} : { cluster: JSON.stringify(elsewhere) };
}

export function textAt(value: unknown, path: FieldPath): string | null {
  const found = valueAt(value, path);
  return typeof found === 'string' && found !== '' ? found : typeof found === 'number' ? String(found) : null;
}
