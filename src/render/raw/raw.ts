import type { FieldPath } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { Manifest, ObjectRef, Origin, SourceLine } from '../../manifest/manifest.ts';
import {
  isEncrypted,
  type KubernetesObject,
  looksLikeObject,
  mayHoldObject,
  objectsOf,
} from '../../manifest/objects.ts';
import { type Located, type ParsedStream, type ParseProblem, parseStream } from '../../manifest/parse.ts';
import type { FileRead } from '../../repository/tree.ts';
import { type IgnoreComment, ignoreCommentsOf } from '../../text/ignore-comments.ts';
import type { Limits } from '../../text/limits.ts';
import { type Location, type RevisionSide, rangeOf } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { mapTexts } from '../gitops/texts.ts';
import { isFilledIn, type Layout } from '../layout.ts';
import type { Render, RenderedUnit } from '../unit.ts';

/** What one file of a raw folder holds. */
export interface RawFile {
  readonly path: string;
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly ParseProblem[];
  /** Whether text that does not parse was meant for Kubernetes. */
  readonly meant: boolean;
  /** Why the file could not be read, else null. */
  readonly refused: Extract<FileRead, { kind: 'refused' }> | null;
  /** SOPS hides the file: `values` when its objects can still be told, `all` when they cannot. */
  readonly encrypted: 'values' | 'all' | null;
  readonly ignores: readonly IgnoreComment[];
}

/** Whether a file makes its folder a raw unit. */
export function holdsObjects({ objects, problems, meant, encrypted }: RawFile): boolean {
  return (
    objects.length > 0 || encrypted === 'all' || (meant && problems.some(({ kind }) => kind !== 'template'))
  );
}

export async function readRawFiles(
  layout: Layout,
  paths: readonly string[],
  limits: Limits,
): Promise<ReadonlyMap<string, RawFile>> {
  const reads = await layout.tree.read(paths);
  return new Map(paths.map((path) => [path, parseRawFile(path, reads.get(path), limits)]));
}

export function parseRawFile(path: string, read: FileRead | undefined, limits: Limits): RawFile {
  const nothing: RawFile = {
    path,
    objects: [],
    problems: [],
    meant: false,
    refused: null,
    encrypted: null,
    ignores: [],
  };
  if (read === undefined || read.kind === 'absent') return nothing;
  if (read.kind === 'refused') return { ...nothing, refused: read };
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(read.bytes);
  if (!mayHoldObject(text)) return nothing;
  const { documents, problems } = withTemplates(path, parseStream(text, limits, mayHoldObject));
  const hidden = documents.some(({ value }) => isEncrypted(value));
  const found = documents.flatMap(objectsOf);
  const objects = isFilledIn(path) ? found.map(withBraces) : found;
  const ignores = ignoreCommentsOf(path, text);
  if (!hidden) return { ...nothing, objects, problems, meant: looksLikeObject(text), ignores };
  const told = objects.filter(
    ({ ref }) => !isCipher(ref.apiVersion) && !isCipher(ref.kind) && !isCipher(ref.name),
  );
  return { ...nothing, objects: told, problems, ignores, encrypted: told.length > 0 ? 'values' : 'all' };
}

/** Text that becomes YAML only when it is filled in is no mistake. */
function withTemplates(path: string, { documents, problems }: ParsedStream): ParsedStream {
  if (!isFilledIn(path)) return { documents, problems };
  return {
    documents,
    problems: problems.map((problem) =>
      problem.kind === 'syntax' ? { ...problem, kind: 'strict' } : problem,
    ),
  };
}

/** The object with `$NAME` as `${NAME}`, which is a placeholder everywhere; its text and places stay. */
function withBraces(object: KubernetesObject): KubernetesObject {
  const braced = (text: string) => text.replace(/\$([A-Za-z_]\w*)/g, (_, name) => `$${'{'}${name}}`);
  const value = mapTexts(object.value, braced);
  const { name, namespace, ...ref } = object.ref;
  return {
    ...object,
    value: isMap(value) ? value : object.value,
    ref: { ...ref, name: braced(name), namespace: namespace && braced(namespace) },
  };
}

function isCipher(text: string): boolean {
  return text.startsWith('ENC[');
}

/** The unit of one folder from its files. `parsedElsewhere`: files that the other revision could parse. */
export function rawUnit(
  folder: string,
  id: string,
  files: readonly RawFile[],
  revision: RevisionSide,
  parsedElsewhere: ReadonlySet<string>,
): RenderedUnit {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifests = sorted.flatMap(({ path, objects }) =>
    objects.map((object) => new RawManifest(path, object, revision)),
  );
  const notChecked = sorted.flatMap((file) => troubles(file, id, parsedElsewhere));
  const render: Render = {
    valuesSet: 'default',
    manifests,
    notChecked,
    ignores: sorted.flatMap(({ ignores }) => ignores),
    state: stateOf(manifests, files),
  };
  return { id, kind: 'raw', path: folder, namespace: null, renders: [render] };
}

/** A file of templates is ignored without a word, but what it would give may be what seems to be missing. */
function stateOf(manifests: readonly unknown[], files: readonly RawFile[]): Render['state'] {
  const whole = files.every(
    ({ problems, refused, encrypted }) => problems.length === 0 && refused === null && encrypted !== 'all',
  );
  if (whole) return 'ok';
  return manifests.length === 0 ? 'failed' : 'partial';
}

