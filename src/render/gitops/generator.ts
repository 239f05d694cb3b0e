import type { FieldPath } from '../../manifest/field-path.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { GitOpsContext } from './context.ts';
import type { GitOpsObject } from './inline-values.ts';
import type { ParameterSet } from './parameters.ts';

/** A generator of an ApplicationSet, or one within another. */
export interface Generator {
  readonly object: GitOpsObject;
  readonly unit: string;
  readonly at: FieldPath;
  readonly goTemplate: boolean;
  /** The generator, with what a matrix puts into it. */
  readonly value: unknown;
  readonly kind: string;
  /** Whether a matrix multiplies it: then what clusters there are is not all that it depends on. */
  readonly isMultiplied: boolean;
  /** Matrices and merges that it stands in. */
  readonly depth: number;
  /** Generators that may still be asked for the whole set. */
  readonly budget: { left: number };
}

/** A generator whose kind was not looked at yet. */
export type GeneratorAt = Omit<Generator, 'kind'>;

/** What a generator gives for each Application, or why it is not followed. */
export type ParameterSets = readonly ParameterSet[] | NotChecked;

export type Generate = (generator: GeneratorAt, context: GitOpsContext) => Promise<ParameterSets>;
