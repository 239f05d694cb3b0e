import type { NotCheckedReason } from '../../text/not-checked.ts';
import type { ChartDependency } from './chart-metadata.ts';

/** One file as the engine gets it. */
export interface InputFile {
  /** From the chart's root, copied dependencies under `charts/`. */
  readonly path: string;
  /** Where it stands in the repository; null for a file from outside. */
  readonly repositoryPath: string | null;
  /** Same id, same bytes. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A chart with what it needs to render, as far as it can be had. */
export interface ChartInput {
  readonly folder: string;
  readonly files: readonly InputFile[];
  /** Paths of files that only a look at `.Files` can bring into the render: they were not read. */
  readonly withheld: readonly string[];
  /** The same chart with every file read. */
  whole(): Promise<ChartInput>;
  readonly missing: readonly ChartDependency[];
  /** Files that could not be read although they may shape the render. */
  readonly refused: readonly {
    readonly path: string;
    readonly reason: NotCheckedReason;
    readonly detail: string;
  }[];
}
