import type { KustomizeBuild, KustomizeBuildRequest } from '../../engines/kustomize.ts';
import { isMap } from '../../manifest/is-map.ts';
import { type KubernetesObject, objectsOf, quietObject } from '../../manifest/objects.ts';
import { parseStream } from '../../manifest/parse.ts';
import { ignoreCommentsOf } from '../../text/ignore-comments.ts';
import type { Limits } from '../../text/limits.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { StatedFields } from '../gitops/kustomize-fields.ts';
import type { Trouble } from '../helm/release.ts';
import type { Turns } from '../in-turns.ts';
import { isKustomization } from '../layout.ts';
import { folderOf, joined } from '../paths.ts';
import type { Render } from '../unit.ts';
import { buildLean } from './build-lean.ts';
import type { KustomizeRelease } from './deployed.ts';
import { parseKustomization } from './kustomization.ts';
import { fieldsText, type KustomizationFields, withFields } from './kustomization-fields.ts';
import type { Kustomizations, Reach } from './kustomizations.ts';
import { buildTroubles, leftOutTroubles } from './kustomize-errors.ts';
import { KustomizeManifest } from './kustomize-trace.ts';
import { Sources, type Stated } from './sources.ts';

/** Builds one kustomization. */
export type BuildKustomization = (request: KustomizeBuildRequest) => Promise<KustomizeBuild>;

/** One folder of one revision, to be built as `kustomize build` does. */
export interface FolderBuild {
  /** Of the revision. */
  readonly kustomizations: Kustomizations;
  readonly folder: string;
  /** Unit that the render belongs to. */
  readonly unit: string;
  readonly revision: RevisionSide;
  /** Fields that take the place of the kustomization's own, or state one where there is none; null: none. */
  readonly fields: KustomizationFields | null;
  /** What a deploying tool puts into each object's text; null: nothing. */
  readonly substitute: ((text: string) => string) | null;
  /** The release that says so, and how its fields lead back to it. */
  readonly by?: { readonly release: KustomizeRelease; readonly stated: StatedFields | null };
}

/** What every build of a run shares. */
export interface KustomizeRun {
  readonly limits: Limits;
  readonly build: BuildKustomization;
  readonly onRender: (render: Render) => void;
  readonly turns: Turns;
  /** Answers by what was asked: base and head often ask the same. */
  readonly builds: Map<string, Promise<KustomizeBuild>>;
  /** Objects by their text. */
  readonly builtObjects: Map<string, KubernetesObject | null>;
}

