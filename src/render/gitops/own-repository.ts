import { isPlaceholder } from '../../manifest/manifest.ts';

/** How a repository is known to those who name it. */
export interface OwnRepository {
  /** Addresses and `owner/name`s of the repository under review; empty where nobody knows. */
  readonly names: readonly string[];
  /** Name of the folder that holds it; null where it has none of its own. */
  readonly folder: string | null;
}

export const unknownRepository: OwnRepository = { names: [], folder: null };

/** `assumed`: nobody knows for sure, and what is named is there. */
export type Ownership = 'own' | 'assumed' | 'other';

/** Whether an address means the repository under review; `isThere` tells whether what it is asked for is in the tree. */
export function ownershipOf(address: string, own: OwnRepository, isThere: boolean): Ownership {
  if (isPlaceholder(address) || address.trim() === '') return isThere ? 'assumed' : 'other';
  const wanted = repositoryName(address);
  if (wanted === null) return 'other';
  const known = own.names.flatMap((name) => repositoryName(name) ?? []);
  if (known.length > 0) return known.includes(wanted) ? 'own' : 'other';
  if (!isThere) return 'other';
  if (own.folder === null) return 'assumed';
  return lastOf(wanted) === own.folder.toLowerCase().replace(/\.git$/, '') ? 'own' : 'other';
}

/**
 * `owner/name` in lower case of an address in any of git's forms; all of the path for longer ones. Hosts are left out:
 * one server has several names.
 */
export function repositoryName(address: string): string | null {
  const plain = address
    .trim()
    .toLowerCase()
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const path =
    /^[a-z][a-z0-9+.-]*:\/\/[^/]+\/(.+)$/.exec(plain)?.[1] ??
    /^(?:[^@/:]+@)?[^/:]+:(?!\/\/)(.+)$/.exec(plain)?.[1] ??
    plain;
  const steps = path.split('/').filter((step) => step !== '');
  return steps.length === 0 ? null : steps.join('/');
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Whether a revision is one that this tree does not stand for: a commit, a tag of a version, a range of versions. */
export function isPinned(revision: string): boolean {
  const name = revision.trim().replace(/^refs\/heads\//, '');
  if (/^refs\/tags\//.test(name)) return true;
  return /^[0-9a-f]{7,64}$/i.test(name) || /^[\^~<>=]|^v?\d+(\.(\d+|[x*]))+([-+].*)?$|^\*$/.test(name);
}
