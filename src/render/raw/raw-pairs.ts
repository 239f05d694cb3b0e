import type { FileChange } from '../../text/change.ts';
import type { Limits } from '../../text/limits.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import type { Layout } from '../layout.ts';
import { folderOf } from '../paths.ts';
import type { UnitPair } from '../unit.ts';
import { holdsObjects, type RawFile } from './raw.ts';
import { RawFolders } from './raw-units.ts';

interface Side {
  readonly folders: RawFolders;
  readonly changed: readonly RawFile[];
}

/** The raw units that changed files belong to, at base and head. */
export async function comparedRawUnits(
  base: Layout,
  head: Layout,
  changedInBase: readonly string[],
  changedInHead: readonly string[],
  changes: readonly FileChange[],
  limits: Limits,
): Promise<{ readonly units: readonly UnitPair[]; readonly notChecked: readonly NotChecked[] }> {
  const older = await sideOf(base, changedInBase, limits);
  const newer = await sideOf(head, changedInHead, limits);
  const touched = [...older.changed, ...newer.changed].filter(holdsObjects).map(({ path }) => folderOf(path));
  const folders = [...new Set(touched)].sort(byText);
  const moved = await movedFolders(folders, older, newer, changes);
  const units: UnitPair[] = [];
  for (const folder of folders) {
    if ([...moved.values()].includes(folder)) continue;
    const pair = await pairOf(folder, moved.get(folder) ?? folder, older, newer, changes);
    if (pair.base !== null || pair.head !== null) units.push(pair);
  }
  const known = new Set([...folders, ...moved.keys()]);
  const lost = newer.changed.filter(({ path, refused }) => refused !== null && /\.ya?ml$/.test(path));
  return {
    units,
    notChecked: [
      ...lost.filter(({ path }) => !known.has(folderOf(path))).map(unreadable),
      ...newer.changed.filter(({ encrypted }) => encrypted === 'values').map(hiddenValues),
    ],
  };
}

async function sideOf(layout: Layout, changed: readonly string[], limits: Limits): Promise<Side> {
  const folders = new RawFolders(layout, limits);
  return { folders, changed: await folders.files(changed) };
}

async function pairOf(
  folder: string,
  baseFolder: string,
  older: Side,
  newer: Side,
  changes: readonly FileChange[],
): Promise<UnitPair> {
  const id = `raw:${folder}`;
  const before = await filesInBase(folder, baseFolder, older, newer, changes);
  const after = await newer.folders.filesOf(folder);
  // A file that gave objects in one revision is meant for Kubernetes in the other, whatever it looks like there.
  const renamed = new Map(changes.map(({ path, previousPath }) => [previousPath ?? path, path]));
  const parsedBefore = new Set(before.filter(gaveObjects).map(({ path }) => renamed.get(path) ?? path));
  const parsedAfter = after.filter(gaveObjects).map(({ path }) => path);
  const known = new Set(parsedAfter);
  const parsedAfterInBase = new Set([...renamed].filter(([, path]) => known.has(path)).map(([path]) => path));
  return {
    id,
    base: await older.folders.unit(
      baseFolder,
      id,
      'base',
      new Set([...parsedAfter, ...parsedAfterInBase]),
      before,
    ),
    head: await newer.folders.unit(folder, id, 'head', parsedBefore),
  };
}

/** Base's files of a unit: a file that git renames goes with its objects to the folder that has them now. */
async function filesInBase(
  folder: string,
  baseFolder: string,
  older: Side,
  newer: Side,
  changes: readonly FileChange[],
): Promise<readonly RawFile[]> {
  const own = await older.folders.filesOf(baseFolder);
  if (baseFolder !== folder) return own;
  const crossing = changes.filter(
    ({ path, previousPath }) =>
      previousPath !== null && (folderOf(path) === folder) !== (folderOf(previousPath) === folder),
  );
  const followed = await Promise.all(
    crossing.map(async ({ path, previousPath }) => {
      const [was] = await older.folders.files([previousPath!]);
      const [is] = await newer.folders.files([path]);
      return was !== undefined && is !== undefined && sharesObject(was, is) ? [was] : [];
    }),
  );
  const moved = new Set(followed.flat());
  const arrived = [...moved].filter(({ path }) => folderOf(path) !== folder);
  return [...own.filter((file) => !moved.has(file)), ...arrived];
}

/** Git goes by likeness of text: two files of different objects are no rename to Kubernetes. */
function sharesObject(one: RawFile, other: RawFile): boolean {
  const key = ({ ref }: RawFile['objects'][number]): string => `${ref.kind}/${ref.name}`;
  const names = new Set(one.objects.map(key));
  return other.objects.some((object) => names.has(key(object)));
}

function gaveObjects({ objects }: RawFile): boolean {
  return objects.length > 0;
}

/** Folders of head that git's renames fill from one folder of base, which holds no manifests in head any more. */
async function movedFolders(
  folders: readonly string[],
  older: Side,
  newer: Side,
  changes: readonly FileChange[],
): Promise<ReadonlyMap<string, string>> {
  const moved = new Map<string, string>();
  for (const folder of folders) {
    const renames = changes.filter(
      ({ path, previousPath }) => previousPath !== null && folderOf(path) === folder,
    );
    const sources = new Set(renames.map(({ previousPath }) => folderOf(previousPath!)));
    const [source] = sources;
    if (source === undefined || sources.size > 1 || source === folder || !folders.includes(source)) continue;
    if ([...moved.values()].includes(source)) continue;
    const stays = (await newer.folders.filesOf(source)).some(holdsObjects);
    const existed = (await older.folders.filesOf(folder)).some(holdsObjects);
    if (!stays && !existed) moved.set(folder, source);
  }
  return moved;
}

function unreadable({ path, refused }: RawFile): NotChecked {
  return { unit: null, path, reason: refused!.reason, detail: refused!.detail, line: null };
}

export function hiddenValues({ path }: RawFile): NotChecked {
  return {
    unit: `raw:${folderOf(path)}`,
    path,
    reason: 'encrypted',
    detail: `${path} is encrypted with SOPS.`,
    line: null,
  };
}
