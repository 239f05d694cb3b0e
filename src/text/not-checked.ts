/** Why something was left out of the review. */
export type NotCheckedReason =
  | 'parse-failed'
  | 'render-failed'
  | 'missing-dependency'
  | 'remote-source'
  | 'unsupported'
  | 'encrypted'
  | 'lfs-pointer'
  | 'submodule'
  | 'unsafe-path'
  | 'too-large'
  | 'timed-out'
  | 'out-of-memory'
  | 'outside-unit';

/** One thing that could not be looked at, said plainly instead of guessed. */
export interface NotChecked {
  /** Release unit, e.g. `helm:charts/web`; null where the trouble came before units. */
  readonly unit: string | null;
  readonly path: string | null;
  readonly reason: NotCheckedReason;
  /** One sentence, already safe of secrets; where known it names `path:line`. */
  readonly detail: string;
  /** Line of `path` that the detail speaks of, else null. */
  readonly line: number | null;
}
