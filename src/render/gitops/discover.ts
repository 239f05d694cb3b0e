import { groupOf } from '../../manifest/manifest.ts';
import type { Tree } from '../../repository/tree.ts';
import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { Charts } from '../charts.ts';
import type { HelmRun } from '../helm.ts';
import type { ReleaseSetting } from '../settings.ts';
import { AppsOfApps, chartsOfApplications, deepest } from './apps-of-apps.ts';
import { unitOf } from './argocd.ts';
import { type BuildingObjects, BuiltObjects } from './built-objects.ts';
import { type GitOpsContext, mostReleases } from './context.ts';
import { helmfileReleases } from './helmfile.ts';
import type { Focus } from './helmfile-focus.ts';
import type { GitOpsObject } from './inline-values.ts';
import { realPaths } from './links.ts';
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
  /** Files to keep to where no chart can be released; null for every file. */
  readonly only: ReadonlySet<string> | null;
  /** What a review looks at; null for everything. */
  readonly focus: Focus | null;
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
