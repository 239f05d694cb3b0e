import type { Location } from '../text/location.ts';
import type { FieldPath } from './field-path.ts';

/** Names an object. `namespace` is null where none is set (a `default` that we supplied counts as none). */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
}

/** Where a manifest's text came from. */
export type Origin =
  | { readonly kind: 'raw'; readonly path: string; readonly document: number }
  | {
      readonly kind: 'helm';
      /** Folder of the chart. */
      readonly chart: string;
      /** Template path under the chart, e.g. `templates/deployment.yaml`. */
      readonly template: string;
      readonly hook: boolean;
      /** The release name where nobody stated one and it was made from the chart's name, else null. */
      readonly inventedRelease: string | null;
    }
  | {
      readonly kind: 'kustomize';
      /** Folder of the kustomization that was built. */
      readonly folder: string;
      /** File that the object was read from, else the kustomization that generated it. */
      readonly path: string;
    }
  /** Stands for a file that gives no objects any more: `detail` says why, in the tool's own words. */
  | { readonly kind: 'broken'; readonly path: string; readonly detail: string }
  /** Stands for a key of a values file that nothing reads; `near` is the key that was meant, where one is near. */
  | { readonly kind: 'unread'; readonly path: string; readonly key: string; readonly near: string | null };

/** One Kubernetes object as it would be deployed, with the way back to the source lines. */
export interface Manifest {
  readonly ref: ObjectRef;
  /** The decoded document, as written (nothing defaulted). */
  readonly value: Readonly<Record<string, unknown>>;
  /** The YAML text of this one document as rendered. */
  readonly text: string;
  readonly origin: Origin;
  /**
   * The source line that set the field, or for an absent field its nearest existing parent.
   * Null when the rendered line has no known source.
   */
  locate(path: FieldPath): Location | null;
  /**
   * Every line that has a part in the field: its own and those of all that holds it, up to the object's first one;
   * through a chart the template's and its callers', and the values'. A comment above one of them speaks of the field.
   */
  linesOf(path: FieldPath): readonly SourceLine[];
  /** The line that caused the field, proved by rendering again; only of what was rendered from values. */
  causeOf?(path: FieldPath, proof: Proof): Promise<Cause>;
}

/** What a proof may cost, and what of the sources the change touched. */
export interface Proof {
  /** Asked before each render; false: no more. */
  readonly take: () => boolean;
  readonly isChanged: (location: Location) => boolean;
}

export interface Cause {
  readonly location: Location | null;
  /** Where the template prints the value, if the location is a value that was proved to cause it. */
  readonly template: Location | null;
}

/** A line of a file of the revision. */
export interface SourceLine {
  readonly path: string;
  readonly line: number;
}

const placeholder = /\$\{[^}]*\}|\{\{.*?\}\}|^__[A-Za-z0-9_]+__$|@@[A-Za-z0-9_]+@@|^<[A-Za-z][\w .-]*>$/s;

/**
 * True of what some later tool fills in (`${X}`, `{{ x }}`, `__X__`, `@@X@@`, `<x>`, and `{X}`, which YAML reads as a
 * mapping of a key without a value): nothing is known of it.
 */
export function isPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return placeholder.test(value);
  return value !== null && typeof value === 'object' && isBraced(value);
}

function isBraced(value: object): boolean {
  for (const key in value) {
    return (
      (value as Record<string, unknown>)[key] === null &&
      /^[A-Z][A-Z0-9_]*$/.test(key) &&
      Object.keys(value).length === 1
    );
  }
  return false;
}

/** The API group of an `apiVersion`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
