import type { HelmRenderRequest, HelmRenderResult, RenderedDocument } from '../../engines/helm.ts';
import type { ReadLog, ValuesPath } from '../../engines/helm-reads.ts';
import { withValue } from '../../manifest/edit.ts';
import type { Limits } from '../../text/limits.ts';
import { type ValuesPlace, ValuesSources } from './cause-sources.ts';
import type { InputFile } from './chart-input.ts';
import type { ValuesFile } from './values-lines.ts';

/** Something else in place of a value: in the text that sets it, or beside all of them. */
export type Alteration =
  | { readonly place: ValuesPlace; readonly value: unknown }
  | { readonly path: ValuesPath; readonly value: unknown };

export interface WithReads {
  readonly documents: readonly RenderedDocument[];
  readonly reads: ReadLog;
}

/** Most releases whose further renders are kept: those of a whole repository would not fit into memory. */
const mostKept = 24;

/** The releases of a run that were rendered again lately. */
export class RenderedAgain {
  readonly #kept = new Set<Again>();

  /** What was used longest ago is forgotten, and rendered once more when it is asked for. */
  touch(again: Again): void {
    this.#kept.delete(again);
    this.#kept.add(again);
    for (const oldest of this.#kept) {
      if (this.#kept.size <= mostKept) return;
      this.#kept.delete(oldest);
      oldest.forget();
    }
  }
}

/** One release that was rendered, to be rendered again with a value changed. */
export class Again {
  readonly #request: HelmRenderRequest;
  readonly #render: (request: HelmRenderRequest) => Promise<HelmRenderResult>;
  readonly #depth: number;
  readonly #altered = new Map<string, Promise<HelmRenderResult>>();
  readonly #sourcesOf: () => ValuesSources;
  readonly #kept: RenderedAgain;
  #reads: Promise<WithReads | null> | null = null;
  #sources: ValuesSources | null = null;

  constructor(
    request: HelmRenderRequest,
    render: (request: HelmRenderRequest) => Promise<HelmRenderResult>,
    files: readonly InputFile[],
    values: readonly ValuesFile[],
    limits: Limits,
    kept: RenderedAgain,
  ) {
    this.#kept = kept;
    this.#request = request;
    this.#render = render;
    this.#depth = limits.depth;
    this.#sourcesOf = () => new ValuesSources(files, values, limits);
  }

  get sources(): ValuesSources {
    this.#sources ??= this.#sourcesOf();
    return this.#sources;
  }

  /** The same render once more, with what each line read; null where that cannot be had. */
  reads(): Promise<WithReads | null> {
    this.#kept.touch(this);
    this.#reads ??= this.#render({ ...this.#request, trace: true, reads: true }).then((result) =>
      'documents' in result && result.reads ? { documents: result.documents, reads: result.reads } : null,
    );
    return this.#reads;
  }

  /** What is rendered with another value; null where that cannot be asked. `take` is asked before a render. */
  async altered(alteration: Alteration, take: () => boolean): Promise<HelmRenderResult | null> {
    const request = this.#with(alteration);
    if (request === null) return null;
    const { place, path, value } = { place: null, path: null, ...alteration };
    const key = JSON.stringify([place?.source.file, place?.key, path, value]);
    const known = this.#altered.get(key);
    if (known !== undefined) return known;
    if (!take()) return null;
    this.#kept.touch(this);
    const answer = this.#failing(request);
    this.#altered.set(key, answer);
    return answer;
  }

  forget(): void {
    this.#reads = null;
    this.#sources = null;
    this.#altered.clear();
  }

  /** A failure beside withheld files is told as theirs; its own words may say which values are allowed. */
  async #failing(request: HelmRenderRequest): Promise<HelmRenderResult> {
    const result = await this.#render(request);
    if (!('error' in result) || result.error.reason !== 'withheld') return result;
    const words = await this.#render({ ...request, withheld: [] });
    return 'error' in words ? words : result;
  }

  #with(alteration: Alteration): HelmRenderRequest | null {
    const request = { ...this.#request, trace: false, files: withoutSchemas(this.#request.files) };
    if ('path' in alteration) {
      const layer = nested(alteration.path, alteration.value);
      if (layer === undefined) return null;
      return { ...request, values: [...request.values, { name: 'altered', bytes: bytesOf(layer) }] };
    }
    const { source, key } = alteration.place;
    const text = withValue(source.text, key, alteration.value, this.#depth);
    if (text === null) return null;
    const bytes = new TextEncoder().encode(text);
    const { file } = source;
    if (typeof file === 'number')
      return {
        ...request,
        values: request.values.map((each, index) => (index === file ? { ...each, bytes } : each)),
      };
    return {
      ...request,
      files: request.files.map((each) => (each.path === file ? { ...each, bytes } : each)),
    };
  }
}

/** A schema forbids values; it never changes what is rendered. */
function withoutSchemas(files: HelmRenderRequest['files']): HelmRenderRequest['files'] {
  return files.filter(({ path }) => !/(^|\/)values\.schema\.json$/.test(path));
}

/** Undefined where the path leads through a list, which a layer of values replaces as a whole. */
function nested(path: ValuesPath, value: unknown): unknown {
  if (path.some((step) => typeof step === 'number')) return undefined;
  return path.reduceRight<unknown>((inner, step) => Object.fromEntries([[step, inner]]), value);
}

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
