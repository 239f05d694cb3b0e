import { groupOf } from '../../manifest/manifest.ts';
import type { Tree } from '../../repository/tree.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { releaseNameOf } from '../chart-units.ts';
import type { Charts } from '../charts.ts';
import { type HelmRun, renderRelease } from '../helm.ts';
import type { ReleaseSetting } from '../settings.ts';
import { ChartManifest } from '../trace.ts';
import { releasedSets, type ValuesSet, valuesSetsOf } from '../values-sets.ts';
import { applicationSetReleases } from './application-set.ts';
import { applicationReleases, unitOf } from './argocd.ts';
import { type BuildingObjects, BuiltObjects } from './built-objects.ts';
import { type GitOpsContext, mostReleases } from './context.ts';
import { helmReleaseReleases } from './flux.ts';
import { kustomizationReleases } from './flux-kustomization.ts';
import { helmfileReleases } from './helmfile.ts';
import type { Focus } from './helmfile-focus.ts';
import type { GitOpsObject } from './inline-values.ts';
import { realPaths } from './links.ts';
import { isOfTool, type KnownFiles, mayRelease, plainObjects } from './objects.ts';
import type { OwnRepository } from './own-repository.ts';
import { descriptionOf, type Found, nothing, type Release, together } from './release.ts';
import { templatesBy } from './templates.ts';

/** What GitOps tools deploy from one revision. */
export interface GitOps {
  readonly releases: readonly Release[];
  readonly notChecked: readonly NotChecked[];
  /** The texts of what kustomizations built, by what "Not checked" calls them. */
  readonly built: ReadonlyMap<string, string>;
}

export interface GitOpsRun {
  readonly helm: HelmRun;
  readonly own: OwnRepository;
  readonly configured: readonly ReleaseSetting[];
  readonly known: KnownFiles;
  /** Files to keep to where no chart can be released; null for every file. */
  readonly only: ReadonlySet<string> | null;
  /** What a review looks at; null for everything. */
  readonly focus: Focus | null;
  /** The kustomizations of both sides; null where none is touched. */
  readonly building: { readonly [side in RevisionSide]: BuildingObjects } | null;
}

/** Charts within charts that make each other's Applications are followed so far. */
const deepest = 10;
/** Renders of charts that are made to see which Applications they hold. */
const mostRenders = 200;

/** `tree` is the revision's: what is read here is read to look around, and is no part of the review. */
export async function gitOpsOf(
  tree: Tree,
  charts: Charts,
  revision: RevisionSide,
  run: GitOpsRun,
): Promise<GitOps> {
  const { layout } = charts;
  const { limits, render } = run.helm;
  const plain = await plainObjects(tree, layout, revision, limits, run.known, run.only);
  const real = await realPaths(tree, layout);
  const context = (objects: readonly GitOpsObject[]): GitOpsContext => ({
    layout,
    revision,
    charts,
    own: run.own,
    limits,
    objects,
    kustomizations: plain.kustomizations,
    real,
    read: async (name) => {
      const path = real(name);
      const read = (await tree.read([path])).get(path);
      return read?.kind === 'bytes' ? new TextDecoder().decode(read.bytes) : null;
    },
    evaluate: templatesBy(render, limits),
  });
  const building = run.building?.[revision];
  const changed = run.focus?.changed ?? null;
  const built = building && new BuiltObjects(building, plain.objects, changed, revision);
  const walk = new AppsOfApps(await chartsOfApplications(tree, charts), charts, revision, run);
  const helmfiles = await helmfileReleases(context(plain.objects), run.focus);
  const ofCharts: Found[] = [];
  let objects = plain.objects;
  let found = await releasesOf(objects, context(objects));
  for (let depth = 0; depth < deepest; depth += 1) {
    // Objects that one build gives may release what another one builds.
    for (let round = 0; built !== undefined && round < deepest; round += 1) {
      if (!(await built.next(together([found, ...ofCharts]).releases))) break;
      objects = built.over(plain.objects);
      found = await releasesOf(objects, context(objects));
    }
    const all = [found, helmfiles, ...ofCharts];
    const before = all.length;
    await walk.from(all, (made) => context([...objects, ...made]));
    ofCharts.push(...all.slice(before));
    if (built === undefined || all.length === before) break;
  }
  const all = together([found, helmfiles, ...ofCharts]);
  const releases = apart(all.releases);
  const cut = releases.length > mostReleases ? [tooMany(releases.length)] : [];
  return {
    releases: releases.slice(0, mostReleases),
    notChecked: [...all.notChecked, ...cut],
    built: textsOf(objects),
  };
}

function textsOf(objects: readonly GitOpsObject[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const object of objects) {
    if (object.built === undefined) continue;
    const tool = groupOf(object.manifest.ref.apiVersion) === 'argoproj.io' ? 'argocd' : 'flux';
    const unit = unitOf(tool, object);
    texts.set(unit, `${texts.get(unit) ?? ''}${object.manifest.text}`);
  }
  return texts;
}

function tooMany(found: number): NotChecked {
  const detail = `GitOps objects state ${found} releases or more; the first ${mostReleases} were looked at.`;
  return { unit: null, path: null, reason: 'too-large', detail, line: null };
}

