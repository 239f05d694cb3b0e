import type { FileRead } from '../../repository/tree.ts';
import type { Limits } from '../../text/limits.ts';
import { byText } from '../../text/order.ts';
import type { Trouble } from '../helm/release.ts';
import { isKustomization, type Layout } from '../layout.ts';
import { folderOf, foldersUp, joined, normalized } from '../paths.ts';
import {
  type Kustomization,
  type KustomizationText,
  parseKustomization,
  type Reference,
} from './kustomization.ts';

/** What one build reads. */
export interface Reach {
  /** Paths of files that it names, there or not, and of the kustomizations themselves. */
  readonly paths: ReadonlySet<string>;
  /** Those that are named as resources and as nothing else. */
  readonly resources: ReadonlySet<string>;
  /** Folders of the kustomizations, its own first. */
  readonly folders: readonly string[];
  /** References that lead out of what this program reads. */
  readonly outside: readonly Trouble[];
}

/** The kustomizations of one revision and what they are made of. */
export class Kustomizations {
  readonly layout: Layout;
  readonly limits: Limits;
  readonly #byFolder: ReadonlyMap<string, Kustomization>;
  readonly #refused: ReadonlyMap<string, Trouble>;
  readonly #reaches = new Map<string, Reach>();

  private constructor(
    layout: Layout,
    limits: Limits,
    reads: ReadonlyMap<string, FileRead>,
    known: Map<string, KustomizationText>,
  ) {
    this.layout = layout;
    this.limits = limits;
    const read: Kustomization[] = [];
    const refused = new Map<string, Trouble>();
    for (const [path, file] of reads) {
      if (file.kind === 'bytes') read.push({ path, ...parsed(file.bytes, limits, known) });
      else if (file.kind === 'refused')
        refused.set(folderOf(path), { path, reason: file.reason, detail: file.detail, line: null });
    }
    const own = read.filter(({ meant }) => meant !== 'foreign');
    this.#byFolder = new Map(own.map((each) => [folderOf(each.path), each]));
    for (const { path, meant } of read) if (meant === 'foreign') layout.disown(path);
    this.#refused = refused;
  }

  /**
   * Reads every kustomization file of the revision. What they deploy is no plain manifest from then on. `known`: what was
   * parsed already, most of it is the same in the other revision.
   */
  static async read(
    layout: Layout,
    limits: Limits,
    known = new Map<string, KustomizationText>(),
  ): Promise<Kustomizations> {
    const paths = layout.entries.filter(({ path, type }) => type === 'file' && isKustomization(path));
    const reads = await layout.tree.read(paths.map(({ path }) => path));
    const kustomizations = new Kustomizations(layout, limits, reads, known);
    for (const folder of kustomizations.roots) layout.claim(kustomizations.reach(folder).paths);
    return kustomizations;
  }

  get(folder: string): Kustomization | undefined {
    return this.#byFolder.get(folder);
  }

  has(folder: string): boolean {
    return this.#byFolder.has(folder) || this.#refused.has(folder);
  }

