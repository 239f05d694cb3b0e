import { type FieldPath, isPresentAt, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { type ParsedDocument, parseStream } from '../../manifest/parse.ts';
import type { Limits } from '../../text/limits.ts';
import { type Location, type RevisionSide, rangeOf } from '../../text/location.ts';
import type { InlineValues } from '../gitops/release.ts';
import { joined } from '../paths.ts';
import type { InputFile } from './chart-input.ts';
import type { Charts } from './charts.ts';

/** A values file in the order of precedence; `path` is null where it stands outside the repository. */
export interface ValuesFile {
  readonly path: string | null;
  readonly text: string;
  /** Where the keys of values that are no file of their own stand. */
  readonly locate?: InlineValues['locate'];
  /** Comments in the file where such values stand. */
  readonly ignores?: InlineValues['ignores'];
}

/** The values files that feed one render, and the way from a key of `.Values` to the line that sets it. */
export class ValuesLines {
  readonly #stated: readonly ValuesFile[];
  readonly #byRepositoryPath: ReadonlyMap<string, InputFile>;
  readonly #charts: Charts;
  readonly #chart: string;
  readonly #limits: Limits;
  readonly #parsed = new Map<ValuesFile | InputFile, ParsedDocument | null>();

  /** `stated`: the values files of the release, later ones winning. */
  constructor(
    chart: string,
    charts: Charts,
    files: readonly InputFile[],
    stated: readonly ValuesFile[],
    limits: Limits,
  ) {
    this.#chart = chart;
    this.#charts = charts;
    this.#stated = stated;
    this.#limits = limits;
    this.#byRepositoryPath = new Map(
      files.flatMap((file) => (file.repositoryPath === null ? [] : [[file.repositoryPath, file]])),
    );
  }

  /**
   * The line that sets `.Values.<keys>` for a subchart (`[]` for the chart itself), provided that the file which
   * wins there holds what was rendered, or, where the rendered scalar has text around it, a word of that.
   */
  locate(
    subcharts: readonly string[],
    keys: FieldPath,
    rendered: unknown,
    surrounded: boolean,
    revision: RevisionSide,
  ): Location | null {
    for (const { file, path, key } of this.#sources(subcharts, keys)) {
      const document = this.#parse(file);
      if (document === null || !isPresentAt(document.value, key)) continue;
      const place = document.locate(key);
      const value = valueAt(document.value, key);
      const fits = agrees(rendered, value) || (surrounded && isWordOf(rendered, value));
      if (path === null || place?.exact !== true || !fits) return null;
      if ('locate' in file && file.locate !== undefined) return file.locate(key, place, value);
      return { path, ...rangeOf(place), revision, kind: 'values' };
    }
    return null;
  }

  /** The line that sets a key of the only map in the values that equals this one; the file that wins comes first. */
  locateEqual(map: unknown, key: FieldPath, revision: RevisionSide): Location | null {
    if (!isMap(map) || Object.keys(map).length === 0) return null;
    for (const { file, path } of this.#sources([], [])) {
      const document = this.#parse(file);
      const found = document === null ? [] : pathsOf(document.value, map);
      if (document === null || found.length === 0) continue;
      const whole = [...found[0]!, ...key];
      const place = document.locate(whole);
      if (found.length > 1 || path === null || place?.exact !== true) return null;
      if ('locate' in file && file.locate !== undefined)
        return file.locate(whole, place, valueAt(document.value, whole));
      return { path, ...rangeOf(place), revision, kind: 'values' };
    }
    return null;
  }

  /** Where a key may be set, the winner first. */
  *#sources(subcharts: readonly string[], keys: FieldPath) {
    for (const file of [...this.#stated].reverse()) {
      for (const key of keyPaths(subcharts, keys)) yield { file, path: file.path, key };
    }
    let folder: string | null = this.#chart;
    for (let depth = 0; folder !== null; depth += 1) {
      const path = joined(folder, 'values.yaml');
      const file = this.#byRepositoryPath.get(path);
      if (file !== undefined)
        for (const key of keyPaths(subcharts.slice(depth), keys)) yield { file, path, key };
      const name = subcharts[depth];
      if (name === undefined) return;
      folder = this.#charts.subchart(folder, name);
    }
  }

  #parse(file: ValuesFile | InputFile): ParsedDocument | null {
    const known = this.#parsed.get(file);
    if (known !== undefined) return known;
    const text = 'text' in file ? file.text : new TextDecoder().decode(file.bytes);
    const document = parseStream(text, this.#limits).documents[0] ?? null;
    this.#parsed.set(file, document);
    return document;
  }
}

/** A subchart's values stand below its name; globals also stand at the root, which wins. */
function keyPaths(subcharts: readonly string[], keys: FieldPath): readonly FieldPath[] {
  const own: FieldPath = [...subcharts, ...keys];
  if (keys[0] !== 'global' || subcharts.length === 0) return [own];
  return [keys, ...subcharts.map((_, depth): FieldPath => [...subcharts.slice(0, depth + 1), ...keys])];
}

/** Paths of the maps below a value that equal another one; two are enough to know that it is not the only one. */
function pathsOf(root: unknown, map: unknown): readonly FieldPath[] {
  const found: FieldPath[] = [];
  const visit = (value: unknown, path: FieldPath): void => {
    if (found.length > 1 || value === null || typeof value !== 'object') return;
    if (isMap(value) && alike(value, map)) found.push(path);
    const items = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    for (const [key, item] of items) visit(item, [...path, key]);
  };
  visit(root, []);
  return found;
}

/** Whether a rendered value can be this one: the same, or for a map every key of the values is there. */
function agrees(rendered: unknown, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (!isMap(value) || !isMap(rendered)) return alike(rendered, value);
  const keys = Object.keys(value);
  if (keys.length === 0) return Object.keys(rendered).length === 0;
  return keys.every((key) => Object.hasOwn(rendered, key) || value[key] === null);
}

/** Whether a scalar stands in a text with nothing but signs and blanks beside it: 60 in `sleep 60`. */
function isWordOf(text: unknown, value: unknown): boolean {
  if (typeof text !== 'string' || !['string', 'number'].includes(typeof value)) return false;
  const word = String(value);
  const at = word === '' ? -1 : text.indexOf(word);
  if (at < 0) return false;
  const beside = [text[at - 1], text[at + word.length]];
  return beside.every((sign) => sign === undefined || !/[\p{L}\p{N}]/u.test(sign));
}

/** Equal but for the kind of scalar, which quotes change. */
function alike(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => alike(item, b[index]));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && alike(a[key], b[key]))
    );
  }
  return typeof a !== 'object' && typeof b !== 'object' ? String(a) === String(b) : a === b;
}
