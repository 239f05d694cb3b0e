import { minorOf } from '../../kubernetes/minor-version.ts';
import type { Cluster } from '../rule.ts';

/** Hooks with a `sleep` action: on by default since Kubernetes 1.30 (KEP-3960). */
export function hasSleepAction({ kubernetesVersion }: Cluster): boolean {
  return (minorOf(kubernetesVersion) ?? 0) >= 30;
}
