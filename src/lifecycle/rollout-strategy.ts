import { minorOf } from '../kubernetes/minor-version.ts';
import type { FieldPath } from '../manifest/field-path.ts';
import { groupOf } from '../manifest/manifest.ts';
import { readField } from '../resources/resource.ts';
import type { Workload } from '../resources/workload.ts';

/** An int-or-percent field and its default. */
export interface LimitField {
  readonly path: FieldPath;
  readonly otherwise: string | number;
  /** True where Kubernetes does not read what is written there. */
  readonly ignored?: true;
}

/** A rolling update between two limits. Where both come to 0 pods, the controllers take 1 (CloneSet refuses it). */
export interface Limits {
  readonly kind: 'rolling';
  /** Rounded up everywhere; null for a kind that adds no pod. */
  readonly surge: LimitField | null;
  readonly unavailable: LimitField;
  /** How maxUnavailable rounds; CloneSet: up where nothing is added. */
  readonly rounding: 'up' | 'down' | 'up-without-surge';
}

export type Strategy = Limits | { readonly kind: 'recreate' | 'blueGreen'; readonly path: FieldPath };

/** Null where nothing rolls by itself, or where what decides is not known. */
export function strategyOf(workload: Workload, kubernetesVersion: string | null): Strategy | null {
  const { apiVersion, kind } = workload.resource.ref;
  switch (`${groupOf(apiVersion)}/${kind}`) {
    // Older versions of the group have other defaults.
    case 'apps/Deployment':
      return apiVersion === 'apps/v1' ? deployment(workload) : null;
    case 'apps/StatefulSet':
      return apiVersion === 'apps/v1' ? statefulSet(workload, kubernetesVersion) : null;
    case 'apps/DaemonSet':
      return apiVersion === 'apps/v1' ? daemonSet(workload) : null;
    case 'argoproj.io/Rollout':
      return argoRollout(workload);
    case 'apps.kruise.io/CloneSet':
      return cloneSet(workload);
    default:
      return null;
  }
}

function limits(
  at: FieldPath,
  surge: string | number | null,
  unavailable: string | number,
  rounding: Limits['rounding'],
): Limits {
  return {
    kind: 'rolling',
    surge: surge === null ? null : { path: [...at, 'maxSurge'], otherwise: surge },
    unavailable: { path: [...at, 'maxUnavailable'], otherwise: unavailable },
    rounding,
  };
}

/** Unknown is undefined; unset is null. */
function read(workload: Workload, ...path: FieldPath): unknown {
  const field = readField(workload.resource, path);
  return field.from === 'unknown' ? undefined : (field.value ?? null);
}

function deployment(workload: Workload): Strategy | null {
  const type = read(workload, 'spec', 'strategy', 'type');
  if (type === 'Recreate') return { kind: 'recreate', path: ['spec', 'strategy', 'type'] };
  const rolls = type === null || type === 'RollingUpdate';
  return rolls ? limits(['spec', 'strategy', 'rollingUpdate'], '25%', '25%', 'down') : null;
}

function daemonSet(workload: Workload): Strategy | null {
  const type = read(workload, 'spec', 'updateStrategy', 'type');
  const rolls = type === null || type === 'RollingUpdate';
  return rolls ? limits(['spec', 'updateStrategy', 'rollingUpdate'], 0, 1, 'up') : null;
}

/** A partition keeps pods at the old revision until somebody moves it. */
function statefulSet(workload: Workload, kubernetesVersion: string | null): Strategy | null {
  const type = read(workload, 'spec', 'updateStrategy', 'type');
  const partition = read(workload, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  if ((type !== null && type !== 'RollingUpdate') || (partition !== null && partition !== 0)) return null;
  const rolls = limits(['spec', 'updateStrategy', 'rollingUpdate'], null, 1, 'down');
  const written = read(workload, ...rolls.unavailable.path);
  const honoured = written === null || written === 1 || honoursMaxUnavailable(kubernetesVersion);
  if (honoured === null) return null;
  return honoured ? rolls : { ...rolls, unavailable: { ...rolls.unavailable, ignored: true } };
}

/**
 * The gate MaxUnavailableStatefulSet: off up to 1.34, on in 1.35.0, off again from 1.35.4 to 1.36, on in 1.37. Null where
 * the minor version does not decide. https://github.com/kubernetes/kubernetes/pull/137904
 */
function honoursMaxUnavailable(kubernetesVersion: string | null): boolean | null {
  const minor = minorOf(kubernetesVersion ?? '') ?? 35;
  return minor === 35 ? null : minor >= 37;
}

/** https://github.com/argoproj/argo-rollouts/blob/master/utils/replicaset/canary.go */
function argoRollout(workload: Workload): Strategy | null {
  const canary = read(workload, 'spec', 'strategy', 'canary');
  const blueGreen = read(workload, 'spec', 'strategy', 'blueGreen');
  if (canary === undefined || blueGreen === undefined) return null;
  if (blueGreen !== null)
    return canary === null ? { kind: 'blueGreen', path: ['spec', 'strategy', 'blueGreen'] } : null;
  // A traffic router decides how many pods of each side it needs.
  if (canary === null || read(workload, 'spec', 'strategy', 'canary', 'trafficRouting') !== null) return null;
  return limits(['spec', 'strategy', 'canary'], '25%', '25%', 'down');
}

/** https://github.com/openkruise/kruise/blob/master/pkg/controller/cloneset/sync/cloneset_sync_utils.go */
function cloneSet(workload: Workload): Strategy | null {
  const partition = read(workload, 'spec', 'updateStrategy', 'partition');
  const updates = partition === null || partition === 0 || partition === '0%';
  return updates ? limits(['spec', 'updateStrategy'], 0, '20%', 'up-without-surge') : null;
}
