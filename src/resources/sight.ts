import { isNamedAlike } from './kinship.ts';
import { concerns, type Placed, placedAt, selectorOf } from './related.ts';
import type { Resource } from './resource.ts';
import { isInScope, landTogether, type Site } from './site.ts';
import type { Workload } from './workload.ts';

/** Two objects of different units that surely have to do with each other. */
export interface Relation {
  readonly from: Placed;
  readonly to: Placed;
}

/** What the units of one revision deploy, as far as it has to do with others. */
export class Sight {
  readonly #placed = new Map<string, readonly Placed[]>();
  readonly #offering = new Map<string, Placed[]>();
  readonly #wanting = new Map<string, Placed[]>();
  readonly #copies = new Map<string, Placed[]>();

  /** `render`: one release of a unit; the same one is added once. */
  add(render: string, site: Site, resources: readonly Resource[], workloads: readonly Workload[]): void {
    if (this.#placed.has(render)) return;
    const byResource = new Map(workloads.map((workload) => [workload.resource, workload]));
    const placed = resources.flatMap(
      (resource) => placedAt(render, site, resource, byResource.get(resource) ?? null) ?? [],
    );
    this.#placed.set(render, placed);
    for (const each of placed) {
      put(this.#copies, each.identity, each);
      for (const key of each.offers) put(this.#offering, key, each);
      for (const key of each.wants) put(this.#wanting, key, each);
    }
  }

  /** Objects of a render that may have to do with others. */
  of(render: string): readonly Placed[] {
    return this.#placed.get(render) ?? [];
  }

  /** An object of a render by what it is; null where there is none, or more than one. */
  find(render: string, identity: string): Placed | null {
    const copies = this.#copies.get(identity) ?? [];
    const [placed, ...more] = copies.filter((each) => each.render === render);
    return more.length > 0 ? null : (placed ?? null);
  }

  /** Relations that lead from a render's objects to other units, and on from there; each object is reached once. */
  relationsOf(render: string): readonly Relation[] {
    const relations: Relation[] = [];
    const own = this.of(render);
    const reached = new Set(own);
    for (const from of reached) {
      for (const to of this.#near(from)) {
        if (reached.has(to) || own[0]?.site.unit === to.site.unit || !this.#isSure(from, to)) continue;
        reached.add(to);
        relations.push({ from, to });
      }
    }
    return relations;
  }

  *#near({ offers, wants }: Placed): Generator<Placed> {
    for (const key of wants) yield* this.#offering.get(key) ?? [];
    for (const key of offers) yield* this.#wanting.get(key) ?? [];
  }

  #isSure(a: Placed, b: Placed): boolean {
    if (!concerns(a, b)) return false;
    if (a.site.unit === b.site.unit) return a.site === b.site;
    if (!landTogether(a.site, b.site) || !this.#isOnly(a, b) || !this.#isOnly(b, a)) return false;
    return a.site.place === null ? this.#isMeant(a, b) : a.namespace !== null;
  }

  /** Whether no second copy of an object stands where another one may be meant. */
  #isOnly(placed: Placed, other: Placed): boolean {
    const copies = this.#copies.get(placed.identity) ?? [];
    return copies.every((copy) => copy === placed || !isInScope(copy.site, placed.site, other.site));
  }

  /** Labels alone are often those of an example: names have to agree, or a namespace, and nothing else be selected. */
  #isMeant(a: Placed, b: Placed): boolean {
    const [selecting, selected] = selectorOf(a.resource) === null ? [b, a] : [a, b];
    if (selected.workload === null || selectorOf(selecting.resource) === null) return true;
    const rivals = selecting.wants
      .flatMap((key) => this.#offering.get(key) ?? [])
      .filter((each) => each.site.unit !== selected.site.unit && concerns(selecting, each));
    if (rivals.some((each) => isInScope(each.site, a.site, b.site))) return false;
    const { namespace } = selecting;
    return (namespace !== null && namespace !== 'default') || isNamedAlike(selecting, selected);
  }
}

function put<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}
