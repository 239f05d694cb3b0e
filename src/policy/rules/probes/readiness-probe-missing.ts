import { sameContainer } from '../../../resources/pairing.ts';
import { declaredPorts } from '../../../resources/ports.ts';
import { type Serving, servingContainers } from '../../../resources/serving.ts';
import { type Container, containerField, podField, type Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { servingEvidence } from '../../support/served.ts';

interface Missing {
  readonly container: string;
  readonly service: string;
  readonly port: number;
  readonly headless: boolean;
  /** A startupProbe holds a new container back until it passes. */
  readonly startupProbe: boolean;
}

const hangs = 'a pod that stops answering keeps its share of the requests';

const missing: Message<Missing> = {
  class: 'checklist',
  severity: 'info',
  title: ({ container, service, headless, startupProbe }) => {
    const who = headless ? `Headless Service ${code(service)}` : `Service ${code(service)}`;
    const does = headless ? 'publishes the address of' : 'sends requests to';
    return startupProbe
      ? `${who} ${does} ${code(container)} whether it answers or not: it has no readiness probe`
      : `${who} ${does} ${code(container)} before its server listens: it has no readiness probe`;
  },
  text: ({ container, service, port, startupProbe }) =>
    `${code(container)} serves port ${port} of Service ${code(service)}. Without a \`readinessProbe\` it counts as ready ` +
    `${startupProbe ? 'as soon as its `startupProbe` has passed' : 'as soon as its process exists'}, and for as long as it runs.`,
  why: ({ startupProbe }) =>
    startupProbe
      ? 'A pod that stops answering keeps its share of the requests until it is restarted, if it is.'
      : 'Each rollout and restart sends it requests until the server listens, and they fail; later a pod that stops answering ' +
        'keeps its share of them.',
  fix: () =>
    'Add a `readinessProbe` that asks the port it serves: a `tcpSocket` holds a new pod back until it listens; an HTTP path or ' +
    'gRPC health service of the application also says whether it can serve now.',
  item: ({ startupProbe }) => [
    'readiness probe',
    startupProbe ? hangs : `a new pod gets requests before its server listens, and ${hangs}`,
  ],
};

export const readinessProbeMissing = defineRule({
  id: 'readiness-probe-missing',
  category: 'probes',
  about: 'workloads',
  title: 'No readiness probe on a container that serves traffic',
  messages: { missing },
  references: [
    {
      title: 'Kubernetes: readiness probes',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes',
    },
  ],
  cites: ['readinessDetection'],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource, workload, inventory } = subject;
    if (workload === null || !workload.longRunning) return;
    // Somebody else decides on the pod's readiness, too.
    if (podField(workload, 'readinessGates').from !== 'absent') return;
    for (const serving of servingContainers(inventory, workload)) {
      const { container, service, port, headless } = serving;
      if (probeFrom(workload, container, 'readinessProbe') !== 'absent') continue;
      if (isAskedByAnother(workload, container) || isLostNow(subject, workload, serving)) continue;
      yield {
        messageId: 'missing',
        data: {
          container: container.name,
          service: service.ref.name,
          port,
          headless,
          startupProbe: probeFrom(workload, container, 'startupProbe') !== 'absent',
        },
        at: { resource, path: [...container.path, 'readinessProbe'] },
        container: container.name,
        evidence: [servingEvidence(serving)],
      };
    }
  },
});

function probeFrom(workload: Workload, container: Container, kind: 'readinessProbe' | 'startupProbe') {
  return containerField(workload, container, kind).from;
}

/** Containers of a pod share its address: a probe of one may ask a port of another. */
function isAskedByAnother(workload: Workload, serving: Container): boolean {
  const { ports } = declaredPorts(workload, serving);
  return workload.containers.some((other) => {
    if (other.name === serving.name || probeFrom(workload, other, 'readinessProbe') === 'absent')
      return false;
    const own = declaredPorts(workload, other).ports;
    return (['httpGet', 'tcpSocket', 'grpc'] as const).some((handler) => {
      const { value } = containerField(workload, other, 'readinessProbe', handler, 'port');
      const isOwn = own.some(({ name, number }) => value === number || value === name);
      return !isOwn && ports.some(({ number }) => number !== null && number === value);
    });
  });
}

/** The change that takes a probe away is the subject of `readiness-probe-removed`. */
function isLostNow({ before }: Subject, workload: Workload, { container }: Serving): boolean {
  const base = before?.workload ?? null;
  const was = base === null ? undefined : sameContainer(workload, container.name, base);
  return base !== null && was !== undefined && probeFrom(base, was, 'readinessProbe') === 'set';
}
