import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Limits } from '../text/limits.ts';
import { byPath } from './by-path.ts';
import { diskTree, entryOnDisk, inBatches } from './disk-tree.ts';
import { RepositoryError } from './repository-error.ts';
import type { Tree, TreeEntry } from './tree.ts';

/** The files of a plain directory, `.git` left out. Needs no git. */
export async function directoryTree(directory: string, limits: Limits): Promise<Tree> {
  const root = await realpath(directory).catch(() => null);
  const isDirectory = root !== null && (await readdir(root).catch(() => null)) !== null;
  if (!isDirectory) throw new RepositoryError('usage', `not a directory that can be read: ${directory}`);
  return diskTree({ root, limits, list: () => listDirectory(root) });
}

async function listDirectory(root: string): Promise<readonly TreeEntry[]> {
  const checked = new Set<string>();
  const entries = await inBatches(await walk(root, ''), (path) => entryOnDisk(root, path, 'sha1', checked));
  return entries.filter((entry) => entry !== null).sort(byPath);
}

/** Paths of everything below that is not a directory; symbolic links are listed, not entered. */
async function walk(root: string, directory: string): Promise<string[]> {
  const found = await readdir(join(root, directory), { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of found) {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
    if (entry.name === '.git') continue;
    if (entry.isDirectory()) paths.push(...(await walk(root, path)));
    else paths.push(path);
  }
  return paths;
}
