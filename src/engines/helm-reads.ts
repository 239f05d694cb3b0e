import { numbers } from './helm-trace.ts';

/** Steps below the `.Values` of the release: keys, and places in lists. */
export type ValuesPath = readonly (string | number)[];

/** A step below another path, which is named by its place in the list. */
export type ReadPath = readonly [parent: number, key: string | number | null];

/** Every look-up of a value that the templates made, in their order. */
export class ReadLog {
  /** There was more than is kept. */
  readonly full: boolean;
  readonly #table: readonly ReadPath[];
  readonly #log: Uint32Array;
  readonly #paths = new Map<number, ValuesPath>();

  constructor(table: readonly ReadPath[], log: Uint8Array, full: boolean) {
    this.#table = table;
    this.#log = numbers(log);
    this.full = full;
  }

  /** Every path that was looked up, each once. */
  all(): readonly ValuesPath[] {
    return this.between([[0, this.#log.length]]);
  }

  /** The paths that were looked up in some stretches of the log, each once, in their order. */
  between(spans: readonly Span[]): readonly ValuesPath[] {
    const ids = new Set<number>();
    for (const [from, to] of spans) for (const id of this.#log.subarray(from, to)) ids.add(id);
    return [...ids].map((id) => this.#path(id));
  }

  #path(id: number): ValuesPath {
    const known = this.#paths.get(id);
    if (known !== undefined) return known;
    const [parent, key] = this.#table[id]!;
    const path = id === 0 || key === null ? [] : [...this.#path(parent), key];
    this.#paths.set(id, path);
    return path;
  }
}

type Span = readonly [from: number, to: number];

/** What one rendered line came from. */
export interface LineReads {
  /** What the expressions on the line looked up, the innermost first. */
  readonly own: readonly ValuesPath[];
  /** What the conditions looked up that the line stands in. */
  readonly around: readonly ValuesPath[];
}

/** What the lines of one document came from; lines count from 0. */
export interface DocumentReads {
  line(index: number): LineReads;
  /** What was looked up from where a line began to where a later one did: conditions that were false, too. */
  between(line: number, next: number): readonly ValuesPath[];
}

export function documentReads(log: ReadLog, bytes: Uint8Array): DocumentReads {
  const lines = linesOf(numbers(bytes));
  return {
    line(index) {
      const { own, around } = lines[index] ?? nothing;
      return { own: log.between(own), around: log.between(around) };
    },
    between(line, next) {
      const from = lines[line]?.at ?? 0;
      const end = lines.slice(next).find(({ at }) => at > 0)?.at ?? lines.at(-1)?.at ?? from;
      return log.between([[from, end]]);
    },
  };
}

interface Line {
  readonly at: number;
  readonly own: readonly Span[];
  readonly around: readonly Span[];
}

const nothing: Line = { at: 0, own: [], around: [] };

/**
 * Each line is: where it began, how many stretches its expressions have, these, and the same for conditions. The last
 * one stands for what follows the document.
 */
function linesOf(words: Uint32Array): readonly Line[] {
  const lines: Line[] = [];
  let at = 0;
  const take = (): number => words[at++] ?? 0;
  const spans = (): Span[] => Array.from({ length: take() }, () => [take(), take()]);
  while (at < words.length) lines.push({ at: take(), own: spans(), around: spans() });
  return lines;
}