async function releasesOf(objects: readonly GitOpsObject[], context: GitOpsContext): Promise<Found> {
  const found = objects.map(async (object): Promise<Found> => {
    const { releases, notChecked } = await readObject(object, context);
    const { built } = object;
    const named =
      built === undefined ? releases : releases.map((each) => ({ ...each, builtIn: built.folder }));
    return { releases: named, notChecked };
  });
  return together(await Promise.all(found));
}

async function readObject(object: GitOpsObject, context: GitOpsContext): Promise<Found> {
  const { apiVersion, kind } = object.manifest.ref;
  switch (`${apiVersion.replace(/\/.*/, '')} ${kind}`) {
    case 'argoproj.io Application':
      return applicationReleases(object, context);
    case 'argoproj.io ApplicationSet':
      return applicationSetReleases(object, context);
    case 'helm.toolkit.fluxcd.io HelmRelease':
      return helmReleaseReleases(object, context);
    case 'kustomize.toolkit.fluxcd.io Kustomization':
      return kustomizationReleases(object, context);
    default:
      return nothing;
  }
}

/** Charts whose templates speak of GitOps tools. */
async function chartsOfApplications(tree: Tree, charts: Charts): Promise<ReadonlySet<string>> {
  const { layout } = charts;
  const templates = charts.releasable.flatMap((folder) =>
    layout
      .below(folder === '.' ? 'templates' : `${folder}/templates`)
      .filter(({ type, path }) => type === 'file' && /\.(ya?ml|tpl)$/.test(path))
      .map(({ path }) => ({ folder, path })),
  );
  const reads = await tree.read(templates.map(({ path }) => path));
  const speaking = templates.filter(({ path }) => {
    const read = reads.get(path);
    return read?.kind === 'bytes' && mayRelease(Buffer.from(read.bytes).toString('latin1'));
  });
  return new Set(speaking.map(({ folder }) => folder));
}

/** Renders the charts that hold Applications, and follows those to charts that hold more. */
class AppsOfApps {
  readonly #makers: ReadonlySet<string>;
  readonly #charts: Charts;
  readonly #revision: RevisionSide;
  readonly #run: GitOpsRun;
  readonly #seen = new Set<string>();
  readonly #rendered = new Set<string>();

  constructor(makers: ReadonlySet<string>, charts: Charts, revision: RevisionSide, run: GitOpsRun) {
    this.#makers = makers;
    this.#charts = charts;
    this.#revision = revision;
    this.#run = run;
  }

  /** Adds to what was found what the renders hold. */
  async from(found: Found[], context: (objects: readonly GitOpsObject[]) => GitOpsContext): Promise<void> {
    const objects: GitOpsObject[] = [];
    for (let depth = 0; depth < deepest; depth += 1) {
      const sets = this.#next(found.flatMap(({ releases }) => releases));
      if (sets.length === 0) return;
      const made: GitOpsObject[] = [];
      for (const { folder, set } of sets) made.push(...(await this.#render(folder, set)));
      objects.push(...made);
      found.push(await releasesOf(made, context(objects)));
    }
  }

  /** Releases of such charts that were not rendered yet; once there are none, the charts that nobody releases. */
  #next(releases: readonly Release[]): readonly { readonly folder: string; readonly set: ValuesSet }[] {
    const fresh = releases.filter(({ source, ...release }) => {
      if (source.kind !== 'helm' || !this.#makers.has(source.folder)) return false;
      const key = descriptionOf({ source, ...release });
      return !this.#seen.has(key) && this.#seen.add(key);
    });
    const stated = fresh.flatMap((release) => {
      const folder = release.source.folder;
      return releasedSets(folder, [release]).map((set) => ({ folder, set }));
    });
    const { configured } = this.#run;
    const sets =
      stated.length > 0
        ? stated
        : [...this.#makers]
            .filter((folder) => !this.#rendered.has(folder))
            .flatMap((folder) =>
              valuesSetsOf(this.#charts.layout, folder, configured).map((set) => ({ folder, set })),
            );
    const room = Math.max(0, mostRenders - this.#seen.size);
    for (const { folder } of sets) this.#rendered.add(folder);
    return sets.slice(0, room);
  }

  async #render(folder: string, set: ValuesSet): Promise<readonly GitOpsObject[]> {
    const input = await this.#charts.prepare(folder);
    const request = {
      unit: `helm:${folder}`,
      charts: this.#charts,
      input,
      set,
      setName: set.id,
      releaseName: set.name ?? releaseNameOf(this.#charts, folder),
      revision: this.#revision,
    };
    const { manifests } = await renderRelease(request, this.#run.helm);
    return manifests.flatMap((manifest) => {
      if (!(manifest instanceof ChartManifest) || !isOfTool(manifest.ref.apiVersion)) return [];
      const path = manifest.locate([])?.path ?? folder;
      return [{ manifest, path, ignores: [] }];
    });
  }
}

/** One release for what several objects say alike; several that share a name are told apart by their files. */
function apart(releases: readonly Release[]): readonly Release[] {
  const kept = new Map<string, Release>();
  const said = new Set<string>();
  for (const release of releases) {
    const key = `${release.id} ${descriptionOf(release)}`;
    if (said.has(key)) continue;
    said.add(key);
    const names = [release.id, `${release.id} (${release.builtIn ?? release.declaredAt.path})`];
    let id = names.find((name) => !kept.has(name));
    for (let number = 2; id === undefined; number += 1) {
      const next = `${names[1]} ${number}`;
      if (!kept.has(next)) id = next;
    }
    kept.set(id, { ...release, id });
  }
  return [...kept.values()];
}
