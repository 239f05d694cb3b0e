import type { Manifest } from '../../manifest/manifest.ts';
import type { RenderedUnit, UnitPair } from '../unit.ts';
import type { Directories } from './directories.ts';

/** What Argo CD leaves of a folder that it deploys is a unit beside it. */
export function besides<U extends UnitPair | RenderedUnit>(
  rest: readonly U[],
  { groups }: Directories,
): readonly U[] {
  const ids = new Set(groups.map(({ folder }) => `raw:${folder}`));
  return rest.map((unit) => (ids.has(unit.id) ? { ...unit, id: `${unit.id} (others)` } : unit));
}

/** Plain manifests that stand in the folders of units which Argo CD deploys without being part of them. */
export function leftBeside(
  plain: readonly RenderedUnit[],
  units: readonly (RenderedUnit | null)[],
): readonly RenderedUnit[] {
  return units.flatMap((unit) => {
    const beside = plain.find(({ id }) => id === unit?.id);
    if (unit?.kind !== 'raw' || beside === undefined) return [];
    const own: ReadonlySet<string | null> = new Set(pathsIn(unit));
    const renders = beside.renders.map((render) => ({
      ...render,
      manifests: render.manifests.filter((manifest) => !own.has(pathOf(manifest))),
    }));
    return [{ ...beside, id: `${beside.id} (others)`, renders }];
  });
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
