import type { FieldPath } from '../../manifest/field-path.ts';
import { type KubernetesObject, objectsOf } from '../../manifest/objects.ts';
import { type ParsedDocument, parseStream } from '../../manifest/parse.ts';
import type { Limits } from '../../text/limits.ts';
import type { OptionPlaces } from '../gitops/release.ts';

/** The kustomization of a folder with what a deploying object adds to it. */
export interface Stated {
  /** The kustomization's path. */
  readonly file: string;
  /** All its fields as they are then. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where a field stands among the object's options; null where the object does not state it. */
  readonly originOf: (field: FieldPath) => FieldPath | null;
  readonly places: OptionPlaces;
}

/** Files that a build was made of, parsed when somebody asks where a field stands. */
export class Sources {
  readonly stated: Stated | null;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #limits: Limits;
  readonly #documents = new Map<string, readonly ParsedDocument[]>();
  readonly #objects = new Map<string, readonly KubernetesObject[]>();

  constructor(
    files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
    limits: Limits,
    stated: Stated | null = null,
  ) {
    this.stated = stated;
    this.#texts = new Map(files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
    this.#limits = limits;
  }

  text(path: string): string | null {
    return this.#texts.get(path) ?? null;
  }

  documents(path: string): readonly ParsedDocument[] {
    let found = this.#documents.get(path);
    if (found === undefined) {
      found = parseStream(this.text(path) ?? '', this.#limits).documents;
      this.#documents.set(path, found);
    }
    return found;
  }

  /** The objects of a file, those of lists one by one. */
  objects(path: string): readonly KubernetesObject[] {
    let found = this.#objects.get(path);
    if (found === undefined) {
      found = this.documents(path).flatMap(objectsOf);
      this.#objects.set(path, found);
    }
    return found;
  }

  /** A text that stands in another file, as documents. */
  parse(text: string): readonly ParsedDocument[] {
    return parseStream(text, this.#limits).documents;
  }
}
