import { type Engine, EngineFailure, type FailureReason, type Message } from './engine.ts';

export interface KustomizeFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface KustomizeBuildRequest {
  /** Folder of the kustomization; `.` for the root. */
  readonly path: string;
  readonly files: readonly KustomizeFile[];
  /** Adds who set which field. */
  readonly trace?: boolean;
  /** Lets files stand outside their kustomization's folder, as Flux does. */
  readonly unrestricted?: boolean;
}

/** A generator or transformer of a kustomization: `PatchTransformer`, `ImageTagTransformer`… */
export interface BuildStep {
  /** The kustomization, or the file that configures a plug-in. */
  readonly file: string;
  readonly kind: string;
  /** Among the steps of its kind in its file; patches, images and labels are one step each. */
  readonly index: number;
}

export interface FieldStep {
  readonly path: readonly (string | number)[];
  /** Null: it stands there as it was read. */
  readonly step: BuildStep | null;
}

/** One object of the output. */
export interface BuiltDocument {
  readonly text: string;
  /** The file where it was read; null for a generated object. */
  readonly file: string | null;
  /** Its place among the objects of that file. */
  readonly ordinal: number;
  /** What generated it, else null. */
  readonly maker: BuildStep | null;
  /** Fields that a step set. What is below such a field has the same author unless it is listed itself. */
  readonly set: readonly FieldStep[];
  /** Fields that a step took away. */
  readonly gone: readonly FieldStep[];
}

/** Something that would have had to be fetched or run. */
export interface LeftOut {
  /** The kustomization (or its folder, for a single file), or the file that configures a plug-in. */
  readonly file: string;
  readonly entry: string;
  readonly kind: 'remote' | 'helm' | 'function';
  /** Whether it may change objects of others: a transformer, or a component. */
  readonly shapes: boolean;
}

/** A step that found nothing to work on, where something was left out that it may have been meant for. */
export interface DroppedStep {
  readonly step: BuildStep | null;
  readonly message: string;
}

export interface KustomizeError {
  /** Kustomize's own words where it has some. */
  readonly message: string;
  /** The innermost file or folder that it names. */
  readonly file: string | null;
  readonly line: number | null;
  /** The step that could not be done; an index of -1: one of its kind. */
  readonly step: BuildStep | null;
  readonly reason: 'render-failed' | FailureReason;
}

export interface KustomizeBuild {
  readonly documents: readonly BuiltDocument[];
  readonly error: KustomizeError | null;
  readonly leftOut: readonly LeftOut[];
  readonly dropped: readonly DroppedStep[];
}

export async function buildKustomization(
  engine: Engine,
  { path, files, trace = false, unrestricted = false }: KustomizeBuildRequest,
): Promise<KustomizeBuild> {
  const sizes = files.map((file) => ({ name: file.path, size: file.bytes.length }));
  const header = { op: 'kustomize.build', path, trace, unrestricted, files: sizes };
  try {
    const answer = await engine.call(
      header,
      files.map(({ bytes }) => bytes),
    );
    return buildOf(answer);
  } catch (failure) {
    if (!(failure instanceof EngineFailure)) throw failure;
    const message = `Building the kustomization ${failure.message}.`;
    const error = { message, file: null, line: null, step: null, reason: failure.reason };
    return { documents: [], error, leftOut: [], dropped: [] };
  }
}

/** The bytes that `kustomize build` prints. */
export function kustomizeBuildText(documents: readonly BuiltDocument[]): string {
  return documents.map(({ text }) => text).join('---\n');
}

type Entry = readonly [number, ...(string | number)[]];

interface Answer {
  readonly error?: {
    readonly message: string;
    readonly file?: string;
    readonly line?: number;
    readonly step?: number;
  };
  readonly documents: readonly {
    readonly file?: string;
    readonly ordinal: number;
    readonly maker?: number;
    readonly set?: readonly Entry[];
    readonly gone?: readonly Entry[];
  }[];
  readonly steps: readonly BuildStep[];
  readonly skips: readonly LeftOut[];
  readonly dropped: readonly { readonly step?: number; readonly message: string }[];
}

function buildOf({ header, blobs }: Message): KustomizeBuild {
  const { error, documents, steps, skips, dropped } = header as Answer;
  const step = (index: number | undefined): BuildStep | null => steps[index ?? -1] ?? null;
  const fields = (entries: readonly Entry[] = []): readonly FieldStep[] =>
    entries.map(([index, ...path]) => ({ path, step: step(index) }));
  return {
    documents: documents.map(({ file, ordinal, maker, set, gone }, index) => ({
      text: decoder.decode(blobs[index]),
      file: file ?? null,
      ordinal,
      maker: step(maker),
      set: fields(set),
      gone: fields(gone),
    })),
    error:
      error === undefined
        ? null
        : {
            message: error.message,
            file: error.file ?? null,
            line: error.line ?? null,
            step: step(error.step),
            reason: 'render-failed',
          },
    leftOut: skips,
    dropped: dropped.map(({ step: index, message }) => ({ step: step(index), message })),
  };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
