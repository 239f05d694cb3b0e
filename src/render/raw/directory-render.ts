import type { FileRead } from '../../repository/tree.ts';
import type { Limits } from '../../text/limits.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { Layout } from '../layout.ts';
import type { Render } from '../unit.ts';
import type { Directory } from './directories.ts';
import { asInRelease, filledIn, knownNamespace } from './in-namespace.ts';
import { parseRawFile, type RawFile, rawUnit } from './raw.ts';

/** A file that says this is passed over: https://argo-cd.readthedocs.io/en/stable/user-guide/directory/ */
const skipMark = '+argocd:skip-file-rendering';

/** Files of one revision that Applications take, read when they are asked for. */
export class TakenFiles {
  readonly #layout: Layout;
  readonly #limits: Limits;
  readonly #files = new Map<string, RawFile | null>();

  constructor(layout: Layout, limits: Limits) {
    this.#layout = layout;
    this.#limits = limits;
  }

  /** Those that are there and not passed over; null where they are too many to be read. */
  async read(paths: readonly string[]): Promise<readonly RawFile[] | null> {
    const there = paths.flatMap((path) => this.#layout.entry(path) ?? []);
    if (there.reduce((sum, { size }) => sum + (size ?? 0), 0) > this.#limits.unitBytes) return null;
    const unread = there.map(({ path }) => path).filter((path) => !this.#files.has(path));
    if (unread.length > 0) {
      const reads = await this.#layout.tree.read(unread);
      for (const path of unread) this.#files.set(path, this.#parsed(path, reads.get(path)));
    }
    return there.flatMap(({ path }) => this.#files.get(path) ?? []);
  }

  #parsed(path: string, read: FileRead | undefined): RawFile | null {
    if (read?.kind === 'bytes' && Buffer.from(read.bytes).includes(skipMark)) return null;
    return parseRawFile(path, read, this.#limits);
  }
}

/** How files become a render: of which unit, and which of them the other revision could parse. */
export interface DirectoryRequest {
  readonly unit: string;
  readonly folder: string;
  /** Where every Application of the unit puts what names no namespace; null where they differ, or it is not known. */
  readonly namespace: string | null;
  readonly revision: RevisionSide;
  readonly parsedElsewhere: ReadonlySet<string>;
  readonly limits: Limits;
}

/** What one Application deploys of the files that it takes. */
export function directoryRender(
  { release, files: taken }: Directory,
  files: readonly RawFile[] | null,
  request: DirectoryRequest,
): Render {
  const { id, assumptions, declaredAt, landing } = release;
  const render = plainRender(files, release.namespace, request);
  const jsonnet = taken.jsonnet.map((path): NotChecked => {
    const detail = `${path} is Jsonnet, which is not evaluated.`;
    return { unit: request.unit, path, reason: 'unsupported', detail, line: null };
  });
  const isWhole = jsonnet.length === 0 && !taken.takesMore;
  return {
    ...render,
    valuesSet: id,
    notChecked: [...render.notChecked, ...jsonnet],
    state: render.state === 'ok' && !isWhole ? 'partial' : render.state,
    ...(assumptions.length > 0 && { assumptions: assumptions.map((text) => ({ text, ...declaredAt })) }),
    ...(landing !== undefined && { landing }),
  };
}

/**
 * Files as they stand, in the namespace of one Application. Where others put them elsewhere, an object is the same one in all of
 * them, and a finding is told once.
 */
export function plainRender(
  files: readonly RawFile[] | null,
  namespace: string | null,
  request: DirectoryRequest,
): Render {
  const { unit, folder, revision, parsedElsewhere, limits } = request;
  if (files === null) return failed(unit, `The manifests of ${folder} exceed ${limits.unitBytes} bytes.`);
  const own = knownNamespace(namespace);
  const placed =
    request.namespace !== null
      ? files.map((file) => filledIn(file, request.namespace!))
      : own !== null
        ? files.map((file) => asInRelease(file, own))
        : files;
  const render = rawUnit(folder, unit, placed, revision, parsedElsewhere).renders[0]!;
  if (render.manifests.length <= limits.documents) return render;
  return failed(unit, `${folder} holds more than ${limits.documents} objects.`);
}

function failed(unit: string, detail: string): Render {
  const trouble: NotChecked = { unit, path: null, reason: 'too-large', detail, line: null };
  return { valuesSet: 'default', manifests: [], notChecked: [trouble], ignores: [], state: 'failed' };
}
