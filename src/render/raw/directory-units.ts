import type { FileChange } from '../../text/change.ts';
import type { Limits } from '../../text/limits.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { Render, RenderedUnit, UnitPair } from '../unit.ts';
import type { Directories, Directory, DirectoryGroup } from './directories.ts';
import { type DirectoryRequest, directoryRender, plainRender, TakenFiles } from './directory-render.ts';
import { holdsObjects, type RawFile } from './raw.ts';
import { hiddenValues } from './raw-pairs.ts';

/** What Argo CD deploys from folders of both revisions. */
export interface DirectorySides {
  readonly base: Directories;
  readonly head: Directories;
  /** Ids of the releases that a change touches. */
  readonly touched: ReadonlySet<string>;
}

/** The changed paths as they are in base and in head. */
interface ChangedPaths {
  readonly base: readonly string[];
  readonly head: readonly string[];
}

/** Both sides of the Applications of one group. */
interface ComparedGroup extends DirectoryGroup {
  /**
   * Base's Applications of these names, and those of the same folders that head has no more. What another one of base
   * deployed and these take over is theirs already.
   */
  readonly before: readonly Directory[];
  /** Base's files of Applications that base did not have: what stood there is what they are held against. */
  readonly plain: readonly string[];
}

/**
 * What Argo CD takes is no plain manifest of its folder. A file that is plain in head is plain at both sides, so that it is
 * held against what it was.
 */
export function claimTaken(
  { base, head }: Pick<DirectorySides, 'base' | 'head'>,
  changes: readonly FileChange[],
): void {
  const inHead = new Map(changes.map(({ path, previousPath }) => [previousPath ?? path, path]));
  const taken = head.taken;
  const gone = [...base.taken].filter((path) => head.layout.entry(inHead.get(path) ?? path) === undefined);
  head.layout.claim(taken);
  base.layout.claim([...basePaths([...taken], changes), ...gone]);
}

/** The same files under the names that they had in base. */
function basePaths(paths: readonly string[], changes: readonly FileChange[]): readonly string[] {
  const inBase = new Map(changes.map(({ path, previousPath }) => [path, previousPath ?? path]));
  return paths.map((path) => inBase.get(path) ?? path);
}

/** The folders of plain manifests that Argo CD deploys in head and that a change touches, at base and head. */
export async function comparedDirectories(
  { base, head, touched }: DirectorySides,
  changed: ChangedPaths,
  changes: readonly FileChange[],
  limits: Limits,
): Promise<{ readonly units: readonly UnitPair[]; readonly notChecked: readonly NotChecked[] }> {
  const [inBase, inHead] = [new Set(changed.base), new Set(changed.head)];
  const older = new TakenFiles(base.layout, limits);
  const newer = new TakenFiles(head.layout, limits);
  const units: UnitPair[] = [];
  const notChecked: NotChecked[] = [];
  for (const group of head.groups.map((each) => compared(each, base, head, changes))) {
    const { members, before, plain } = group;
    const isTouched =
      members.some(({ release, files }) => touched.has(release.id) || takesOne(files, inHead)) ||
      before.some(({ files }) => takesOne(files, inBase)) ||
      plain.some((path) => inBase.has(path));
    if (!isTouched) continue;
    const chosen = nearest(group, touched, limits.valuesSets);
    const pair = await pairOf(chosen, older, newer, changes, limits);
    if (pair.head !== null) units.push(pair);
    if (chosen.members.length < members.length) notChecked.push(leftOut(pair.id, members.length, chosen));
  }
  const changedFiles = await newer.read(changed.head.filter((path) => head.taken.has(path)));
  const hidden = (changedFiles ?? []).filter(({ encrypted }) => encrypted === 'values');
  return { units, notChecked: [...notChecked, ...hidden.map(hiddenValues)] };
}

function takesOne({ paths, links, jsonnet }: Directory['files'], changed: ReadonlySet<string>): boolean {
  return [paths, links, jsonnet].some((some) => some.some((path) => changed.has(path)));
}

function compared(
  group: DirectoryGroup,
  base: Directories,
  head: Directories,
  changes: readonly FileChange[],
): ComparedGroup {
  const ids = new Set(group.members.map(({ release }) => release.id));
  const folders = new Set(group.members.map(({ release }) => release.source.folder));
  const inHead = new Set(head.members.map(({ release }) => release.id));
  const older = base.members.filter(
    ({ release: { id, source } }) => ids.has(id) || (!inHead.has(id) && folders.has(source.folder)),
  );
  const taken = base.taken;
  const before = older.map((directory): Directory => {
    const now = group.members.find(({ release }) => release.id === directory.release.id);
    const over = basePaths(now?.files.paths ?? [], changes).filter((path) => taken.has(path));
    const paths = [...new Set([...directory.files.paths, ...over])].sort();
    return { ...directory, files: { ...directory.files, paths } };
  });
  const names = new Set(older.map(({ release }) => release.id));
  const fresh = group.members.filter(({ release }) => !names.has(release.id));
  const stood = fresh.map(({ files }) => basePaths(files.paths, changes));
  const isHeld = (paths: readonly string[]) =>
    before.some(({ files }) => paths.every((path) => files.paths.includes(path)));
  return { ...group, before, plain: [...new Set(stood.filter((paths) => !isHeld(paths)).flat())] };
}

