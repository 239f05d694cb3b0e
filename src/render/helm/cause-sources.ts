import type { ValuesPath } from '../../engines/helm-reads.ts';
import { isPresentAt, startsWith, valueAt } from '../../manifest/field-path.ts';
import { type ParsedDocument, parseStream } from '../../manifest/parse.ts';
import type { Limits } from '../../text/limits.ts';
import { type Location, type RevisionSide, rangeOf } from '../../text/location.ts';
import type { InputFile } from './chart-input.ts';
import { type ChartMetadata, parseChartMetadata } from './chart-metadata.ts';
import type { ValuesFile } from './values-lines.ts';

/** A text that sets values: a values file of the release, or the defaults of a chart. */
export interface ValuesSource {
  /** In the repository; null where it stands outside. */
  readonly path: string | null;
  readonly text: string;
  /** Where in the release's values the text's root stands: below the names of subcharts. */
  readonly scope: ValuesPath;
  /** Place among the release's values files, or path in the chart. */
  readonly file: number | string;
  /** Where the keys of values that are no file of their own stand. */
  readonly inline?: ValuesFile['locate'];
}

/** A key of a text that sets values. */
export interface ValuesPlace {
  readonly source: ValuesSource;
  readonly key: ValuesPath;
  readonly value: unknown;
}

interface ChartNode {
  readonly scope: ValuesPath;
  readonly prefix: string;
  readonly metadata: ChartMetadata;
}

/** Where a path below the release's `.Values` may be set. */
export class ValuesSources {
  readonly #charts: readonly ChartNode[];
  readonly #sources: readonly ValuesSource[];
  readonly #limits: Limits;
  readonly #parsed = new Map<ValuesSource, ParsedDocument | null>();

  constructor(files: readonly InputFile[], stated: readonly ValuesFile[], limits: Limits) {
    this.#limits = limits;
    const byPath = new Map(files.map((file) => [file.path, file]));
    this.#charts = chartsIn(byPath, limits);
    const own = stated.map(
      ({ path, text, locate }, file): ValuesSource => ({
        path,
        text,
        scope: [],
        file,
        ...(locate === undefined ? {} : { inline: locate }),
      }),
    );
    const defaults = this.#charts.flatMap(({ scope, prefix }) => {
      const file = byPath.get(`${prefix}values.yaml`);
      return file === undefined
        ? []
        : [{ path: file.repositoryPath, text: textOf(file), scope, file: file.path }];
    });
    this.#sources = [...own.reverse(), ...defaults];
  }

  /** Every place that sets the path, the one that wins before the others. */
  places(path: ValuesPath): readonly ValuesPlace[] {
    return this.#keys(path).flatMap(({ source, key }) => {
      const root = this.#parse(source)?.value;
      return isPresentAt(root, key) ? [{ source, key, value: valueAt(root, key) }] : [];
    });
  }

  /** The nearest parent that is stated, in the release's values files or else in the chart's. */
  parent(path: ValuesPath): ValuesPlace | null {
    for (let length = path.length - 1; length > 0; length -= 1) {
      const [place] = this.places(path.slice(0, length));
      if (place !== undefined) return place;
    }
    return null;
  }

  locate({ source, key, value }: ValuesPlace, revision: RevisionSide): Location | null {
    const place = this.#parse(source)?.locate(key);
    if (source.path === null || place?.exact !== true) return null;
    if (source.inline !== undefined) return source.inline(key, place, value);
    return { path: source.path, ...rangeOf(place), revision, kind: 'values' };
  }

  /** A line of a literal block text; lines count from 0. */
  locateLine({ source, key }: ValuesPlace, line: number, revision: RevisionSide): Location | null {
    const place = this.#parse(source)?.locate(key);
    if (source.path === null || source.inline !== undefined || place?.exact !== true) return null;
    const lines = source.text.split('\n');
    if (!/:\s*\|[+-]?\s*$/.test(lines[place.startLine - 1] ?? '')) return null;
    const startLine = place.startLine + 1 + line;
    const text = lines[startLine - 1] ?? '';
    const startColumn = text.length - text.trimStart().length + 1;
    const endColumn = Math.max(text.trimEnd().length + 1, startColumn);
    return {
      path: source.path,
      startLine,
      startColumn,
      endLine: startLine,
      endColumn,
      revision,
      kind: 'values',
    };
  }

  *#combinations(path: ValuesPath) {
    const variants = this.#variants(path);
    for (const source of this.#sources) for (const variant of variants) yield { source, variant };
  }

  #keys(path: ValuesPath) {
    return [...this.#combinations(path)].flatMap(({ source, variant }) =>
      startsWith(variant, source.scope) ? [{ source, key: variant.slice(source.scope.length) }] : [],
    );
  }

  /** The path by the other names under which its value can be set: globals of parents, imported values. */
  #variants(path: ValuesPath): readonly ValuesPath[] {
    const global = path.indexOf('global');
    const globals =
      global < 1
        ? [path]
        : Array.from({ length: global + 1 }, (_, depth) => [...path.slice(0, depth), ...path.slice(global)]);
    const imported = this.#charts.flatMap(({ scope, metadata }) =>
      metadata.dependencies.flatMap(({ name, alias, imports }) =>
        imports.flatMap(({ child, parent }) => {
          const at = [...scope, ...parent];
          return startsWith(path, at) ? [[...scope, alias ?? name, ...child, ...path.slice(at.length)]] : [];
        }),
      ),
    );
    return [...globals, ...imported];
  }

  #parse(source: ValuesSource): ParsedDocument | null {
    let document = this.#parsed.get(source);
    if (document === undefined) {
      document = parseStream(source.text, this.#limits).documents[0] ?? null;
      this.#parsed.set(source, document);
    }
    return document;
  }
}

/** The chart and those below it, each with the names under which its values stand; parents first. */
function chartsIn(files: ReadonlyMap<string, InputFile>, limits: Limits): readonly ChartNode[] {
  const found: ChartNode[] = [];
  const visit = (scope: ValuesPath, prefix: string): void => {
    const metadata = metadataOf(files, prefix, limits);
    if (metadata === null || found.length > maxCharts) return;
    found.push({ scope, prefix, metadata });
    for (const folder of foldersBelow(files, `${prefix}charts/`)) {
      const name = metadataOf(files, folder, limits)?.name ?? '';
      const stated = metadata.dependencies.filter((dependency) => dependency.name === name);
      const names = stated.length === 0 ? [name] : stated.map(({ alias }) => alias ?? name);
      for (const each of names) visit([...scope, each], folder);
    }
  };
  visit([], '');
  return found.sort((a, b) => a.scope.length - b.scope.length);
}

const maxCharts = 200;

function foldersBelow(files: ReadonlyMap<string, InputFile>, below: string): readonly string[] {
  return [...files.keys()]
    .filter((path) => path.startsWith(below) && /^[^/]+\/Chart\.yaml$/.test(path.slice(below.length)))
    .map((path) => path.slice(0, -'Chart.yaml'.length));
}

function metadataOf(
  files: ReadonlyMap<string, InputFile>,
  prefix: string,
  limits: Limits,
): ChartMetadata | null {
  const chart = files.get(`${prefix}Chart.yaml`);
  const older = files.get(`${prefix}requirements.yaml`);
  if (chart === undefined) return null;
  return parseChartMetadata(textOf(chart), older === undefined ? null : textOf(older), limits);
}

function textOf({ bytes }: InputFile): string {
  return new TextDecoder().decode(bytes);
}
