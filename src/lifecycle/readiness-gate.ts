import { valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import type { Manager } from '../platform/load-balancer-class.ts';
import { type Inventory, ofKind } from '../resources/inventory.ts';
import { once } from '../resources/once.ts';
import { type Resource, readField } from '../resources/resource.ts';
import { podField, type Workload } from '../resources/workload.ts';

/** The Namespace label that makes a load balancer's webhook add its readiness gate to pods, by who makes the balancer. */
export const gateLabels = {
  controller: 'elbv2.k8s.aws/pod-readiness-gate-inject',
  'auto-mode': 'eks.amazonaws.com/pod-readiness-gate-inject',
} as const;

const conditionPrefixes = ['target-health.elbv2.k8s.aws/', 'target-health.alb.ingress.k8s.aws/'];

/** The Namespace object that a workload's pods live in, where the unit has it. */
export function namespaceOf(inventory: Inventory, workload: Workload): Resource | null {
  return namespacesByName(inventory).get(workload.resource.ref.namespace) ?? null;
}

const namespacesByName = once(
  (inventory: Inventory) =>
    new Map<string | null, Resource>(ofKind(inventory, '', 'Namespace').map((each) => [each.ref.name, each])),
);

/**
 * Whether pods of a Namespace get the gate; `unknown` while a later tool fills in labels. Any other value than
 * `enabled` is as good as none.
 */
export function injectsGate(namespace: Resource, manager: Manager): boolean | 'unknown' {
  const labels = manager === 'unknown' ? Object.values(gateLabels) : [gateLabels[manager]];
  const fields = labels.map((label) => readField(namespace, ['metadata', 'labels', label]));
  if (fields.some(({ value }) => value === 'enabled')) return true;
  return fields.some(({ from }) => from === 'unknown') ? 'unknown' : false;
}

/** True where the pod template itself names a gate of the load balancer, or something unknown. */
export function writesGate(workload: Workload): boolean {
  const gates = podField(workload, 'readinessGates');
  if (gates.from === 'unknown') return true;
  return (Array.isArray(gates.value) ? gates.value : []).some((gate) => {
    const type = isMap(gate) ? valueAt(gate, ['conditionType']) : gate;
    return typeof type !== 'string' || conditionPrefixes.some((prefix) => type.startsWith(prefix));
  });
}
