import type { Limits } from '../../text/limits.ts';
import type { NotCheckedReason } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import { chartFile, type Layout } from '../layout.ts';
import { baseNameOf, folderOf, joined, normalized, relativeTo } from '../paths.ts';
import type { ChartSource } from '../settings.ts';
import type { ChartInput, InputFile } from './chart-input.ts';
import { type ChartDependency, type ChartMetadata, parseChartMetadata } from './chart-metadata.ts';
import { filesFromOutside } from './outside-charts.ts';
import { compareVersions, satisfies } from './semver-range.ts';

/** The charts of one revision and what they depend on. */
export class Charts {
  readonly layout: Layout;
  readonly #metadata: ReadonlyMap<string, ChartMetadata>;
  readonly limits: Limits;
  readonly #outside: ChartSource | null;

  private constructor(
    layout: Layout,
    metadata: ReadonlyMap<string, ChartMetadata>,
    limits: Limits,
    outside: ChartSource | null,
  ) {
    this.layout = layout;
    this.#metadata = metadata;
    this.limits = limits;
    this.#outside = outside;
  }

  /** Reads the Chart.yaml of every chart of the revision, vendored ones included. */
  static async read(layout: Layout, limits: Limits, outside: ChartSource | null): Promise<Charts> {
    const folders = layout.chartFolders;
    const paths = folders.flatMap((folder) => [chartFile(folder), joined(folder, 'requirements.yaml')]);
    const reads = await layout.tree.read(paths.filter((path) => layout.entry(path) !== undefined));
    const text = (path: string): string | null => {
      const read = reads.get(path);
      return read?.kind === 'bytes' ? new TextDecoder().decode(read.bytes) : null;
    };
    const metadata = folders.map((folder): [string, ChartMetadata] => [
      folder,
      parseChartMetadata(text(chartFile(folder)) ?? '', text(joined(folder, 'requirements.yaml')), limits),
    ]);
    return new Charts(layout, new Map(metadata), limits, outside);
  }

  metadata(folder: string): ChartMetadata | undefined {
    return this.#metadata.get(folder);
  }

  /** Charts that are released by themselves: no libraries. */
  get releasable(): readonly string[] {
    return this.layout.charts.filter((folder) => this.metadata(folder)?.library !== true);
  }

  /** The given charts and every chart that depends on one of them. */
  withDependents(folders: Iterable<string>): ReadonlySet<string> {
    const touched = new Set(folders);
    for (let before = -1; before !== touched.size; ) {
      before = touched.size;
      for (const chart of this.layout.charts) {
        if (!touched.has(chart) && this.#neighbours(chart).some((folder) => touched.has(folder)))
          touched.add(chart);
      }
    }
    return touched;
  }

  #neighbours(chart: string): readonly string[] {
    const dependencies = this.metadata(chart)?.dependencies ?? [];
    const present = new Set(this.#vendored(chart).keys());
    return dependencies
      .filter(({ name }) => !present.has(name))
      .map((dependency) => this.#inRepository(chart, dependency))
      .filter((folder) => folder !== null);
  }

  /** What releases may call the charts of `folders`: the name that each states, and its folder's. */
  namesOf(folders: Iterable<string>): readonly string[] {
    return [...folders]
      .flatMap((folder) => [this.metadata(folder)?.name ?? '', baseNameOf(folder)])
      .filter((name) => name !== '');
  }

  /** Chart names that `charts/` holds, and the folder of each; null for an archive. */
  #vendored(chart: string): ReadonlyMap<string, string | null> {
    const names = new Map<string, string | null>();
    for (const { path } of this.layout.below(joined(chart, 'charts'))) {
      const inside = relativeTo(joined(chart, 'charts'), path) ?? '';
      const archive = /^([^/]+?)-v?\d[^/]*\.tgz$/.exec(inside)?.[1];
      if (archive !== undefined) names.set(archive, null);
      else if (/^[^/._][^/]*\/Chart\.yaml$/.test(inside)) {
        const folder = folderOf(path);
        names.set(this.metadata(folder)?.name || baseNameOf(folder), folder);
      }
    }
    return names;
  }

  /** Whether `charts/` holds an archive whose chart its name does not tell. */
  #hasUnnamedArchive(chart: string): boolean {
    const below = this.layout.below(joined(chart, 'charts'));
    return below.some(({ path }) => {
      const inside = relativeTo(joined(chart, 'charts'), path) ?? '';
      return /^[^/]+\.tgz$/.test(inside) && !/-v?\d/.test(inside);
    });
  }

  /** Folder of the subchart that goes by a name or an alias in its parent's values; null where it is not a folder. */
  subchart(parent: string, key: string): string | null {
    const dependencies = this.metadata(parent)?.dependencies ?? [];
    const stated = dependencies.find(({ name, alias }) => (alias ?? name) === key);
    const name = stated?.name ?? key;
    const vendored = this.#vendored(parent);
    if (vendored.has(name)) return vendored.get(name) ?? null;
    return stated === undefined ? null : this.#inRepository(parent, stated);
  }

  /** The folder of the repository that a dependency means: by `file://`, else the newest fitting chart of its name. */
  #inRepository(chart: string, { name, version, repository }: ChartDependency): string | null {
    if (repository.startsWith('file://')) {
      const folder = normalized(`${chart}/${repository.slice('file://'.length)}`);
      return folder !== null && this.layout.isChart(folder) ? folder : null;
    }
    const candidates = this.layout.charts.filter((folder) => {
      const metadata = this.metadata(folder);
      return folder !== chart && metadata?.name === name && satisfies(metadata.version, version);
    });
    return [...candidates].sort((a, b) => this.#newestFirst(a, b))[0] ?? null;
  }

