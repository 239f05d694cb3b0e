import type { FileChange } from '../../text/change.ts';
import type { Directories, Directory, DirectoryGroup } from './directories.ts';

/** The same paths in base and in head. */
export interface Renames {
  readonly inBase: (path: string) => string;
  readonly inHead: (path: string) => string;
}

export function renamesOf(changes: readonly FileChange[]): Renames {
  const toBase = new Map(changes.map(({ path, previousPath }) => [path, previousPath ?? path]));
  const toHead = new Map(changes.map(({ path, previousPath }) => [previousPath ?? path, path]));
  return { inBase: (path) => toBase.get(path) ?? path, inHead: (path) => toHead.get(path) ?? path };
}

export interface DirectoryPair {
  readonly base: Directories;
  readonly head: Directories;
}

/** Both sides of the Applications of one group. */
export interface ComparedGroup extends DirectoryGroup {
  /**
   * Base's Applications of these names, and those of the same folders that head has no more. What another one of base
   * deployed and these take over is theirs already.
   */
  readonly before: readonly Directory[];
  /** Base's files of Applications that base did not have: what stood there is what they are held against. */
  readonly plain: readonly string[];
}

/**
 * What Argo CD takes is no plain manifest of its folder. A file that is plain in head is plain at both sides, so that it is
 * held against what it was.
 */
export function claimTaken({ base, head }: DirectoryPair, { inBase, inHead }: Renames): void {
  const gone = [...base.taken].filter((path) => head.layout.entry(inHead(path)) === undefined);
  base.layout.claim([...[...head.taken].map(inBase), ...gone]);
  head.layout.claim(head.taken);
}

export function comparedGroups(sides: DirectoryPair, renames: Renames): readonly ComparedGroup[] {
  const left = new Set(sides.head.members.map(({ release }) => release.id));
  return sides.head.groups.map((group) => {
    const ids = new Set(group.members.map(({ release }) => release.id));
    const folders = new Set(group.members.map(({ release }) => release.source.folder));
    const older = sides.base.members.filter(
      ({ release: { id, source } }) => ids.has(id) || (!left.has(id) && folders.has(source.folder)),
    );
    const before = older.map((each) => withTakenOver(each, group, sides.base, renames));
    return { ...group, before, plain: stoodBefore(group, before, renames) };
  });
}

/** An Application of base with what it takes over from another one. */
function withTakenOver(
  directory: Directory,
  { members }: DirectoryGroup,
  base: Directories,
  { inBase }: Renames,
): Directory {
  const now = members.find(({ release }) => release.id === directory.release.id);
  const over = (now?.files.paths ?? []).map(inBase).filter((path) => base.taken.has(path));
  const paths = [...new Set([...directory.files.paths, ...over])].sort();
  return { ...directory, files: { ...directory.files, paths } };
}

/** What new Applications take, as it stood in base, unless one of base took all of it. */
function stoodBefore(
  { members }: DirectoryGroup,
  before: readonly Directory[],
  { inBase }: Renames,
): readonly string[] {
  const names = new Set(before.map(({ release }) => release.id));
  const taken = before.map(({ files }) => new Set(files.paths));
  const fresh = members.filter(({ release }) => !names.has(release.id));
  const stood = fresh.map(({ files }) => files.paths.map(inBase));
  const left = stood.filter((paths) => !taken.some((own) => paths.every((path) => own.has(path))));
  return [...new Set(left.flat())];
}