interface ReadFile {
  readonly path: string;
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Builds a folder with exactly the files that its kustomizations name. */
export async function buildFolder(request: FolderBuild, run: KustomizeRun): Promise<Render> {
  const { kustomizations, folder, fields } = request;
  const more = fields === null ? null : parseKustomization(fieldsText(fields), run.limits);
  const reach = kustomizations.reach(folder, more);
  const read = await filesOf(reach, kustomizations, run.limits);
  const render =
    'tooLarge' in read
      ? failed(request, [read.tooLarge])
      : answered(
          request,
          read.files,
          [...reach.outside, ...read.refused],
          await ask(request, read.files, reach.resources, run),
          run,
        );
  run.onRender(render);
  return render;
}

async function filesOf(
  { paths }: Reach,
  { layout }: Kustomizations,
  limits: Limits,
): Promise<
  | { readonly files: readonly ReadFile[]; readonly refused: readonly Trouble[] }
  | { readonly tooLarge: Trouble }
> {
  const entries = [...paths].sort().flatMap((path) => layout.entry(path) ?? []);
  const bytes = entries.reduce((sum, { size }) => sum + (size ?? 0), 0);
  if (bytes > limits.unitBytes) {
    const detail = `The files of the kustomization exceed ${limits.unitBytes} bytes.`;
    return { tooLarge: { path: null, reason: 'too-large', detail, line: null } };
  }
  const wanted = entries.filter(({ type }) => type === 'file');
  const reads = await layout.tree.read(wanted.map(({ path }) => path));
  const files: ReadFile[] = [];
  const refused: Trouble[] = [];
  for (const { path, id } of wanted) {
    const file = reads.get(path);
    if (file?.kind === 'bytes') files.push({ path, id, bytes: file.bytes });
    else if (file?.kind === 'refused')
      refused.push({ path, reason: file.reason, detail: file.detail, line: null });
  }
  return { files, refused };
}

function ask(
  { kustomizations, folder, fields }: FolderBuild,
  files: readonly ReadFile[],
  resources: ReadonlySet<string>,
  { builds, build }: KustomizeRun,
): Promise<KustomizeBuild> {
  const key = JSON.stringify([folder, fields, files.map(({ path, id }) => [path, id])]);
  let answer = builds.get(key);
  if (answer === undefined) {
    const isOwn = ({ path }: ReadFile) => isKustomization(path) && folderOf(path) === folder;
    const input = files.map((file) =>
      fields !== null && isOwn(file) ? { ...file, bytes: withFields(file.bytes, fields) } : file,
    );
    if (fields !== null && !files.some(isOwn)) {
      const bytes = new TextEncoder().encode(fieldsText(fields));
      input.push({ path: joined(folder, 'kustomization.yaml'), id: '', bytes });
    }
    const named = { resources, reachOf: (from: string) => kustomizations.reach(from).paths };
    answer = buildLean({ path: folder, files: input, trace: true }, named, (asked) =>
      buildAnywhere(asked, build),
    );
    builds.set(key, answer);
  }
  return answer;
}

/** Kustomize keeps to files below its folder unless it is told otherwise; Flux tells it so, and who deploys is unknown. */
async function buildAnywhere(
  request: KustomizeBuildRequest,
  build: BuildKustomization,
): Promise<KustomizeBuild> {
  const built = await build(request);
  const restricted = built.error?.message.includes('security; file ') === true;
  return restricted ? build({ ...request, unrestricted: true }) : built;
}

function answered(
  request: FolderBuild,
  files: readonly ReadFile[],
  lacking: readonly Trouble[],
  built: KustomizeBuild,
  run: KustomizeRun,
): Render {
  const sources = new Sources(files, run.limits, statedBy(request));
  const { documents, error } = built;
  if (error !== null)
    return failed(request, buildTroubles(request.folder, built, lacking, sources, request.kustomizations));
  if (documents.length > run.limits.documents) {
    const detail = `It builds ${documents.length} objects, more than ${run.limits.documents}.`;
    return failed(request, [{ path: null, reason: 'too-large', detail, line: null }]);
  }
  const { unit, folder, revision, substitute, by } = request;
  const troubles = [...leftOutTroubles(built, sources)];
  // What is deployed may look otherwise than what was built.
  if (built.leftOut.some(({ shapes }) => shapes)) return failed(request, troubles);
  const manifests = documents.flatMap((document) => {
    const text = substitute === null ? document.text : substitute(document.text);
    const object = objectIn(text, run);
    if (object === null && text !== document.text) troubles.push(unreadable(document));
    const before =
      text === document.text || by === undefined
        ? null
        : { object: () => objectIn(document.text, run), places: by.release.source.places };
    return object === null
      ? []
      : [new KustomizeManifest(object, document, { folder, sources, revision, before })];
  });
  return {
    ...namesOf(request),
    manifests,
    notChecked: troubles.map((trouble) => ({ unit, ...trouble })),
    ignores: [
      ...files.flatMap(({ path }) => ignoreCommentsOf(path, sources.text(path) ?? '')),
      ...(by?.release.source.places.ignores ?? []),
    ],
    state: troubles.length === 0 ? 'ok' : 'partial',
  };
}

/** The folder's kustomization with what a release adds. */
function statedBy({ folder, kustomizations, fields, by }: FolderBuild): Stated | null {
  if (fields === null || by === undefined || by.stated === null) return null;
  const own = kustomizations.get(folder);
  const value = own?.document?.value;
  const { stated, release } = by;
  return {
    file: own?.path ?? joined(folder, 'kustomization.yaml'),
    fields: { ...(isMap(value) ? value : {}), ...fields },
    originOf: (field) => stated.originOf(field),
    places: release.source.places,
  };
}

function unreadable({ file }: { readonly file: string | null }): Trouble {
  const detail = 'An object is no YAML any more once its variables are put in.';
  return { path: file, reason: 'unsupported', detail, line: null };
}

function namesOf({ by }: FolderBuild): Pick<Render, 'valuesSet' | 'assumptions'> {
  if (by === undefined) return { valuesSet: 'default' };
  const { id, assumptions, declaredAt } = by.release;
  return {
    valuesSet: id,
    ...(assumptions.length > 0 && { assumptions: assumptions.map((text) => ({ text, ...declaredAt })) }),
  };
}

function failed(request: FolderBuild, troubles: readonly Trouble[]): Render {
  const { unit } = request;
  return {
    ...namesOf(request),
    manifests: [],
    notChecked: troubles.map((trouble) => ({ unit, ...trouble })),
    ignores: [],
    state: 'failed',
  };
}

/** Kustomize writes one object a document. */
function objectIn(text: string, { builtObjects, limits }: KustomizeRun): KubernetesObject | null {
  let object = builtObjects.get(text);
  if (object === undefined) {
    object = quietObject(text, limits) ?? parseStream(text, limits).documents.flatMap(objectsOf)[0] ?? null;
    builtObjects.set(text, object);
  }
  return object;
}
