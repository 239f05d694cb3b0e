/** Bounds on what one run reads and renders; every one is a configuration key. */
export interface Limits {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Bytes of all files of one release unit. */
  readonly unitBytes: number;
  /** Bytes of a chart with its archives unpacked. */
  readonly chartBytes: number;
  /** Memory of one engine instance, in MiB. */
  readonly engineMemoryMiB: number;
  /** Time of one render, in seconds. */
  readonly renderSeconds: number;
  /** YAML documents of one release unit. */
  readonly documents: number;
  /** Aliases expanded in one document. */
  readonly aliases: number;
  /** Nesting of one document. */
  readonly depth: number;
  /** Values sets of one chart. */
  readonly valuesSets: number;
  /** Inline comments of one review. */
  readonly inlineComments: number;
  /** Time of the whole run, in seconds. */
  readonly runSeconds: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: Limits = {
  fileBytes: 5 * MiB,
  unitBytes: 64 * MiB,
  chartBytes: 100 * MiB,
  engineMemoryMiB: 1024,
  renderSeconds: 30,
  documents: 10_000,
  aliases: 100,
  depth: 100,
  valuesSets: 50,
  inlineComments: 25,
  runSeconds: 600,
};
