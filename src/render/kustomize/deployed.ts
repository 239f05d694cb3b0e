import { byText } from '../../text/order.ts';
import { type StatedFields, statedFields } from '../gitops/kustomize-fields.ts';
import type { KustomizeSource, Release } from '../gitops/release.ts';
import { type IgnoreFile, sourceIgnore } from '../gitops/source-ignore.ts';
import { baseNameOf, folderOf, foldersUp, joined, normalized, relativeTo } from '../paths.ts';
import { readRawFiles } from '../raw/raw.ts';
import { type KustomizationText, parseKustomization } from './kustomization.ts';
import { fieldsText, type KustomizationFields } from './kustomization-fields.ts';
import type { Kustomizations } from './kustomizations.ts';

/** A release of a folder that is built as a kustomization. */
export type KustomizeRelease = Release & { readonly source: KustomizeSource };

/** One way in which a folder is deployed as a kustomization. */
export interface Deployment {
  /** `default`, or the release's id. */
  readonly valuesSet: string;
  readonly release: KustomizeRelease | null;
  /** Fields that take the place of the kustomization's own, or that are all of it; null: none. */
  readonly fields: KustomizationFields | null;
  readonly stated: StatedFields | null;
}

/** The folders of a revision that are built as kustomizations: by themselves, and as GitOps objects release them. */
export class Deployed {
  readonly kustomizations: Kustomizations;
  /** Sorted. */
  readonly folders: readonly string[];
  readonly #byFolder: ReadonlyMap<string, readonly Deployment[]>;
  readonly #plain: ReadonlySet<string>;
  readonly #ignoreFiles: ReadonlySet<string>;
  readonly #reaches = new Map<string, ReadonlySet<string>>();

