import type { Limits } from '../text/limits.ts';
import type { TextRange } from '../text/location.ts';
import { compose, type Tree } from './compose.ts';
import { DecodeProblem, decode } from './decode.ts';
import type { FieldPath } from './field-path.ts';
import { LineIndex } from './line-index.ts';
import { locateSpan, nodeAt, spansAlong } from './locate.ts';
import { splitStream } from './stream.ts';

export type ParseLimits = Pick<Limits, 'aliases' | 'depth' | 'documents'>;

/** Why a document could not be read, as one plain sentence without its place. */
export interface ParseProblem {
  /**
   * `template`: text of a template engine, not YAML. `limit`: refused for its size. `strict`: other readers of YAML, Go's
   * among them, may take it.
   */
  readonly kind: 'syntax' | 'template' | 'limit' | 'strict';
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export interface Located extends TextRange {
  /** How many steps of the path were found; the range is that part's. */
  readonly found: number;
  /** Whether the whole path was found; else the range is the nearest existing parent's. */
  readonly exact: boolean;
  /** True where an alias or a merge leads to the range: other fields share it. */
  readonly shared: boolean;
}

/** One document of a stream. Its tree is built anew when a place is asked for, since few documents are. */
export interface ParsedDocument {
  /** Ordinal in the stream, from 0. */
  readonly index: number;
  /** The document's text, with its `---` line where it has one. */
  readonly text: string;
  /** Line of the file on which `text` starts. */
  readonly startLine: number;
  readonly value: unknown;
  locate(path: FieldPath): Located | null;
  /** The places of the document, of the path's first step, and so on as far as the path exists. */
  locateAlong(path: FieldPath): readonly Located[];
  /** The text of the value at a path, its indentation removed; null where it is not there. */
  textAt(path: FieldPath): string | null;
}

export interface ParsedStream {
  readonly documents: readonly ParsedDocument[];
  readonly problems: readonly ParseProblem[];
}

/** Parses a YAML stream or JSON text. `wanted` looks at a document's text and may save the work of parsing it. */
export function parseStream(
  source: string,
  limits: ParseLimits,
  wanted: (text: string) => boolean = () => true,
): ParsedStream {
  const stream = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const lines = new LineIndex(stream);
  const documents: ParsedDocument[] = [];
  const problems: ParseProblem[] = [];
  const parts = splitStream(stream);
  for (const [index, { text, offset }] of parts.entries()) {
    if (!wanted(text)) continue;
    if (index >= limits.documents) {
      problems.push({
        kind: 'limit',
        message: `it holds more than ${limits.documents} documents`,
        ...lines.positionAt(offset),
      });
      break;
    }
    const parsed = parsePart(text, limits);
    if ('problem' in parsed) {
      const { kind, message, offset: at } = parsed.problem;
      problems.push({ kind, message, ...lines.positionAt(offset + at) });
    } else {
      const { value } = parsed;
      documents.push(new PartDocument(index, text, offset, lines, () => value, limits.depth));
    }
  }
  return { documents, problems };
}

/**
 * A document that another reader of YAML has accepted: it is parsed when its value is asked for. Should that fail
 * here, nothing is known of the value.
 */
export function acceptedDocument(text: string, limits: ParseLimits): ParsedDocument {
  const lines = new LineIndex(text);
  let parsed: { readonly value: unknown } | null = null;
  const value = () => {
    if (parsed === null) {
      const found = parsePart(text, limits);
      parsed = 'problem' in found ? { value: null } : found;
    }
    return parsed.value;
  };
  return new PartDocument(0, text, 0, lines, value, limits.depth);
}

/** A line that begins, or whose value begins, with a template action outside quotes. */
const templateLine = /^[ \t]*(?:- )?(?:[\w./-]+:[ \t]+)?\{\{/m;

interface PartProblem {
  readonly kind: ParseProblem['kind'];
  readonly message: string;
  readonly offset: number;
}

function parsePart(
  text: string,
  limits: ParseLimits,
): { readonly value: unknown } | { readonly problem: PartProblem } {
  const tree = compose(text, limits.depth);
  if ('tooDeepAt' in tree) {
    const message = `it nests deeper than ${limits.depth} levels`;
    return { problem: { kind: 'limit', message, offset: tree.tooDeepAt } };
  }
  const [error] = tree.errors;
  if (error !== undefined) {
    const kind = templateLine.test(text) ? 'template' : isStrict(text, error) ? 'strict' : 'syntax';
    // What is missing at the end is missed on the last line that says something.
    const offset = Math.min(error.offset, text.trimEnd().length);
    return { problem: { kind, message: sentence(error.message), offset } };
  }
  try {
    return { value: decode(tree, limits.aliases) };
  } catch (problem) {
    if (!(problem instanceof DecodeProblem)) throw problem;
    return { problem: { kind: problem.kind, message: problem.message, offset: problem.offset } };
  }
}

/** A quoted text whose later lines are no deeper than its key: the library ends it there, Go's reader reads on. */
function isStrict(
  text: string,
  { message, offset }: { readonly message: string; readonly offset: number },
): boolean {
  const quote = /^Missing closing (['"])quote/.exec(message)?.[1];
  return quote !== undefined && text.indexOf(quote, offset + 1) >= 0;
}

/** The library's words as the end of a sentence. */
function sentence(message: string): string {
  const [line = ''] = message.split('\n');
  const words = line.replace(/:?\s*$/, '').replace(/\.$/, '');
  return words.charAt(0).toLowerCase() + words.slice(1);
}

class PartDocument implements ParsedDocument {
  readonly index: number;
  readonly text: string;
  readonly #value: () => unknown;
  readonly #offset: number;
  readonly #lines: LineIndex;
  readonly #depth: number;
  #tree: Tree | null = null;

  constructor(
    index: number,
    text: string,
    offset: number,
    lines: LineIndex,
    value: () => unknown,
    depth: number,
  ) {
    this.index = index;
    this.text = text;
    this.#value = value;
    this.#offset = offset;
    this.#lines = lines;
    this.#depth = depth;
  }

  get value(): unknown {
    return this.#value();
  }

  get startLine(): number {
    return this.#lines.positionAt(this.#offset).line;
  }

  locate(path: FieldPath): Located | null {
    const span = locateSpan(this.#composed(), this.text, path);
    return span === null ? null : this.#located(span, path);
  }

  locateAlong(path: FieldPath): readonly Located[] {
    const spans = spansAlong(this.#composed(), this.text, path);
    return spans.map((span, index) => this.#located(span, path.slice(0, index)));
  }

  textAt(path: FieldPath): string | null {
    const range = nodeAt(this.#composed(), path)?.range;
    if (!range) return null;
    const text = this.text.slice(range[0], range[1]);
    const column = range[0] - (this.text.lastIndexOf('\n', range[0] - 1) + 1);
    return text.replaceAll(new RegExp(`^[ ]{1,${Math.max(column, 1)}}`, 'gm'), '');
  }

  #located(span: ReturnType<typeof locateSpan> & object, path: FieldPath): Located {
    const start = this.#lines.positionAt(this.#offset + span.start);
    const end = this.#lines.positionAt(this.#offset + span.end);
    return {
      startLine: start.line,
      startColumn: start.column,
      endLine: end.line,
      endColumn: end.column,
      found: span.found,
      exact: span.found === path.length,
      shared: span.shared,
    };
  }

  #composed(): Tree {
    if (this.#tree === null) {
      const tree = compose(this.text, this.#depth);
      if ('tooDeepAt' in tree) throw new Error('A document that was decoded is too deep now');
      this.#tree = tree;
    }
    return this.#tree;
  }
}
