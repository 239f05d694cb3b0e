import type { Limits } from '../../text/limits.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import type { Layout } from '../layout.ts';
import { folderOf } from '../paths.ts';
import type { RenderedUnit } from '../unit.ts';
import { holdsObjects, type RawFile, rawUnit, readRawFiles } from './raw.ts';

/** The plain manifest files of one revision, folder by folder, read when they are asked for. */
export class RawFolders {
  readonly #layout: Layout;
  readonly #limits: Limits;
  readonly #paths: ReadonlyMap<string, readonly string[]>;
  readonly #files = new Map<string, RawFile>();

  constructor(layout: Layout, limits: Limits) {
    this.#layout = layout;
    this.#limits = limits;
    const paths = new Map<string, string[]>();
    for (const { path } of layout.entries) {
      if (!layout.mayBeRaw(path)) continue;
      const siblings = paths.get(folderOf(path));
      if (siblings === undefined) paths.set(folderOf(path), [path]);
      else siblings.push(path);
    }
    this.#paths = paths;
  }

  /** Every folder with YAML or JSON files that may be manifests, sorted. */
  get folders(): readonly string[] {
    return [...this.#paths.keys()].sort(byText);
  }

  /** Reads the files at these paths; what is not there or cannot be a manifest is left out. */
  async files(paths: readonly string[]): Promise<readonly RawFile[]> {
    const wanted = paths.filter(
      (path) => this.#layout.entry(path) !== undefined && this.#layout.mayBeRaw(path),
    );
    const unread = wanted.filter((path) => !this.#files.has(path));
    if (unread.length > 0) {
      for (const [path, file] of await readRawFiles(this.#layout, unread, this.#limits))
        this.#files.set(path, file);
    }
    return wanted.map((path) => this.#files.get(path)!);
  }

  async filesOf(folder: string): Promise<readonly RawFile[]> {
    return this.files(this.pathsOf(folder));
  }

  /** Paths of a folder's files that may be manifests. */
  pathsOf(folder: string): readonly string[] {
    return this.#paths.get(folder) ?? [];
  }

  /** Whether the folder's files exceed what one unit may read. */
  tooLarge(folder: string): boolean {
    const sizes = (this.#paths.get(folder) ?? []).map((path) => this.#layout.entry(path)?.size ?? 0);
    return sizes.reduce((sum, size) => sum + size, 0) > this.#limits.unitBytes;
  }

  /** The unit of a folder, or of other files in its place; null where it holds no manifest. */
  async unit(
    folder: string,
    id: string,
    revision: RevisionSide,
    parsedElsewhere: ReadonlySet<string>,
    inPlace?: readonly RawFile[],
  ): Promise<RenderedUnit | null> {
    if (this.tooLarge(folder)) return tooLargeUnit(folder, id, this.#limits.unitBytes);
    const files = inPlace ?? (await this.filesOf(folder));
    if (!files.some((file) => holdsObjects(file) || parsedElsewhere.has(file.path))) return null;
    const unit = rawUnit(folder, id, files, revision, parsedElsewhere);
    const documents = unit.renders[0]!.manifests.length;
    if (documents <= this.#limits.documents) return unit;
    return failedUnit(folder, id, `${folder} holds more than ${this.#limits.documents} objects.`);
  }
}

function tooLargeUnit(folder: string, id: string, bytes: number): RenderedUnit {
  return failedUnit(folder, id, `The manifests of ${folder} exceed ${bytes} bytes.`);
}

function failedUnit(folder: string, id: string, detail: string): RenderedUnit {
  const trouble: NotChecked = { unit: id, path: null, reason: 'too-large', detail, line: null };
  const render = {
    valuesSet: 'default',
    manifests: [],
    notChecked: [trouble],
    ignores: [],
    state: 'failed',
  } as const;
  return { id, kind: 'raw', path: folder, namespace: null, renders: [render] };
}

/** Every raw unit of a revision. */
export async function allRawUnits(
  folders: RawFolders,
  revision: RevisionSide,
  selects: (folder: string) => boolean,
): Promise<readonly RenderedUnit[]> {
  const units: RenderedUnit[] = [];
  for (const folder of folders.folders.filter(selects)) {
    const unit = await folders.unit(folder, `raw:${folder}`, revision, new Set());
    if (unit !== null) units.push(unit);
  }
  return units;
}