  #newestFirst(a: string, b: string): number {
    const [left, right] = [this.metadata(a)?.version ?? '', this.metadata(b)?.version ?? ''];
    return compareVersions(right, left) || byText(a, b);
  }

  /** Reads a chart with its dependencies put where Helm looks for them. */
  async prepare(folder: string): Promise<ChartInput> {
    const plan: Plan = { copies: [], outside: [], missing: [] };
    await this.#plan(folder, '', [folder], plan);
    const needed = await this.#take(plan.copies.filter(({ to, isFile }) => !isFile || isRead(to)));
    const input = this.#input(folder, plan, [needed]);
    if (!input.files.some(looksAtFiles)) return input;
    const likely = plan.copies.filter(({ to, isFile }) => isFile && !isRead(to) && !isCrd.test(to));
    return this.#input(folder, plan, [needed, await this.#take(likely)]);
  }

  #input(folder: string, plan: Plan, taken: readonly Taken[]): ChartInput {
    const gone = new Set(taken.flatMap(({ copies }) => copies));
    const rest = plan.copies.filter((copy) => !gone.has(copy));
    const files = [...plan.outside, ...taken.flatMap(({ files }) => files)];
    return {
      folder,
      files: files.sort((a, b) => byText(a.path, b.path)),
      withheld: rest.map(({ to }) => to),
      whole: async () => this.#input(folder, plan, [...taken, await this.#take(rest)]),
      missing: plan.missing,
      refused: taken.flatMap(({ refused }) => refused),
    };
  }

  async #take(copies: Plan['copies']): Promise<Taken> {
    const reads = await this.layout.tree.read([...new Set(copies.map(({ from }) => from))]);
    const taken: Taken = { copies, files: [], refused: [] };
    for (const { from, to, id } of copies) {
      const read = reads.get(from);
      if (read?.kind === 'bytes') taken.files.push({ path: to, repositoryPath: from, id, bytes: read.bytes });
      else if (read?.kind === 'refused' && mayShapeRender(to)) {
        taken.refused.push({ path: from, reason: read.reason, detail: read.detail });
      }
    }
    return taken;
  }

  async #plan(folder: string, prefix: string, way: readonly string[], plan: Plan): Promise<void> {
    for (const { path, id, type } of this.layout.below(folder)) {
      const inside = relativeTo(folder, path)!;
      if (type === 'file' || mayShapeRender(inside))
        plan.copies.push({ from: path, to: `${prefix}${inside}`, id, isFile: type === 'file' });
    }
    const present = new Set(this.#vendored(folder).keys());
    for (const dependency of this.metadata(folder)?.dependencies ?? []) {
      if (present.has(dependency.name)) continue;
      present.add(dependency.name);
      const place = `${prefix}charts/${dependency.name}`;
      const source = this.#inRepository(folder, dependency);
      if (source !== null && !way.includes(source)) {
        await this.#plan(source, `${place}/`, [...way, source], plan);
        continue;
      }
      const files = await filesFromOutside(this.#outside, dependency, place, this.limits);
      if (files.length > 0) plan.outside.push(...files);
      // Helm asks only the released chart's own dependencies to be there.
      else if (prefix === '' && !this.#hasUnnamedArchive(folder)) plan.missing.push(dependency);
    }
  }
}

interface Plan {
  readonly copies: {
    readonly from: string;
    readonly to: string;
    readonly id: string;
    /** False for a link or a submodule, which may stand for a whole folder. */
    readonly isFile: boolean;
  }[];
  readonly outside: InputFile[];
  readonly missing: ChartDependency[];
}

/** Files of a plan that were read, or could not be. */
interface Taken {
  readonly copies: Plan['copies'];
  readonly files: InputFile[];
  readonly refused: { path: string; reason: NotCheckedReason; detail: string }[];
}

/** What Helm itself reads of a chart, and of the charts and archives below it; the rest is there for `.Files`. */
const isRead = (path: string): boolean =>
  /^(charts\/[^/]+\/)*(templates\/|charts\/[^/]+$|(Chart\.(yaml|lock)|requirements\.(yaml|lock)|values\.yaml|values\.schema\.json|\.helmignore)$)/.test(
    path,
  );

/** What Helm installs as it stands, before and beside what it renders. */
const isCrd = /^(charts\/[^/]+\/)*crds\//;

function looksAtFiles({ path, bytes }: InputFile): boolean {
  const isTemplate = /(^|\/)templates\//.test(path);
  return isTemplate && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('.Files');
}

const prose =
  /(^|\/)(README|LICENSE|LICENCE|NOTICE|OWNERS|CODEOWNERS|CHANGELOG|CONTRIBUTING|MAINTAINERS)(\.[^/]*)?$/i;
const picture = /\.(png|jpe?g|gif|svg|ico|webp)$/i;
const elsewhere = /^(tests|docs?|examples?|\.github|\.ci|hack)\//;

/** Whether a file of a chart can change what it renders. Prose, pictures and unit tests cannot. */
export function mayShapeRender(path: string): boolean {
  if (/^(templates|crds|charts|files)\//.test(path)) return !prose.test(path) || path.startsWith('files/');
  if (/^(Chart\.lock|requirements\.lock)$/.test(path) || elsewhere.test(path)) return false;
  return !prose.test(path) && !picture.test(path) && !/\.(md|md\.gotmpl|txt)$/i.test(path);
}
