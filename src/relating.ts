import { type JudgedUnit, prepareUnits } from './judging.ts';
import { LookingAround, type Others, renderKey, sides } from './looking-around.ts';
import type { JudgedRender } from './policy/compare.ts';
import type { RenderedUnit, UnitPair } from './render/unit.ts';
import type { Checker } from './resources/check.ts';
import { withAround } from './resources/inventory.ts';
import type { Placed } from './resources/related.ts';
import type { Resource } from './resources/resource.ts';
import { landTogether, type Site } from './resources/site.ts';
import type { RevisionSide } from './text/location.ts';
import { byText } from './text/order.ts';

/** Units with related objects of others around their own, and what was rendered to find those. */
export interface Related {
  readonly units: readonly JudgedUnit[];
  readonly found: { readonly [side in RevisionSide]: readonly RenderedUnit[] };
}

/**
 * Lays around the objects of a unit those of other units that surely have to do with them. A unit that the change leaves
 * alone is judged as well where an object of a touched one that has to do with it came, went or changed.
 */
export async function relateUnits(
  pairs: readonly UnitPair[],
  units: readonly JudgedUnit[],
  others: Others,
  checker: Checker,
): Promise<Related> {
  const looking = new LookingAround(others);
  const ids = pairs.map(({ id }) => id);
  for (const [index, { comparison }] of units.entries())
    for (const side of sides) looking.add(side, comparison.id, pairs[index]![side], comparison[side]);
  await looking.around(ids);
  const drawn = drawnIn(ids, looking);
  const judged = await prepareUnits(drawn, checker);
  if (drawn.length > 0) await looking.around(drawn.map(({ id }) => id));
  const touched = new Set(ids);
  const all = [...units, ...judged.map((unit) => ({ ...unit, notChecked: [], isDrawnIn: true as const }))];
  const neighbours = new Neighbours(looking, touched);
  await checker.check(all.flatMap((unit) => neighbours.manifestsOf(unit)));
  return {
    units: all.map((unit) => neighbours.laidAround(unit, checker)),
    found: { base: [...looking.found.base.values()], head: [...looking.found.head.values()] },
  };
}

/** Untouched units that have to do with an object of a touched one that is not as it was, sorted. */
function drawnIn(touched: readonly string[], looking: LookingAround): readonly UnitPair[] {
  const reached = sides.flatMap((side) =>
    touched.flatMap((id) =>
      looking.rendersOf(id).flatMap((render) => reachedByChange(side, render, looking)),
    ),
  );
  const ids = new Set(reached.map(({ site }) => site.unit).filter((id) => !touched.includes(id)));
  return [...ids].sort(byText).flatMap((id) => {
    const [base, head] = [looking.found.base.get(id), looking.found.head.get(id)];
    return base === undefined || head === undefined ? [] : [{ id, base, head }];
  });
}

function reachedByChange(side: RevisionSide, render: string, looking: LookingAround): readonly Placed[] {
  const other = side === 'base' ? 'head' : 'base';
  const isChanged = (placed: Placed) =>
    looking.sights[other].find(placed.render, placed.identity)?.resource.manifest.text !==
    placed.resource.manifest.text;
  const moved = new Set(looking.sights[side].of(render).filter(isChanged));
  const own = moved.size;
  for (const { from, to } of looking.relationsOf(side, render)) if (moved.has(from)) moved.add(to);
  return [...moved].slice(own);
}

class Neighbours {
  readonly #looking: LookingAround;
  readonly #touched: ReadonlySet<string>;

  constructor(looking: LookingAround, touched: ReadonlySet<string>) {
    this.#looking = looking;
    this.#touched = touched;
  }

  manifestsOf({ comparison: { id } }: JudgedUnit) {
    return this.#looking
      .rendersOf(id)
      .flatMap((render) => sides.flatMap((side) => this.#of(side, render)))
      .map(({ resource }) => resource.manifest);
  }

  laidAround(unit: JudgedUnit, checker: Checker): JudgedUnit {
    const { comparison } = unit;
    const see = (side: RevisionSide) =>
      comparison[side]?.map((render) => this.#seen(side, comparison.id, render, checker)) ?? null;
    return { ...unit, comparison: { ...comparison, base: see('base'), head: see('head') } };
  }

  #seen(side: RevisionSide, id: string, render: JudgedRender, checker: Checker): JudgedRender {
    const key = renderKey(id, render.valuesSet);
    const placed = this.#of(side, key);
    if (placed.length === 0) return render;
    const statesNone = render.inventory.resources.some(({ ref }) => ref.namespace === null);
    const own = this.#looking.sights[side].of(key)[0]!.site;
    const borrowed = new Map<Resource, Site['assumptions']>();
    const resourceOf = ({ resource, namespace, site }: Placed): Resource => {
      // What lands where the release's own objects do that name no namespace is like them.
      const ref = {
        ...resource.ref,
        namespace: statesNone && namespace === own.namespace ? null : namespace,
      };
      const seen = { ...checker.resource(resource.manifest), ref };
      borrowed.set(seen, [...own.assumptions, ...site.assumptions]);
      return seen;
    };
    const isEarlier = ({ site }: Placed) => this.#order(site.unit) < this.#order(id);
    const before = placed.filter(isEarlier).map(resourceOf);
    const after = placed.filter((each) => !isEarlier(each)).map(resourceOf);
    return { ...render, borrowed, inventory: withAround(render.inventory, before, after) };
  }

  /** Untouched units come first: what two units say alike is told by the later one. */
  #order(unit: string): string {
    return `${this.#touched.has(unit) ? 1 : 0} ${unit}`;
  }

  /** What has to do with a release in either revision, as this one has it, sorted. */
  #of(side: RevisionSide, render: string): readonly Placed[] {
    const [self] = this.#looking.sights[side].of(render);
    if (self === undefined) return [];
    const related = sides.flatMap((each) => this.#looking.relationsOf(each, render).map(({ to }) => to));
    const sight = this.#looking.sights[side];
    const here = related.flatMap(({ render, identity }) => sight.find(render, identity) ?? []);
    const together = here.filter(({ site }) => landTogether(self.site, site));
    const key = (placed: Placed) => `${this.#order(placed.site.unit)} ${placed.render} ${placed.identity}`;
    return [...new Map(together.map((placed) => [key(placed), placed]))]
      .sort(([a], [b]) => byText(a, b))
      .map(([, placed]) => placed);
  }
}
