import { type Bound, order } from '../../../lifecycle/bound.ts';
import { detection, type Probe, probeOf } from '../../../lifecycle/probe.ts';
import type { Inventory } from '../../../resources/inventory.ts';
import { sameContainer } from '../../../resources/pairing.ts';
import { readField } from '../../../resources/resource.ts';
import { isInjected, servingContainers } from '../../../resources/serving.ts';
import type { Container, Workload } from '../../../resources/workload.ts';
import { code, count } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Evidence, type Message, type Subject } from '../../rule.ts';
import { questionOf } from '../../support/handlers.ts';

interface Race {
  readonly container: string;
  /** What both probes ask. */
  readonly probe: string;
  readonly livenessFailures: number;
  readonly livenessPeriodSeconds: number;
  readonly livenessAtLeastSeconds: number;
  readonly livenessAtMostSeconds: number;
  readonly readinessFailures: number;
  readonly readinessPeriodSeconds: number;
  readonly readinessAtLeastSeconds: number;
  readonly readinessAtMostSeconds: number;
  /** Lowest liveness failureThreshold with which readiness surely acts first. */
  readonly saferFailures: number;
}

const liveness = (data: Race): string => range(data.livenessAtLeastSeconds, data.livenessAtMostSeconds);
const readiness = (data: Race): string => range(data.readinessAtLeastSeconds, data.readinessAtMostSeconds);

function range(atLeast: number, atMost: number): string {
  return `${atLeast}-${atMost} s`;
}

const texts = {
  text: (data: Race): string =>
    `\`livenessProbe\` and \`readinessProbe\` both ask ${code(data.probe)}: liveness acts after ` +
    `${count(data.livenessFailures, 'failure')} every ${data.livenessPeriodSeconds} s (${liveness(data)}), readiness after ` +
    `${count(data.readinessFailures, 'failure')} every ${data.readinessPeriodSeconds} s (${readiness(data)}).`,
  why: (): string =>
    'A slow spell that readiness would bridge by taking the pod out of traffic becomes a restart, with the requests in ' +
    'flight lost; when load or a dependency is the cause, every replica restarts at once.',
  fix: (data: Race): string =>
    `Set \`failureThreshold\` of the liveness probe to ${data.saferFailures}: (${data.saferFailures} − 1) × ` +
    `${data.livenessPeriodSeconds} s = ${(data.saferFailures - 1) * data.livenessPeriodSeconds} s, and readiness has acted ` +
    `by ${data.readinessAtMostSeconds} s.`,
};

const earlier: Message<Race> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `${code(data.container)} is restarted ${liveness(data)} after it stops answering, before readiness stops its traffic ` +
    `(${readiness(data)})`,
  ...texts,
};

const madeEqual: Message<Race> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `With this change the liveness probe of ${code(data.container)} acts as early as its readiness probe: both after ` +
    liveness(data),
  ...texts,
};

const equal: Message<Race> = {
  class: 'checklist',
  severity: 'info',
  title: (data) =>
    `Liveness and readiness probe of ${code(data.container)} are the same: it is restarted when its traffic stops, both ` +
    `after ${liveness(data)}`,
  ...texts,
  item: (data) => [
    'a liveness probe slower than readiness',
    `a slow spell restarts ${code(data.container)} (after ${liveness(data)}) where readiness alone would take it out of traffic`,
  ],
};

export const livenessFiresBeforeReadiness = defineRule({
  id: 'liveness-fires-before-readiness',
  category: 'probes',
  about: 'workloads',
  title: 'Liveness restarts a container before readiness stops its traffic',
  messages: { earlier, 'made-equal': madeEqual, equal },
  references: [
    {
      title: 'Kubernetes: liveness, readiness and startup probes',
      url: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
    },
  ],
  badness: (data) => Number(data.readinessAtMostSeconds) - Number(data.livenessAtMostSeconds),
  *check({ workload, before, inventory }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    for (const container of workload.containers) {
      if (container.role !== 'main' || isInjected(container)) continue;
      const pair = pairOf(workload, container);
      if (typeof pair === 'string') continue;
      const messageId = messageOf(pair, container, workload, before?.workload ?? null);
      if (messageId === null) continue;
      // Without traffic nothing is lost by a restart that readiness would not have prevented.
      if (messageId === 'equal' && !isServed(inventory, workload, container)) continue;
      yield {
        messageId,
        data: { container: container.name, ...pair.data },
        at: { resource: workload.resource, path: [...container.path, 'livenessProbe'] },
        container: container.name,
        evidence: [
          evidenceOf(workload, container, pair.liveness),
          evidenceOf(workload, container, pair.readiness),
        ],
      };
    }
  },
});

