import { valueAt } from '../manifest/field-path.ts';
import { groupOf, type Manifest } from '../manifest/manifest.ts';
import { sameNamespace } from './inventory.ts';
import { identityOf, isGenerated, type Resource } from './resource.ts';
import { type Workload, workloadKindOf, workloadOf } from './workload.ts';

/** The same object at base and head. `likeness`: found by resemblance, so no update of one by the other is certain. */
export interface Pair {
  readonly base: Resource | null;
  readonly head: Resource | null;
  readonly by: 'identity' | 'likeness' | null;
}

type Matches = Map<Resource, { readonly base: Resource; readonly by: 'identity' | 'likeness' }>;

/** Finds, among what no way before it has paired, base's object for each object of head. */
type Way = (gone: readonly Resource[], fresh: readonly Resource[]) => Matches;

/** Pairs by identity first, then what is left by likeness; order follows head, then what only base has. */
export function pairResources(base: readonly Resource[], head: readonly Resource[]): readonly Pair[] {
  const matches: Matches = new Map();
  const taken = new Set<Resource>();
  for (const way of ways) {
    const found = way(
      base.filter((resource) => !taken.has(resource)),
      head.filter((resource) => !matches.has(resource)),
    );
    for (const [resource, match] of found) {
      matches.set(resource, match);
      taken.add(match.base);
    }
  }
  return [
    ...head.map((resource): Pair => {
      const match = matches.get(resource);
      return { base: match?.base ?? null, head: resource, by: match?.by ?? null };
    }),
    ...base
      .filter((resource) => !taken.has(resource))
      .map((resource): Pair => ({ base: resource, head: null, by: null })),
  ];
}

const ways: readonly Way[] = [
  byIdentity,
  (gone, fresh) => byUniqueKey(gone, fresh, acrossKinds),
  (gone, fresh) => byUniqueKey(gone, fresh, withoutHash),
  byGenerateName,
  byContainers,
];

/** An identity that stands once on each side is certain; one that stands several times is not. */
function byIdentity(gone: readonly Resource[], fresh: readonly Resource[]): Matches {
  const key = (resource: Resource): string | null => (isGenerated(resource) ? null : identityOf(resource));
  const left = groupBy(gone, key);
  return together([...groupBy(fresh, key)], ([name, heads]) => {
    const bases = left.get(name) ?? [];
    const [base, head] = [bases[0], heads[0]];
    if (base && head && bases.length === 1 && heads.length === 1)
      return new Map([[head, { base, by: 'identity' }]]);
    return amongDuplicates(bases, heads);
  });
}

/** Of documents with one identity those of one file or template belong together; of the rest the last wins. */
function amongDuplicates(bases: readonly Resource[], heads: readonly Resource[]): Matches {
  const left = groupBy(bases, ({ manifest }) => placeOf(manifest));
  const matches = together([...groupBy(heads, ({ manifest }) => placeOf(manifest))], ([place, here]) => {
    const there = left.get(place) ?? [];
    return here.length === there.length ? inOrder(there, here) : inOrder(there.slice(-1), here.slice(-1));
  });
  const taken = new Set([...matches.values()].map(({ base }) => base));
  const lastBase = bases.filter((resource) => !taken.has(resource)).slice(-1);
  const lastHead = heads.filter((resource) => !matches.has(resource)).slice(-1);
  return new Map([...matches, ...inOrder(lastBase, lastHead)]);
}

function placeOf({ origin }: Manifest): string {
  return origin.kind === 'helm' ? origin.template : origin.path;
}

/** Only a match that is unique on both sides counts. */
function byUniqueKey(
  gone: readonly Resource[],
  fresh: readonly Resource[],
  key: (resource: Resource) => string | null,
): Matches {
  const left = groupBy(gone, key);
  return together([...groupBy(fresh, key)], ([name, heads]) => {
    const bases = left.get(name) ?? [];
    return bases.length === 1 && heads.length === 1 ? inOrder(bases, heads) : new Map();
  });
}

/** The same name and namespace across workload kinds, as when a Deployment becomes a Rollout. */
function acrossKinds(resource: Resource): string | null {
  if (workloadKindOf(resource.manifest) === undefined || isGenerated(resource)) return null;
  return JSON.stringify([resource.ref.namespace, resource.ref.name]);
}

