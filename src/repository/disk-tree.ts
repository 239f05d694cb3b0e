import type { Limits } from '../text/limits.ts';
import { blobId, linkId, linkTarget, look, readRegular } from './disk-file.ts';
import { contentOf, refusals, withoutReading } from './refusals.ts';
import type { FileRead, Tree, TreeEntry } from './tree.ts';

/** How many files are open at a time. */
const atOnce = 32;

export interface DiskTreeSource {
  /** Absolute, and itself no symbolic link. */
  readonly root: string;
  readonly limits: Limits;
  list(): Promise<readonly TreeEntry[]>;
  /** Reads what is listed but not on the disk (a sparse checkout); without it such a file is absent. */
  readElsewhere?(entry: TreeEntry): Promise<FileRead>;
}

/** A tree whose files are on the disk. */
export function diskTree(source: DiskTreeSource): Tree {
  let listing: Promise<ReadonlyMap<string, TreeEntry>> | null = null;
  const entries = () => {
    listing ??= source.list().then((list) => new Map(list.map((entry) => [entry.path, entry])));
    return listing;
  };
  return {
    commit: null,
    list: async () => [...(await entries()).values()],
    async read(paths) {
      const known = await entries();
      const checked = new Set<string>();
      const readOne = async (path: string): Promise<[string, FileRead]> => [
        path,
        withoutReading(path, known, source.limits.fileBytes) ??
          (await readFile(source, known.get(path)!, checked)),
      ];
      return new Map(await inBatches([...new Set(paths)], readOne));
    },
    async links(paths) {
      const known = await entries();
      const checked = new Set<string>();
      const targets = await inBatches(paths, async (path) =>
        known.get(path)?.type === 'symlink' ? linkTarget(source.root, path, checked) : null,
      );
      return new Map(targets.flatMap((target, i) => (target === null ? [] : [[paths[i]!, target] as const])));
    },
  };
}

/** The disk is looked at again: since the listing a file may have become a link, or grown. */
async function readFile(source: DiskTreeSource, entry: TreeEntry, checked: Set<string>): Promise<FileRead> {
  const { root, limits } = source;
  const { path } = entry;
  const found = await look(root, path, checked);
  if (!found) return source.readElsewhere ? source.readElsewhere(entry) : { kind: 'absent' };
  if (found.kind !== 'file') return refusals.unsafe(path);
  if (found.size > limits.fileBytes) return refusals.tooLarge(path, found.size, limits.fileBytes);
  const bytes = await readRegular(root, path, limits.fileBytes);
  return bytes ? contentOf(path, bytes) : refusals.unsafe(path);
}

/** The entry of what stands at a path; null for a directory, a device, and where nothing is. */
export async function entryOnDisk(
  root: string,
  path: string,
  algorithm: string,
  checked: Set<string>,
): Promise<TreeEntry | null> {
  const found = await look(root, path, checked);
  if (found?.kind === 'symlink')
    return { path, type: 'symlink', size: found.size, id: await linkId(root, path, algorithm) };
  const id = found?.kind === 'file' ? await blobId(root, path, algorithm) : null;
  return found && id !== null ? { path, type: 'file', size: found.size, id } : null;
}

/** Maps in order, a few at a time. */
export async function inBatches<T, U>(items: readonly T[], map: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  for (let start = 0; start < items.length; start += atOnce)
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(map))));
  return results;
}
