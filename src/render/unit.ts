import type { Manifest } from '../manifest/manifest.ts';
import type { IgnoreComment } from '../text/ignore-comments.ts';
import type { NotChecked } from '../text/not-checked.ts';
import type { Again } from './helm/cause-again.ts';
import type { Assumption, Landing } from './landing.ts';

/** One release of a unit with one values set, rendered at one revision. */
export interface Render {
  /** `default`, the values files' paths joined by `+`, or a GitOps release's id; units of other kinds have `default`. */
  readonly valuesSet: string;
  /** In the order in which they would be deployed. */
  readonly manifests: readonly Manifest[];
  /** What this render lacks. Empty means complete: claims of absence may be made. */
  readonly notChecked: readonly NotChecked[];
  /** Comments that accept findings, in the files that this render was made of. */
  readonly ignores: readonly IgnoreComment[];
  /** What every finding of this render takes for granted. */
  readonly assumptions?: readonly Assumption[];
  /** Where a GitOps object or the configuration says that it lands. */
  readonly landing?: Landing;
  /** `ok`; `failed`: nothing came out; `partial`: some objects are missing. */
  readonly state: 'ok' | 'partial' | 'failed';
  /** It does not render as it stands: this is what came out in spite of what is unknown. */
  readonly lenient?: boolean;
  /** The same release, to be rendered with other values. */
  readonly again?: Again;
  /** Why it does not render as it stands, where it is lenient. */
  readonly refusals?: readonly NotChecked[];
}

/** A key of a values file that nothing of the chart reads. */
export interface UnreadValue {
  readonly path: string;
  readonly key: readonly (string | number)[];
  /** The one key beside it that is read and looks like it. */
  readonly near: string | null;
  /** The values sets that it belongs to. */
  readonly valuesSets: readonly string[];
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A release unit on one side of the comparison. Raw folder, chart or kustomization. */
export interface RenderedUnit {
  /** `helm:charts/web`, `raw:deploy/web`, `kustomize:overlays/prod`. */
  readonly id: string;
  readonly kind: 'raw' | 'helm' | 'kustomize';
  /** Folder of the unit. */
  readonly path: string;
  /** Namespace that the configuration states for the release, else null. */
  readonly namespace: string | null;
  readonly renders: readonly Render[];
  /** What this change sets and nothing reads; only of head. */
  readonly unread?: readonly UnreadValue[];
}

/** The same unit at base and head; null on the side where it is not there. */
export interface UnitPair {
  readonly id: string;
  readonly base: RenderedUnit | null;
  readonly head: RenderedUnit | null;
}
