import { type Engine, EngineFailure, type FailureReason, type Message } from './engine.ts';
import { type DocumentReads, documentReads, ReadLog, type ReadPath } from './helm-reads.ts';
import { type LineOrigin, ownOrigins, Trace } from './helm-trace.ts';

export type { DocumentReads } from './helm-reads.ts';
export type { LineOrigin, TemplatePlace, ValueOrigin } from './helm-trace.ts';

export interface ChartFile {
  /** Relative to the chart's root, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface HelmRenderRequest {
  readonly files: readonly ChartFile[];
  /** Paths of more files: a template that looks at them ends the render with the reason `withheld`. */
  readonly withheld?: readonly string[];
  readonly values: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly kubeVersion?: string;
  /** More than Helm knows without a cluster. */
  readonly apiVersions?: readonly string[];
  /** All that the cluster serves, in place of what Helm knows without one. */
  readonly servedVersions?: readonly string[];
  readonly includeCrds?: boolean;
  readonly isUpgrade?: boolean;
  readonly trace?: boolean;
  /** With `trace`: records which values the templates look up. */
  readonly reads?: boolean;
  /** Goes on where Helm gives up, with a token in place of what is not known. */
  readonly lenient?: boolean;
}

/** One thing that a complete render would have had and this one had not. */
export interface UnknownEvent {
  readonly kind:
    | 'missing-dependency'
    | 'undecided-dependency'
    | 'broken-dependency'
    | 'value'
    | 'required'
    | 'fail'
    | 'schema'
    | 'undefined-template'
    | 'function'
    | 'argument'
    | 'field'
    | 'range'
    | 'condition'
    | 'left-out'
    | 'unreadable'
    | 'undecided-objects'
    /** Objects that may be there, of kinds that `detail` lists. */
    | 'undecided-kinds'
    | 'version'
    | 'kube-version';
  /** Under the chart's root; null where it is about the chart as a whole. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly expression: string | null;
  readonly detail: string;
}

/** What a lenient render does not know. */
export interface Unknowns {
  readonly events: readonly UnknownEvent[];
  /** Whether there may be objects that do not show. */
  readonly open: boolean;
}

export interface RenderedDocument {
  /** Helm's `# Source:` path, made of chart names and aliases. */
  readonly source: string;
  /** The file under the chart's root. */
  readonly file: string;
  readonly kind: 'manifest' | 'hook' | 'crd';
  readonly text: string;
  /** One for each line of `text`; empty without `trace`. */
  readonly origins: readonly (LineOrigin | null)[];
  /** Null without `reads`, and for what is no template. */
  readonly reads?: DocumentReads | null;
}

export interface HelmError {
  /** Helm's own words where it has some. */
  readonly message: string;
  /** Under the chart's root, or the name of a values file. */
  readonly file: string | null;
  /** Line and column count from 1. */
  readonly line: number | null;
  readonly column: number | null;
  readonly reason:
    | 'render-failed'
    | 'missing-dependency'
    | 'too-large'
    | 'unsupported'
    | 'withheld'
    | FailureReason;
  /** Names of the dependencies that are not there. */
  readonly missing?: readonly string[];
}

export type HelmRenderResult =
  | {
      readonly documents: readonly RenderedDocument[];
      readonly warnings: readonly string[];
      /** Only of a lenient render. */
      readonly unknown?: Unknowns;
      /** Not there without `reads`. */
      readonly reads?: ReadLog;
    }
  | { readonly error: HelmError };

/** What `helm template` gives without further arguments. */
const defaults = {
  withheld: [] as readonly string[],
  releaseName: 'release-name',
  namespace: 'default',
  includeCrds: false,
  isUpgrade: false,
  trace: false,
  lenient: false,
  reads: false,
};

export async function renderChart(engine: Engine, request: HelmRenderRequest): Promise<HelmRenderResult> {
  const { files, values, ...settings } = request;
  const header = {
    op: 'helm.render',
    ...defaults,
    ...settings,
    files: files.map(({ path, bytes }) => ({ name: path, size: bytes.length })),
    values: values.map(({ name, bytes }) => ({ name, size: bytes.length })),
  };
  try {
    return resultOf(
      await engine.call(
        header,
        [...files, ...values].map((file) => file.bytes),
      ),
    );
  } catch (failure) {
    if (!(failure instanceof EngineFailure)) throw failure;
    return {
      error: { ...nowhere, message: `Rendering the chart ${failure.message}.`, reason: failure.reason },
    };
  }
}

/** The bytes that `helm template` prints. */
export function helmTemplateText(documents: readonly RenderedDocument[]): string {
  const print = (d: RenderedDocument) => `---\n# Source: ${d.source}\n${d.text}\n`;
  const hooks = documents.filter((d) => d.kind === 'hook');
  const others = documents.filter((d) => d.kind !== 'hook');
  return `${trimSpace(others.map(print).join(''))}\n${hooks.map(print).join('')}`;
}

/** What Go calls white space: unlike JavaScript it counts U+0085 and leaves the byte order mark alone. */
const goSpace = '[\\t-\\r\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const leadingSpace = new RegExp(`^${goSpace}+`);
const trailingSpace = new RegExp(`${goSpace}+$`);

function trimSpace(text: string): string {
  return text.replace(leadingSpace, '').replace(trailingSpace, '');
}

const nowhere = { file: null, line: null, column: null };

interface Answer {
  readonly error?: {
    message: string;
    reason: HelmError['reason'];
    file?: string;
    line?: number;
    column?: number;
    missing?: string[];
  };
  readonly warnings: string[];
  readonly documents: { source: string; kind: RenderedDocument['kind']; file: string }[];
  readonly files?: string[];
  readonly actions?: string[];
  readonly unknown?: { events: (Partial<UnknownEvent> & Pick<UnknownEvent, 'kind'>)[]; open: boolean };
  readonly readPaths?: ReadPath[];
  readonly readsFull?: boolean;
}

/**
 * The blobs are the documents' texts and, with a trace, its places and each document's lines; with reads, their log and
 * each document's parts of it.
 */
function resultOf({ header, blobs }: Message): HelmRenderResult {
  const answer = header as Answer;
  if (answer.error) return { error: { ...nowhere, ...answer.error } };
  const count = answer.documents.length;
  const table = blobs[count];
  const trace = table === undefined ? null : new Trace(answer.files ?? [], answer.actions ?? [], table);
  const log =
    answer.readPaths === undefined
      ? null
      : new ReadLog(answer.readPaths, blobs[2 * count + 1]!, answer.readsFull === true);
  const documents = answer.documents.map((document, i) => {
    const text = decoder.decode(blobs[i]);
    let origins: RenderedDocument['origins'] | null = trace === null ? [] : null;
    return {
      ...document,
      text,
      // Most documents are never asked.
      get origins() {
        origins ??= originsOf(trace!, document, text, blobs[count + 1 + i]!);
        return origins;
      },
      get reads() {
        return log === null || document.kind === 'crd' ? null : documentReads(log, blobs[2 * count + 2 + i]!);
      },
    };
  });
  const { warnings, unknown } = answer;
  const read = log === null ? {} : { reads: log };
  return unknown === undefined
    ? { documents, warnings, ...read }
    : { documents, warnings, ...read, unknown: unknownsOf(unknown) };
}

function unknownsOf(unknown: NonNullable<Answer['unknown']>): Unknowns {
  const nothing = { ...nowhere, expression: null, detail: '' };
  return { events: unknown.events.map((event) => ({ ...nothing, ...event })), open: unknown.open };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function originsOf(trace: Trace, document: Answer['documents'][number], text: string, lines: Uint8Array) {
  return document.kind === 'crd' ? ownOrigins(document.file, text) : trace.origins(lines);
}
