import type { LineOrigin, RenderedDocument } from '../../engines/helm.ts';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import type { Cause, ObjectRef, Origin, Proof, SourceLine } from '../../manifest/manifest.ts';
import type { KubernetesObject } from '../../manifest/objects.ts';
import type { Limits } from '../../text/limits.ts';
import type { Location, RevisionSide } from '../../text/location.ts';
import { isLiteralHeader, objectText, type SourceObject, wholeLine } from '../raw/raw.ts';
import { causeOf } from './cause.ts';
import type { Again } from './cause-again.ts';
import type { InputFile } from './chart-input.ts';
import { valuesAction } from './values-action.ts';
import type { ValuesLines } from './values-lines.ts';

/** What leads from one rendered document back to the repository. */
export interface DocumentTrace {
  /** One origin for each line of the document's text, worked out when it is asked for. */
  readonly document: Pick<RenderedDocument, 'source' | 'origins'>;
  /** Its place among the documents of the render. */
  readonly index: number;
  /** The same release, to be rendered with other values. */
  /** Null where what is not known would be part of any proof. */
  readonly again: Again | null;
  /** Names under which the document's chart stands in its parents' values; empty for the chart itself. */
  readonly subcharts: readonly string[];
  /** The chart's files by their path in the chart. */
  readonly files: ReadonlyMap<string, InputFile>;
  readonly values: ValuesLines;
  readonly revision: RevisionSide;
  readonly limits: Limits;
}

/** An object that a chart rendered. */
export class ChartManifest implements SourceObject {
  readonly ref: ObjectRef;
  readonly origin: Origin;
  readonly #object: KubernetesObject;
  readonly #trace: DocumentTrace;
  /** Lines that were proved to cause fields, by path. */
  readonly #proved = new Map<string, Location>();

  constructor(ref: ObjectRef, origin: Origin, object: KubernetesObject, trace: DocumentTrace) {
    this.ref = ref;
    this.origin = origin;
    this.#object = object;
    this.#trace = trace;
  }

  get value(): SourceObject['value'] {
    return this.#object.value;
  }