function isServed(inventory: Inventory, workload: Workload, container: Container): boolean {
  return servingContainers(inventory, workload).some((serving) => serving.container === container);
}

interface ProbePair {
  readonly liveness: Probe;
  readonly readiness: Probe;
  readonly order: ReturnType<typeof order>;
  readonly data: Omit<Race, 'container'>;
}

/** The two probes where they ask the same; `apart` when they do not, or one is missing. */
function pairOf(workload: Workload, container: Container): ProbePair | 'apart' | 'none' | 'unknown' {
  const live = probeOf(workload, container, 'livenessProbe');
  const ready = probeOf(workload, container, 'readinessProbe');
  if (live === 'unknown' || ready === 'unknown') return 'unknown';
  if (live === 'absent' && ready === 'absent') return 'none';
  if (live === 'absent' || ready === 'absent') return 'apart';
  const asked = questionOf(workload, container, 'livenessProbe');
  const other = questionOf(workload, container, 'readinessProbe');
  if (asked === null || other === null) return 'unknown';
  if (asked.key !== other.key) return 'apart';
  const [a, b] = [detection(live), detection(ready)];
  return {
    liveness: live,
    readiness: ready,
    order: order(a, b),
    data: dataOf(asked.shown, live, a, ready, b),
  };
}

function dataOf(
  probe: string,
  live: Probe,
  restart: Bound,
  ready: Probe,
  stop: Bound,
): Omit<Race, 'container'> {
  return {
    probe,
    livenessFailures: live.failureThreshold,
    livenessPeriodSeconds: live.periodSeconds,
    livenessAtLeastSeconds: restart.atLeast,
    livenessAtMostSeconds: restart.atMost,
    readinessFailures: ready.failureThreshold,
    readinessPeriodSeconds: ready.periodSeconds,
    readinessAtLeastSeconds: stop.atLeast,
    readinessAtMostSeconds: stop.atMost,
    saferFailures: Math.ceil(stop.atMost / live.periodSeconds) + 1,
  };
}

/** Equal probes count as a hazard only when this change brought them there; what was equal at first is a checklist item. */
function messageOf(
  pair: ProbePair,
  container: Container,
  workload: Workload,
  base: Workload | null,
): 'earlier' | 'made-equal' | 'equal' | null {
  if (pair.order === 'earlier') return 'earlier';
  if (pair.order !== 'equal') return null;
  const was = base === null ? undefined : sameContainer(workload, container.name, base);
  const then = base === null || was === undefined ? 'none' : pairOf(base, was);
  if (then === 'none') return 'equal';
  if (then === 'unknown') return null;
  // A readiness probe beside the liveness probe that was there already is a step forward.
  if (then === 'apart') return hadReadiness(base, was) ? 'made-equal' : 'equal';
  if (then.order === 'equal') return 'equal';
  return then.order === 'earlier' ? null : 'made-equal';
}

function hadReadiness(base: Workload | null, was: Container | undefined): boolean {
  return base !== null && was !== undefined && probeOf(base, was, 'readinessProbe') !== 'absent';
}

function evidenceOf(workload: Workload, container: Container, probe: Probe): Evidence {
  const names = ['failureThreshold', 'periodSeconds', 'timeoutSeconds'] as const;
  const numbers = names.map(
    (name) => `${name} ${probe[name]}${probe.defaulted.includes(name) ? ' (default)' : ''}`,
  );
  const { path } = readField(workload.resource, [...container.path, probe.kind]);
  return { text: `${probe.kind}: ${numbers.join(', ')}`, at: { resource: workload.resource, path } };
}
