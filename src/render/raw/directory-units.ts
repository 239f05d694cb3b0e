import type { FileChange } from '../../text/change.ts';
import type { Limits } from '../../text/limits.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { Render, RenderedUnit, UnitPair } from '../unit.ts';
import type { Directories, Directory, DirectoryGroup } from './directories.ts';
import {
  type ComparedGroup,
  comparedGroups,
  type DirectoryPair,
  type Renames,
  renamesOf,
} from './directory-groups.ts';
import { type DirectoryRequest, directoryRender, plainRender, TakenFiles } from './directory-render.ts';
import { knownNamespace } from './in-namespace.ts';
import { holdsObjects, type RawFile } from './raw.ts';
import { hiddenValues } from './raw-pairs.ts';

/** What Argo CD deploys from folders of both revisions. */
export interface DirectorySides extends DirectoryPair {
  /** Ids of the releases that a change touches. */
  readonly touched: ReadonlySet<string>;
}

/** The changed paths as they are in base and in head. */
interface ChangedPaths {
  readonly base: readonly string[];
  readonly head: readonly string[];
}

/** What the pairs of a comparison share. */
interface Reading {
  readonly older: TakenFiles;
  readonly newer: TakenFiles;
  readonly renames: Renames;
  readonly limits: Limits;
}

/** The folders of plain manifests that Argo CD deploys in head and that a change touches, at base and head. */
export async function comparedDirectories(
  sides: DirectorySides,
  changed: ChangedPaths,
  changes: readonly FileChange[],
  limits: Limits,
): Promise<{ readonly units: readonly UnitPair[]; readonly notChecked: readonly NotChecked[] }> {
  const { base, head, touched } = sides;
  const older = new TakenFiles(base.layout, limits);
  const newer = new TakenFiles(head.layout, limits);
  const reading: Reading = { older, newer, renames: renamesOf(changes), limits };
  const [inBase, inHead] = [new Set(changed.base), new Set(changed.head)];
  const groups = comparedGroups(sides, reading.renames);
  const units: UnitPair[] = [];
  const notChecked: NotChecked[] = [];
  for (const group of groups.filter((each) => isTouched(each, touched, inBase, inHead))) {
    const chosen = nearest(group, touched, limits.valuesSets);
    const pair = await pairOf(chosen, reading);
    if (pair.head !== null) units.push(pair);
    if (chosen.members.length < group.members.length) notChecked.push(leftOut(pair.id, group, chosen));
  }
  return { units, notChecked: [...notChecked, ...(await hiddenIn(changed.head, head, newer))] };
}

function isTouched(
  { members, before, plain }: ComparedGroup,
  touched: ReadonlySet<string>,
  inBase: ReadonlySet<string>,
  inHead: ReadonlySet<string>,
): boolean {
  return (
    members.some(({ release, files }) => touched.has(release.id) || takesOne(files, inHead)) ||
    before.some(({ files }) => takesOne(files, inBase)) ||
    plain.some((path) => inBase.has(path))
  );
}

function takesOne({ paths, links, jsonnet }: Directory['files'], changed: ReadonlySet<string>): boolean {
  return [paths, links, jsonnet].some((some) => some.some((path) => changed.has(path)));
}

function nearest(group: ComparedGroup, touched: ReadonlySet<string>, most: number): ComparedGroup {
  if (group.members.length <= most) return group;
  const isTouched = ({ release }: Directory) => Number(touched.has(release.id));
  const members = [...group.members].sort((a, b) => isTouched(b) - isTouched(a)).slice(0, most);
  const kept = new Set(members.map(({ release }) => release.id));
  return { ...group, members, before: group.before.filter(({ release }) => kept.has(release.id)) };
}

function leftOut(unit: string, { members }: DirectoryGroup, chosen: DirectoryGroup): NotChecked {
  const detail = `It is released ${members.length} times; the ${chosen.members.length} nearest to the change were looked at.`;
  return { unit, path: null, reason: 'too-large', detail, line: null };
}