  get text(): string {
    return objectText(this.#object);
  }

  locate(path: FieldPath): Location | null {
    const origins = this.#originsAlong(path);
    const deepest = origins.length - 1;
    return this.#inValues(path.slice(0, deepest), origins) ?? this.#nearestTemplate(origins);
  }

  async causeOf(path: FieldPath, proof: Proof): Promise<Cause> {
    const { again, index, revision, document, limits } = this.#trace;
    if (again === null) return { location: this.locate(path), template: null };
    const { source } = document;
    const printsDot = (line: number) => mayPrintDot(document.origins[line] ?? null);
    const rendered = { object: this.#object, index, source, revision, limits, printsDot };
    const outcome = await causeOf(path, rendered, again, proof);
    const template = this.#nearestTemplate(this.#originsAlong(path));
    if (outcome.kind === 'proved') {
      this.#proved.set(JSON.stringify(path), outcome.location);
      return { location: outcome.location, template };
    }
    const own = this.locate(path);
    const isRefuted = outcome.refuted.some(
      (line) => line.path === own?.path && line.startLine === own.startLine,
    );
    return { location: isRefuted ? template : own, template: null };
  }

  /** The line of the template that wrote the deepest of some lines that has a place in the repository. */
  #nearestTemplate(origins: readonly (LineOrigin | null)[]): Location | null {
    for (let depth = origins.length - 1; depth >= 0; depth -= 1) {
      const place = this.#inTemplate(origins[depth] ?? null);
      if (place !== null) return { ...place, kind: depth === 0 ? 'object' : 'template' };
    }
    return null;
  }

  /** A map that no action names for sure (`range`, `with`) is the one in the values that holds the same, if there is one. */
  locateInMap(path: FieldPath, key: FieldPath): Location | null {
    const place = this.locate([...path, ...key]);
    if (place?.kind === 'values' || this.#trace.subcharts.length > 0) return place;
    const { values, revision } = this.#trace;
    return values.locateEqual(valueAt(this.value, path), key, revision) ?? place;
  }

  locateInText(path: FieldPath, line: number, key: FieldPath, value: unknown): Location | null {
    const { document, prefix } = this.#object;
    const place = document.locate([...prefix, ...path]);
    if (place?.exact !== true) return null;
    const first = place.startLine - document.startLine;
    if (!isLiteralHeader(document.text.split('\n')[first] ?? '')) return this.locate(path);
    const origin = this.#trace.document.origins[place.startLine + line] ?? null;
    const found = this.#valuesBehind(origin, key, value) ?? this.#inTemplate(origin);
    return found === null ? this.locate(path) : { kind: 'template', ...found };
  }

  /** The values line that an action in a text printed: what it printed may begin anywhere on the way to the key. */
  #valuesBehind(origin: LineOrigin | null, key: FieldPath, value: unknown): Location | null {
    const keys = origin?.action == null ? null : valuesAction(origin.action);
    if (origin === null || keys === null) return null;
    const { subcharts, values, revision } = this.#trace;
    const rests = origin.literal ? [[]] : key.map((_, from) => key.slice(from));
    for (const rest of rests) {
      const place = values.locate(subcharts, [...keys, ...rest], value, this.#isAlone(origin), revision);
      if (place !== null) return place;
    }
    return null;
  }

  linesOf(path: FieldPath): readonly SourceLine[] {
    const first = Object.keys(this.value)[0];
    const top = first === undefined ? null : (this.#originsAlong([first]).at(-1) ?? null);
    const origins = this.#originsAlong(path);
    const inTemplates = [...origins, top].flatMap((origin) => this.#linesOfOrigin(origin));
    const inValues = origins.flatMap((_, depth) => {
      const place = this.#inValues(path.slice(0, depth), origins.slice(0, depth + 1));
      return place === null ? [] : [{ path: place.path, line: place.startLine }];
    });
    const proved = this.#proved.get(JSON.stringify(path));
    const cause = proved === undefined ? [] : [{ path: proved.path, line: proved.startLine }];
    const lines = [...inTemplates, ...inValues, ...cause];
    return [...new Map(lines.map((each) => [`${each.line} ${each.path}`, each])).values()];
  }

  #linesOfOrigin(origin: LineOrigin | null): readonly SourceLine[] {
    return [...(origin === null ? [] : [origin, ...origin.callers])].flatMap(({ file, line }) => {
      const path = this.#trace.files.get(file)?.repositoryPath ?? null;
      return path === null ? [] : [{ path, line }];
    });
  }

  /** Origins of the object's own line, of the path's first step, and so on as far as the path exists. */
  #originsAlong(path: FieldPath): readonly (LineOrigin | null)[] {
    const { document, prefix } = this.#object;
    const places = document.locateAlong([...prefix, ...path]).slice(prefix.length);
    return places.map(({ startLine }) => this.#trace.document.origins[startLine - 1] ?? null);
  }

  #inValues(path: FieldPath, origins: readonly (LineOrigin | null)[]): Location | null {
    const origin = origins.at(-1) ?? null;
    if (origin?.action == null || path.length === 0) return null;
    const keys = valuesAction(origin.action);
    if (keys === null) return null;
    const rests = origin.literal ? [[]] : this.#restsOf(path, origins, origin);
    const rendered = valueAt(this.value, path);
    const { subcharts, values, revision } = this.#trace;
    for (const rest of rests) {
      const place = values.locate(subcharts, [...keys, ...rest], rendered, this.#isAlone(origin), revision);
      if (place !== null) return place;
    }
    return null;
  }

  /** Whether the line's expression is the only one in its template line, so that it alone varies the text. */
  #isAlone({ file, line, literal }: LineOrigin): boolean {
    const input = this.#trace.files.get(file);
    return literal && input !== undefined && lineOf(input, line).split('{{').length === 2;
  }

  /**
   * What may remain of a path inside the block that one action printed: the block begins below a line that
   * something else wrote, with its own key or on the line of its parent's.
   */
  #restsOf(
    path: FieldPath,
    origins: readonly (LineOrigin | null)[],
    origin: LineOrigin,
  ): readonly FieldPath[] {
    let first = origins.length - 1;
    while (first > 0 && same(origins[first - 1] ?? null, origin)) first -= 1;
    const below = path.slice(Math.max(first - 1, 0));
    const shifted = this.#withoutEarlierItems(path, Math.max(first - 1, 0), origin);
    return [shifted, below, path.slice(first), []];
  }

  /** Items that others wrote before the block in the same list do not count in the values' list. */
  #withoutEarlierItems(path: FieldPath, at: number, origin: LineOrigin): FieldPath {
    const index = path[at];
    if (typeof index !== 'number') return path.slice(at);
    let first = index;
    while (first > 0) {
      const before = [...path.slice(0, at), first - 1];
      if (!same(this.#originsAlong(before).at(-1) ?? null, origin)) break;
      first -= 1;
    }
    return [index - first, ...path.slice(at + 1)];
  }

  /** The line of the template, or of the nearest caller that the repository holds. */
  #inTemplate(origin: LineOrigin | null): Omit<Location, 'kind'> | null {
    if (origin === null) return null;
    for (const { file, line } of [origin, ...origin.callers]) {
      const input = this.#trace.files.get(file);
      if (input === undefined || input.repositoryPath === null) continue;
      const { revision } = this.#trace;
      return { path: input.repositoryPath, ...wholeLine(lineOf(input, line), line), revision };
    }
    return null;
  }
}

function lineOf({ bytes }: InputFile, line: number): string {
  return new TextDecoder().decode(bytes).split('\n')[line - 1] ?? '';
}

/** Whether a line may hold what the condition around it made its dot: an expression uses it, or began the line. */
function mayPrintDot(origin: LineOrigin | null): boolean {
  return origin !== null && (!origin.literal || /(^|[\s(|])\.($|[\s)|])/.test(origin.action ?? ''));
}

/** Whether a line was begun by the very action that began another. */
function same(line: LineOrigin | null, origin: LineOrigin): boolean {
  if (line === null || line.literal || line.action !== origin.action) return false;
  const [a, b] = [line.value ?? line, origin.value ?? origin];
  return a.file === b.file && a.line === b.line;
}
