import { groupOf } from '../../manifest/manifest.ts';
import { parseStream } from '../../manifest/parse.ts';
import type { FileRead, Tree } from '../../repository/tree.ts';
import type { Limits } from '../../text/limits.ts';
import type { RevisionSide } from '../../text/location.ts';
import { isKustomization, isManifestFile, type Layout } from '../layout.ts';
import { folderOf, relativeTo } from '../paths.ts';
import { parseRawFile, type RawFile, RawManifest } from '../raw/raw.ts';
import type { GitOpsObject } from './inline-values.ts';

const tools = /\b(argoproj\.io|toolkit\.fluxcd\.io)\//;

/** Whether a text may hold an object of a GitOps tool. */
export function mentionsTools(text: string): boolean {
  return tools.test(text);
}

/** Whether a plain text holds one: a CustomResourceDefinition, long as it is, only speaks of them. */
function holdsObject(text: string): boolean {
  return mentionsTools(text) && stated.test(text);
}

const stated = /\bapiVersion["']?\s*:\s*["']?(argoproj\.io|[a-z.]+\.toolkit\.fluxcd\.io)\//;

/** Whether a chart's template may give an object that releases something. */
export function mayRelease(template: string): boolean {
  const kind = /\bkind:\s*(["']?(Application|ApplicationSet|HelmRelease|Kustomization)\b|\{\{)/;
  return mentionsTools(template) && kind.test(template);
}

/** Whether an object belongs to a GitOps tool. */
export function isOfTool(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return group === 'argoproj.io' || group.endsWith('.toolkit.fluxcd.io');
}

export interface PlainObjects {
  readonly objects: readonly GitOpsObject[];
  /** Kustomization files by their folder, decoded; only those that make ConfigMaps. */
  readonly kustomizations: ReadonlyMap<string, unknown>;
}

interface ReadFile {
  readonly text: string;
  parsed: RawFile | null;
}

/** Files that were looked through, for both revisions: most are the same. */
export type KnownFiles = Map<string, ReadFile | null>;

/** The objects of GitOps tools in the plain files of a revision, and the ConfigMaps that they may name. */
export async function plainObjects(
  tree: Tree,
  layout: Layout,
  revision: RevisionSide,
  limits: Limits,
  known: KnownFiles,
): Promise<PlainObjects> {
  const files = await readAll(candidates(layout), tree, layout, known);
  const of = (wanted: (text: string) => boolean) => [...files].filter(([, { text }]) => wanted(text));
  const own = of(holdsObject).flatMap(([path, file]) => objectsIn(path, file, revision, limits));
  const objects = own.filter(({ manifest }) => isOfTool(manifest.ref.apiVersion));
  if (!objects.some(({ manifest }) => manifest.ref.apiVersion.includes('fluxcd')))
    return { objects, kustomizations: new Map() };
  const maps = of((text) => text.includes('ConfigMap') && text.includes('data:')).flatMap(([path, file]) =>
    objectsIn(path, file, revision, limits),
  );
  const makers = of((text) => text.includes('configMapGenerator')).filter(([path]) => isKustomization(path));
  return {
    objects: [...objects, ...maps.filter(({ manifest: { ref } }) => ref.kind === 'ConfigMap')],
    kustomizations: new Map(
      makers.map(([path, { text }]) => [folderOf(path), parseStream(text, limits).documents[0]?.value]),
    ),
  };
}

/** Files outside of charts' templates that may hold such objects. */
function candidates(layout: Layout): readonly string[] {
  return layout.entries
    .filter(
      ({ path, type }) =>
        type === 'file' && (isManifestFile(path) || isKustomization(path)) && layout.selects(path),
    )
    .map(({ path }) => path)
    .filter((path) => {
      const chart = layout.chartOf(path);
      return chart === null || !/^(templates|charts|crds)\//.test(relativeTo(chart, path)!);
    });
}

async function readAll(paths: readonly string[], tree: Tree, layout: Layout, known: KnownFiles) {
  const keyOf = (path: string) => `${layout.entry(path)!.id} ${path}`;
  const unread = paths.filter((path) => !known.has(keyOf(path)));
  const reads = unread.length === 0 ? new Map<string, FileRead>() : await tree.read(unread);
  for (const path of unread) {
    const read = reads.get(path);
    const text =
      read?.kind === 'bytes' ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(read.bytes) : '';
    // What cannot matter is not kept.
    const matters = holdsObject(text) || text.includes('ConfigMap') || text.includes('configMapGenerator');
    known.set(keyOf(path), matters ? { text, parsed: null } : null);
  }
  return new Map(
    paths.flatMap((path): [string, ReadFile][] => {
      const file = known.get(keyOf(path));
      return file === null || file === undefined ? [] : [[path, file]];
    }),
  );
}

function objectsIn(
  path: string,
  file: ReadFile,
  revision: RevisionSide,
  limits: Limits,
): readonly GitOpsObject[] {
  file.parsed ??= parseRawFile(path, { kind: 'bytes', bytes: new TextEncoder().encode(file.text) }, limits);
  const { objects, ignores } = file.parsed;
  return objects.map((object) => ({ manifest: new RawManifest(path, object, revision), path, ignores }));
}
