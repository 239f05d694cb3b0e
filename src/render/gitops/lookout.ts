import { mayHoldObject } from '../../manifest/objects.ts';
import type { FileChange } from '../../text/change.ts';
import { pathsInBase, pathsInHead } from '../discover.ts';
import type { Layout } from '../layout.ts';

/**
 * Files that are looked through for objects of GitOps tools; null for all. Where there is no chart and no kustomization, only a
 * folder of plain manifests can be deployed: unless one of them changed, the changed files tell enough.
 */
export async function filesToLookThrough(
  base: Layout,
  head: Layout,
  changes: readonly FileChange[],
): Promise<ReadonlySet<string> | null> {
  if (isReleasable(base) || isReleasable(head)) return null;
  const [inBase, inHead] = [pathsInBase(changes), pathsInHead(changes)];
  const changed = new Set([...inBase, ...inHead]);
  const mayDeploy = (await anyMayHoldObject(head, inHead)) || (await anyMayHoldObject(base, inBase));
  if (!mayDeploy) return changed;
  // Hardly anybody writes such an object as JSON, and a repository may be full of that.
  const all = [...base.entries, ...head.entries].map(({ path }) => path);
  return new Set([...changed, ...all.filter((path) => /\.ya?ml$/.test(path))]);
}

function isReleasable({ charts, kustomizations }: Layout): boolean {
  return charts.length + kustomizations.length > 0;
}

async function anyMayHoldObject(layout: Layout, paths: readonly string[]): Promise<boolean> {
  const reads = await layout.tree.read(paths.filter((path) => layout.mayBeRaw(path)));
  const texts = [...reads.values()].map((read) => (read.kind === 'bytes' ? Buffer.from(read.bytes) : ''));
  return texts.some((text) => mayHoldObject(text.toString('latin1')));
}
