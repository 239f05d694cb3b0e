import type { Limits } from '../text/limits.ts';
import { byPath } from './by-path.ts';
import { git } from './git.ts';
import type { ObjectRead, ObjectStore } from './objects.ts';
import { contentOf, refusals, withoutReading } from './refusals.ts';
import type { FileRead, Tree, TreeEntry } from './tree.ts';

/** Brings objects that a partial clone left out, all in one go. */
export type FetchObjects = (ids: readonly string[]) => Promise<void>;

export interface GitTreeSource {
  readonly gitDir: string;
  readonly objects: ObjectStore;
  readonly limits: Limits;
  /** Without it a missing object is refused with a sentence. */
  readonly fetchObjects?: FetchObjects | undefined;
}

/** The files of a commit, from git's objects. */
export function gitTree(source: GitTreeSource, commit: string): Tree {
  let listing: Promise<ReadonlyMap<string, TreeEntry>> | null = null;
  const entries = () => {
    listing ??= listTree(source.gitDir, commit);
    return listing;
  };
  // Whoever opens a commit lists it: git is at it while the changes are read. A failure shows with the first use.
  entries().catch(() => {});
  return {
    commit,
    list: async () => [...(await entries()).values()],
    read: async (paths) => readPaths(source, await entries(), paths),
    links: async (paths) => readLinks(source, await entries(), paths),
  };
}

async function readLinks(
  source: GitTreeSource,
  entries: ReadonlyMap<string, TreeEntry>,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const links = paths.filter((path) => entries.get(path)?.type === 'symlink');
  const reads = await readObjects(source, [...new Set(links.map((path) => entries.get(path)!.id))]);
  return new Map(
    links.flatMap((path): [string, string][] => {
      const read = reads.get(entries.get(path)!.id);
      return read?.kind === 'bytes' ? [[path, Buffer.from(read.bytes).toString()]] : [];
    }),
  );
}

/** `<mode> <type> <id> <size><TAB><path><NUL>`; the size of a missing blob prints as `BAD`. */
async function listTree(gitDir: string, commit: string): Promise<ReadonlyMap<string, TreeEntry>> {
  const output = await git(gitDir, ['ls-tree', '-r', '-z', '--long', '--full-tree', commit]);
  const records = output.toString().split('\0').slice(0, -1);
  return new Map(
    records
      .map(treeEntry)
      .sort(byPath)
      .map((entry) => [entry.path, entry]),
  );
}

function treeEntry(record: string): TreeEntry {
  const tab = record.indexOf('\t');
  const [mode = '', , id = '', size = ''] = record.slice(0, tab).split(/ +/);
  return {
    path: record.slice(tab + 1),
    type: typeOfMode(mode),
    size: /^\d+$/.test(size) ? Number(size) : null,
    id,
  };
}

/** File modes of tree objects: 120000 is a symbolic link, 160000 a submodule, 100644 and 100755 are files. */
export function typeOfMode(mode: string): TreeEntry['type'] {
  if (mode === '160000') return 'submodule';
  return mode === '120000' ? 'symlink' : 'file';
}

async function readPaths(
  source: GitTreeSource,
  entries: ReadonlyMap<string, TreeEntry>,
  paths: readonly string[],
): Promise<ReadonlyMap<string, FileRead>> {
  const max = source.limits.fileBytes;
  const known = new Map(paths.map((path) => [path, withoutReading(path, entries, max)]));
  const wanted = paths.filter((path) => known.get(path) === null).map((path) => entries.get(path)!.id);
  const reads = await readObjects(source, wanted);
  return new Map(
    paths.map((path) => [path, known.get(path) ?? fileRead(path, reads.get(entries.get(path)!.id)!, max)]),
  );
}

/** Reads what is here, fetches what is missing in one go where that is possible, and reads that too. */
async function readObjects(
  source: GitTreeSource,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ObjectRead>> {
  const first = await source.objects.read(ids);
  const missing = [...first].filter(([, read]) => read.kind === 'missing').map(([id]) => id);
  if (missing.length === 0 || !source.fetchObjects) return first;
  await source.fetchObjects(missing);
  return new Map([...first, ...(await source.objects.read(missing))]);
}

/** An object's content as the content of a path. */
export function fileRead(path: string, read: ObjectRead, max: number): FileRead {
  if (read.kind === 'missing') return refusals.missing(path);
  if (read.kind === 'too-large') return refusals.tooLarge(path, read.size, max);
  return contentOf(path, read.bytes);
}
