import type { Probe, probeDefaults } from '../../lifecycle/probe.ts';
import type { Container, Workload } from '../../resources/workload.ts';
import type { Evidence } from '../rule.ts';

/** The numbers of a probe, each with whether it is a default. */
export function probeEvidence(
  { resource }: Workload,
  container: Container,
  probe: Probe,
  names: readonly (keyof typeof probeDefaults)[] = [
    'initialDelaySeconds',
    'failureThreshold',
    'periodSeconds',
  ],
): Evidence {
  const numbers = names.map(
    (name) => `${name} ${probe[name]}${probe.defaulted.includes(name) ? ' (default)' : ''}`,
  );
  return {
    text: `${probe.kind}: ${numbers.join(', ')}`,
    at: { resource, path: [...container.path, probe.kind] },
  };
}
