import type { ValuesPath } from '../../engines/helm-reads.ts';
import { startsWith, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { type ParsedDocument, parseStream } from '../../manifest/parse.ts';
import type { Tree } from '../../repository/tree.ts';
import type { FileChange } from '../../text/change.ts';
import { rangeOf } from '../../text/location.ts';
import { nearest } from '../../text/nearest.ts';
import { byText } from '../../text/order.ts';
import { joined } from '../paths.ts';
import type { RenderedUnit, UnreadValue } from '../unit.ts';
import type { Again, WithReads } from './cause-again.ts';
import { leavesOf, othersThan } from './cause-values.ts';
import type { Charts } from './charts.ts';
import { Mentions } from './mentions.ts';
import type { ValuesSet } from './values-sets.ts';

export interface UnreadQuestion {
  readonly charts: Charts;
  readonly unit: RenderedUnit;
  readonly sets: readonly ValuesSet[];
  readonly base: Tree;
  readonly changes: readonly FileChange[];
  /** Units that the change touches. */
  readonly units: number;
}

/** Renders that one unit's keys may ask for, and those of all units: a change of every chart is no slip in one key. */
const maxRenders = 12;
const maxOfAll = 120;

/**
 * Keys that the change adds or edits in values files and that nothing of the chart reads: no template mentions the name,
 * no look-up of any render meets it, and another value changes no byte. Whatever is unsure is taken to be read.
 */
export async function unreadValues(question: UnreadQuestion): Promise<readonly UnreadValue[]> {
  const { unit, charts } = question;
  if (unit.renders.length === 0 || unit.renders.some(({ state }) => state !== 'ok')) return [];
  const files = valuesFiles(question);
  let left = Math.min(maxRenders, Math.floor(maxOfAll / question.units));
  if (files.length === 0 || left < 2) return [];
  const input = await (await charts.prepare(unit.path)).whole();
  const mentions = new Mentions(input.files);
  if (mentions.isOpaque) return [];
  const take = (): boolean => left-- > 0;
  const found: UnreadValue[] = [];
  for (const file of files) {
    const document = await documentOf(charts.layout.tree, file.path, question);
    if (document === null) continue;
    const before = await beforeOf(file.change, question);
    const renders = unit.renders.filter(({ valuesSet }) => file.sets.includes(valuesSet));
    const agains = renders.flatMap(({ again }) => again ?? []);
    if (agains.length < renders.length) continue;
    for (const path of changedKeys(document, before, file.change).filter((key) =>
      mentions.mayBeUnread(key),
    )) {
      if (found.some((each) => each.path === file.path && startsWith(path, each.key))) continue;
      const near = await unreadIn(path, agains, take);
      if (near === null) continue;
      found.push({
        path: file.path,
        key: path,
        near: near.near,
        valuesSets: file.sets,
        ...rangeOf(document.locate(path)!),
      });
    }
  }
  return found;
}

interface ChangedFile {
  readonly path: string;
  readonly change: FileChange;
  /** The values sets that are rendered with it. */
  readonly sets: readonly string[];
}

/** Examples and values for tests of the chart set what only somebody else's templates may read. */
const apart = /(^|\/)(ci|examples?|tests?)\//;

function valuesFiles({ unit, sets, changes }: UnreadQuestion): readonly ChangedFile[] {
  const all = sets.map(({ id }) => id);
  return changes.flatMap((change) => {
    const { path } = change;
    if (change.status === 'deleted' || apart.test(path)) return [];
    const own = path === joined(unit.path, 'values.yaml');
    const users = own ? all : sets.filter(({ files }) => files.includes(path)).map(({ id }) => id);
    return users.length === 0 ? [] : [{ path, change, sets: users }];
  });
}

async function documentOf(
  tree: Tree,
  path: string,
  { charts }: UnreadQuestion,
): Promise<ParsedDocument | null> {
  const read = (await tree.read([path])).get(path);
  if (read?.kind !== 'bytes') return null;
  return parseStream(new TextDecoder().decode(read.bytes), charts.limits).documents[0] ?? null;
}

async function beforeOf(change: FileChange, question: UnreadQuestion): Promise<unknown> {
  if (change.status === 'added') return undefined;
  return (await documentOf(question.base, change.previousPath ?? change.path, question))?.value;
}

/** Keys on added lines whose value is another one than before, parents before what they hold. */
function changedKeys(
  document: ParsedDocument,
  before: unknown,
  { hunks }: FileChange,
): readonly ValuesPath[] {
  const added = new Set(hunks.flatMap((hunk) => hunk.added));
  const keys: ValuesPath[] = [];
  let left = maxKeys;
  const visit = (value: unknown, path: ValuesPath): void => {
    if (!isMap(value)) return;
    for (const key of Object.keys(value).sort(byText)) {
      const at = [...path, key];
      const isSame = JSON.stringify(valueAt(before, at)) === JSON.stringify(value[key]);
      if (isSame || left-- <= 0) continue;
      if (added.has(document.locate(at)?.startLine ?? 0)) keys.push(at);
      visit(value[key], at);
    }
  };
  visit(document.value, []);
  return keys;
}

/** Changed keys of one file that are looked at. */
const maxKeys = 100;

/** The name that was meant, where one is near, if no render of some reads the key; null where one may. */
async function unreadIn(
  path: ValuesPath,
  agains: readonly Again[],
  take: () => boolean,
): Promise<{ readonly near: string | null } | null> {
  const siblings = new Set<string>();
  for (const again of agains) {
    const known = await again.reads();
    if (known === null || known.reads.full) return null;
    const reads = known.reads.all();
    const parent = path.slice(0, -1);
    const meets = reads.some((read) => startsWith(read, path) || (startsWith(path, read) && read.length > 0));
    const lookedInto = reads.filter((read) => read.length > parent.length && startsWith(read, parent));
    if (meets || lookedInto.length === 0) return null;
    for (const read of lookedInto) siblings.add(String(read[parent.length]));
    if (!(await changesNothing(path, again, known, take))) return null;
  }
  return { near: nearest(String(path.at(-1)), siblings) };
}

/** Whether another value of the key, or of the first one below it that has others, gives the same bytes. */
async function changesNothing(
  path: ValuesPath,
  again: Again,
  { documents }: WithReads,
  take: () => boolean,
): Promise<boolean> {
  const [place] = again.sources.places(path);
  const leaf = leavesOf(place?.value).find(({ value }) => othersThan(value).length > 0);
  if (place === undefined || leaf === undefined) return false;
  const at = { ...place, key: [...place.key, ...leaf.path], value: leaf.value };
  const result = await again.altered({ place: at, value: othersThan(leaf.value)[0] }, take);
  if (result === null || 'error' in result || result.documents.length !== documents.length) return false;
  return result.documents.every(({ text }, index) => text === documents[index]?.text);
}
