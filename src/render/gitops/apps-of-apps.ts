import type { Manifest } from '../../manifest/manifest.ts';
import type { Tree } from '../../repository/tree.ts';
import type { RevisionSide } from '../../text/location.ts';
import { releaseNameOf } from '../helm/chart-units.ts';
import type { Charts } from '../helm/charts.ts';
import { renderRelease } from '../helm/helm.ts';
import { PostRenderedManifest } from '../helm/post-rendered.ts';
import type { HelmRun } from '../helm/run.ts';
import { ChartManifest } from '../helm/trace.ts';
import { releasedSets, type ValuesSet, valuesSetsOf } from '../helm/values-sets.ts';
import type { ReleaseSetting } from '../settings.ts';
import type { GitOpsContext } from './context.ts';
import type { GitOpsObject } from './inline-values.ts';
import { isOfTool, mayRelease } from './objects.ts';
import { releasesOf } from './readers.ts';
import { descriptionOf, type Found, type Release } from './release.ts';

/** Charts within charts that make each other's Applications are followed so far. */
export const deepest = 10;
/** Renders of charts that are made to see which Applications they hold. */
const mostRenders = 200;

interface AppsRun {
  readonly helm: HelmRun;
  readonly configured: readonly ReleaseSetting[];
}

/** Charts whose templates speak of GitOps tools. */
export async function chartsOfApplications(tree: Tree, charts: Charts): Promise<ReadonlySet<string>> {
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
export class AppsOfApps {
  readonly #makers: ReadonlySet<string>;
  readonly #charts: Charts;
  readonly #revision: RevisionSide;
  readonly #run: AppsRun;
  readonly #seen = new Set<string>();
  readonly #rendered = new Set<string>();

  constructor(makers: ReadonlySet<string>, charts: Charts, revision: RevisionSide, run: AppsRun) {
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
      if (!isFromChart(manifest) || !isOfTool(manifest.ref.apiVersion)) return [];
      const path = manifest.locate([])?.path ?? folder;
      return [{ manifest, path, ignores: [] }];
    });
  }
}

function isFromChart(manifest: Manifest): manifest is ChartManifest | PostRenderedManifest {
  return manifest instanceof ChartManifest || manifest instanceof PostRenderedManifest;
}
