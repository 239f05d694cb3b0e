import { scaleIntOrPercent } from '../kubernetes/int-or-percent.ts';
import type { FieldPath } from '../manifest/field-path.ts';
import type { Evidence } from '../resources/evidence.ts';
import { readField } from '../resources/resource.ts';
import type { Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';
import { type LimitField, type Limits, type Strategy, strategyOf } from './rollout-strategy.ts';

/** How many pods an update adds and takes, of `replicas`; whole pods throughout. */
export interface Rollout {
  readonly strategy: Strategy['kind'];
  /** Of a DaemonSet: nodes that it runs on. */
  readonly replicas: number;
  readonly surge: number;
  /** Pods that may be missing at once, at most all of them. */
  readonly unavailable: number;
  readonly lowestAvailable: number;
  readonly highest: number;
  /** Rounds of replacing `surge + unavailable` pods at once. */
  readonly waves: number;
  /** The field that decides how many may be missing. */
  readonly path: FieldPath;
  /** False where a default decides. */
  readonly written: boolean;
  /** What that field says, e.g. `25%`. */
  readonly limit: string;
  /** True where both limits come to 0 pods, and the controller takes 1 all the same. */
  readonly raised: boolean;
  readonly evidence: readonly Evidence[];
}

/**
 * The update of a workload that runs `pods` pods. Null where nothing rolls by itself (OnDelete, a partition, a kind
 * without updates), or where a placeholder, a weighted router or the version of Kubernetes decides.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts)
 */
export function rolloutOf(
  workload: Workload,
  pods: number,
  kubernetesVersion: string | null = null,
): Rollout | null {
  const strategy = strategyOf(workload, kubernetesVersion);
  if (strategy === null) return null;
  return strategy.kind === 'rolling' ? rolling(workload, strategy, pods) : atOnce(workload, strategy, pods);
}

/** `recreate`: every pod stops before the first new one starts; `blueGreen`: every new one is ready before. */
function atOnce({ resource }: Workload, { kind, path }: Exclude<Strategy, Limits>, pods: number): Rollout {
  const [surge, unavailable] = kind === 'recreate' ? [0, pods] : [pods, 0];
  const limit = kind === 'recreate' ? 'Recreate' : 'blueGreen';
  const evidence = [{ text: `strategy: ${code(limit)}`, at: { resource, path } }];
  return {
    strategy: kind,
    ...counted(pods, surge, unavailable),
    path,
    written: true,
    limit,
    raised: false,
    evidence,
  };
}

function rolling(workload: Workload, limits: Limits, pods: number): Rollout | null {
  const surge = limits.surge && limitOf(workload, limits.surge, pods, 'up');
  if (surge === null && limits.surge !== null) return null;
  const added = surge?.pods ?? 0;
  const rounding = limits.rounding === 'up-without-surge' ? (added === 0 ? 'up' : 'down') : limits.rounding;
  const missing = limitOf(workload, limits.unavailable, pods, rounding);
  if (missing === null) return null;
  const raised = pods > 0 && added === 0 && missing.pods === 0;
  return {
    strategy: limits.kind,
    ...counted(pods, added, Math.min(pods, raised ? 1 : missing.pods)),
    path: limits.unavailable.path,
    written: missing.written,
    limit: missing.value,
    raised,
    evidence: [missing, ...(surge === null ? [] : [surge])].map((each) => each.evidence),
  };
}

function counted(replicas: number, surge: number, unavailable: number) {
  const waves = replicas === 0 ? 0 : Math.ceil(replicas / (surge + unavailable));
  const lowestAvailable = replicas - unavailable;
  return { replicas, surge, unavailable, lowestAvailable, highest: replicas + surge, waves };
}

interface Limit {
  readonly pods: number;
  readonly value: string;
  readonly written: boolean;
  readonly evidence: Evidence;
}

/** Null for a placeholder, and for what Kubernetes refuses. */
function limitOf(
  { resource }: Workload,
  { path, otherwise, ignored }: LimitField,
  pods: number,
  rounding: 'up' | 'down',
): Limit | null {
  const field = readField(resource, path);
  const given = ignored ? otherwise : (field.value ?? otherwise);
  const scaled = scaleIntOrPercent(given, pods, rounding);
  if (field.from === 'unknown' || scaled === undefined || scaled < 0) return null;
  const written = field.from === 'set' && ignored !== true;
  const note = written ? '' : ignored ? ' (what is written is not read)' : ' (default)';
  const sum = typeof given === 'string' ? ` of ${pods}, rounded ${rounding}, is ${scaled}` : '';
  const text = `${String(path.at(-1))}: ${code(String(given))}${note}${sum}`;
  return { pods: scaled, value: String(given), written, evidence: { text, at: { resource, path } } };
}
