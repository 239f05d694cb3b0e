import { type FieldPath, isPresentAt, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { ObjectRef, Origin, SourceLine } from '../../manifest/manifest.ts';
import type { ParsedDocument } from '../../manifest/parse.ts';
import type { Location } from '../../text/location.ts';
import { isLiteralHeader, type SourceObject } from '../raw/raw.ts';
import { templateLine } from './helmfile-templates.ts';

/** Where the fields of an Application that a set makes come from. */
export interface TemplateSources {
  readonly set: SourceObject;
  /** Where the generator's own template stands; null where it has none. */
  readonly own: FieldPath | null;
  /** What the set's `templatePatch` gave for this Application; null where it has none. */
  readonly patch: {
    readonly document: ParsedDocument;
    readonly text: string;
    readonly source: string;
  } | null;
}

const patchAt: FieldPath = ['spec', 'templatePatch'];

/** An Application of an ApplicationSet: its fields stand in the set's template, its generator's or its patch. */
export class TemplatedApplication implements SourceObject {
  readonly ref: ObjectRef;
  readonly value: SourceObject['value'];
  readonly #sources: TemplateSources;

  constructor(value: unknown, sources: TemplateSources) {
    this.value = isMap(value) ? value : {};
    this.#sources = sources;
    const { apiVersion, namespace } = sources.set.ref;
    const own = valueAt(value, ['metadata', 'namespace']);
    this.ref = {
      apiVersion,
      kind: 'Application',
      name: String(valueAt(value, ['metadata', 'name']) ?? ''),
      // Applications of a set live in its own namespace.
      namespace: namespace ?? (typeof own === 'string' && own !== '' ? own : null),
    };
  }

  get text(): string {
    return this.#sources.set.text;
  }

  get origin(): Origin {
    return this.#sources.set.origin;
  }

  locate(path: FieldPath): Location | null {
    return this.#inPatch(path) ?? this.#sources.set.locate(this.#inTemplate(path));
  }

  locateInMap(path: FieldPath, key: FieldPath): Location | null {
    return this.#inPatch([...path, ...key]) ?? this.#sources.set.locateInMap(this.#inTemplate(path), key);
  }

  locateInText(path: FieldPath, line: number, key: FieldPath, value: unknown): Location | null {
    const { patch, set } = this.#sources;
    const place = patch?.document.locate(path);
    if (!patch || place?.exact !== true) return set.locateInText(this.#inTemplate(path), line, key, value);
    const isBlock = isLiteralHeader(patch.text.split('\n')[place.startLine - 1] ?? '');
    return this.#patchLine(isBlock ? place.startLine + 1 + line : place.startLine);
  }

  linesOf(path: FieldPath): readonly SourceLine[] {
    const place = this.#inPatch(path);
    const lines = this.#sources.set.linesOf(place === null ? this.#inTemplate(path) : patchAt);
    return place === null ? lines : [...lines, { path: place.path, line: place.startLine }];
  }

  #inTemplate(path: FieldPath): FieldPath {
    const { set, own } = this.#sources;
    const isOwn = own !== null && path.length > 0 && isPresentAt(set.value, [...own, ...path]);
    return isOwn ? [...own, ...path] : ['spec', 'template', ...path];
  }

  #inPatch(path: FieldPath): Location | null {
    const place = path.length === 0 ? null : this.#sources.patch?.document.locate(path);
    return place?.exact === true ? this.#patchLine(place.startLine) : null;
  }

  /** A line of what the patch gave, in the set; else the patch as a whole. */
  #patchLine(line: number): Location | null {
    const { patch, set } = this.#sources;
    const own = patch === null ? null : templateLine(patch.source, patch.text, line);
    return own === null ? set.locate(patchAt) : set.locateInText(patchAt, own - 1, [], undefined);
  }
}
