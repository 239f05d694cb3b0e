import type { RevisionSide } from '../../text/location.ts';
import type { Release } from '../gitops/release.ts';
import type { Charts } from '../helm/charts.ts';
import type { HelmRun } from '../helm/run.ts';
import { buildUnit } from '../kustomize/build-unit.ts';
import type { Deployed } from '../kustomize/deployed.ts';
import type { KustomizeRun } from '../kustomize/kustomize.ts';
import type { Layout } from '../layout.ts';
import { relativeTo } from '../paths.ts';
import { besideOf } from '../raw/beside.ts';
import type { Directories, DirectoryGroup } from '../raw/directories.ts';
import { TakenFiles } from '../raw/directory-render.ts';
import { directoryUnit } from '../raw/directory-units.ts';
import { RawFolders } from '../raw/raw-units.ts';
import type { RenderSettings } from '../settings.ts';
import type { RenderedUnit } from '../unit.ts';
import { commonWords, concern, FileMentions } from './mentions.ts';
import { mentionsOfChart, renderReleases } from './released-charts.ts';

/** What is looked for beside a unit: what lands where it does and mentions one of the words. */
export interface Wanted {
  /** Folder below which everything near the unit stands. */
  readonly area: string;
  /** What a GitOps object says of it; null: it is applied from its folder. */
  readonly place: string | null;
  readonly words: ReadonlySet<string>;
}

/** What was found beside a unit. */
export interface Found {
  readonly units: readonly RenderedUnit[];
  /** Words that stand everywhere, or in more charts and kustomizations than are rendered: they lead nowhere. */
  readonly common: ReadonlySet<string>;
}

/** One revision as its touched units were rendered. */
export interface RevisionUnits {
  readonly layout: Layout;
  readonly revision: RevisionSide;
  readonly settings: RenderSettings;
  readonly releases: readonly Release[];
  /** Folders of plain manifests that Argo CD deploys, claimed in the layout. */
  readonly directories: Directories;
  /** Head's, by which the units of both revisions are named. */
  readonly named: Directories;
  /** Null where nothing is built. */
  readonly kustomize: { readonly deployed: Deployed; readonly run: KustomizeRun } | null;
  /** Null where no chart is released. */
  readonly helm: { readonly charts: Charts; readonly run: HelmRun } | null;
  /** Units that were rendered: `raw:deploy/web` as this revision calls them. */
  readonly rendered: ReadonlySet<string>;
}

/** Charts and kustomizations that are rendered to look for related objects; where there are more, nobody looks. */
const mostRenders = 24;

type Asked = readonly Promise<RenderedUnit | null>[];

/** Folders that units land from, and the releases that say so. */
interface Grounds {
  readonly releases: readonly Release[];
  readonly plain: readonly string[];
  readonly directories: readonly DirectoryGroup[];
  readonly built: readonly string[];
  readonly charts: readonly string[];
}

/** The units of a revision that a change does not touch, rendered when they are asked for, each once. */
export class OtherUnits {
  readonly #of: RevisionUnits;
  readonly #folders: RawFolders;
  readonly #taken: TakenFiles;
  readonly #plainMentions: FileMentions;
  readonly #mentions: FileMentions;
  readonly #known = new Map<string, Promise<RenderedUnit | null>>();
  #renders = 0;

  constructor(units: RevisionUnits) {
    this.#of = units;
    this.#folders = new RawFolders(units.layout, units.settings.limits);
    this.#taken = new TakenFiles(units.layout, units.settings.limits);
    this.#plainMentions = new FileMentions(units.layout, true);
    this.#mentions = new FileMentions(units.layout, false);
  }

  /** Every folder of plain manifests, deployed by Argo CD or not. */
  async plain(): Promise<readonly RenderedUnit[]> {
    const units = await Promise.all([
      ...this.#plainFolders.map((folder) => this.#plain(folder)),
      ...this.#directories.map((group) => this.#directory(group)),
    ]);
    return units.filter((unit) => unit !== null);
  }

