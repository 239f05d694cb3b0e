import type { FileChange } from '../text/change.ts';
import type { Limits } from '../text/limits.ts';
import type { RevisionSide } from '../text/location.ts';
import type { NotChecked } from '../text/not-checked.ts';
import { byText } from '../text/order.ts';
import { inTurns } from './in-turns.ts';
import type { KustomizationText } from './kustomization.ts';
import { Kustomizations, type Reach } from './kustomizations.ts';
import { buildFolder, type KustomizeRun } from './kustomize.ts';
import { isKustomization, isManifestFile, type Layout } from './layout.ts';
import { folderOf } from './paths.ts';
import { holdsObjects, rawUnit, readRawFiles } from './raw.ts';
import type { RenderedUnit, UnitPair } from './unit.ts';

/** Builds a folder as a unit of its own. */
export async function kustomizeUnit(
  kustomizations: Kustomizations,
  folder: string,
  id: string,
  revision: RevisionSide,
  run: KustomizeRun,
): Promise<RenderedUnit> {
  const request = { kustomizations, folder, unit: id, revision, fields: null, substitute: null };
  const render = await buildFolder(request, run);
  return { id, kind: 'kustomize', path: folder, namespace: null, renders: [render] };
}

/** The changed paths as they are in base and in head. */
export interface ChangedPaths {
  readonly base: readonly string[];
  readonly head: readonly string[];
}

/** The kustomizations of both revisions. */
export interface KustomizationSides {
  readonly base: Kustomizations;
  readonly head: Kustomizations;
}

/** Reads the kustomizations of both revisions, if a changed file may concern one. */
export async function readKustomizations(
  base: Layout,
  head: Layout,
  changed: ChangedPaths,
  limits: Limits,
): Promise<KustomizationSides | null> {
  const concerns = (layout: Layout, paths: readonly string[]) =>
    layout.kustomizations.length > 0 &&
    paths.some((path) => isManifestFile(path) || layout.kustomizationOf(path) !== null);
  if (!concerns(base, changed.base) && !concerns(head, changed.head)) return null;
  const known = new Map<string, KustomizationText>();
  return {
    base: await Kustomizations.read(base, limits, known),
    head: await Kustomizations.read(head, limits, known),
  };
}

/** The kustomizations whose build a change touches, built at base and head. */
export async function comparedKustomizations(
  { base, head }: KustomizationSides,
  changed: ChangedPaths,
  changes: readonly FileChange[],
  run: KustomizeRun,
): Promise<{ readonly units: readonly UnitPair[]; readonly notChecked: readonly NotChecked[] }> {
  const [inBase, inHead] = [new Set(changed.base), new Set(changed.head)];
  const touched = pairFolders(base, head, changes).filter(
    (pair) => isTouched(base, pair.base, inBase) || isTouched(head, pair.head, inHead),
  );
  const units = await inTurns(touched, async (pair): Promise<UnitPair> => {
    const id = `kustomize:${pair.head ?? pair.base}`;
    const [older, newer] = await Promise.all([
      pair.base === null
        ? plainBefore(base, head.reach(pair.head!), pair.head!, id, changes)
        : kustomizeUnit(base, pair.base, id, 'base', run),
      pair.head === null ? null : kustomizeUnit(head, pair.head, id, 'head', run),
    ]);
    return { id, base: older, head: newer };
  });
  return { units, notChecked: await unusedFiles(head, changed.head) };
}

/** Builds every kustomization of a revision that nobody else uses. */
export async function everyKustomization(
  layout: Layout,
  wanted: (kustomizations: Kustomizations, folder: string) => boolean,
  run: KustomizeRun,
): Promise<readonly RenderedUnit[]> {
  if (layout.kustomizations.length === 0) return [];
  const kustomizations = await Kustomizations.read(layout, run.limits);
  const folders = kustomizations.roots.filter((folder) => wanted(kustomizations, folder));
  return inTurns(folders, (folder) =>
    kustomizeUnit(kustomizations, folder, `kustomize:${folder}`, 'head', run),
  );
}

/** What a new kustomization deploys may have been plain manifests in base: they are what it is compared with. */
async function plainBefore(
  { layout, limits }: Kustomizations,
  { paths }: Reach,
  folder: string,
  id: string,
  changes: readonly FileChange[],
): Promise<RenderedUnit | null> {
  const moved = new Map(changes.map(({ path, previousPath }) => [path, previousPath ?? path]));
  const before = [...paths].map((path) => moved.get(path) ?? path);
  const plain = before.filter((path) => layout.entry(path) !== undefined && layout.mayBeRaw(path));
  const files = [...(await readRawFiles(layout, plain, limits)).values()];
  return files.some(({ objects }) => objects.length > 0)
    ? rawUnit(folder, id, files, 'base', new Set())
    : null;
}

function isTouched(
  kustomizations: Kustomizations,
  folder: string | null,
  changed: ReadonlySet<string>,
): boolean {
  if (folder === null) return false;
  for (const path of kustomizations.reach(folder).paths) if (changed.has(path)) return true;
  return false;
}

/** A folder with a kustomization at base and head; null on the side where there is none. */
interface FolderPair {
  readonly base: string | null;
  readonly head: string | null;
}

/** Head's roots with what stood in their folder, or was moved from another one; then the roots that are gone. */
function pairFolders(
  base: Kustomizations,
  head: Kustomizations,
  changes: readonly FileChange[],
): readonly FolderPair[] {
  const moved = new Map(
    changes
      .filter(({ path, previousPath }) => previousPath !== null && isKustomization(path))
      .map(({ path, previousPath }) => [folderOf(path), folderOf(previousPath!)]),
  );
  const taken = new Set<string>();
  const pairs = head.roots.map((folder): FolderPair => {
    const from = base.has(folder) ? folder : (moved.get(folder) ?? null);
    const before = from !== null && base.has(from) && (from === folder || !head.has(from)) ? from : null;
    if (before !== null) taken.add(before);
    return { base: before, head: folder };
  });
  const gone = base.roots.filter((folder) => !head.has(folder) && !taken.has(folder));
  const all = [...pairs, ...gone.map((folder): FolderPair => ({ base: folder, head: null }))];
  return all.sort((a, b) => byText(a.head ?? a.base!, b.head ?? b.base!));
}

/** Changed manifests that stand among kustomizations, and that none of them deploys. */
async function unusedFiles(
  kustomizations: Kustomizations,
  changed: readonly string[],
): Promise<readonly NotChecked[]> {
  const { layout, roots, unusedComponents } = kustomizations;
  const deployed = pathsOf(kustomizations, roots);
  const inComponents = pathsOf(kustomizations, unusedComponents);
  const left = changed.filter(
    (path) =>
      isManifestFile(path) &&
      layout.selects(path) &&
      layout.chartOf(path) === null &&
      layout.kustomizationOf(path) !== null &&
      !deployed.has(path),
  );
  const files = await readRawFiles(layout, left, kustomizations.limits);
  return left.flatMap((path) => {
    if (!inComponents.has(path) && !holdsObjects(files.get(path)!)) return [];
    const detail = inComponents.has(path)
      ? `${path} belongs to a component that no kustomization of the repository uses.`
      : `${path} stands among kustomizations, and none of them names it.`;
    const unit = `kustomize:${folderOf(layout.kustomizationOf(path)!)}`;
    return [{ unit, path, reason: 'unsupported' as const, detail, line: null }];
  });
}

function pathsOf(kustomizations: Kustomizations, folders: readonly string[]): ReadonlySet<string> {
  return new Set(folders.flatMap((folder) => [...kustomizations.reach(folder).paths]));
}
