import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import type { Evidence } from '../resources/evidence.ts';
import { type Inventory, ofKind } from '../resources/inventory.ts';
import { type Resource, readField } from '../resources/resource.ts';
import { podField, type Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';

/** Whether a node label says what is looked for. No values: any value, or one that is not known. */
export type Accepts = (key: string, values: readonly string[]) => boolean;

/** This label with one of these values. */
export function label(wanted: string, ...accepted: readonly string[]): Accepts {
  return (key, values) =>
    key === wanted && values.length > 0 && values.every((value) => accepted.includes(value));
}

interface Demand {
  readonly values: readonly string[];
  readonly evidence: Evidence;
}

/** Why every node that may run the pods has such a label; null where that is not sure. A toleration demands nothing. */
export function nodeDemand(workload: Workload, inventory: Inventory, accepts: Accepts): Evidence | null {
  return podDemand(workload, accepts)?.evidence ?? poolDemand(poolsOf(workload, inventory), accepts);
}

/** As `nodeDemand`, from the pod's own fields alone. */
export function podDemand(workload: Workload, accepts: Accepts): Demand | null {
  return selectorDemand(workload, accepts) ?? affinityDemand(workload, accepts);
}

function selectorDemand(workload: Workload, accepts: Accepts): Demand | null {
  const { resource } = workload;
  const { value, path } = podField(workload, 'nodeSelector');
  for (const [key, written] of Object.entries(isMap(value) ? value : {})) {
    const values = knownValues([written]);
    if (isPlaceholder(key) || !accepts(key, values)) continue;
    const text = `${code('nodeSelector')} demands ${words(key, values)}`;
    return { values, evidence: { text, at: { resource, path: [...path, key] } } };
  }
  return null;
}

const affinity = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];

/** The terms are alternatives: each of them has to demand it. */
function affinityDemand(workload: Workload, accepts: Accepts): Demand | null {
  const { value, path } = podField(workload, ...affinity, 'nodeSelectorTerms');
  const found = (Array.isArray(value) ? value : [])
    .map((term, index) => ({ term, at: [...path, index, 'matchExpressions'] }))
    // A term without requirements matches no node.
    .filter(({ term }) => !isMap(term) || Object.values(term).some(isFilled))
    .map(({ term, at }) => requirementIn(valueAt(term, ['matchExpressions']), at, accepts));
  const demanded = found.filter((each) => each !== null);
  const [first] = demanded;
  if (first === undefined || demanded.length < found.length) return null;
  const values = [...new Set(demanded.flatMap((each) => each.values))];
  const text = `the required node affinity demands ${words(first.key, values)}`;
  return { values, evidence: { text, at: { resource: workload.resource, path: first.path } } };
}

function isFilled(list: unknown): boolean {
  return !Array.isArray(list) || list.length > 0;
}

interface Requirement {
  readonly key: string;
  readonly values: readonly string[];
  readonly path: FieldPath;
}

/** Of requirements that all have to hold, the first that is accepted. */
function requirementIn(list: unknown, path: FieldPath, accepts: Accepts): Requirement | null {
  const all = (Array.isArray(list) ? list : []).map((each, index) => requirementOf(each, [...path, index]));
  return all.find((each) => each !== null && accepts(each.key, each.values)) ?? null;
}

/** Operators that only a node with the label can meet: NotIn and DoesNotExist let others through. */
const demanding: readonly unknown[] = ['In', 'Exists', 'Gt', 'Lt'];

function requirementOf(value: unknown, path: FieldPath): Requirement | null {
  const [key, operator, values] = ['key', 'operator', 'values'].map((each) => valueAt(value, [each]));
  if (typeof key !== 'string' || isPlaceholder(key) || !demanding.includes(operator)) return null;
  return { key, values: operator === 'In' && Array.isArray(values) ? knownValues(values) : [], path };
}

function knownValues(values: readonly unknown[]): readonly string[] {
  const known = values.filter((value) => typeof value === 'string' && !isPlaceholder(value));
  return known.length < values.length ? [] : known.map(String);
}

/** The Karpenter NodePools that the pods are bound to; none unless all of them are in sight. */
export function poolsOf(workload: Workload, inventory: Inventory): readonly Resource[] {
  const named = podDemand(workload, (key) => key === 'karpenter.sh/nodepool')?.values ?? [];
  const pools = ofKind(inventory, 'karpenter.sh', 'NodePool');
  const found = named.map((name) => pools.find(({ ref }) => ref.name === name));
  return found.includes(undefined) ? [] : found.filter((pool) => pool !== undefined);
}

/** Every one of the pools gives its nodes such a label. */
function poolDemand(pools: readonly Resource[], accepts: Accepts): Evidence | null {
  const found = pools.map((pool) => poolLabel(pool, accepts));
  return found.includes(null) ? null : (found[0] ?? null);
}

function poolLabel(pool: Resource, accepts: Accepts): Evidence | null {
  const { value, path } = readField(pool, ['spec', 'template', 'spec', 'requirements']);
  const found = requirementIn(value, path, accepts);
  if (found === null) return null;
  const text = `NodePool ${code(pool.ref.name)} makes nodes with ${words(found.key, found.values)}`;
  return { text, at: { resource: pool, path: found.path } };
}

function words(key: string, values: readonly string[]): string {
  const [only, ...more] = values;
  if (only === undefined) return code(key);
  if (more.length === 0) return code(`${key}: ${only}`);
  return `${code(key)} in ${values.map((each) => code(each)).join(', ')}`;
}
