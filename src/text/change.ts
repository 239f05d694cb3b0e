/** One hunk of a unified diff. Line numbers count from 1; `start` is 0 where that side has no lines. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Line numbers in head that this hunk adds. */
  readonly added: readonly number[];
  /** Line numbers in base that this hunk deletes. */
  readonly deleted: readonly number[];
}

export type ChangeStatus = 'added' | 'modified' | 'deleted' | 'renamed';

/** One file that differs between base and head. `hunks` has git's usual three lines of context. */
export interface FileChange {
  /** Path in head; for a deleted file, its path in base. */
  readonly path: string;
  /** Path in base where it differs from `path` (a rename), else null. */
  readonly previousPath: string | null;
  readonly status: ChangeStatus;
  readonly binary: boolean;
  readonly hunks: readonly Hunk[];
}
