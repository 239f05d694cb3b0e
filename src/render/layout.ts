import type { Tree, TreeEntry } from '../repository/tree.ts';
import { byText } from '../text/order.ts';
import { baseNameOf, folderOf, foldersUp } from './paths.ts';

/** Which files of a revision belong to what: charts, kustomizations, plain manifests. */
export class Layout {
  readonly tree: Tree;
  readonly entries: readonly TreeEntry[];
  /** Folders of charts that stand for themselves (a chart in another's `charts/` is part of that one). */
  readonly charts: readonly string[];
  readonly #byPath: ReadonlyMap<string, TreeEntry>;
  readonly #chartFolders: ReadonlySet<string>;
  readonly #ownCharts: ReadonlySet<string>;
  readonly #kustomizations: Map<string, string>;
  readonly #selects: (path: string) => boolean;
  readonly #claimed = new Set<string>();

  constructor(tree: Tree, entries: readonly TreeEntry[], selects: (path: string) => boolean) {
    this.tree = tree;
    this.entries = [...entries].sort((a, b) => byText(a.path, b.path));
    this.#selects = selects;
    this.#byPath = new Map(entries.map((entry) => [entry.path, entry]));
    const files = entries.filter(({ type }) => type === 'file').map(({ path }) => path);
    this.#chartFolders = new Set(files.filter((path) => baseNameOf(path) === 'Chart.yaml').map(folderOf));
    const own = [...this.#chartFolders].filter((folder) => !this.#isVendored(folder));
    this.#ownCharts = new Set(own);
    this.charts = own.filter((folder) => selects(chartFile(folder))).sort(byText);
    const kustomizations = files.filter((path) => isKustomization(path) && this.chartOf(path) === null);
    this.#kustomizations = new Map(kustomizations.map((path) => [folderOf(path), path]));
  }

  /** Every folder with a chart, vendored and excluded ones included, sorted. */
  get chartFolders(): readonly string[] {
    return [...this.#chartFolders].sort(byText);
  }

  /** Every kustomization file, sorted. */
  get kustomizations(): readonly string[] {
    return [...this.#kustomizations.values()].sort(byText);
  }

  entry(path: string): TreeEntry | undefined {
    return this.#byPath.get(path);
  }

  /** Whether a folder holds a chart of any kind, vendored or excluded ones included. */
  isChart(folder: string): boolean {
    return this.#chartFolders.has(folder);
  }

  /** The chart whose folder holds the path; null outside charts. It may be excluded from review. */
  chartOf(path: string): string | null {
    for (const folder of foldersUp(folderOf(path))) if (this.#ownCharts.has(folder)) return folder;
    return null;
  }

  /** The kustomization file whose folder tree holds the path. */
  kustomizationOf(path: string): string | null {
    for (const folder of foldersUp(folderOf(path))) {
      const file = this.#kustomizations.get(folder);
      if (file !== undefined) return file;
    }
    return null;
  }

  /** Whether a file may hold plain manifests: its text has not been looked at. */
  mayBeRaw(path: string): boolean {
    return (
      isManifestFile(path) &&
      this.#selects(path) &&
      this.chartOf(path) === null &&
      this.kustomizationOf(path) === null &&
      !this.#claimed.has(path)
    );
  }

  /** Files that a kustomization deploys although they stand elsewhere are no plain manifests. */
  claim(paths: Iterable<string>): void {
    for (const path of paths) this.#claimed.add(path);
  }

  /** A file that only bears the name of a kustomization: what stands beside it is not a kustomization's. */
  disown(path: string): void {
    if (this.#kustomizations.get(folderOf(path)) === path) this.#kustomizations.delete(folderOf(path));
  }

  selects(path: string): boolean {
    return this.#selects(path);
  }

  /** Entries below a folder, sorted by path. */
  below(folder: string): readonly TreeEntry[] {
    if (folder === '.') return this.entries;
    // '0' follows '/' in code-unit order.
    return this.entries.slice(this.#firstFrom(`${folder}/`), this.#firstFrom(`${folder}0`));
  }

  /** Index of the first entry that does not sort before a path. */
  #firstFrom(path: string): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle]!.path < path) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isVendored(folder: string): boolean {
    for (const above of foldersUp(folder)) {
      if (baseNameOf(above) === 'charts' && this.#chartFolders.has(folderOf(above))) return true;
    }
    return false;
  }
}

export function chartFile(folder: string): string {
  return folder === '.' ? 'Chart.yaml' : `${folder}/Chart.yaml`;
}

export function isManifestFile(path: string): boolean {
  return /\.(ya?ml|json)$/.test(path) || isFilledIn(path);
}

/** YAML that a tool such as envsubst fills in before it is applied: what is filled in is unknown. */
export function isFilledIn(path: string): boolean {
  return /\.(ya?ml|json)\.(template|tmpl|tpl|envsubst|envtpl)$/.test(path);
}

export function isKustomization(path: string): boolean {
  return /^(kustomization\.ya?ml|Kustomization)$/.test(baseNameOf(path));
}
