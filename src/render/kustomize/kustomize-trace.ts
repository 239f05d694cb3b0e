import type { BuildStep, BuiltDocument } from '../../engines/kustomize.ts';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import type { ObjectRef, Origin, SourceLine } from '../../manifest/manifest.ts';
import type { KubernetesObject } from '../../manifest/objects.ts';
import { type Location, type LocationKind, type RevisionSide, rangeOf } from '../../text/location.ts';
import { onlyVariableIn } from '../gitops/post-build.ts';
import type { OptionPlaces } from '../gitops/release.ts';
import { isKustomization } from '../layout.ts';
import { isLiteralHeader, objectText, RawManifest, type SourceObject, wholeLine } from '../raw/raw.ts';
import { existingIn, stepThatSet, stepThatTook } from './built-steps.ts';
import { counterpart } from './counterpart.ts';
import { placeOfStep, type SourcePlace } from './kustomize-steps.ts';
import type { Sources } from './sources.ts';

/** Where a build of an object belongs. */
export interface BuiltWhere {
  /** Folder of the kustomization. */
  readonly folder: string;
  readonly sources: Sources;
  readonly revision: RevisionSide;
  /** The object before its variables were put in, and where they stand; null where none were. */
  readonly before: { readonly object: () => KubernetesObject | null; readonly places: OptionPlaces } | null;
}

/** An object that a kustomization built. */
export class KustomizeManifest implements SourceObject {
  readonly ref: ObjectRef;
  readonly origin: Origin;
  readonly #object: KubernetesObject;
  readonly #built: BuiltDocument;
  readonly #sources: Sources;
  readonly #revision: RevisionSide;
  readonly #before: BuiltWhere['before'];
  /** The object as it was read; undefined: not looked for yet. */
  #source: KubernetesObject | null | undefined;

  constructor(
    object: KubernetesObject,
    built: BuiltDocument,
    { folder, sources, revision, before }: BuiltWhere,
  ) {
    this.ref = object.ref;
    this.origin = { kind: 'kustomize', folder, path: built.file ?? built.maker?.file ?? folder };
    this.#object = object;
    this.#built = built;
    this.#sources = sources;
    this.#revision = revision;
    this.#before = before;
  }

  /** The file that it was read from, or the kustomization that made it. */
  get path(): string {
    return this.#built.file ?? this.#built.maker?.file ?? '';
  }

  get value(): SourceObject['value'] {
    return this.#object.value;
  }

