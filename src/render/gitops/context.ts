import type { Limits } from '../../text/limits.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked, NotCheckedReason } from '../../text/not-checked.ts';
import type { Charts } from '../helm/charts.ts';
import type { Layout } from '../layout.ts';
import type { GitOpsObject } from './inline-values.ts';
import type { RealPath } from './links.ts';
import type { OwnRepository } from './own-repository.ts';
import type { EvaluateTemplates } from './templates.ts';

/** What the readers of GitOps objects may look at: one revision, and the objects found in it. */
export interface GitOpsContext {
  readonly layout: Layout;
  readonly revision: RevisionSide;
  readonly charts: Charts;
  readonly own: OwnRepository;
  readonly limits: Limits;
  /** Every object of a GitOps tool and every ConfigMap that stands in a plain file. */
  readonly objects: readonly GitOpsObject[];
  /** Kustomization files by their folder, decoded. */
  readonly kustomizations: ReadonlyMap<string, unknown>;
  /** Follows symbolic links within the tree. */
  readonly real: RealPath;
  /** The text of a file of the revision; null where it cannot be had. */
  readonly read: (path: string) => Promise<string | null>;
  readonly evaluate: EvaluateTemplates;
}

/** Releases of one revision, and of one object. */
export const mostReleases = 1_000;

/** Something of an object that cannot be had, at its line. */
export function cannot(
  unit: string,
  { manifest, path }: GitOpsObject,
  field: readonly (string | number)[],
  reason: NotCheckedReason,
  detail: string,
): NotChecked {
  const place = manifest.locate(field);
  return { unit, path: place?.path ?? path, reason, detail, line: place?.startLine ?? null };
}

/** Whether the tree has a file or a folder of this name. */
export function isInTree(layout: Layout, path: string): boolean {
  return path === '.' || layout.entry(path) !== undefined || layout.below(path).length > 0;
}
