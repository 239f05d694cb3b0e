import type { RevisionSide } from '../../text/location.ts';
import { Deployed, type Deployment } from '../kustomize/deployed.ts';
import type { Kustomizations } from '../kustomize/kustomizations.ts';
import { buildFolder, type KustomizeRun } from '../kustomize/kustomize.ts';
import { KustomizeManifest } from '../kustomize/kustomize-trace.ts';
import type { GitOpsObject } from './inline-values.ts';
import { isOfTool } from './objects.ts';
import { postBuild } from './post-build.ts';
import { descriptionOf, type Release } from './release.ts';

/** What it takes to build a revision's kustomizations. */
export interface BuildingObjects {
  readonly kustomizations: Kustomizations;
  readonly run: KustomizeRun;
}

/** Builds that are made to see which objects of GitOps tools they hold. */
const mostBuilds = 200;

/**
 * The objects of GitOps tools as kustomizations deploy them: with the patches, namespaces and variables of their overlay.
 * Only those are built that hold a release from this tree, or that the change touches.
 */
export class BuiltObjects {
  readonly #building: BuildingObjects;
  readonly #plain: readonly GitOpsObject[];
  readonly #changed: ReadonlySet<string> | null;
  readonly #revision: RevisionSide;
  /** What was built, by all that decides it; null where nothing came of it. */
  readonly #known = new Map<string, readonly GitOpsObject[] | null>();
  #now: readonly string[] = [];
  #replaced = new Set<string>();
  /** Paths that a kustomization reaches which could not be built, and its folder. */
  #unbuilt: ReadonlyMap<string, string> = new Map();
  readonly #failed = new Set<string>();

  constructor(
    building: BuildingObjects,
    plain: readonly GitOpsObject[],
    changed: ReadonlySet<string> | null,
    revision: RevisionSide,
  ) {
    this.#building = building;
    this.#plain = plain.filter(({ manifest }) => isOfTool(manifest.ref.apiVersion));
    this.#changed = changed;
    this.#revision = revision;
  }

  /** Builds what is released by now; false: it is what was built before. */
  async next(releases: readonly Release[]): Promise<boolean> {
    const { kustomizations } = this.#building;
    const deployed = await Deployed.of(kustomizations, releases);
    const local = new Set(
      releases.flatMap((release) => (this.#counts(release, deployed) ? [release.declaredAt.path] : [])),
    );
    const now: string[] = [];
    const replaced = new Set<string>();
    const unbuilt = new Map<string, string>();
    for (const folder of deployed.folders) {
      const reach = deployed.reach(folder);
      if (!this.#isWanted(reach, local)) continue;
      for (const deployment of deployed.deployments(folder)) {
        const key = keyOf(folder, deployment);
        if (!this.#known.has(key)) {
          if (this.#known.size >= mostBuilds) continue;
          this.#known.set(key, await this.#build(folder, deployment, key));
        }
        if (this.#failed.has(key)) for (const path of reach) unbuilt.set(path, folder);
        if (this.#known.get(key) === null) continue;
        now.push(key);
        for (const path of reach) replaced.add(path);
      }
    }
    const isSame = JSON.stringify([now, [...unbuilt]]) === JSON.stringify([this.#now, [...this.#unbuilt]]);
    this.#now = now;
    this.#replaced = replaced;
    this.#unbuilt = unbuilt;
    return !isSame;
  }

  /** The plain objects with what was built in the place of what it was built from. */
  over(plain: readonly GitOpsObject[]): readonly GitOpsObject[] {
    const left = plain.filter(
      ({ path, manifest }) => !this.#replaced.has(path) || !isOfTool(manifest.ref.apiVersion),
    );
    const marked = left.map((object) => {
      const unbuilt = this.#unbuilt.get(object.path);
      return unbuilt === undefined ? object : { ...object, unbuilt };
    });
    return [...marked, ...this.#now.flatMap((key) => this.#known.get(key) ?? [])];
  }

  /** Whether a release decides what the review looks at: a chart's, or that of a folder which the change touches. */
  #counts({ source }: Release, deployed: Deployed): boolean {
    if (source.kind !== 'kustomize') return source.kind === 'helm';
    if (this.#changed === null) return true;
    const reach = deployed.reach(source.folder);
    return [...this.#changed].some((path) => reach.has(path));
  }

  #isWanted(reach: ReadonlySet<string>, local: ReadonlySet<string>): boolean {
    const own = this.#plain.filter(({ path }) => reach.has(path));
    if (own.length === 0) return false;
    if (own.some(({ path }) => local.has(path))) return true;
    for (const path of this.#changed ?? []) if (reach.has(path)) return true;
    return false;
  }

  async #build(
    folder: string,
    { release, fields, stated }: Deployment,
    key: string,
  ): Promise<readonly GitOpsObject[] | null> {
    const { kustomizations, run } = this.#building;
    const substitute = release === null ? null : postBuild(release.source, run.limits);
    const by = release === null ? {} : { by: { release, stated } };
    const request = { kustomizations, folder, unit: `kustomize:${folder}`, fields, substitute, ...by };
    const { manifests, state, ignores } = await buildFolder(
      { ...request, revision: this.#revision },
      { ...run, onRender: () => {} },
    );
    if (state === 'failed') {
      this.#failed.add(key);
      return null;
    }
    const objects = manifests.flatMap((manifest): GitOpsObject[] => {
      if (!(manifest instanceof KustomizeManifest) || !isOfTool(manifest.ref.apiVersion)) return [];
      const { path } = manifest;
      const built = { folder, isFilledIn: release !== null };
      return [{ manifest, path, ignores: ignores.filter((each) => each.path === path), built }];
    });
    return objects.length === 0 ? null : objects;
  }
}

function keyOf(folder: string, { valuesSet, release }: Deployment): string {
  return `${folder} ${valuesSet} ${release === null ? '' : descriptionOf(release)}`;
}
