import type { Bound } from '../../lifecycle/bound.ts';
import type { Picture } from '../../lifecycle/picture.ts';
import { gracePeriodOf } from '../../lifecycle/shutdown.ts';
import { shutdownPicture } from '../../lifecycle/shutdown-picture.ts';
import { figuresFor } from '../../platform/figures.ts';
import { platformOf } from '../../platform/platform.ts';
import { runtimeOf } from '../../platform/runtime.ts';
import type { Container, Workload } from '../../resources/workload.ts';
import type { Subject } from '../rule.ts';

/** The stop of a container that gets traffic; null where the grace period is not known. */
export function stopPicture(
  { inventory, environment }: Subject,
  workload: Workload,
  container: Container,
  preStop: Bound,
): Picture | null {
  const grace = gracePeriodOf(workload);
  if (grace === null) return null;
  const platform = platformOf(workload, inventory, environment);
  const runtime = runtimeOf(workload, container, environment).name;
  const { propagationSeconds: propagation } = figuresFor(platform, runtime, environment);
  return shutdownPicture({ container: container.name, preStop, grace, propagation });
}
