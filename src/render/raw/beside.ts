import type { Manifest } from '../../manifest/manifest.ts';
import type { RenderedUnit, UnitPair } from '../unit.ts';
import type { Directories } from './directories.ts';

/** At the end of the name of a unit of what Argo CD leaves of a folder. */
export const othersMark = ' (others)';

export function isBeside(id: string): boolean {
  return id.endsWith(othersMark);
}

/** The unit of what Argo CD leaves of a folder: where it deploys the folder, one beside that. */
export function besideOf(id: string, { groups }: Directories): string {
  return groups.some(({ folder }) => `raw:${folder}` === id) ? `${id}${othersMark}` : id;
}

/** What Argo CD leaves of a folder that it deploys is a unit beside it. */
export function besides<U extends UnitPair | RenderedUnit>(
  rest: readonly U[],
  directories: Directories,
): readonly U[] {
  return rest.map((unit) => ({ ...unit, id: besideOf(unit.id, directories) }));
}

/** Files that Applications of a unit deploy in base and no more in head, though they may still be there. */
export function ceased({ base, head }: UnitPair): ReadonlySet<string> {
  const isReleased = (unit: RenderedUnit | null): unit is RenderedUnit =>
    unit?.kind === 'raw' && unit.renders.some(({ valuesSet }) => valuesSet !== 'default');
  if (!isReleased(base) || !isReleased(head)) return new Set();
  const left = new Set(pathsIn(head));
  return new Set(pathsIn(base).filter((path) => !left.has(path)));
}

function pathsIn({ renders }: RenderedUnit): readonly string[] {
  return renders.flatMap(({ manifests }) => manifests.flatMap((manifest) => pathOf(manifest) ?? []));
}

function pathOf({ origin }: Manifest): string | null {
  return origin.kind === 'raw' ? origin.path : null;
}
