import type { LineReads, ValuesPath } from '../../engines/helm-reads.ts';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { Location, RevisionSide } from '../../text/location.ts';
import type { Alteration } from './cause-again.ts';
import type { ValuesPlace, ValuesSources } from './cause-sources.ts';
import { isNothing, type Leaf, leavesOf, othersThan, plausible, sharedEnd } from './cause-values.ts';

/** A value that may have caused a field, and what to alter in order to see. */
export interface Candidate {
  /** The smaller, the more specific. */
  readonly rank: number;
  readonly location: Location;
  readonly alterations: readonly Alteration[];
  /** Whether the field may go altogether with all that holds it. */
  readonly decides: boolean;
}

/** What of the rendered object is asked about. */
export interface Field {
  readonly path: FieldPath;
  readonly value: unknown;
  /** How many steps of the path exist. */
  readonly depth: number;
}

export class Candidates {
  readonly #sources: ValuesSources;
  readonly #revision: RevisionSide;
  readonly #field: Field;

  constructor(sources: ValuesSources, revision: RevisionSide, field: Field) {
    this.#sources = sources;
    this.#revision = revision;
    this.#field = field;
  }

  /** What the expressions of a field's line read. */
  ofLine({ own }: Pick<LineReads, 'own'>): Candidate[] {
    return own.flatMap((path) =>
      isMap(this.#field.value) || Array.isArray(this.#field.value) ? this.#block(path) : this.#scalars(path),
    );
  }

  /** What the conditions read that a line stands in. */
  ofConditions(around: readonly ValuesPath[]): Candidate[] {
    return around.flatMap((path) =>
      this.#sources
        .places(path)
        .slice(0, 1)
        .flatMap((place) => this.#switch(path, place)),
    );
  }

  /** What was looked up where a field could have been, and may be why it is not. */
  ofAbsence(reads: readonly ValuesPath[]): Candidate[] {
    return reads.flatMap((path) => {
      const [place] = this.#sources.places(path);
      if (place === undefined) return this.#unset(path);
      if (isNothing(place.value)) return this.#empty(path, place);
      return isMap(place.value) ? this.#lacking(path, place) : [];
    });
  }

  /** A scalar that was read, or scalars below a map or list that was read whole. */
  #scalars(path: ValuesPath): Candidate[] {
    const seen = new Set<string>();
    return this.#sources.places(path).flatMap((place) =>
      leavesOf(place.value).flatMap((leaf) => {
        const key = JSON.stringify(leaf.path);
        const rank = this.#rank(leaf);
        if (seen.has(key)) return [];
        seen.add(key);
        return [...this.#key(place, leaf), ...(rank === null ? [] : this.#scalar(below(place, leaf), rank))];
      }),
    );
  }

  #scalar(place: ValuesPlace, rank: number): Candidate[] {
    const { value } = place;
    const inText = typeof value === 'string' && value.includes('\n') ? this.#lineOfText(place, value) : null;
    if (inText !== null) return [inText];
    const alterations = othersThan(value).map((other) => ({ place, value: other }));
    return this.#candidate(place, alterations, rank, false);
  }