  /** Folders of the kustomizations that are built by themselves: nobody uses them. Sorted. */
  get roots(): readonly string[] {
    const all = [...this.#byFolder.keys()].filter((folder) => this.#isSelected(folder));
    const used = new Set(all.flatMap((folder) => this.#uses(folder)));
    return all.filter((folder) => !used.has(folder) && this.get(folder)?.isComponent === false).sort(byText);
  }

  /** Components that no kustomization uses: alone they cannot be built. */
  get unusedComponents(): readonly string[] {
    const all = [...this.#byFolder.keys()].filter((folder) => this.#isSelected(folder));
    const used = new Set(all.flatMap((folder) => this.#uses(folder)));
    return all.filter((folder) => !used.has(folder) && this.get(folder)?.isComponent === true).sort(byText);
  }

  #isSelected(folder: string): boolean {
    const { path, meant } = this.get(folder)!;
    return meant === 'kustomize' && this.layout.selects(path) && this.layout.chartOf(path) === null;
  }

  /** Folders of kustomizations that one uses directly. A kustomization that uses itself uses nobody. */
  #uses(folder: string): readonly string[] {
    const { references } = this.get(folder)!;
    return references.flatMap((reference) => {
      const target = reference.to === 'file' ? null : normalized(`${folder}/${reference.text}`);
      return target !== null && target !== folder && this.#byFolder.has(target) ? [target] : [];
    });
  }

  /** `more`: what a deploying tool adds to the folder's kustomization, or in its place where there is none. */
  reach(folder: string, more: KustomizationText | null = null): Reach {
    if (more !== null) return this.#walk(folder, more);
    let reach = this.#reaches.get(folder);
    if (reach === undefined) {
      reach = this.#walk(folder, null);
      this.#reaches.set(folder, reach);
    }
    return reach;
  }

  #walk(root: string, more: KustomizationText | null): Reach {
    const paths = new Set<string>();
    const resources = new Set<string>();
    const others = new Set<string>();
    const outside: Trouble[] = [];
    const folders = new Set<string>([root]);
    for (const folder of folders) {
      for (const name of kustomizationNames) paths.add(joined(folder, name));
      const refused = this.#refused.get(folder);
      if (refused !== undefined) outside.push(refused);
      for (const kustomization of this.#sayings(folder, folder === root ? more : null)) {
        const near = kustomization.hasPlugins ? this.layout.below(folder) : [];
        for (const { path } of near) paths.add(path);
        for (const { path } of near) others.add(path);
        for (const reference of kustomization.references) {
          const target = this.#resolve(kustomization, reference, outside);
          if (target === null) continue;
          paths.add(target);
          (reference.to === 'file' ? others : resources).add(target);
          if (reference.to !== 'file' && this.has(target)) folders.add(target);
        }
      }
    }
    const plain = new Set([...resources].filter((path) => !others.has(path)));
    return { paths, resources: plain, folders: [...folders], outside };
  }

  #sayings(folder: string, more: KustomizationText | null): readonly Kustomization[] {
    const own = this.get(folder);
    const added = more === null ? [] : [{ path: joined(folder, kustomizationNames[0]!), ...more }];
    return [...(own === undefined ? [] : [own]), ...added];
  }

  /** The path in the repository that an entry means; null where there is none. */
  #resolve(kustomization: Kustomization, reference: Reference, outside: Trouble[]): string | null {
    const { text } = reference;
    if (text.includes('\n') || /^\s*[{[]/.test(text) || isRemote(text)) return null;
    const target = text.startsWith('/') ? null : normalized(`${folderOf(kustomization.path)}/${text}`);
    if (target === null) {
      outside.push(this.#leads(kustomization, reference, 'unsafe-path', 'out of the repository'));
      return null;
    }
    for (const path of [target, ...foldersUp(folderOf(target))]) {
      const type = this.layout.entry(path)?.type;
      if (type === 'submodule')
        outside.push(this.#leads(kustomization, reference, 'submodule', 'into a submodule'));
      if (type === 'symlink')
        outside.push(this.#leads(kustomization, reference, 'unsafe-path', 'through a symbolic link'));
    }
    return target;
  }

  #leads(
    { path, document }: Kustomization,
    { field }: Reference,
    reason: Trouble['reason'],
    where: string,
  ): Trouble {
    const line = document?.locate(field)?.startLine ?? null;
    return { path, reason, detail: `${path}${line === null ? '' : `:${line}`} leads ${where}.`, line };
  }
}

function parsed(bytes: Uint8Array, limits: Limits, known: Map<string, KustomizationText>): KustomizationText {
  const text = new TextDecoder().decode(bytes);
  let found = known.get(text);
  if (found === undefined) {
    found = parseKustomization(text, limits);
    known.set(text, found);
  }
  return found;
}

/** Every name that Kustomize takes. */
const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Whether an entry is surely no path of the repository; Kustomize itself decides what it would fetch. */
function isRemote(text: string): boolean {
  return /^[\w+.-]*:\/\/|^[\w.-]+@[\w.-]+:/.test(text);
}
