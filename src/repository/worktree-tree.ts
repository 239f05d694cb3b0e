import type { Limits } from '../text/limits.ts';
import { byPath } from './by-path.ts';
import { blobIdOf, readRegular } from './disk-file.ts';
import { diskTree, entryOnDisk, inBatches } from './disk-tree.ts';
import { git } from './git.ts';
import { fileRead, typeOfMode } from './git-tree.ts';
import type { ObjectStore } from './objects.ts';
import type { FileRead, Tree, TreeEntry } from './tree.ts';

export interface WorktreeSource {
  readonly gitDir: string;
  readonly workTree: string;
  readonly objects: ObjectStore;
  readonly limits: Limits;
  /** What the repository names its objects by: `sha1` or `sha256`. */
  readonly algorithm: string;
}

/** What the index says of a path; `skipped` where a sparse checkout leaves the file out. */
interface Tracked extends TreeEntry {
  readonly skipped: boolean;
}

/** The working tree as a commit of all of it would be: tracked files, and untracked ones not ignored. */
export function worktreeTree(source: WorktreeSource): Tree {
  return diskTree({
    root: source.workTree,
    limits: source.limits,
    list: () => listWorktree(source),
    readElsewhere: (entry) => readStaged(source, entry),
  });
}

async function readStaged(source: WorktreeSource, entry: TreeEntry): Promise<FileRead> {
  const read = (await source.objects.read([entry.id])).get(entry.id)!;
  if (read.kind === 'missing') return { kind: 'absent' };
  return fileRead(entry.path, read, source.limits.fileBytes);
}

async function listWorktree(source: WorktreeSource): Promise<readonly TreeEntry[]> {
  const [tracked, untracked] = await Promise.all([trackedEntries(source), untrackedPaths(source)]);
  const checked = new Set<string>();
  const inspect = async (path: string): Promise<TreeEntry | null> => {
    const staged = tracked.get(path);
    if (staged?.type === 'submodule') return plain(staged);
    if (path.endsWith('/')) return { path: path.slice(0, -1), type: 'submodule', size: null, id: '' };
    const entry = await entryOnDisk(source.workTree, path, source.algorithm, checked);
    if (!entry) return staged?.skipped ? plain(staged) : null;
    return staged ? await asStaged(source, entry, staged) : entry;
  };
  const entries = await inBatches([...tracked.keys(), ...untracked], inspect);
  return entries.filter((entry) => entry !== null).sort(byPath);
}

/** Each record is `<tag> <mode> <id> <stage><TAB><path>`; the tag S means "skip worktree". */
async function trackedEntries(source: WorktreeSource): Promise<ReadonlyMap<string, Tracked>> {
  const records = await listFiles(source, ['--cached', '--stage', '-t']);
  const entries = records.map((record): Tracked => {
    const tab = record.indexOf('\t');
    const [tag = '', mode = '', id = ''] = record.slice(0, tab).split(' ');
    const path = record.slice(tab + 1);
    return { path, type: typeOfMode(mode), size: null, id, skipped: tag.toUpperCase() === 'S' };
  });
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function plain({ path, type, size, id }: TreeEntry): TreeEntry {
  return { path, type, size, id };
}

/** A repository inside the working tree is listed as one path that ends in `/`. */
function untrackedPaths(source: WorktreeSource): Promise<readonly string[]> {
  return listFiles(source, ['--others', '--exclude-standard']);
}

async function listFiles(source: WorktreeSource, args: readonly string[]): Promise<readonly string[]> {
  const options = { workTree: source.workTree, userConfig: true };
  const output = await git(source.gitDir, ['ls-files', '-z', ...args], options);
  return output.toString().split('\0').slice(0, -1);
}

/** A file that differs from the index in nothing but CRLF was checked out with `core.autocrlf`: unchanged. */
async function asStaged(source: WorktreeSource, entry: TreeEntry, staged: TreeEntry): Promise<TreeEntry> {
  if (entry.type !== 'file' || entry.id === staged.id) return entry;
  const bytes = await readRegular(source.workTree, entry.path, source.limits.fileBytes);
  const lines = bytes?.toString('latin1').replaceAll('\r\n', '\n');
  const same = lines !== undefined && blobIdOf(Buffer.from(lines, 'latin1'), source.algorithm) === staged.id;
  return same ? { ...entry, id: staged.id } : entry;
}
