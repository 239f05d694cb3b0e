/** Which of the two compared revisions a thing belongs to. */
export type RevisionSide = 'base' | 'head';

/** What the line at a location is; `object` when only the object's own line could be named. */
export type LocationKind = 'manifest' | 'template' | 'values' | 'kustomization' | 'object';

/** A range of a text. Lines and columns count from 1; the end column is exclusive. */
export interface TextRange {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A range of text in a file of the repository. */
export interface Location extends TextRange {
  readonly path: string;
  readonly revision: RevisionSide;
  readonly kind: LocationKind;
}

/** The range alone of what knows more. */
export function rangeOf({ startLine, startColumn, endLine, endColumn }: TextRange): TextRange {
  return { startLine, startColumn, endLine, endColumn };
}