function nearest(group: ComparedGroup, touched: ReadonlySet<string>, most: number): ComparedGroup {
  if (group.members.length <= most) return group;
  const isTouched = ({ release }: Directory) => Number(touched.has(release.id));
  const members = [...group.members].sort((a, b) => isTouched(b) - isTouched(a)).slice(0, most);
  const kept = new Set(members.map(({ release }) => release.id));
  return { ...group, members, before: group.before.filter(({ release }) => kept.has(release.id)) };
}

function leftOut(unit: string, all: number, { members }: ComparedGroup): NotChecked {
  const detail = `It is released ${all} times; the ${members.length} nearest to the change were looked at.`;
  return { unit, path: null, reason: 'too-large', detail, line: null };
}

async function pairOf(
  group: ComparedGroup,
  older: TakenFiles,
  newer: TakenFiles,
  changes: readonly FileChange[],
  limits: Limits,
): Promise<UnitPair> {
  const { folder, members } = group;
  const unit = `raw:${folder}`;
  const olds = await Promise.all(group.before.map(({ files }) => older.read(files.paths)));
  const stood = group.plain.length === 0 ? [] : await older.read(group.plain);
  const news = await Promise.all(members.map(({ files }) => newer.read(files.paths)));
  const parsed = (all: readonly (readonly RawFile[] | null)[]) =>
    all.flatMap((files) => files ?? []).filter(({ objects }) => objects.length > 0);
  const parsedBefore = new Set(parsed([...olds, stood]).map(({ path }) => path));
  const parsedAfter = new Set(
    basePaths(
      parsed(news).map(({ path }) => path),
      changes,
    ),
  );
  const inHead = new Map(changes.map(({ path, previousPath }) => [previousPath ?? path, path]));
  const request = (revision: RevisionSide, parsedElsewhere: ReadonlySet<string>): DirectoryRequest => {
    return { unit, folder, revision, parsedElsewhere, limits };
  };
  const forBase = request('base', parsedAfter);
  const forHead = request('head', new Set([...parsedBefore].map((path) => inHead.get(path) ?? path)));
  const fresh = members.find(({ release: { id } }) => !group.before.some(({ release }) => release.id === id));
  const own = group.before.map((each, index) => directoryRender(each, olds[index]!, forBase));
  const plain =
    stood !== null && !stood.some(holdsObjects)
      ? []
      : [plainRender(stood, fresh?.release.namespace ?? null, forBase)];
  const renders = members.map((each, index) => directoryRender(each, news[index]!, forHead));
  return { id: unit, base: unitOf(group, [...plain, ...own]), head: unitOf(group, renders) };
}

function unitOf({ folder, members }: DirectoryGroup, renders: readonly Render[]): RenderedUnit | null {
  const isEmpty = renders.every(({ manifests, notChecked }) => manifests.length + notChecked.length === 0);
  if (isEmpty) return null;
  const namespaces = new Set(members.map(({ release }) => release.namespace));
  const namespace = namespaces.size === 1 ? [...namespaces][0]! : null;
  return { id: `raw:${folder}`, kind: 'raw', path: folder, namespace, renders };
}

/** Every folder of plain manifests that Argo CD deploys of a revision. */
export async function allDirectoryUnits(
  { groups, layout }: Directories,
  wanted: (path: string) => boolean,
  limits: Limits,
): Promise<readonly RenderedUnit[]> {
  const files = new TakenFiles(layout, limits);
  const units: RenderedUnit[] = [];
  for (const group of groups) {
    const { folder, members } = group;
    if (!wanted(folder) && !members.some((each) => each.files.paths.some(wanted))) continue;
    const request = {
      unit: `raw:${folder}`,
      folder,
      revision: 'head',
      parsedElsewhere: new Set<string>(),
      limits,
    } as const;
    const renders: Render[] = [];
    for (const member of members.slice(0, limits.valuesSets))
      renders.push(directoryRender(member, await files.read(member.files.paths), request));
    const unit = unitOf(group, renders);
    if (unit !== null) units.push(unit);
  }
  return units;
}
