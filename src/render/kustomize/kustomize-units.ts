import type { FileChange } from '../../text/change.ts';
import type { Limits } from '../../text/limits.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import { inTurns } from '../in-turns.ts';
import { isKustomization, isManifestFile, type Layout } from '../layout.ts';
import { folderOf } from '../paths.ts';
import { holdsObjects, rawUnit, readRawFiles } from '../raw/raw.ts';
import type { RenderedUnit, UnitPair } from '../unit.ts';
import { type BuildRequest, buildDeployments } from './build-unit.ts';
import type { Deployed, Deployment } from './deployed.ts';
import type { KustomizationText } from './kustomization.ts';
import { Kustomizations } from './kustomizations.ts';
import type { KustomizeRun } from './kustomize.ts';

/** A folder to be built as a unit; of its releases, those that a change touches come first where there are too many. */
interface TouchedUnit extends BuildRequest {
  /** Ids of the releases. */
  readonly touched: ReadonlySet<string>;
}

/** Builds a folder as a unit of its own, once for each release of it. */
async function kustomizeUnit(request: TouchedUnit, run: KustomizeRun): Promise<RenderedUnit> {
  const all = request.deployed.deployments(request.folder);
  return buildDeployments(request, nearest(all, request.touched, run.limits.valuesSets), run);
}

function nearest(
  all: readonly Deployment[],
  touched: ReadonlySet<string>,
  most: number,
): readonly Deployment[] {
  if (all.length <= most) return all;
  const first = [...all].sort((a, b) => Number(touched.has(b.valuesSet)) - Number(touched.has(a.valuesSet)));
  const kept = new Set(first.slice(0, most));
  return all.filter((each) => kept.has(each));
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
    paths.some(
      (path) =>
        isManifestFile(path) || path.endsWith('.sourceignore') || layout.kustomizationOf(path) !== null,
    );
  if (!concerns(base, changed.base) && !concerns(head, changed.head)) return null;
  const known = new Map<string, KustomizationText>();
  return {
    base: await Kustomizations.read(base, limits, known),
    head: await Kustomizations.read(head, limits, known),
  };
}

/** What is built of both revisions, and which releases of it a change touches. */
export interface DeployedSides {
  readonly base: Deployed;
  readonly head: Deployed;
  readonly touched: ReadonlySet<string>;
}

/** The kustomizations whose build a change touches, built at base and head. */
export async function comparedKustomizations(
  { base, head, touched }: DeployedSides,
  changed: ChangedPaths,
  changes: readonly FileChange[],
  run: KustomizeRun,
): Promise<{ readonly units: readonly UnitPair[]; readonly notChecked: readonly NotChecked[] }> {
  const [inBase, inHead] = [new Set(changed.base), new Set(changed.head)];
  const pairs = pairFolders(base, head, changes).filter(
    (pair) => isTouched(base, pair.base, inBase, touched) || isTouched(head, pair.head, inHead, touched),
  );
  const units = await inTurns(
    pairs,
    async (pair): Promise<UnitPair> => {
      const id = `kustomize:${pair.head ?? pair.base}`;
      const request = (deployed: Deployed, folder: string, revision: RevisionSide) =>
        kustomizeUnit({ deployed, folder, id, revision, touched }, run);
      const [older, newer] = await Promise.all([
        pair.base === null
          ? plainBefore(base.kustomizations, head.reach(pair.head!), pair.head!, id, changes)
          : request(base, pair.base, 'base'),
        pair.head === null ? null : request(head, pair.head, 'head'),
      ]);
      return { id, base: older, head: newer };
    },
    run.turns,
  );
  const left = units.flatMap(({ id, head: unit }) => leftOut(id, unit, head));
  return { units, notChecked: [...left, ...(await unusedFiles(head, changed.head))] };
}

function leftOut(unit: string, rendered: RenderedUnit | null, head: Deployed): readonly NotChecked[] {
  if (rendered === null) return [];
  const [all, done] = [head.deployments(rendered.path).length, rendered.renders.length];
  if (all === done) return [];
  const detail = `It is released ${all} times; the ${done} nearest to the change were built.`;
  return [{ unit, path: null, reason: 'too-large', detail, line: null }];
}

/** Builds every kustomization of a revision that nobody else uses, and those that are released. */
export async function everyKustomization(
  deployed: Deployed,
  wanted: (folder: string) => boolean,
  run: KustomizeRun,
): Promise<readonly RenderedUnit[]> {
  return inTurns(
    deployed.folders.filter(wanted),
    (folder) => {
      const id = `kustomize:${folder}`;
      return kustomizeUnit({ deployed, folder, id, revision: 'head', touched: new Set() }, run);
    },
    run.turns,
  );
}

/** What a new kustomization deploys may have been plain manifests in base: they are what it is compared with. */
async function plainBefore(
  { layout, limits }: Kustomizations,
  paths: ReadonlySet<string>,
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
  deployed: Deployed,
  folder: string | null,
  changed: ReadonlySet<string>,
  touched: ReadonlySet<string>,
): boolean {
  if (folder === null) return false;
  if (deployed.deployments(folder).some(({ valuesSet }) => touched.has(valuesSet))) return true;
  for (const path of deployed.reach(folder)) if (changed.has(path)) return true;
  return false;
}

/** A folder with a kustomization at base and head; null on the side where there is none. */
interface FolderPair {
  readonly base: string | null;
  readonly head: string | null;
}

/** Head's folders with what stood there, or was moved from another one; then those that are gone. */
function pairFolders(base: Deployed, head: Deployed, changes: readonly FileChange[]): readonly FolderPair[] {
  const moved = new Map(
    changes
      .filter(({ path, previousPath }) => previousPath !== null && isKustomization(path))
      .map(({ path, previousPath }) => [folderOf(path), folderOf(previousPath!)]),
  );
  const taken = new Set<string>();
  const pairs = head.folders.map((folder): FolderPair => {
    const from = base.has(folder) ? folder : (moved.get(folder) ?? null);
    const before = from !== null && base.has(from) && (from === folder || !head.has(from)) ? from : null;
    if (before !== null) taken.add(before);
    return { base: before, head: folder };
  });
  const gone = base.folders.filter((folder) => !head.has(folder) && !taken.has(folder));
  const all = [...pairs, ...gone.map((folder): FolderPair => ({ base: folder, head: null }))];
  return all.sort((a, b) => byText(a.head ?? a.base!, b.head ?? b.base!));
}

/** Changed manifests that stand among kustomizations, and that none of them deploys. */
async function unusedFiles(head: Deployed, changed: readonly string[]): Promise<readonly NotChecked[]> {
  const { kustomizations } = head;
  const { layout, unusedComponents } = kustomizations;
  const deployed = new Set(head.folders.flatMap((folder) => [...head.reach(folder)]));
  const components = unusedComponents.flatMap((folder) => [...kustomizations.reach(folder).paths]);
  const inComponents = new Set(components.filter((path) => !deployed.has(path)));
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
