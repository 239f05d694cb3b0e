import type { JudgedRender } from './policy/compare.ts';
import type { OtherUnits } from './render/others/other-units.ts';
import type { Render, RenderedUnit } from './render/unit.ts';
import { uncheckedResource } from './resources/check.ts';
import { inventoryOf } from './resources/inventory.ts';
import { type Placed, wordsOf } from './resources/related.ts';
import { type Relation, Sight } from './resources/sight.ts';
import { areaAround, type Site } from './resources/site.ts';
import type { RevisionSide } from './text/location.ts';

/** What else each revision holds; null: there is no such revision. */
export type Others = { readonly [side in RevisionSide]: OtherUnits | null };

export const sides = ['base', 'head'] as const;

/** From a budget to its workload, to the Service of that, and on to the route: further away nobody looks. */
const mostRounds = 3;

/** One release of a unit, by what both revisions call it. */
export function renderKey(unit: string, valuesSet: string): string {
  return JSON.stringify([unit, valuesSet]);
}

/** Where one can stand and look: a place that GitOps objects name, or the folders of an area. */
interface Ground {
  readonly area: string;
  readonly place: string | null;
  readonly words: Set<string>;
}

/** Looks for related objects of a change's units in other units, alike in both revisions. */
export class LookingAround {
  readonly sights = { base: new Sight(), head: new Sight() };
  readonly found = { base: new Map<string, RenderedUnit>(), head: new Map<string, RenderedUnit>() };
  readonly #others: Others;
  readonly #keys = new Map<string, Set<string>>();
  readonly #asked = new Map<string, Set<string>>();
  readonly #common = new Map<string, Set<string>>();

  constructor(others: Others) {
    this.#others = others;
  }

  /** Puts what was rendered of a unit in sight. */
  add(
    side: RevisionSide,
    id: string,
    unit: RenderedUnit | null,
    judged: readonly JudgedRender[] | null,
  ): void {
    for (const [index, { valuesSet, inventory }] of (judged ?? []).entries()) {
      const site = siteOf(id, unit!, unit!.renders[index]!);
      if (site !== null) this.#put(side, site, valuesSet, inventory);
    }
  }

  #put(
    side: RevisionSide,
    site: Site,
    valuesSet: string,
    objects: Pick<JudgedRender['inventory'], 'resources' | 'workloads'>,
  ) {
    const key = renderKey(site.unit, valuesSet);
    this.#keys.set(site.unit, (this.#keys.get(site.unit) ?? new Set()).add(key));
    this.sights[side].add(key, site, objects.resources, objects.workloads);
  }

  /** The releases of a unit that are in sight in any revision. */
  rendersOf(unit: string): readonly string[] {
    return [...(this.#keys.get(unit) ?? [])];
  }

  /** What a release has to do with in other units, as far as that can be looked for. */
  relationsOf(side: RevisionSide, render: string): readonly Relation[] {
    const sight = this.sights[side];
    const reached = new Set(sight.of(render).filter((placed) => !this.#isCommon(placed)));
    return sight.relationsOf(render).filter(({ from, to }) => {
      if (!reached.has(from) || this.#isCommon(to)) return false;
      reached.add(to);
      return true;
    });
  }

  /** Of a name that stands everywhere nobody knows whether there is another one. */
  #isCommon({ resource, site }: Placed): boolean {
    return this.#common.get(groundKey(site))?.has(resource.ref.name) === true;
  }

  /** Renders what mentions the objects of these units, and what mentions those in turn. */
  async around(units: readonly string[]): Promise<void> {
    const renders = units.flatMap((unit) => this.rendersOf(unit));
    const known = new Set<Placed>();
    let fresh = sides.flatMap((side) => renders.flatMap((render) => this.sights[side].of(render)));
    for (let round = 0; round < mostRounds && fresh.length > 0; round += 1) {
      for (const placed of fresh) known.add(placed);
      for (const ground of this.#grounds(fresh)) await this.#look(ground);
      const reached = sides.flatMap((side) => renders.flatMap((render) => this.relationsOf(side, render)));
      fresh = [...new Set(reached.map(({ to }) => to))].filter((placed) => !known.has(placed));
    }
  }

  /** What was not asked for yet. */
  #grounds(fresh: readonly Placed[]): readonly Ground[] {
    const grounds = new Map<string, Ground>();
    for (const placed of fresh) {
      const key = groundKey(placed.site);
      const { place } = placed.site;
      const ground = grounds.get(key) ?? { area: areaAround(placed.site), place, words: new Set() };
      const asked = this.#asked.get(key) ?? new Set();
      for (const word of wordsOf(placed)) if (!asked.has(word)) ground.words.add(word);
      grounds.set(key, ground);
    }
    for (const [key, { words }] of grounds)
      this.#asked.set(key, new Set([...(this.#asked.get(key) ?? []), ...words]));
    return [...grounds.values()].filter(({ words }) => words.size > 0);
  }

  async #look(ground: Ground): Promise<void> {
    const key = groundKeyOf(ground);
    for (const side of sides) {
      const found = await this.#others[side]?.beside(ground);
      for (const unit of found?.units ?? []) this.#see(side, unit);
      this.#common.set(key, new Set([...(this.#common.get(key) ?? []), ...(found?.common ?? [])]));
    }
  }

  #see(side: RevisionSide, unit: RenderedUnit): void {
    const before = this.found[side].get(unit.id);
    const renders = new Map(
      [...(before?.renders ?? []), ...unit.renders].map((each) => [each.valuesSet, each]),
    );
    this.found[side].set(unit.id, { ...unit, renders: [...renders.values()] });
    for (const render of unit.renders) {
      const site = siteOf(unit.id, unit, render);
      if (site === null) continue;
      const resources = render.manifests.map(uncheckedResource);
      this.#put(side, site, render.valuesSet, inventoryOf(unit.id, resources, true, null));
    }
  }
}

function groundKey(site: Site): string {
  return groundKeyOf({ area: areaAround(site), place: site.place });
}

function groundKeyOf({ area, place }: Pick<Ground, 'area' | 'place'>): string {
  return place === null ? `folders ${area}` : `place ${place}`;
}

/** Null where nobody says where it lands, and where what would is not wholly known. */
function siteOf(unit: string, { kind, path }: RenderedUnit, render: Render): Site | null {
  const { landing, lenient, state } = render;
  if (state === 'failed' || lenient === true || (kind === 'helm' && landing === undefined)) return null;
  const { place = null, namespace = null, assumptions = [] } = landing ?? {};
  return { unit, folder: path, place, namespace, assumptions };
}
