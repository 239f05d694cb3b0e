import type { NotCheckedReason } from '../text/not-checked.ts';

export interface TreeEntry {
  /** Relative to the repository root, with `/`. */
  readonly path: string;
  readonly type: 'file' | 'symlink' | 'submodule';
  /** Bytes; null where the listing does not tell (submodules). */
  readonly size: number | null;
  /** Same content, same id (the git object id, or a digest): unequal ids mean nothing across kinds of tree. */
  readonly id: string;
}

/** What reading one path gave: bytes, or the reason why not. `absent` where the tree has no such path. */
export type FileRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: NotCheckedReason; readonly detail: string };

/** The files of one revision. Nothing is checked out, no symlink is followed, no path leaves the tree. */
export interface Tree {
  /** Commit sha; null for a plain directory or a working tree. */
  readonly commit: string | null;
  /** Every entry, sorted by path (by code unit). Listed once, then remembered. */
  list(): Promise<readonly TreeEntry[]>;
  /** Reads many paths in one go; the answer has every path asked for. */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, FileRead>>;
  /** What symbolic links say, as text: nothing is followed. Left out where a tree cannot tell. */
  links?(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