/** Kustomize's generators end a name with ten characters of hash, of this alphabet (its `hasher.encode`). */
function withoutHash({ ref }: Resource): string | null {
  const name = /^(.+)-[2456789bcdfghkmt]{10}$/.exec(ref.name)?.[1];
  return name === undefined ? null : JSON.stringify([groupOf(ref.apiVersion), ref.kind, ref.namespace, name]);
}

/** The first with the first, the second with the second. */
function byGenerateName(gone: readonly Resource[], fresh: readonly Resource[]): Matches {
  const key = (resource: Resource): string | null => (isGenerated(resource) ? identityOf(resource) : null);
  const left = groupBy(gone, key);
  return together([...groupBy(fresh, key)], ([name, heads]) => inOrder(left.get(name) ?? [], heads));
}

/** The workload of the same kind that shares most containers, where each is the other's one best match. */
function byContainers(gone: readonly Resource[], fresh: readonly Resource[]): Matches {
  const [bases, heads] = [gone, fresh].map((side) => side.map(workloadOf).filter((each) => each !== null));
  return together(heads ?? [], (head) => {
    const base = bestOf(head, bases ?? []);
    const back = base && bestOf(base, heads ?? []);
    return base && back === head ? inOrder([base.resource], [head.resource]) : new Map();
  });
}

function bestOf(workload: Workload, candidates: readonly Workload[]): Workload | undefined {
  const scored = candidates
    .map((candidate) => ({ candidate, likeness: likeness(workload, candidate) }))
    .filter(({ likeness }) => likeness > 0)
    .sort((a, b) => b.likeness - a.likeness);
  const [first, second] = scored;
  return first === undefined || first.likeness === second?.likeness ? undefined : first.candidate;
}

/**
 * Containers with the same name and image repository, as a share of all. 0 unless one workload has all of the
 * other's: a sidecar in common makes no two workloads the same.
 */
function likeness(a: Workload, b: Workload): number {
  const [here, there] = [a.resource.ref, b.resource.ref];
  if (here.kind !== there.kind || sameNamespace(here, there) === 'no') return 0;
  const others = new Set(containerKeys(b));
  const shared = containerKeys(a).filter((key) => others.has(key)).length;
  const fewest = Math.min(a.containers.length, b.containers.length);
  return shared === fewest ? (2 * shared) / Math.max(1, a.containers.length + b.containers.length) : 0;
}

function containerKeys({ containers, resource }: Workload): readonly string[] {
  return containers.flatMap((container) => {
    const image = valueAt(resource.manifest.value, [...container.path, 'image']);
    return typeof image === 'string' ? [`${container.name}=${repositoryOf(image)}`] : [];
  });
}

/** An image without its tag and digest. */
function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

function inOrder(bases: readonly Resource[], heads: readonly Resource[]): Matches {
  return new Map(
    heads.flatMap((head, index) => {
      const base = bases[index];
      return base === undefined ? [] : [[head, { base, by: 'likeness' as const }] as const];
    }),
  );
}

function together<T>(items: readonly T[], match: (item: T) => Matches): Matches {
  return new Map(items.flatMap((item) => [...match(item)]));
}

function groupBy(
  resources: readonly Resource[],
  key: (resource: Resource) => string | null,
): Map<string, Resource[]> {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const name = key(resource);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [resource]);
    else group.push(resource);
  }
  return groups;
}

/**
 * The container of `other` that is the same as one of `workload`: by name, else the only one unmatched on each side.
 * What ends before the others start is never the same as what runs beside them.
 */
export function sameContainer(
  workload: Workload,
  name: string,
  other: Workload,
): Workload['containers'][number] | undefined {
  const named = other.containers.find((container) => container.name === name);
  if (named !== undefined) return named;
  const names = new Set(workload.containers.map((container) => container.name));
  const otherNames = new Set(other.containers.map((container) => container.name));
  const here = workload.containers.filter((container) => !otherNames.has(container.name));
  const there = other.containers.filter((container) => !names.has(container.name));
  const [one, same] = [here[0], there[0]];
  if (here.length !== 1 || there.length !== 1 || one?.name !== name) return undefined;
  return (one.role === 'init') === (same?.role === 'init') ? same : undefined;
}
