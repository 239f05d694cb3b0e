/** A line of a template; a file inside an archive is `charts/redis-1.2.3.tgz!/templates/a.yaml`. */
export interface TemplatePlace {
  readonly file: string;
  readonly line: number;
}

/** Where an expression stands that wrote a value. */
export interface ValueOrigin extends TemplatePlace {
  readonly callers: readonly TemplatePlace[];
}

/** Who wrote the first visible character of a rendered line. */
export interface LineOrigin extends TemplatePlace {
  /** Whether that character is the template's own text, and so can be edited there. */
  readonly literal: boolean;
  /** The expression that wrote the line; on a literal line the first one after the literal text, if any. */
  readonly action: string | null;
  /** Where `action` stands, when that is not here. */
  readonly value: ValueOrigin | null;
  /** The include, tpl and template calls that led here, the nearest first. */
  readonly callers: readonly TemplatePlace[];
}

interface Place extends ValueOrigin {
  readonly action: string | null;
}

/** What the engine recorded: places and, for each line, two of them. Both count from 1; 0 is none. */
export class Trace {
  readonly #files: readonly string[];
  readonly #actions: readonly string[];
  readonly #table: Uint32Array;
  readonly #places = new Map<number, Place>();
  readonly #origins = new Map<string, LineOrigin>();

  constructor(files: readonly string[], actions: readonly string[], table: Uint8Array) {
    this.#files = files;
    this.#actions = actions;
    this.#table = numbers(table);
  }

  /** One origin for each line of a rendered document. */
  origins(lines: Uint8Array): (LineOrigin | null)[] {
    const pairs = numbers(lines);
    return Array.from({ length: pairs.length / 2 }, (_, i) => this.#origin(pairs[2 * i]!, pairs[2 * i + 1]!));
  }

  #origin(at: number, value: number): LineOrigin | null {
    if (at === 0) return null;
    const key = `${at} ${value}`;
    const origin =
      this.#origins.get(key) ?? lineOrigin(this.#place(at), value === 0 ? null : this.#place(value));
    this.#origins.set(key, origin);
    return origin;
  }

  #place(id: number): Place {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const [file, line, action, caller] = this.#table.subarray(4 * (id - 1), 4 * id) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const place: Place = {
      file: this.#files[file]!,
      line,
      action: action === 0 ? null : this.#actions[action - 1]!,
      callers: caller === 0 ? [] : this.#callers(this.#place(caller)),
    };
    this.#places.set(id, place);
    return place;
  }

  #callers({ file, line, callers }: Place): TemplatePlace[] {
    return [{ file, line }, ...callers];
  }
}

function lineOrigin(at: Place, value: Place | null): LineOrigin {
  const { file, line, callers } = at;
  const here =
    value === null || (value.file === file && value.line === line && value.callers.length === callers.length);
  return {
    file,
    line,
    literal: at.action === null,
    action: (value ?? at).action,
    value: here ? null : { file: value.file, line: value.line, callers: value.callers },
    callers,
  };
}

/** A file that is no template is its own origin. */
export function ownOrigins(file: string, text: string): LineOrigin[] {
  return text
    .split('\n')
    .map((_, i) => ({ file, line: i + 1, literal: true, action: null, value: null, callers: [] }));
}

/** Copied, because the bytes need not be aligned. */
export function numbers(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}
