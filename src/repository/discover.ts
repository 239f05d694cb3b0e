import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RepositoryError } from './repository-error.ts';

/** Where a repository keeps its things. All paths are absolute. */
export interface GitDirectories {
  readonly gitDir: string;
  /** Objects, refs and configuration; differs from `gitDir` in a linked worktree. */
  readonly commonDir: string;
  /** Root of the checkout; null in a bare repository. */
  readonly workTree: string | null;
}

/**
 * Finds the repository that holds `directory`, as git does: upwards. Done here because git refuses to look for a
 * repository of another owner (usual in container jobs), and versions before 2.38 take `safe.directory` from
 * files only; told `--git-dir`, every version reads on.
 */
export async function discover(directory: string): Promise<GitDirectories> {
  const found = await discoverOrNull(directory);
  if (found) return found;
  const instead =
    'name a checkout or a bare repository, or compare two folders with --base-dir and --head-dir';
  throw new RepositoryError('usage', `not a git repository: ${directory} (${instead})`);
}

export async function discoverOrNull(directory: string): Promise<GitDirectories | null> {
  const start = await realpath(directory).catch(() => null);
  for (let at = start; at !== null; at = dirname(at) === at ? null : dirname(at)) {
    const found = (await checkoutAt(at)) ?? (await bareAt(at));
    if (found) return found;
  }
  return null;
}

async function checkoutAt(directory: string): Promise<GitDirectories | null> {
  const dotGit = join(directory, '.git');
  const pointer = await readFile(dotGit, 'utf8').catch(() => null);
  const target = pointer?.match(/^gitdir: (.+?)\r?\n?$/s)?.[1];
  const gitDir = target === undefined ? dotGit : resolve(directory, target);
  return (await isRepository(gitDir)) ? { ...(await directories(gitDir)), workTree: directory } : null;
}

async function bareAt(directory: string): Promise<GitDirectories | null> {
  return (await isRepository(directory)) ? { ...(await directories(directory)), workTree: null } : null;
}

async function isRepository(gitDir: string): Promise<boolean> {
  const { commonDir } = await directories(gitDir);
  const parts = [join(gitDir, 'HEAD'), join(commonDir, 'objects'), join(commonDir, 'refs')];
  const found = await Promise.all(parts.map((part) => stat(part).catch(() => null)));
  return found.every((stats, index) => (index === 0 ? stats?.isFile() : stats?.isDirectory()));
}

async function directories(gitDir: string): Promise<{ gitDir: string; commonDir: string }> {
  const common = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '.');
  return { gitDir, commonDir: resolve(gitDir, common.trim()) };
}
