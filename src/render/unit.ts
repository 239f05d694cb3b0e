import type { Manifest } from '../manifest/manifest.ts';
import type { IgnoreComment } from '../text/ignore-comments.ts';
import type { NotChecked } from '../text/not-checked.ts';

/** One release of a unit with one values set, rendered at one revision. */
export interface Render {
  /** `default`, or the values files' paths joined by `+`; raw units always have `default`. */
  readonly valuesSet: string;
  /** In the order in which they would be deployed. */
  readonly manifests: readonly Manifest[];
  /** What this render lacks. Empty means complete: claims of absence may be made. */
  readonly notChecked: readonly NotChecked[];
  /** Comments that accept findings, in the files that this render was made of. */
  readonly ignores: readonly IgnoreComment[];
  /** `ok`; `failed`: nothing came out; `partial`: some objects are missing. */
  readonly state: 'ok' | 'partial' | 'failed';
  /** It does not render as it stands: this is what came out in spite of what is unknown. */
  readonly lenient?: boolean;
  /** Why it does not render as it stands, where it is lenient. */
  readonly refusals?: readonly NotChecked[];
}

/** A release unit on one side of the comparison. Raw folder or chart. */
export interface RenderedUnit {
  /** `helm:charts/web`, `raw:deploy/web`. */
  readonly id: string;
  readonly kind: 'raw' | 'helm';
  /** Folder of the unit. */
  readonly path: string;
  /** Namespace that the configuration states for the release, else null. */
  readonly namespace: string | null;
  readonly renders: readonly Render[];
}

/** The same unit at base and head; null on the side where it is not there. */
export interface UnitPair {
  readonly id: string;
  readonly base: RenderedUnit | null;
  readonly head: RenderedUnit | null;
}
