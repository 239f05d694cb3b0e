import { createHash, type Hash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What stands at a path on the disk; `other` is a device, a socket or a named pipe. */
export type OnDisk = 'file' | 'symlink' | 'directory' | 'other';

/** Missing on Windows, where creating a symbolic link needs a privilege. */
const noFollow = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Looks at `path` below `root` without following a symbolic link anywhere below the root; null where nothing is,
 * or where a directory on the way is a link. `checked` remembers the directories that were found to be real.
 */
export async function look(
  root: string,
  path: string,
  checked: Set<string>,
): Promise<{ readonly kind: OnDisk; readonly size: number } | null> {
  if (!(await isReal(root, dirname(path), checked))) return null;
  const stats = await lstat(join(root, path)).catch(() => null);
  return stats && { kind: kindOf(stats), size: stats.size };
}

async function isReal(root: string, directory: string, checked: Set<string>): Promise<boolean> {
  if (directory === '.' || checked.has(directory)) return true;
  if (!(await isReal(root, dirname(directory), checked))) return false;
  const stats = await lstat(join(root, directory)).catch(() => null);
  if (!stats?.isDirectory()) return false;
  checked.add(directory);
  return true;
}

function kindOf(stats: Stats): OnDisk {
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isDirectory()) return 'directory';
  return stats.isFile() ? 'file' : 'other';
}

/** Bytes of a regular file, or null: gone, replaced by a link, not regular any more, or above the limit by now. */
export async function readRegular(root: string, path: string, maxBytes: number): Promise<Buffer | null> {
  return withRegular(root, path, async (handle, stats) =>
    stats.size > maxBytes ? null : (await handle.readFile()).subarray(0, maxBytes),
  );
}

/** The id that git would give to the file's bytes as they are (`blob <size>NUL<content>`), or null. */
export async function blobId(root: string, path: string, algorithm: string): Promise<string | null> {
  return withRegular(root, path, async (handle, stats) => {
    const hash = blobHash(algorithm, stats.size);
    for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
    return hash.digest('hex');
  });
}

/** What a symbolic link says, or null: none stands there, or a directory on the way is one. */
export async function linkTarget(root: string, path: string, checked: Set<string>): Promise<string | null> {
  const found = await look(root, path, checked);
  return found?.kind === 'symlink' ? readlink(join(root, path)).catch(() => null) : null;
}

export function blobIdOf(bytes: Uint8Array, algorithm: string): string {
  return blobHash(algorithm, bytes.length).update(bytes).digest('hex');
}

export async function linkId(root: string, path: string, algorithm: string): Promise<string> {
  return blobIdOf(Buffer.from(await readlink(join(root, path)).catch(() => '')), algorithm);
}

function blobHash(algorithm: string, size: number): Hash {
  return createHash(algorithm).update(`blob ${size}\0`);
}

async function withRegular<T>(
  root: string,
  path: string,
  use: (handle: FileHandle, stats: Stats) => Promise<T | null>,
): Promise<T | null> {
  const handle = await open(join(root, path), constants.O_RDONLY | noFollow).catch(() => null);
  try {
    const stats = await handle?.stat();
    return handle && stats?.isFile() ? await use(handle, stats) : null;
  } finally {
    await handle?.close();
  }
}
