import { createHash } from 'node:crypto';
import type { Comparison } from '../../src/repository/comparison.ts';
import type { FileRead, Tree, TreeEntry } from '../../src/repository/tree.ts';
import type { FileChange } from '../../src/text/change.ts';

/** Files by path; `null` stands for a symlink, which no tree follows. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

/** A tree of literal files. `reversed` lists them in another order than the contract's. */
export function memoryTree(
  files: Files,
  { reversed = false, refuse = {} as Record<string, FileRead> } = {},
): Tree & {
  readonly readPaths: string[];
} {
  const readPaths: string[] = [];
  const bytesOf = (path: string): Uint8Array => {
    const content = files[path];
    return typeof content === 'string' ? new TextEncoder().encode(content) : (content ?? new Uint8Array());
  };
  const paths = Object.keys(files).sort();
  const entries = (reversed ? paths.reverse() : paths).map(
    (path): TreeEntry => ({
      path,
      type: files[path] === null ? 'symlink' : 'file',
      size: bytesOf(path).length,
      id: createHash('sha1').update(bytesOf(path)).digest('hex'),
    }),
  );
  const read = (path: string): FileRead => {
    if (refuse[path] !== undefined) return refuse[path];
    if (!Object.hasOwn(files, path)) return { kind: 'absent' };
    if (files[path] === null)
      return { kind: 'refused', reason: 'unsafe-path', detail: `${path} is a symlink.` };
    return { kind: 'bytes', bytes: bytesOf(path) };
  };
  return {
    commit: null,
    readPaths,
    list: async () => entries,
    read: async (wanted) => {
      readPaths.push(...wanted);
      return new Map(wanted.map((path) => [path, read(path)]));
    },
  };
}

/** What differs between two sets of files; `renames` are what git would call renames. */
export function memoryComparison(
  base: Files,
  head: Files,
  renames: Readonly<Record<string, string>> = {},
  reversed = false,
) {
  const change = (
    path: string,
    status: FileChange['status'],
    previousPath: string | null = null,
  ): FileChange => ({
    path,
    previousPath,
    status,
    binary: false,
    hunks: [],
  });
  const moved = new Set(Object.values(renames));
  const changes: FileChange[] = [];
  for (const path of Object.keys(head)) {
    if (renames[path] !== undefined) changes.push(change(path, 'renamed', renames[path]));
    else if (!Object.hasOwn(base, path)) changes.push(change(path, 'added'));
    else if (base[path] !== head[path]) changes.push(change(path, 'modified'));
  }
  for (const path of Object.keys(base)) {
    if (!Object.hasOwn(head, path) && !moved.has(path)) changes.push(change(path, 'deleted'));
  }
  changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    commits: { base: null, head: null, mergeBase: null },
    base: memoryTree(base, { reversed }),
    head: memoryTree(head, { reversed }),
    changes,
    close: async () => {},
  } satisfies Comparison;
}
