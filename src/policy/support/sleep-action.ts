import type { Cluster } from '../rule.ts';

/** Hooks with a `sleep` action: on by default since Kubernetes 1.30 (KEP-3960). */
export function hasSleepAction({ kubernetesVersion }: Cluster): boolean {
  const [major = 0, minor = 0] = kubernetesVersion.split('.').map(Number);
  return major > 1 || minor >= 30;
}
