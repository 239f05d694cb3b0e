import type { FileChange } from '../text/change.ts';
import type { Tree } from './tree.ts';

/** Two revisions and what differs between them, from the merge base to head (three dots). */
export interface Comparison {
  /** Commit shas; null where there is none (two directories, a working tree). */
  readonly commits: {
    readonly base: string | null;
    readonly head: string | null;
    readonly mergeBase: string | null;
  };
  /** The tree at the merge base. */
  readonly base: Tree;
  readonly head: Tree;
  /** Sorted by path. */
  readonly changes: readonly FileChange[];
  close(): Promise<void>;
}
