import { earliestReady, probeOf } from '../../../lifecycle/probe.ts';
import { sameContainer } from '../../../resources/pairing.ts';
import { readField } from '../../../resources/resource.ts';
import { type Serving, servingContainers } from '../../../resources/serving.ts';
import { type Container, podField, type Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import {
  type Before,
  type Diagnostic,
  defineRule,
  type Evidence,
  type Message,
  type Subject,
} from '../../rule.ts';
import { questionOf } from '../../support/handlers.ts';
import { servingEvidence } from '../../support/served.ts';

interface Removed {
  readonly container: string;
  readonly service: string;
  readonly port: number;
  readonly headless: boolean;
  /** What the base's probe asked; null when it is not known. */
  readonly probe: string | null;
  /** Earliest that the base's probe let a new container pass; null when it is not known. */
  readonly baseReadySeconds: number | null;
  /** False where no Service sent it traffic in the base. */
  readonly servedInBase: boolean;
  /** Null where the object does not state it. */
  readonly replicas: number | null;
  /** A startupProbe still holds a new container back. */
  readonly startupProbe: boolean;
}

const removed: Message<Removed> = {
  class: 'regression',
  severity: 'error',
  title: ({ container, service, headless }) =>
    headless
      ? `${code(container)} no longer has a readiness probe, and headless Service ${code(service)} publishes its address`
      : `${code(container)} no longer has a readiness probe, and Service ${code(service)} sends it traffic`,
  text: (data) =>
    `This change removes \`readinessProbe\`${data.probe === null ? '' : ` (${code(data.probe)})`} of ` +
    `${code(data.container)}, which serves port ${data.port} of Service ${code(data.service)}. ${inBase(data)}`,
  why: (data) => `${atStart(data)} A pod that stops answering keeps its share of the requests.`,
  fix: () =>
    'Keep the `readinessProbe` of the base. Where it was removed because starts are slow, add a `startupProbe` with the ' +
    'same handler instead: readiness then waits for it.',
};

function inBase({ baseReadySeconds, servedInBase }: Removed): string {
  if (!servedInBase) return 'In the base no Service sent it traffic; now one does.';
  return baseReadySeconds === null || baseReadySeconds === 0
    ? 'In the base a starting pod got no requests until the probe passed.'
    : `In the base the probe took a starting pod at least ${baseReadySeconds} s to pass.`;
}

function atStart({ replicas, startupProbe }: Removed): string {
  if (startupProbe)
    return 'The `startupProbe` still holds a new pod back, but nothing does once it has passed.';
  const rollout =
    replicas !== null && replicas > 1
      ? `a rollout of ${replicas} replicas sends each of them errors`
      : 'each rollout and restart sends it errors';
  return `Without it a new pod gets requests as soon as its process exists; ${rollout} until the server listens.`;
}

export const readinessProbeRemoved = defineRule({
  id: 'readiness-probe-removed',
  category: 'probes',
  about: 'workloads',
  title: 'Readiness probe removed from a container that serves traffic',
  messages: { removed },
  references: [
    {
      title: 'Kubernetes: readiness probes',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes',
    },
  ],
  *check({ workload, before, inventory }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning || !before?.workload) return;
    if (podField(workload, 'readinessGates').from !== 'absent') return;
    for (const serving of servingContainers(inventory, workload)) {
      const lost = sameContainer(workload, serving.container.name, before.workload);
      if (lost === undefined || lost.role === 'init') continue;
      if (!hasProbe(before.workload, lost) || !lacksProbe(workload, serving.container)) continue;
      if (gainedElsewhere(workload, serving.container, before.workload)) continue;
      yield diagnosticOf(workload, serving, before, before.workload, lost);
    }
  },
});

function probeField(workload: Workload, container: Container): ReturnType<typeof readField> {
  return readField(workload.resource, [...container.path, 'readinessProbe']);
}

function hasProbe(workload: Workload, container: Container): boolean {
  return probeField(workload, container).from === 'set';
}

function lacksProbe(workload: Workload, container: Container): boolean {
  return probeField(workload, container).from === 'absent';
}

/** A probe of another container decides on the pod's readiness as well: it may have taken over. */
function gainedElsewhere(workload: Workload, serving: Container, base: Workload): boolean {
  return workload.containers.some((container) => {
    if (container.name === serving.name || lacksProbe(workload, container)) return false;
    const was = sameContainer(workload, container.name, base);
    return was === undefined || !hasProbe(base, was);
  });
}

function diagnosticOf(
  workload: Workload,
  serving: Serving,
  before: Before,
  base: Workload,
  lost: Container,
): Diagnostic {
  const { container, service, port, headless } = serving;
  const probe = probeOf(base, lost, 'readinessProbe');
  const data: Removed = {
    container: container.name,
    service: service.ref.name,
    port,
    headless,
    probe: questionOf(base, lost, 'readinessProbe')?.shown ?? null,
    servedInBase: servingContainers(before.inventory, base).some((each) => each.container.name === lost.name),
    baseReadySeconds: typeof probe === 'string' ? null : earliestReady(probe).atLeast,
    replicas: Number.isInteger(workload.replicas.value) ? (workload.replicas.value ?? null) : null,
    startupProbe: readField(workload.resource, [...container.path, 'startupProbe']).from !== 'absent',
  };
  const path = [...container.path, 'readinessProbe'];
  return {
    messageId: 'removed',
    data: { ...data },
    at: { resource: workload.resource, path },
    container: container.name,
    evidence: [servingEvidence(serving), baseEvidence(before, probe, probeField(base, lost).path)],
  };
}

function baseEvidence(
  { resource }: Before,
  probe: ReturnType<typeof probeOf>,
  path: readonly (string | number)[],
): Evidence {
  const at = { resource, path };
  if (typeof probe === 'string') return { text: 'base: `readinessProbe`', at };
  const number = (name: 'initialDelaySeconds' | 'successThreshold' | 'periodSeconds'): string =>
    `${name} ${probe[name]}${probe.defaulted.includes(name) ? ' (default)' : ''}`;
  const numbers = [number('initialDelaySeconds'), number('successThreshold'), number('periodSeconds')];
  return { text: `base: ${numbers.join(', ')}`, at };
}
