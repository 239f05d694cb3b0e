import type { FieldPath } from '../manifest/field-path.ts';
import type { Resource } from './resource.ts';

/** A field of an object; absent fields are located at their nearest existing parent. */
export interface FieldOf {
  readonly resource: Resource;
  readonly path: FieldPath;
}

/** Something that was read, or assumed, to say what is said. */
export interface Evidence {
  /** Markdown, as the texts of a message: what comes from the change stands in `code()`. */
  readonly text: string;
  readonly at?: FieldOf;
}
