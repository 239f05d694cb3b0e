import { groupOf } from '../../manifest/manifest.ts';
import type { Tree } from '../../repository/tree.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { Charts } from '../helm/charts.ts';
import type { HelmRun } from '../helm/run.ts';
import type { ReleaseSetting } from '../settings.ts';
import { AppsOfApps, chartsOfApplications, deepest } from './apps-of-apps.ts';
import { unitOf } from './argocd.ts';
import { type BuildingObjects, BuiltObjects } from './built-objects.ts';
import { type GitOpsContext, mostReleases } from './context.ts';
import { helmfilePaths, helmfileReleases } from './helmfile.ts';
import type { GitOpsObject } from './inline-values.ts';
import { withLandings } from './landings.ts';
import { type RealPath, realPaths } from './links.ts';
import { type KnownFiles, plainObjects } from './objects.ts';
import type { OwnRepository } from './own-repository.ts';
import { releasesOf } from './readers.ts';
import { descriptionOf, type Found, type Release, together } from './release.ts';
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
  /** Files to keep to; null for every file. */
  readonly only: ReadonlySet<string> | null;
  /** Helmfiles to keep to; null for all. */
  readonly helmfiles: ReadonlySet<string> | null;
  /** Files that the change touches; null for everything. */
  readonly changed: ReadonlySet<string> | null;
  /** The kustomizations of both sides; null where none is touched. */
  readonly building: { readonly [side in RevisionSide]: BuildingObjects } | null;
}

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
  const read = textsOf(tree, real, run.helmfiles?.size === 0 ? [] : helmfilePaths(layout));
  const context = (objects: readonly GitOpsObject[]): GitOpsContext => ({
    layout,
    revision,
    charts,
    own: run.own,
    limits,
    objects,
    kustomizations: plain.kustomizations,
    real,
    read,
    evaluate: templatesBy(render, limits),
  });
  const building = run.building?.[revision];
  const built = building && new BuiltObjects(building, plain.objects, run.changed, revision);
  const walk = new AppsOfApps(await chartsOfApplications(tree, charts), charts, revision, run);
  const helmfiles = await helmfileReleases(context(plain.objects), run.helmfiles);
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
    releases: withLandings(releases.slice(0, mostReleases)),
    notChecked: [...all.notChecked, ...cut],
    built: builtTexts(objects),
  };
}

function builtTexts(objects: readonly GitOpsObject[]): ReadonlyMap<string, string> {
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

/** Reads texts of a revision by their path, each once; `likely` ones in one go with the first. */
export function textsOf(tree: Tree, real: RealPath, likely: readonly string[] = []): GitOpsContext['read'] {
  const known = new Map<string, string | null>();
  let together: Promise<void> | null = null;
  const load = async (paths: readonly string[]): Promise<void> => {
    for (const [path, read] of await tree.read(paths))
      known.set(path, read.kind === 'bytes' ? new TextDecoder().decode(read.bytes) : null);
  };
  return async (name) => {
    const path = real(name);
    together ??= likely.length === 0 ? Promise.resolve() : load([...new Set(likely.map(real))]);
    await together;
    if (!known.has(path)) await load([path]);
    return known.get(path) ?? null;
  };
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