  get text(): string {
    return objectText(this.#object);
  }

  locate(path: FieldPath): Location | null {
    const there = this.#existing(path);
    const variable = there.length < path.length ? null : this.#variable(path);
    if (variable !== null) return variable;
    const gone = there.length < path.length ? this.#whereGone(path, there.length) : null;
    const place = gone ?? this.#whereSet(there) ?? this.#whereRead(there);
    return place === null ? null : this.#location(place, path);
  }

  linesOf(path: FieldPath): readonly SourceLine[] {
    const top = Object.keys(this.value)[0];
    const prefixes: FieldPath[] = path.map((_, index) => path.slice(0, index + 1));
    const places = [[], ...(top === undefined ? [] : [[top]]), ...prefixes].flatMap((prefix) => {
      const there = this.#existing(prefix);
      return [this.#whereSet(there), this.#whereRead(there), this.#whereGone(prefix, there.length)];
    });
    const lines = places.flatMap((place) =>
      place === null ? [] : [{ path: place.path, line: place.startLine }],
    );
    const variable = this.#variable(path);
    if (variable !== null) lines.push({ path: variable.path, line: variable.startLine });
    return [...new Map(lines.map((each) => [`${each.line} ${each.path}`, each])).values()];
  }

  locateInMap(path: FieldPath, key: FieldPath): Location | null {
    return this.locate([...path, ...key]);
  }

  /** A text that stands as it was read has its lines in that file. */
  locateInText(path: FieldPath, line: number): Location | null {
    const source = this.#read();
    const { file } = this.#built;
    const isOwn = source !== null && valueAt(source.value, path) === valueAt(this.value, path);
    if (!isOwn || file === null || stepThatSet(this.#built, path) !== null)
      return this.#lineOfBlock(path, line);
    return new RawManifest(file, source, this.#revision).locateInText(path, line);
  }

  /** A line of a text that a patch states as a block; else the field's own place. */
  #lineOfBlock(path: FieldPath, line: number): Location | null {
    const place = this.locate(path);
    const lines = (place === null ? '' : (this.#sources.text(place.path) ?? '')).split('\n');
    const wanted = String(valueAt(this.value, path)).split('\n')[line]?.trim();
    const at = (place?.startLine ?? 0) + 1 + line;
    const text = lines[at - 1];
    const isBlock = place !== null && isLiteralHeader(lines[place.startLine - 1] ?? '');
    if (!isBlock || text === undefined || text.trim() !== wanted) return place;
    return { ...place, ...wholeLine(text, at), kind: 'values' };
  }

  /** Where the one variable stands that filled in a field. */
  #variable(path: FieldPath): Location | null {
    const text = this.#before === null ? null : valueAt(this.#before.object()?.value, path);
    const name = typeof text === 'string' ? onlyVariableIn(text) : null;
    if (name === null || this.#before === null || text === valueAt(this.value, path)) return null;
    return this.#before.places.locateVariable(name);
  }

  /** The path as far as the object has it. */
  #existing(path: FieldPath): FieldPath {
    return existingIn(this.value, path);
  }

  /** Where a step states the field, if one set it. */
  #whereSet(path: FieldPath): SourcePlace | null {
    const step = stepThatSet(this.#built, path);
    return step === null ? null : this.#placeOf(step, path, valueAt(this.value, path));
  }

  /** Where a step takes the field away, or a parent of it that is not there. */
  #whereGone(path: FieldPath, existing: number): SourcePlace | null {
    const took = stepThatTook(this.#built, path, existing);
    return took === null ? null : this.#placeOf(took.step, took.lost, undefined);
  }

  #placeOf(step: BuildStep, path: FieldPath, value: unknown): SourcePlace | null {
    const own = this.#read()?.ref.name;
    const names = own === undefined ? [this.ref.name] : [this.ref.name, own];
    return placeOfStep(step, { path, value, object: this.value, names }, this.#sources);
  }

  /** Where the field stands in the file that the object was read from, or the entry that generated it. */
  #whereRead(path: FieldPath): SourcePlace | null {
    const { file, maker } = this.#built;
    const source = this.#read();
    if (file === null || source === null) return maker === null ? null : generated(maker, this.#sources);
    const { document, prefix, value } = source;
    const found = counterpart(value, this.value, path, true);
    const place = document.locate([...prefix, ...found]);
    if (place === null) return null;
    const own = found.length === 0 && prefix.length > 0 ? document.locate([...prefix, 'kind']) : null;
    return { path: file, ...rangeOf(own?.exact ? own : place) };
  }

  #read(): KubernetesObject | null {
    if (this.#source !== undefined) return this.#source;
    const { file, ordinal } = this.#built;
    const object = file === null ? undefined : this.#sources.objects(file)[ordinal];
    this.#source = object?.ref.kind === this.ref.kind ? object : null;
    return this.#source;
  }

  #location(place: SourcePlace, field: FieldPath): Location {
    const { path } = place;
    const kind: LocationKind = isKustomization(path)
      ? 'kustomization'
      : field.length === 0
        ? 'object'
        : 'manifest';
    return { path, ...rangeOf(place), revision: this.#revision, kind };
  }
}

const generators: Readonly<Record<string, string>> = {
  ConfigMapGenerator: 'configMapGenerator',
  SecretGenerator: 'secretGenerator',
};

function generated({ file, kind, index }: BuildStep, sources: Sources): SourcePlace | null {
  const [document] = sources.documents(file);
  const name = generators[kind];
  const place = document?.locate(name === undefined ? [] : [name, index]) ?? null;
  if (place === null) return null;
  return { path: file, ...rangeOf(place) };
}