  async beside({ area, place, words }: Wanted): Promise<Found> {
    const { releases, ...folders } = place === null ? this.#near(area) : this.#released(place);
    const paths = [
      ...folders.plain.flatMap((folder) => this.#folders.pathsOf(folder)),
      ...folders.directories.flatMap(pathsOf),
    ];
    const mentions = await this.#plainMentions.of(paths);
    const common = commonWords(mentions, words);
    const telling = new Set([...words].filter((word) => !common.has(word)));
    const wanted = new Set(paths.filter((_, index) => concern([mentions[index]!], telling)));
    const isWanted = (path: string) => wanted.has(path);
    const rendered = [
      await this.#builtOf(folders.built, releases, telling),
      await this.#chartsOf(folders.charts, releases, telling),
    ];
    if (rendered.includes(null)) return { units: [], common: words };
    const asked = [
      ...folders.plain
        .filter((folder) => this.#folders.pathsOf(folder).some(isWanted))
        .map((folder) => this.#plain(folder)),
      ...folders.directories
        .filter((group) => pathsOf(group).some(isWanted))
        .map((group) => this.#directory(group)),
      ...rendered.flatMap((each) => each!),
    ];
    const units = await Promise.all(asked);
    return { units: units.filter((unit) => unit !== null), common };
  }

  /** What is applied from folders of an area as it stands. */
  #near(area: string): Grounds {
    const { kustomize } = this.#of;
    const isNear = (folder: string) => folder === area || relativeTo(area, folder) !== null;
    const plain = this.#plainFolders.filter(isNear);
    const built = (kustomize?.deployed.folders ?? []).filter(
      (folder) =>
        isNear(folder) && kustomize?.deployed.deployments(folder).every(({ release }) => release === null),
    );
    return { releases: [], plain, directories: [], built, charts: [] };
  }

  /** What GitOps objects release to a place. */
  #released(place: string): Grounds {
    const releases = this.#of.releases.filter(({ landing }) => landing?.place === place);
    const directories = this.#directories.filter(({ members }) =>
      members.some(({ release }) => release.landing?.place === place),
    );
    const folders = (kind: Release['source']['kind']) => [
      ...new Set(releases.flatMap(({ source }) => (source.kind === kind ? [source.folder] : []))),
    ];
    const built = folders('kustomize').filter((folder) =>
      this.#of.kustomize?.deployed.folders.includes(folder),
    );
    return { releases, plain: [], directories, built, charts: folders('helm') };
  }

  get #plainFolders(): readonly string[] {
    return this.#folders.folders.filter((folder) => this.#isOther(this.#plainKey(folder)));
  }

  get #directories(): readonly DirectoryGroup[] {
    return this.#of.directories.groups.filter(({ folder }) => this.#isOther(`raw:${folder}`));
  }

  /** The unit of the files in a folder that no Application takes. */
  #plainKey(folder: string): string {
    return besideOf(`raw:${folder}`, this.#of.named);
  }

  #isOther(unit: string): boolean {
    return !this.#of.rendered.has(unit);
  }

  #plain(folder: string): Promise<RenderedUnit | null> {
    const id = this.#plainKey(folder);
    return this.#once(`plain ${folder}`, () => this.#folders.unit(folder, id, this.#of.revision, new Set()));
  }

  #directory(group: DirectoryGroup): Promise<RenderedUnit | null> {
    const { revision, settings } = this.#of;
    return this.#once(`directory ${group.folder}`, () =>
      directoryUnit(group, revision, this.#taken, settings.limits),
    );
  }

  async #builtOf(
    folders: readonly string[],
    here: readonly Release[],
    words: ReadonlySet<string>,
  ): Promise<Asked | null> {
    const { kustomize, layout, revision } = this.#of;
    if (kustomize === null) return [];
    const { deployed, run } = kustomize;
    const asked: Promise<RenderedUnit | null>[] = [];
    for (const folder of folders.filter((each) => this.#isOther(`kustomize:${each}`))) {
      const files = [...deployed.reach(folder)].filter((path) => layout.entry(path)?.type === 'file');
      if (!concern(await this.#mentions.of(files), words)) continue;
      const request = { deployed, folder, id: `kustomize:${folder}`, revision };
      const key = JSON.stringify(['kustomize', folder, here.map(({ id }) => id)]);
      if (!this.#mayRender(key)) return null;
      asked.push(this.#once(key, () => buildUnit(request, here, run)));
    }
    return asked;
  }

  async #chartsOf(
    folders: readonly string[],
    here: readonly Release[],
    words: ReadonlySet<string>,
  ): Promise<Asked | null> {
    const { helm, layout, revision, settings } = this.#of;
    if (helm === null) return [];
    const asked: Promise<RenderedUnit | null>[] = [];
    for (const folder of folders.filter((each) => this.#isOther(`helm:${each}`))) {
      const releases = here.filter(({ source }) => source.kind === 'helm' && source.folder === folder);
      if (!concern(await mentionsOfChart(folder, releases, layout, this.#mentions), words)) continue;
      const key = JSON.stringify(['helm', folder, releases.map(({ id }) => id)]);
      if (!this.#mayRender(key)) return null;
      const chart = { folder, releases, revision, configured: settings.releases };
      asked.push(this.#once(key, () => renderReleases(chart, helm)));
    }
    return asked;
  }

  #mayRender(key: string): boolean {
    if (!this.#known.has(key)) this.#renders += 1;
    return this.#renders <= mostRenders;
  }

  #once(key: string, make: () => Promise<RenderedUnit | null>): Promise<RenderedUnit | null> {
    const known = this.#known.get(key) ?? make();
    this.#known.set(key, known);
    return known;
  }
}

function pathsOf({ members }: DirectoryGroup): readonly string[] {
  return members.flatMap(({ files }) => files.paths);
}
