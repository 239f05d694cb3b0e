import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { parseStream } from '../../manifest/parse.ts';
import { isOpen, isOpenList, isUnknownText } from '../../manifest/unknown.ts';
import type { Limits } from '../../text/limits.ts';
import type { PostRenderer } from '../gitops/release.ts';

/** Which objects a patch is for, and whether it goes by the items of lists. */
interface PatchUse {
  readonly kind: string | null;
  readonly byName: boolean;
  readonly byNamespace: boolean;
  readonly byMetadata: boolean;
  readonly byItems: boolean;
}

/**
 * Whether what is not known of some objects cannot decide what a post-renderer does: which of them a patch is for, and which
 * items of their lists it changes. An image that is not known stays so.
 */
export function isSure({ fields }: PostRenderer, manifests: readonly Manifest[], limits: Limits): boolean {
  const patches = ['patches', 'patchesJson6902', 'patchesStrategicMerge'].flatMap((name) => {
    const list = fields[name];
    return Array.isArray(list) ? list.flatMap((patch: unknown) => usesOf(patch, limits)) : [];
  });
  return patches.every((use) => manifests.every((manifest) => isSureOf(use, manifest)));
}

function isSureOf({ kind, byName, byNamespace, byMetadata, byItems }: PatchUse, manifest: Manifest): boolean {
  const { ref, value } = manifest;
  if (isUnknownText(ref.kind)) return false;
  // Kustomize reads what a target states as a pattern of the whole.
  if (kind !== null && /^\w+$/.test(kind) && kind !== ref.kind) return true;
  if (byName && isUnknownText(ref.name)) return false;
  if (byNamespace && isUnknownText(ref.namespace)) return false;
  if (byMetadata && holdsUnknown(valueAt(value, ['metadata']))) return false;
  return !byItems || !hasUnknownItem(value);
}

function usesOf(patch: unknown, limits: Limits): readonly PatchUse[] {
  const [text, target] = isMap(patch) ? [patch.patch, patch.target] : [patch, undefined];
  const { documents } = parseStream(typeof text === 'string' ? text : '', limits);
  return documents.map(({ value }) => {
    const byItems = Array.isArray(value) ? goesByPlace(value) : hasList(value);
    const kind = valueAt(target ?? value, ['kind']);
    const states = (key: string) => isMap(target) && target[key] !== undefined;
    return {
      kind: typeof kind === 'string' ? kind : null,
      byName: target === undefined || states('name'),
      byNamespace: target === undefined || states('namespace'),
      byMetadata: states('labelSelector') || states('annotationSelector'),
      byItems,
    };
  });
}

function goesByPlace(operations: readonly unknown[]): boolean {
  return operations.some((operation) => /\/\d+(\/|$)/.test(String(valueAt(operation, ['path']) ?? '')));
}

function hasList(value: unknown): boolean {
  return Array.isArray(value) || (isMap(value) && Object.values(value).some(hasList));
}

function holdsUnknown(value: unknown): boolean {
  return value !== undefined && isUnknownText(JSON.stringify(value));
}

/** A list that may have more items, or has one whose name is not known. */
function hasUnknownItem(value: unknown): boolean {
  if (isMap(value)) return Object.values(value).some(hasUnknownItem);
  if (!Array.isArray(value)) return false;
  if (isOpenList(value)) return true;
  return value.some(
    (item: unknown) => isOpen(item) || holdsUnknown(valueAt(item, ['name'])) || hasUnknownItem(item),
  );
}
