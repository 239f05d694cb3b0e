import type { FileChange } from '../text/change.ts';
import { byPath } from './by-path.ts';
import { diffLines, type LineDiff } from './line-diff.ts';
import { type Candidate, findRenames } from './renames.ts';
import type { Tree, TreeEntry } from './tree.ts';

interface Pair {
  readonly before: TreeEntry | null;
  readonly after: TreeEntry | null;
}

/** `as-checked-out`: CRLF where base has LF alone is the work of `core.autocrlf`, not a change of the line. */
export type LineEndings = 'exact' | 'as-checked-out';

/** What differs between two trees whose ids are made alike, found without git. */
export async function treeChanges(base: Tree, head: Tree, endings: LineEndings): Promise<FileChange[]> {
  const pairs = differing(await base.list(), await head.list());
  const joined = await joinRenames(base, head, pairs);
  const changes: FileChange[] = [];
  for (const pair of joined) changes.push(await fileChange(base, head, pair, endings));
  return changes.sort(byPath);
}

function differing(before: readonly TreeEntry[], after: readonly TreeEntry[]): Pair[] {
  const pairs = new Map<string, Pair>(before.map((entry) => [entry.path, { before: entry, after: null }]));
  for (const entry of after)
    pairs.set(entry.path, { before: pairs.get(entry.path)?.before ?? null, after: entry });
  return [...pairs.values()].filter(
    (pair) => pair.before?.id !== pair.after?.id || pair.before?.type !== pair.after?.type,
  );
}

async function joinRenames(base: Tree, head: Tree, pairs: readonly Pair[]): Promise<readonly Pair[]> {
  const deleted = pairs.flatMap(({ before, after }) => (before && !after ? [before] : []));
  const added = pairs.flatMap(({ before, after }) => (after && !before ? [after] : []));
  const renames = findRenames(await candidates(base, deleted), await candidates(head, added));
  const moved = new Map(deleted.map((entry) => [entry.path, entry]));
  const sources = new Set(renames.values());
  return pairs.flatMap((pair) => {
    if (pair.before && !pair.after && sources.has(pair.before.path)) return [];
    const from = pair.before ? undefined : renames.get(pair.after!.path);
    return [from === undefined ? pair : { before: moved.get(from)!, after: pair.after }];
  });
}

/** Empty files are all alike, and links and submodules have no content of their own. */
async function candidates(tree: Tree, entries: readonly TreeEntry[]): Promise<Candidate[]> {
  const files = entries.filter((entry) => entry.type === 'file' && entry.size !== 0);
  const reads = await tree.read(files.map((entry) => entry.path));
  return files.map(({ path, id }) => {
    const read = reads.get(path);
    return { path, id, bytes: read?.kind === 'bytes' ? read.bytes : null };
  });
}

async function fileChange(
  base: Tree,
  head: Tree,
  { before, after }: Pair,
  endings: LineEndings,
): Promise<FileChange> {
  const path = after?.path ?? before!.path;
  const previousPath = before && before.path !== path ? before.path : null;
  return {
    path,
    previousPath,
    status: previousPath !== null ? 'renamed' : !before ? 'added' : after ? 'modified' : 'deleted',
    ...(await compare(base, head, { before, after }, endings)),
  };
}

/** A side that cannot be read (a link, too large, in LFS) leaves nothing to say of lines. */
async function compare(
  base: Tree,
  head: Tree,
  { before, after }: Pair,
  endings: LineEndings,
): Promise<LineDiff> {
  const [old, now] = await Promise.all([bytesOf(base, before), bytesOf(head, after)]);
  if (old === undefined || now === undefined) return { binary: true, hunks: [] };
  return diffLines(old, endings === 'exact' ? now : withEndingsOf(old, now));
}

function withEndingsOf(old: Uint8Array | null, now: Uint8Array | null): Uint8Array | null {
  if (!old || !now || Buffer.from(old).includes('\r\n')) return now;
  return Buffer.from(Buffer.from(now).toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

async function bytesOf(tree: Tree, entry: TreeEntry | null): Promise<Uint8Array | null | undefined> {
  if (!entry) return null;
  const read = (await tree.read([entry.path])).get(entry.path);
  return read?.kind === 'bytes' ? read.bytes : undefined;
}
