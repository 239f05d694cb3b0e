import type { ReadSeconds } from './durations.ts';

/** Where a setting may be written. A group `scope` names what of several has the setting, each for itself. */
export type Place =
  /** Options of the server's own command line, or of a variable that holds one. */
  | { readonly flags: readonly string[]; readonly inVariable?: string }
  /** An argument that nothing but this server has, up to its value. */
  | { readonly argument: RegExp }
  /** A system property of the Java virtual machine. */
  | { readonly property: string }
  | { readonly variable: RegExp };

export interface Setting {
  /** Its name, where that is not what stands before the value. */
  readonly name?: string;
  /** `maximum`: the server waits at most that long, for what is under way; `fixed`: it always waits. */
  readonly kind: 'maximum' | 'fixed';
  /** The first in which something stands decides. */
  readonly places: readonly Place[];
  readonly read: ReadSeconds;
  /** Seconds where nothing is written. */
  readonly otherwise?: number;
  /** Options that name a file in which it may be written too. */
  readonly files?: readonly string[];
  /** What switches the wait off. */
  readonly off?: { readonly places: readonly Place[]; readonly when: RegExp };
  readonly source: string;
}

export interface Server {
  readonly name: string;
  /** Base names of its programs; none where its settings name it. */
  readonly programs?: readonly string[];
  /** Repository of its image, where that image's own entrypoint runs. */
  readonly images?: RegExp;
  /** One after the other. */
  readonly settings: readonly Setting[];
}
