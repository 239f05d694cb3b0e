import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { parseStream } from '../../manifest/parse.ts';
import { code } from '../../text/escape.ts';
import { ignoreCommentsOf } from '../../text/ignore-comments.ts';
import { joined } from '../paths.ts';
import { RawManifest } from '../raw/raw.ts';
import type { GitOpsContext } from './context.ts';
import type { GitOpsObject } from './inline-values.ts';

/** A part of a source, where it stands: in the Application, or in a file beside the chart that overrides it. */
export interface SourcePart {
  readonly object: GitOpsObject;
  readonly at: FieldPath;
}

/** One source of an Application. */
export interface Source extends SourcePart {
  readonly value: Readonly<Record<string, unknown>>;
  readonly unit: string;
  /** What overrides it, later ones winning. */
  readonly overrides: readonly SourcePart[];
}

/** The part that has the last word on a field. */
export function partWith({ object, at, overrides }: Source, path: FieldPath): SourcePart {
  const own = { object, at };
  return (
    overrides.findLast((part) => valueAt(part.object.manifest.value, [...part.at, ...path]) !== undefined) ??
    own
  );
}

/** What a tool that only overrides parameters may not say. */
const fixed = ['chart', 'path', 'repoURL', 'targetRevision'];

/**
 * The source with the files `.argocd-source.yaml` and `.argocd-source-<application>.yaml` of its folder merged into it.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git
 */
export async function overridden(source: Source, folder: string, context: GitOpsContext): Promise<Source> {
  const { name } = source.object.manifest.ref;
  const paths = ['.argocd-source.yaml', `.argocd-source-${name}.yaml`].map((file) => joined(folder, file));
  const overrides: SourcePart[] = [];
  let value: unknown = source.value;
  for (const path of paths.filter((each) => context.layout.entry(each) !== undefined)) {
    const text = (await context.read(path)) ?? '';
    const document = parseStream(text, context.limits).documents[0];
    if (document === undefined || !isMap(document.value)) continue;
    const { ref } = source.object.manifest;
    const object = { ref, value: document.value, document, prefix: [] };
    const manifest = new RawManifest(path, object, context.revision);
    overrides.push({ object: { manifest, path, ignores: ignoreCommentsOf(path, text) }, at: [] });
    const patch = Object.entries(document.value).filter(([key]) => !fixed.includes(key));
    value = patched(value, Object.fromEntries(patch));
  }
  return { ...source, value: isMap(value) ? value : source.value, overrides };
}

/** JSON Merge Patch, RFC 7396. */
function patched(value: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const below = isMap(value) ? value : {};
  const kept = Object.entries(below).filter(([key]) => !Object.hasOwn(patch, key));
  const changed = Object.entries(patch)
    .filter(([, item]) => item !== null)
    .map(([key, item]) => [key, patched(Object.hasOwn(below, key) ? below[key] : undefined, item)] as const);
  return Object.fromEntries([...kept, ...changed]);
}

/** A text that is known before anything is filled in. */
export function known(value: string | null): string | null {
  return value === null || /\{\{|\$\{/.test(value) ? null : value;
}

export function text(value: unknown, key: string): string | null {
  const found = valueAt(value, [key]);
  return typeof found === 'string' && found !== '' ? found : typeof found === 'number' ? String(found) : null;
}

/** An address without the user information that it may carry. */
export function address(url: string): string {
  return code(url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/, ''));
}
