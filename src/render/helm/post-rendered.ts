import type { BuildStep, BuiltDocument } from '../../engines/kustomize.ts';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import type { Cause, ObjectRef, Origin, Proof, SourceLine } from '../../manifest/manifest.ts';
import type { KubernetesObject } from '../../manifest/objects.ts';
import { type Location, type RevisionSide, rangeOf } from '../../text/location.ts';
import { existingIn, stepThatSet, stepThatTook } from '../kustomize/built-steps.ts';
import { counterpart } from '../kustomize/counterpart.ts';
import { placeOfStep } from '../kustomize/kustomize-steps.ts';
import type { Sources } from '../kustomize/sources.ts';
import { objectText, type SourceObject } from '../raw/raw.ts';

/** An object of a chart after a kustomization changed it. */
export class PostRenderedManifest implements SourceObject {
  readonly ref: ObjectRef;
  readonly origin: Origin;
  readonly #before: SourceObject;
  readonly #object: KubernetesObject;
  readonly #built: BuiltDocument;
  readonly #sources: Sources;
  readonly #revision: RevisionSide;

  constructor(
    before: SourceObject,
    object: KubernetesObject,
    built: BuiltDocument,
    { sources, revision }: { readonly sources: Sources; readonly revision: RevisionSide },
  ) {
    const isKept = valueAt(before.value, ['metadata', 'namespace']) === object.ref.namespace;
    this.ref = isKept ? { ...object.ref, namespace: before.ref.namespace } : object.ref;
    this.origin = before.origin;
    this.#before = before;
    this.#object = object;
    this.#built = built;
    this.#sources = sources;
    this.#revision = revision;
  }

  get value(): SourceObject['value'] {
    return this.#object.value;
  }

  get text(): string {
    return objectText(this.#object);
  }

  locate(path: FieldPath): Location | null {
    return this.#patched(path) ?? this.#before.locate(this.#pathBefore(path));
  }

  linesOf(path: FieldPath): readonly SourceLine[] {
    const prefixes: FieldPath[] = path.map((_, index) => path.slice(0, index + 1));
    const patched = [[], ...prefixes].flatMap((prefix) => this.#patched(prefix) ?? []);
    const lines = patched.map((place): SourceLine => ({ path: place.path, line: place.startLine }));
    const all = [...lines, ...this.#before.linesOf(this.#pathBefore(path))];
    return [...new Map(all.map((each) => [`${each.line} ${each.path}`, each])).values()];
  }

  /** No value of the chart caused what a patch set. */
  async causeOf(path: FieldPath, proof: Proof): Promise<Cause> {
    const place = this.#patched(path);
    if (place !== null || this.#before.causeOf === undefined)
      return { location: place ?? this.locate(path), template: null };
    return this.#before.causeOf(this.#pathBefore(path), proof);
  }

  locateInMap(path: FieldPath, key: FieldPath): Location | null {
    return this.#patched([...path, ...key]) ?? this.#before.locateInMap(this.#pathBefore(path), key);
  }

  locateInText(path: FieldPath, line: number, key: FieldPath, value: unknown): Location | null {
    return this.#patched(path) ?? this.#before.locateInText(this.#pathBefore(path), line, key, value);
  }

  /** The path in the object as the chart rendered it. */
  #pathBefore(path: FieldPath): FieldPath {
    const there = existingIn(this.value, path);
    const found = counterpart(this.#before.value, this.value, there, true);
    return found.length < there.length ? found : [...found, ...path.slice(there.length)];
  }

  /** Where a patch sets the field, or takes it away. */
  #patched(path: FieldPath): Location | null {
    const there = existingIn(this.value, path);
    const took = stepThatTook(this.#built, path, there.length);
    if (took !== null) return this.#placeOf(took.step, took.lost, undefined);
    const step = stepThatSet(this.#built, there);
    return step === null ? null : this.#placeOf(step, there, valueAt(this.value, there));
  }

  #placeOf(step: BuildStep, path: FieldPath, value: unknown): Location | null {
    const names = [this.ref.name, this.#before.ref.name];
    const place = placeOfStep(step, { path, value, object: this.value, names }, this.#sources);
    return place && { ...rangeOf(place), path: place.path, revision: this.#revision, kind: 'manifest' };
  }
}
