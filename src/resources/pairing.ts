import { valueAt } from '../manifest/field-path.ts';
import { groupOf } from '../manifest/manifest.ts';
import type { Resource } from './resource.ts';
import { type Workload, workloadKindOf, workloadOf } from './workload.ts';

/** The same object at base and head. `likeness`: found by resemblance, so no update of one by the other is certain. */
export interface Pair {
  readonly base: Resource | null;
  readonly head: Resource | null;
  readonly by: 'identity' | 'likeness' | null;
}

/** (API group, kind, namespace, name): the version is no part of an object's identity. */
export function identityOf({ ref }: Resource): string {
  return JSON.stringify([groupOf(ref.apiVersion), ref.kind, ref.namespace, ref.name]);
}

/** Pairs by identity first, then what is left by likeness; order follows head, then what only base has. */
export function pairResources(base: readonly Resource[], head: readonly Resource[]): readonly Pair[] {
  const byIdentity = new Map(base.map((resource) => [identityOf(resource), resource]));
  const identical = new Map<Resource, Resource>();
  for (const resource of head) {
    const match = byIdentity.get(identityOf(resource));
    if (match !== undefined) identical.set(resource, match);
  }
  const taken = new Set(identical.values());
  const gone = base.filter((resource) => !taken.has(resource));
  const fresh = head.filter((resource) => !identical.has(resource));
  const alike = pairByLikeness(gone, fresh);
  const paired = new Set(alike.values());
  return [
    ...head.map((resource): Pair => {
      const same = identical.get(resource);
      const like = alike.get(resource);
      if (same !== undefined) return { base: same, head: resource, by: 'identity' };
      return { base: like ?? null, head: resource, by: like === undefined ? null : 'likeness' };
    }),
    ...gone
      .filter((resource) => !paired.has(resource))
      .map((resource): Pair => ({ base: resource, head: null, by: null })),
  ];
}

/** Each way is tried on what the ways before it left over; only a match that is unique on both sides counts. */
function pairByLikeness(gone: readonly Resource[], fresh: readonly Resource[]): Map<Resource, Resource> {
  const pairs = new Map<Resource, Resource>();
  for (const key of [acrossKinds, withoutHash, byGenerateName, byContainers]) {
    const open = (resource: Resource): boolean =>
      !pairs.has(resource) && ![...pairs.values()].includes(resource);
    const left = groupBy(gone.filter(open), key);
    for (const [name, candidates] of groupBy(fresh.filter(open), key)) {
      const matches = left.get(name) ?? [];
      const [candidate] = candidates;
      const [match] = matches;
      if (candidates.length === 1 && matches.length === 1 && candidate && match) pairs.set(candidate, match);
    }
  }
  return pairs;
}

/** The same name and namespace across workload kinds, as when a Deployment becomes a Rollout. */
function acrossKinds(resource: Resource): string | null {
  if (workloadKindOf(resource.manifest) === undefined) return null;
  return JSON.stringify([resource.ref.namespace, resource.ref.name]);
}

/** Kustomize's generators end a name with ten characters of hash. */
function withoutHash({ ref }: Resource): string | null {
  const name = /^(.+)-[a-z0-9]{10}$/.exec(ref.name)?.[1];
  return name === undefined ? null : JSON.stringify([groupOf(ref.apiVersion), ref.kind, ref.namespace, name]);
}

function byGenerateName(resource: Resource): string | null {
  const prefix = valueAt(resource.manifest.value, ['metadata', 'generateName']);
  return typeof prefix === 'string'
    ? JSON.stringify([resource.ref.kind, resource.ref.namespace, prefix])
    : null;
}

function byContainers(resource: Resource): string | null {
  const workload = workloadOf(resource);
  if (workload === null) return null;
  return JSON.stringify([resource.ref.kind, resource.ref.namespace, ...containerKeys(workload)]);
}

function containerKeys(workload: Workload): readonly string[] {
  return workload.containers.map((container) => {
    const image = valueAt(workload.resource.manifest.value, [...container.path, 'image']);
    return `${container.name}=${typeof image === 'string' ? repositoryOf(image) : ''}`;
  });
}

/** An image without its tag and digest. */
function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

function groupBy(
  resources: readonly Resource[],
  key: (resource: Resource) => string | null,
): Map<string, Resource[]> {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const name = key(resource);
    if (name !== null) groups.set(name, [...(groups.get(name) ?? []), resource]);
  }
  return groups;
}

/** The container of `other` that is the same as one of `workload`: by name, else the only one unmatched on each side. */
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
  return here.length === 1 && there.length === 1 && here[0]?.name === name ? there[0] : undefined;
}
