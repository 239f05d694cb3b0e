import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import type { Evidence } from '../resources/evidence.ts';
import type { Inventory } from '../resources/inventory.ts';
import { type Resource, readString } from '../resources/resource.ts';
import type { Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';
import type { PlatformName } from './environment.ts';
import { type Accepts, label, nodeDemand, podDemand, poolsOf } from './node-demands.ts';

/** The platform that the objects themselves name. */
export function inferredPlatform(
  workload: Workload,
  inventory: Inventory,
): { readonly name: PlatformName; readonly evidence: Evidence } | null {
  const candidates = [
    { name: 'fargate', evidence: fargate(workload) },
    { name: 'auto-mode', evidence: autoMode(workload, inventory) },
    { name: 'windows', evidence: windowsPod(workload) ?? nodeDemand(workload, inventory, isWindows) },
  ] as const;
  const found = candidates.find(({ evidence }) => evidence !== null);
  return found === undefined ? null : { name: found.name, evidence: found.evidence! };
}

const computeType = 'eks.amazonaws.com/compute-type';

/**
 * A Fargate profile chooses pods by namespace and label, out of the repository's sight; these only hold for Fargate.
 * https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html
 */
function fargate(workload: Workload): Evidence | null {
  const profile = 'eks.amazonaws.com/fargate-profile';
  const { labels, unknown } = workload.labels;
  if (labels[profile] || unknown.has(profile)) {
    const at = { resource: workload.resource, path: metadata(workload, 'labels', profile) };
    return { text: `the pods have the label ${code(profile)}`, at };
  }
  return (
    annotated(workload, 'fargate') ??
    said(workload, [...workload.podSpecPath, 'schedulerName'], 'fargate-scheduler', 'schedulerName') ??
    podDemand(workload, label(computeType, 'fargate'))?.evidence ??
    null
  );
}

/**
 * Labels that only nodes of Auto Mode have, or a NodePool whose nodes are of Auto Mode. The names of its own pools
 * (`system`, `general-purpose`) say nothing: any Karpenter can have pools of these names.
 * https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html
 */
function autoMode(workload: Workload, inventory: Inventory): Evidence | null {
  return (
    nodeDemand(workload, inventory, isAutoMode) ??
    poolEvidence(poolsOf(workload, inventory)) ??
    annotated(workload, 'auto')
  );
}

const isAuto = label(computeType, 'auto');
const isAutoMode: Accepts = (key, values) =>
  isAuto(key, values) || key.startsWith('eks.amazonaws.com/instance-');

function poolEvidence(pools: readonly Resource[]): Evidence | null {
  const path = ['spec', 'template', 'spec', 'nodeClassRef', 'group'];
  const [first] = pools;
  if (first === undefined) return null;
  if (!pools.every(({ manifest }) => valueAt(manifest.value, path) === 'eks.amazonaws.com')) return null;
  const text = `NodePool ${code(first.ref.name)} has a node class of ${code('eks.amazonaws.com')}`;
  return { text, at: { resource: first, path } };
}

const windowsLabel = label('kubernetes.io/os', 'windows');
const isWindows: Accepts = (key, values) =>
  windowsLabel(key, values) || key === 'node.kubernetes.io/windows-build';

/** Why the pods surely run on Windows, from their own fields. */
export function windowsPod(workload: Workload): Evidence | null {
  const os = said(workload, [...workload.podSpecPath, 'os', 'name'], 'windows', 'os.name');
  return os ?? podDemand(workload, isWindows)?.evidence ?? null;
}

/**
 * EKS and eksctl use it to place CoreDNS; elsewhere it is the word of who wrote it.
 * https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html
 */
function annotated(workload: Workload, type: string): Evidence | null {
  return (
    said(workload, metadata(workload, 'annotations', computeType), type, computeType) ??
    said(workload, ['metadata', 'annotations', computeType], type, computeType)
  );
}

function said(workload: Workload, path: FieldPath, wanted: string, field: string): Evidence | null {
  const { resource } = workload;
  if (readString(resource, path).value !== wanted) return null;
  return { text: `${code(field)} is ${code(wanted)}`, at: { resource, path } };
}

function metadata({ templatePath }: Workload, ...path: readonly string[]): FieldPath {
  return [...templatePath, 'metadata', ...path];
}