  private constructor(
    kustomizations: Kustomizations,
    byFolder: ReadonlyMap<string, readonly Deployment[]>,
    plain: ReadonlySet<string>,
    ignoreFiles: ReadonlySet<string>,
  ) {
    this.#plain = plain;
    this.#ignoreFiles = ignoreFiles;
    this.kustomizations = kustomizations;
    this.#byFolder = byFolder;
    const within = new Set([...plain].flatMap((folder) => this.#foldersIn(folder)));
    const roots = kustomizations.roots.filter((folder) => !within.has(folder));
    this.folders = [...new Set([...roots, ...byFolder.keys()])].sort(byText);
    for (const folder of plain) kustomizations.layout.claim(this.reach(folder));
  }

  /** What stands in a folder without a kustomization that Flux deploys is no plain manifest from then on. */
  static async of(kustomizations: Kustomizations, releases: readonly Release[]): Promise<Deployed> {
    const byFolder = new Map<string, Deployment[]>();
    const plain = new Set<string>();
    const resources = new Map<string, readonly string[] | null>();
    const ignoreFiles = await ignoreFilesOf(kustomizations);
    for (const release of releases) {
      if (!isKustomize(release)) continue;
      const { folder } = release.source;
      const own = kustomizations.get(folder);
      if (own !== undefined && !isDeployable(kustomizations, folder)) continue;
      if (own === undefined) {
        if (release.source.tool === 'argocd' || kustomizations.has(folder)) continue;
        if (!resources.has(keyOf(release))) {
          const isIgnored = sourceIgnore(ignoreFiles, release.source.ignore ?? null);
          resources.set(keyOf(release), await resourcesOf(kustomizations, folder, isIgnored));
        }
        if (resources.get(keyOf(release)) === null) continue;
        plain.add(folder);
      }
      const before = own?.document?.value ?? { resources: resources.get(keyOf(release)) };
      const stated = statedFields(release.source, before, (component) =>
        isThere(kustomizations, folder, component),
      );
      const fields =
        own === undefined ? { resources: resources.get(keyOf(release)), ...stated.fields } : stated.fields;
      const deployment = {
        valuesSet: release.id,
        release,
        fields: Object.keys(fields).length === 0 ? null : fields,
        stated,
      };
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), deployment]);
    }
    return new Deployed(kustomizations, byFolder, plain, new Set(ignoreFiles.map(ignorePath)));
  }

  has(folder: string): boolean {
    return this.#byFolder.has(folder) || this.kustomizations.has(folder);
  }

  deployments(folder: string): readonly Deployment[] {
    return this.#byFolder.get(folder) ?? [alone];
  }

  /** Paths of the files that any of the folder's builds names, and of those that say which files a folder has. */
  reach(folder: string): ReadonlySet<string> {
    let found = this.#reaches.get(folder);
    if (found === undefined) {
      const all = this.deployments(folder).flatMap(({ fields }) => [
        ...this.#reachWith(folder, fields).paths,
      ]);
      found = new Set([...all, ...(this.#plain.has(folder) ? this.#ignoreFiles : [])]);
      this.#reaches.set(folder, found);
    }
    return found;
  }

  #foldersIn(folder: string): readonly string[] {
    const all = this.deployments(folder).flatMap(({ fields }) => this.#reachWith(folder, fields).folders);
    return all.filter((each) => each !== folder);
  }

  #reachWith(folder: string, fields: KustomizationFields | null) {
    const more: KustomizationText | null =
      fields === null ? null : parseKustomization(fieldsText(fields), this.kustomizations.limits);
    return this.kustomizations.reach(folder, more);
  }
}

const alone: Deployment = { valuesSet: 'default', release: null, fields: null, stated: null };

export function isKustomize(release: Release): release is KustomizeRelease {
  return release.source.kind === 'kustomize';
}

function isDeployable(kustomizations: Kustomizations, folder: string): boolean {
  const own = kustomizations.get(folder)!;
  const { layout } = kustomizations;
  return (
    own.meant === 'kustomize' &&
    !own.isComponent &&
    layout.selects(own.path) &&
    layout.chartOf(own.path) === null
  );
}

function isThere({ layout }: Kustomizations, folder: string, component: string): boolean {
  const target = normalized(`${folder}/${component}`);
  return target !== null && layout.below(target).length > 0;
}

function keyOf({ source: { folder, ignore } }: KustomizeRelease): string {
  return JSON.stringify([folder, ignore]);
}

const ignoreName = '.sourceignore';

async function ignoreFilesOf({ layout }: Kustomizations): Promise<readonly IgnoreFile[]> {
  const entries = layout.entries.filter(
    ({ path, type }) => type === 'file' && baseNameOf(path) === ignoreName,
  );
  if (entries.length === 0) return [];
  const reads = await layout.tree.read(entries.map(({ path }) => path));
  return [...reads].flatMap(([path, read]) =>
    read.kind === 'bytes' ? [{ folder: folderOf(path), text: new TextDecoder().decode(read.bytes) }] : [],
  );
}

function ignorePath({ folder }: IgnoreFile): string {
  return joined(folder, ignoreName);
}

/** More entries than this are a whole repository, not what somebody deploys. */
const mostResources = 1_000;

/**
 * What Flux generates for a folder without a kustomization: every file of objects below it, down to folders that have one.
 * Null where there is nothing, or too much.
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#generating-a-kustomizationyaml-file
 */
async function resourcesOf(
  kustomizations: Kustomizations,
  folder: string,
  isIgnored: (path: string) => boolean,
): Promise<readonly string[] | null> {
  const { layout, limits } = kustomizations;
  const files: string[] = [];
  const folders = new Set<string>();
  for (const { path, type } of layout.below(folder)) {
    if (type !== 'file' || isIgnored(path) || !layout.selects(path) || layout.chartOf(path) !== null)
      continue;
    const above = [...foldersUp(folderOf(path))].filter(
      (each) => relativeTo(folder, each) !== null && each !== folder,
    );
    const own = above.reverse().find((each) => kustomizations.get(each)?.meant === 'kustomize');
    if (own !== undefined) folders.add(own);
    else if (/\.ya?ml$/.test(path)) files.push(path);
    if (files.length + folders.size > mostResources) return null;
  }
  const read = await readRawFiles(layout, files, limits);
  const objects = files.filter((path) => (read.get(path)?.objects.length ?? 0) > 0);
  const built = [...folders].filter((each) => kustomizations.get(each)?.isComponent === false);
  const resources = [...objects, ...built].map((path) => relativeTo(folder, path)!).sort(byText);
  return resources.length === 0 ? null : resources;
}
