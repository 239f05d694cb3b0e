import type { Tree } from '../../repository/tree.ts';
import type { Layout } from '../layout.ts';
import { folderOf, normalized } from '../paths.ts';

/** Where a path leads when the symbolic links of the tree are followed within the tree; itself where they leave it. */
export type RealPath = (path: string) => string;

const mostHops = 20;
const mostLinks = 5_000;

/** The links of a tree, followed by name: what is read in the end is always a file of the tree. */
export async function realPaths(tree: Tree, layout: Layout): Promise<RealPath> {
  const paths = layout.entries.filter(({ type }) => type === 'symlink').map(({ path }) => path);
  if (paths.length === 0 || paths.length > mostLinks || tree.links === undefined) return (path) => path;
  const links = await tree.links(paths);
  return (path) => realPath(path, links);
}

export function realPath(path: string, links: ReadonlyMap<string, string>): string {
  let at = path;
  for (let hops = 0; hops < mostHops; hops += 1) {
    const next = oneStep(at, links);
    if (next === null) return path;
    if (next === at) return at;
    at = next;
  }
  return path;
}

/** The path with its first link replaced by what it says; null where that leaves the tree. */
function oneStep(path: string, links: ReadonlyMap<string, string>): string | null {
  const steps = path.split('/');
  for (let end = 1; end <= steps.length; end += 1) {
    const link = steps.slice(0, end).join('/');
    const target = links.get(link);
    if (target === undefined) continue;
    if (target.startsWith('/')) return null;
    return normalized([folderOf(link), target, ...steps.slice(end)].join('/'));
  }
  return path;
}
