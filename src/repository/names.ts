import { basename, dirname, join } from 'node:path';
import { discoverOrNull } from './discover.ts';
import { runGit } from './git.ts';

/** How others name a local repository. */
export interface RepositoryNames {
  /** Addresses of its remotes, without user information. */
  readonly names: readonly string[];
  /** Name of the folder that holds it; null outside a repository. */
  readonly folder: string | null;
}

/** Reads the remotes' addresses off the configuration file, as data: nothing that it includes is looked at. */
export async function repositoryNames(directory: string): Promise<RepositoryNames> {
  const source = await discoverOrNull(directory);
  if (source === null) return { names: [], folder: null };
  const { gitDir, commonDir, workTree } = source;
  const file = join(commonDir, 'config');
  const list = ['config', '--file', file, '--no-includes', '--get-regexp', String.raw`^remote\..*\.url$`];
  const { stdout } = await runGit(gitDir, list);
  const names = stdout
    .toString()
    .split('\n')
    .flatMap((line) => line.slice(line.indexOf(' ') + 1).trim() || [])
    .map((address) => address.replace(/\/\/[^/@]*@/, '//'));
  return { names, folder: basename(workTree ?? (basename(gitDir) === '.git' ? dirname(gitDir) : gitDir)) };
}
