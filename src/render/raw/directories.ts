import type { Tree } from '../../repository/tree.ts';
import { byText } from '../../text/order.ts';
import { type RealPath, realPaths } from '../gitops/links.ts';
import type { DirectorySource, Release } from '../gitops/release.ts';
import type { Layout } from '../layout.ts';
import { type DirectoryFiles, directoryFiles } from './directory-files.ts';

type DirectoryRelease = Release & { readonly source: DirectorySource };

/** One Application of a folder of plain manifests. */
export interface Directory {
  readonly release: DirectoryRelease;
  readonly files: DirectoryFiles;
}

/** Applications that share a folder or a file: each file is looked at in one of these. */
export interface DirectoryGroup {
  /** The outermost folder, or else the first one. */
  readonly folder: string;
  /** In the order of their folders and names. */
  readonly members: readonly Directory[];
}

/** What Argo CD deploys of a revision from folders of plain manifests. */
export class Directories {
  readonly layout: Layout;
  readonly members: readonly Directory[];
  readonly groups: readonly DirectoryGroup[];
  /** Every path that one of them takes. */
  readonly taken: ReadonlySet<string>;

  private constructor(layout: Layout, members: readonly Directory[]) {
    this.layout = layout;
    this.members = members;
    this.groups = groupsOf(members);
    this.taken = new Set(members.flatMap(({ files }) => [...files.paths, ...files.links]));
  }

  /** To be asked before any of these files is claimed; `tree`: it can tell where its links lead. */
  static async of(tree: Tree, layout: Layout, releases: readonly Release[]): Promise<Directories> {
    const own = releases.filter(isDirectory);
    const real: RealPath = own.length === 0 ? (path) => path : await realPaths(tree, layout);
    const known = new Map<string, DirectoryFiles>();
    const members = own.map((release) => {
      const key = JSON.stringify(release.source);
      const files = known.get(key) ?? directoryFiles(layout, release.source, real);
      known.set(key, files);
      return { release, files };
    });
    return new Directories(layout, members);
  }
}

function isDirectory(release: Release): release is DirectoryRelease {
  return release.source.kind === 'directory';
}

function groupsOf(members: readonly Directory[]): readonly DirectoryGroup[] {
  const sorted = [...members].sort(
    (a, b) => byText(a.release.source.folder, b.release.source.folder) || byText(a.release.id, b.release.id),
  );
  let groups: { readonly names: Set<string>; readonly members: Directory[] }[] = [];
  for (const member of sorted) {
    const names = new Set([`${member.release.source.folder}/`, ...member.files.paths]);
    const near = groups.filter((group) => [...names].some((name) => group.names.has(name)));
    const joined = {
      names: new Set([...near.flatMap((group) => [...group.names]), ...names]),
      members: [...near.flatMap((group) => group.members), member],
    };
    groups = [...groups.filter((group) => !near.includes(group)), joined];
  }
  return groups.map((group) => ({ folder: group.members[0]!.release.source.folder, members: group.members }));
}
