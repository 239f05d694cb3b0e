import { type FirstHealthy, firstHealthy } from '../../lifecycle/first-healthy.ts';
import { targetGroupsOf } from '../../lifecycle/load-balancer.ts';
import { earliestReady, probeOf } from '../../lifecycle/probe.ts';
import { injectsGate, writesGate } from '../../lifecycle/readiness-gate.ts';
import type { TargetGroup } from '../../lifecycle/target-group.ts';
import { isUnknownText } from '../../manifest/unknown.ts';
import type { Inventory } from '../../resources/inventory.ts';
import { type Resource, readField, readNumber } from '../../resources/resource.ts';
import { mayRunNothing, podField, type Workload } from '../../resources/workload.ts';

/** A workload whose new pods are Ready before their targets are healthy, and nothing waits for those. */
export interface TargetGap {
  readonly workload: Workload;
  readonly group: TargetGroup;
  readonly first: FirstHealthy;
  /** Earliest that a new pod is Ready after its containers started; null is unknown. */
  readonly readySeconds: number | null;
  readonly minReadySeconds: number;
  /** From the moment at which a rollout goes on until the checks of the new target have run. */
  readonly gapSeconds: number;
}

const rolled = ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'CloneSet'];

/** The workloads of a Namespace with such a gap, the longest first. */
export function targetGapsIn(inventory: Inventory, namespace: Resource): readonly TargetGap[] {
  return inventory.workloads
    .filter(({ resource: { ref } }) => ref.namespace === namespace.ref.name && rolled.includes(ref.kind))
    .flatMap((workload) => targetGapOf(inventory, namespace, workload) ?? [])
    .sort((a, b) => b.gapSeconds - a.gapSeconds);
}

function targetGapOf(inventory: Inventory, namespace: Resource, workload: Workload): TargetGap | null {
  const minReady = readNumber(workload.resource, ['spec', 'minReadySeconds']);
  if (minReady.from === 'unknown' || !isReplacedBesides(workload) || writesGate(workload)) return null;
  const minReadySeconds = minReady.value ?? 0;
  const readySeconds = readyAfter(workload);
  const gaps = targetGroupsOf(inventory, workload)
    .filter(
      ({ targetType, manager }) => targetType.value === 'ip' && injectsGate(namespace, manager) === false,
    )
    .flatMap((group): readonly TargetGap[] => {
      const first = firstHealthy(group);
      const gapSeconds = (first?.seconds ?? 0) - minReadySeconds;
      return first === null || gapSeconds <= 0
        ? []
        : [{ workload, group, first, readySeconds, minReadySeconds, gapSeconds }];
    });
  return gaps.sort((a, b) => b.gapSeconds - a.gapSeconds)[0] ?? null;
}

/** Where all old pods go before the new ones come, no gate keeps any. */
function isReplacedBesides(workload: Workload): boolean {
  const { resource } = workload;
  const gates = podField(workload, 'readinessGates');
  const strategy = readField(resource, ['spec', 'strategy', 'type']);
  const unsure = gates.from === 'unknown' || isUnknownText(JSON.stringify(gates.value ?? ''));
  if (unsure || workload.open || strategy.from === 'unknown' || mayRunNothing(workload)) return false;
  return strategy.value !== 'Recreate';
}

/** A pod is Ready when its last container is. */
function readyAfter(workload: Workload): number | null {
  const containers = workload.containers.filter(({ role }) => role !== 'init');
  const seconds = containers.flatMap((container) => {
    const readiness = probeOf(workload, container, 'readinessProbe');
    const startup = probeOf(workload, container, 'startupProbe');
    if (readiness === 'unknown' || startup === 'unknown') return [null];
    return [earliestReady(readiness).atLeast, startup === 'absent' ? 0 : startup.initialDelaySeconds];
  });
  return seconds.includes(null) ? null : Math.max(0, ...seconds.filter((each) => each !== null));
}