/** Changed files whose values nobody can see. */
async function hiddenIn(
  changed: readonly string[],
  { taken }: Directories,
  newer: TakenFiles,
): Promise<readonly NotChecked[]> {
  const files = (await newer.read(changed.filter((path) => taken.has(path)))) ?? [];
  return files.filter(({ encrypted }) => encrypted === 'values').map(hiddenValues);
}

type Files = readonly RawFile[] | null;

async function pairOf(group: ComparedGroup, { older, newer, renames, limits }: Reading): Promise<UnitPair> {
  const { folder, members, before } = group;
  const unit = `raw:${folder}`;
  const olds = await Promise.all(before.map(({ files }) => older.read(files.paths)));
  const stood = await older.read(group.plain);
  const news = await Promise.all(members.map(({ files }) => newer.read(files.paths)));
  const request = (revision: RevisionSide, parsedElsewhere: readonly string[]): DirectoryRequest => {
    const namespace = namespaceOf(group);
    return { unit, folder, namespace, revision, parsedElsewhere: new Set(parsedElsewhere), limits };
  };
  const inBase = request('base', parsedIn(news).map(renames.inBase));
  const inHead = request('head', parsedIn([...olds, stood]).map(renames.inHead));
  const own = before.map((each, index) => directoryRender(each, olds[index]!, inBase));
  const renders = members.map((each, index) => directoryRender(each, news[index]!, inHead));
  return {
    id: unit,
    base: unitOf(group, [...plainRenders(group, stood, inBase), ...own]),
    head: unitOf(group, renders),
  };
}

function parsedIn(all: readonly Files[]): readonly string[] {
  const files = all.flatMap((each) => each ?? []);
  return files.filter(({ objects }) => objects.length > 0).map(({ path }) => path);
}

/** What stood in base where a new Application takes its files from, in the namespace where that puts it. */
function plainRenders(
  { members, before }: ComparedGroup,
  stood: Files,
  request: DirectoryRequest,
): readonly Render[] {
  if (stood !== null && !stood.some(holdsObjects)) return [];
  const names = new Set(before.map(({ release }) => release.id));
  const fresh = members.find(({ release }) => !names.has(release.id));
  return [plainRender(stood, fresh?.release.namespace ?? null, request)];
}

function unitOf({ folder }: DirectoryGroup, renders: readonly Render[]): RenderedUnit | null {
  const isEmpty = renders.every(({ manifests, notChecked }) => manifests.length + notChecked.length === 0);
  if (isEmpty) return null;
  return { id: `raw:${folder}`, kind: 'raw', path: folder, namespace: null, renders };
}

function namespaceOf({ members }: DirectoryGroup): string | null {
  const namespaces = new Set(members.map(({ release }) => knownNamespace(release.namespace)));
  return namespaces.size === 1 ? [...namespaces][0]! : null;
}

/** Every folder of plain manifests that Argo CD deploys of a revision. */
export async function allDirectoryUnits(
  { groups, layout }: Directories,
  wanted: (path: string) => boolean,
  limits: Limits,
): Promise<readonly RenderedUnit[]> {
  const files = new TakenFiles(layout, limits);
  const isWanted = ({ folder, members }: DirectoryGroup) =>
    wanted(folder) || members.some((each) => each.files.paths.some(wanted));
  const units = await Promise.all(
    groups.filter(isWanted).map((group) => directoryUnit(group, 'head', files, limits)),
  );
  return units.flatMap((unit) => unit ?? []);
}

/** What the Applications of a group deploy of one revision. */
export async function directoryUnit(
  group: DirectoryGroup,
  revision: RevisionSide,
  files: TakenFiles,
  limits: Limits,
): Promise<RenderedUnit | null> {
  const { folder } = group;
  const namespace = namespaceOf(group);
  const request = { unit: `raw:${folder}`, folder, namespace, revision, parsedElsewhere: none, limits };
  const renders: Render[] = [];
  for (const member of group.members.slice(0, limits.valuesSets))
    renders.push(directoryRender(member, await files.read(member.files.paths), request));
  return unitOf(group, renders);
}

const none: ReadonlySet<string> = new Set();
