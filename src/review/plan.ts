/** Where an inline comment goes; `startLine` equals `line` for one line. */
export interface InlineComment {
  readonly fingerprint: string;
  /** Of everything that it says, `fingerprint` among them. */
  readonly fingerprints: readonly string[];
  readonly path: string;
  readonly startLine: number;
  readonly line: number;
  readonly side: 'LEFT' | 'RIGHT';
  /** Markdown, with the hidden marker that holds the fingerprint. */
  readonly body: string;
}

/** What a review wants to have said on the pull request, before looking at what is there already. */
export interface WantedReview {
  readonly commentKey: string;
  readonly headSha: string;
  readonly comments: readonly InlineComment[];
  /** Body of the sticky summary; null: nothing to say (an existing summary is still brought up to date with `quiet`). */
  readonly summary: string | null;
  /** What an already posted summary becomes when there is nothing to say any more. */
  readonly quiet: string;
}

/** A comment of ours as found on the pull request. */
export interface PostedComment {
  readonly id: number;
  readonly fingerprint: string;
  readonly body: string;
  /** Where it stands now; null when its lines left the diff. Editing never moves it. */
  readonly anchor: Pick<InlineComment, 'path' | 'startLine' | 'line' | 'side'> | null;
}

/** Our own comments as found on the pull request. */
export interface PostedReview {
  readonly comments: readonly PostedComment[];
  readonly summary: { readonly id: number; readonly body: string } | null;
}

/** The difference between wanted and posted: pure data that `publish` carries out. */
export interface ReviewPlan {
  /** New inline comments, posted as one review. */
  readonly create: readonly InlineComment[];
  readonly update: readonly { readonly id: number; readonly body: string }[];
  /** Left as they are: already right, or of a finding that is gone. */
  readonly keep: readonly number[];
  readonly summary:
    | { readonly action: 'create'; readonly body: string }
    | { readonly action: 'update'; readonly id: number; readonly body: string }
    | { readonly action: 'none' };
}
