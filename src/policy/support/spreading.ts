import { matchSelector } from '../../kubernetes/selectors.ts';
import type { FieldPath } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { labelSelector } from '../../resources/inventory.ts';
import { readField, readString } from '../../resources/resource.ts';
import { podField, type Workload } from '../../resources/workload.ts';
import { code } from '../../text/escape.ts';

/** One constraint or term that keeps a workload's own pods apart, or may. */
export interface Apart {
  readonly kind: 'spread' | 'required' | 'preferred';
  /** Empty where it is not known. */
  readonly topologyKey: string;
  readonly path: FieldPath;
  /** False where a placeholder or another namespace decides whether it counts the workload's own pods. */
  readonly sure: boolean;
}

const lists: readonly (readonly [Apart['kind'], FieldPath, FieldPath])[] = [
  ['spread', ['topologySpreadConstraints'], []],
  ['required', ['affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'], []],
  [
    'preferred',
    ['affinity', 'podAntiAffinity', 'preferredDuringSchedulingIgnoredDuringExecution'],
    ['podAffinityTerm'],
  ],
];

/** Topology spread counts as anti-affinity, and the other way round; a preferred term counts as well. */
export function keptApart(workload: Workload): readonly Apart[] {
  return lists.flatMap(([kind, list, inside]) => {
    const { value, from, path } = podField(workload, ...list);
    if (from === 'unknown') return [{ kind, topologyKey: '', path, sure: false }];
    const items = Array.isArray(value) ? [...value.keys()] : [];
    return items.flatMap((index) => apartBy(workload, kind, [...path, index, ...inside]));
  });
}

function apartBy(workload: Workload, kind: Apart['kind'], path: FieldPath): readonly Apart[] {
  const { resource, labels } = workload;
  const selector = labelSelector(resource, [...path, 'labelSelector']);
  const match = selector === 'unknown' ? 'unknown' : matchSelector(selector, labels);
  if (match === 'no') return [];
  const topologyKey = readString(resource, [...path, 'topologyKey']).value ?? '';
  return [{ kind, topologyKey, path, sure: match === 'yes' && countsOwnNamespace(workload, path) }];
}

/** A term without namespaces counts the pods of its own, and `namespaceSelector: {}` those of all. */
function countsOwnNamespace({ resource }: Workload, path: FieldPath): boolean {
  const selector = readField(resource, [...path, 'namespaceSelector']);
  if (isMap(selector.value) && Object.keys(selector.value).length === 0) return true;
  return selector.from === 'absent' && readField(resource, [...path, 'namespaces']).from === 'absent';
}

/** Every constraint and term as text, whomever it counts. */
export function placementTerms(workload: Workload): readonly string[] {
  return lists.flatMap(([kind, list]) => {
    const { value } = podField(workload, ...list);
    return Array.isArray(value) ? value.map((item) => JSON.stringify([kind, item])) : [];
  });
}

const domains: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/hostname', 'node'],
  ['topology.kubernetes.io/zone', 'zone'],
  ['topology.kubernetes.io/region', 'region'],
]);

/** `node`, `zone`, or what has one value of the key. */
export function domainName(topologyKey: string): string {
  return domains.get(topologyKey) ?? `domain of ${code(topologyKey)}`;
}

/** `on one node`, `in one zone`. */
export function together(topologyKey: string): string {
  return `${topologyKey === 'kubernetes.io/hostname' ? 'on' : 'in'} one ${domainName(topologyKey)}`;
}