  /** A key that was printed as it stands. */
  #key(place: ValuesPlace, { path: [key] }: Leaf): Candidate[] {
    const { value, path } = this.#field;
    if (typeof key !== 'string' || key !== value || !isMap(place.value)) return [];
    const at = below(place, { path: [key], value: place.value[key] });
    const renamed = Object.fromEntries([
      [key, null],
      [`${key}x`, at.value],
    ]);
    const inRelease = [...place.source.scope, ...place.key];
    return this.#candidate(at, [{ path: inRelease, value: renamed }], path.at(-1) === key ? 1 : 0.4, false);
  }

  /** The line of a text of several lines that holds the field's key. */
  #lineOfText(place: ValuesPlace, text: string): Candidate | null {
    const { path, value } = this.#field;
    const name = path.findLast((step) => typeof step === 'string');
    const lines = text.split('\n');
    const found = lines.flatMap((line, index) => (holds(line, name, value) ? [index] : []));
    const [index] = found;
    const location = this.#sources.locateLine(place, index ?? 0, this.#revision);
    if (index === undefined || found.length !== 1 || location === null) return null;
    const other = othersThan(scalarIn(lines[index]!))[0];
    const altered = lines.with(
      index,
      lines[index]!.replace(/(:\s*).*$/, (_, colon: string) => `${colon}${other}`),
    );
    return { rank: 0.6, location, alterations: [{ place, value: altered.join('\n') }], decides: false };
  }

  /** Null for what shows no likeness although much else was read with it. */
  #rank({ path, value }: Leaf): number | null {
    const shared = sharedEnd(path, this.#field.path);
    const isSame = String(value) === String(this.#field.value);
    const isWithin =
      typeof value !== 'object' &&
      String(value).length > 0 &&
      String(this.#field.value).includes(String(value));
    if (path.length === 0) return isSame ? 0 : isWithin ? 1 - String(value).length / 1000 : 2;
    if (shared > 0 && isSame) return 0.5 - Math.min(shared, 20) / 100;
    if (isSame) return 1.5;
    if (isWithin && String(value).length > 1) return 1.7;
    if (shared > 0 && typeof value !== 'object') return 1.9;
    return typeof value === 'string' && value.includes('{{') ? 1.8 : null;
  }

  /** A map or list that was read whole and holds nothing that the field lacks. */
  #block(path: ValuesPath): Candidate[] {
    const [place] = this.#sources.places(path);
    if (place === undefined || path.length === 0) return [];
    return [place, ...childrenOf(place)].flatMap((each) => {
      const fits = this.#fits(each.value);
      const leaf = leavesOf(each.value).find(({ value }) => othersThan(value).length > 0);
      if (!fits || leaf === undefined) return [];
      const at = below(each, leaf);
      const alterations = othersThan(leaf.value).map((value) => ({ place: at, value }));
      const isNamed = each.key.at(-1) === this.#field.path.at(-1);
      return this.#candidate(each, alterations, isNamed ? 0.2 : 0.8, false);
    });
  }

  #fits(value: unknown): boolean {
    const rendered = this.#field.value;
    if (Array.isArray(value))
      return Array.isArray(rendered) && value.length > 0 && value.length <= rendered.length;
    if (!isMap(value) || !isMap(rendered)) return false;
    const keys = Object.keys(value);
    return keys.length > 0 && keys.every((key) => Object.hasOwn(rendered, key));
  }

  #switch(path: ValuesPath, place: ValuesPlace): Candidate[] {
    const { value } = place;
    if (isMap(value) || Array.isArray(value)) return [];
    const others = othersThan(value);
    return this.#candidate(
      place,
      others.map((other) => ({ place, value: other })),
      3 - path.length / 100,
      true,
    );
  }

  /** Nothing states it: the nearest stated parent is where a person would. */
  #unset(path: ValuesPath): Candidate[] {
    const parent = this.#sources.parent(path);
    if (parent === null) return [];
    return this.#candidate(parent, this.#stating(path), this.#affinity(path), false);
  }

  #empty(path: ValuesPath, place: ValuesPlace): Candidate[] {
    return this.#candidate(
      place,
      place.value === false ? [{ place, value: true }] : this.#stating(path),
      this.#affinity(path),
      false,
    );
  }

  /** A map that goes into the field's place, and could hold the field. */
  #lacking(path: ValuesPath, place: ValuesPlace): Candidate[] {
    const { path: field, depth } = this.#field;
    const rest = field.slice(depth);
    if (rest.some((step) => typeof step === 'number')) return [];
    const parent = field[depth - 1];
    const isParent = path.at(-1) === parent;
    const rank = isParent ? 0.1 : this.#affinity(path) + 1;
    return this.#candidate(place, [{ path: [...path, ...rest], value: plausible(rest) }], rank, false);
  }

  #stating(path: ValuesPath): readonly Alteration[] {
    const { path: field, depth } = this.#field;
    const at = field.findLastIndex((step, index) => index >= depth && step === path.at(-1));
    const rest = field.slice(at < 0 ? depth + 1 : at + 1);
    if (rest.some((step) => typeof step === 'number')) return [{ path, value: plausible(field) }];
    const inner = plausible(rest.length === 0 ? field.slice(0, at < 0 ? depth + 1 : at + 1) : rest);
    const value = rest.reduceRight<unknown>((each, step) => ({ [step]: each }), inner);
    return at < 0
      ? [
          { path, value: plausible(field.slice(0, depth + 1)) },
          { path, value: true },
        ]
      : [{ path, value }];
  }

  /** How well the words of a value's path fit the missing field. */
  #affinity(path: ValuesPath): number {
    const missing = this.#field.path.slice(this.#field.depth).map((step) => String(step).toLowerCase());
    const words = path.map((step) => String(step).toLowerCase());
    if (missing.some((step) => words.includes(step))) return 0.3;
    const isNear = words.some((word) =>
      missing.some((step) => word.length > 3 && (word.includes(step) || step.includes(word))),
    );
    return isNear ? 0.6 : 2.5;
  }

  #candidate(
    place: ValuesPlace,
    alterations: readonly Alteration[],
    rank: number,
    decides: boolean,
  ): Candidate[] {
    const location = this.#sources.locate(place, this.#revision);
    return location === null || alterations.length === 0 ? [] : [{ rank, location, alterations, decides }];
  }
}

function below({ source, key }: ValuesPlace, { path, value }: Leaf): ValuesPlace {
  return { source, key: [...key, ...path], value };
}

function childrenOf(place: ValuesPlace): readonly ValuesPlace[] {
  if (!isMap(place.value)) return [];
  return Object.keys(place.value).map((key) =>
    below(place, { path: [key], value: valueAt(place.value, [key]) }),
  );
}

/** Whether a line of a text states the field: its key, and its value or an expression. */
function holds(line: string, name: string | undefined, value: unknown): boolean {
  const [, key, rest = ''] = /^\s*(?:-\s+)?["']?([^\s:"']+)["']?:\s*(.*)$/.exec(line) ?? [];
  return key === name && (rest.includes('{{') || rest.replace(/^["']|["']$/g, '') === String(value));
}

function scalarIn(line: string): string | number {
  const text = line
    .slice(line.indexOf(':') + 1)
    .trim()
    .replace(/^["']|["']$/g, '');
  return /^\d+$/.test(text) ? Number(text) : text;
}
