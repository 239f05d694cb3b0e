import type { Environment, RuntimeName } from '../platform/environment.ts';
import { statedSeconds } from '../platform/facts.ts';
import { runtimeOf } from '../platform/runtime.ts';
import type { Container, Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';

/** Seconds that no object states, by name. What platforms and runtimes ask for stands in platform/figures.ts. */
export const assumptions = {
  /** Between the end of the application's own shutdown and SIGKILL: the middle of the guides' 10-20 s. */
  bufferSeconds: 15,
  /**
   * What the kubelet leaves a container between stop signal and SIGKILL even when preStop used everything.
   * https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/kubelet/kuberuntime/kuberuntime_container.go (minimumGracePeriodInSeconds)
   */
  kubeletFloorSeconds: 2,
  /** Time that a program takes to stop after SIGTERM, of which nothing is known (the guides: most web programs about 10 s). */
  stopSeconds: 15,
} as const;

/**
 * Where the kind of program says more. jvm: Spring's default wait for one shutdown phase; worker and ml-inference: the
 * guides' rows for batch work and for long requests.
 */
const stopSecondsOf: Readonly<Partial<Record<RuntimeName, number>>> = {
  jvm: 30,
  worker: 30,
  'ml-inference': 60,
};

/** How long an application takes to stop after SIGTERM, and in a few words of Markdown who says so. */
export interface StopTime {
  readonly seconds: number;
  readonly stated: boolean;
  readonly from: string;
}

/** Stated by annotation or configuration, else assumed. */
export function stopTimeOf(workload: Workload, container: Container, environment: Environment): StopTime {
  const stated = statedSeconds(workload, 'shutdown', environment);
  if (stated !== null) return { seconds: stated.seconds, stated: true, from: 'stated' };
  const { name } = runtimeOf(workload, container, environment);
  const known = stopSecondsOf[name];
  const from = known === undefined ? 'assumed' : `assumed: runtime ${code(name)}`;
  return { seconds: known ?? assumptions.stopSeconds, stated: false, from };
}