function troubles(file: RawFile, unit: string, parsedElsewhere: ReadonlySet<string>): NotChecked[] {
  const { path, refused, encrypted } = file;
  if (refused !== null) return [{ unit, path, reason: refused.reason, detail: refused.detail, line: null }];
  if (encrypted === 'all') {
    return [{ unit, path, reason: 'encrypted', detail: `${path} is encrypted with SOPS.`, line: null }];
  }
  const known = file.objects.length > 0 || parsedElsewhere.has(path);
  return file.problems
    .filter(({ kind }) => known || (kind !== 'template' && file.meant))
    .map((problem) => problemEntry(problem, path, unit));
}

function problemEntry({ kind, message, line }: ParseProblem, path: string, unit: string): NotChecked {
  if (kind === 'strict' && isFilledIn(path)) {
    const detail = `${path}:${line} is no YAML before it is filled in: ${message}.`;
    return { unit, path, reason: 'unsupported', detail, line };
  }
  if (kind === 'limit') {
    return { unit, path, reason: 'too-large', detail: `${path}:${line} was not read: ${message}.`, line };
  }
  if (kind === 'strict') {
    const detail = `${path}:${line} is YAML that this program cannot read, though Kubernetes may: ${message}.`;
    return { unit, path, reason: 'unsupported', detail, line };
  }
  return {
    unit,
    path,
    reason: 'parse-failed',
    detail: `${path}:${line} is not valid YAML: ${message}.`,
    line,
  };
}

/** An object of a file in the tree. */
export class RawManifest implements SourceObject {
  readonly ref: ObjectRef;
  readonly value: Readonly<Record<string, unknown>>;
  readonly origin: Origin;
  readonly #object: KubernetesObject;
  readonly #path: string;
  readonly #revision: RevisionSide;

  constructor(path: string, object: KubernetesObject, revision: RevisionSide) {
    this.ref = object.ref;
    this.value = object.value;
    this.origin = { kind: 'raw', path, document: object.document.index };
    this.#object = object;
    this.#path = path;
    this.#revision = revision;
  }

  get text(): string {
    return objectText(this.#object);
  }

  locate(path: FieldPath): Location | null {
    const place = locateInObject(this.#object, path);
    if (place === null) return null;
    const kind = place.found === 0 ? 'object' : 'manifest';
    return { path: this.#path, ...rangeOf(place), revision: this.#revision, kind };
  }

  locateInMap(path: FieldPath, key: FieldPath): Location | null {
    return this.locate([...path, ...key]);
  }

  locateInText(path: FieldPath, line: number): Location | null {
    const { document, prefix } = this.#object;
    const place = document.locate([...prefix, ...path]);
    if (place?.exact !== true) return null;
    const lines = document.text.split('\n');
    const first = place.startLine - document.startLine;
    const text = lines[first + 1 + line];
    if (!isLiteralHeader(lines[first] ?? '') || text === undefined) return this.locate(path);
    const at = place.startLine + 1 + line;
    return {
      path: this.#path,
      ...wholeLine(text, at),
      revision: this.#revision,
      kind: 'values',
    };
  }

  linesOf(path: FieldPath): readonly SourceLine[] {
    const { document, prefix } = this.#object;
    const along = document.locateAlong([...prefix, ...path]).slice(prefix.length);
    const first = firstKeyOf(this.value);
    const top = first === undefined ? null : document.locate([...prefix, first]);
    const lines = [...along, ...(top === null ? [] : [top])].map(({ startLine }) => startLine);
    return [...new Set(lines)].map((line) => ({ path: this.#path, line }));
  }
}

/** An object that holds values for another one. */
export interface SourceObject extends Manifest {
  /** The source of a key of the map of values that stands at a path. */
  locateInMap(path: FieldPath, key: FieldPath): Location | null;
  /**
   * The source of one line, counted from 0, of the text that stands at a path; `key` and `value` are what the line
   * sets in that text. The field's own place where the text is no block.
   */
  locateInText(path: FieldPath, line: number, key: FieldPath, value: unknown): Location | null;
}

/** Whether a line ends in the sign of a block whose lines stand as they are: `values: |`. */
export function isLiteralHeader(line: string): boolean {
  return /(^|\s)\|[-+0-9]*\s*(#.*)?$/.test(line);
}

/** The text of a line without its indentation, as a range. */
export function wholeLine(text: string, line: number) {
  const startColumn = text.length - text.trimStart().length + 1;
  const endColumn = Math.max(text.trimEnd().length + 1, startColumn);
  return { startLine: line, startColumn, endLine: line, endColumn };
}

function firstKeyOf(value: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(value)[0];
}

/** The text of an object: its document's, or the item's of a list. */
export function objectText({ document, prefix }: KubernetesObject): string {
  return prefix.length === 0 ? document.text : (document.textAt(prefix) ?? '');
}

/** As `ParsedDocument.locate`, with `found` counted from the object; the object's own place is its `kind`. */
function locateInObject({ document, prefix }: KubernetesObject, path: FieldPath): Located | null {
  const place = document.locate([...prefix, ...path]);
  if (place === null || prefix.length === 0) return place;
  const found = place.found - prefix.length;
  if (found > 0) return { ...place, found };
  const kind = document.locate([...prefix, 'kind']);
  return { ...(kind?.exact === true ? kind : place), found: 0, exact: path.length === 0 };
}
