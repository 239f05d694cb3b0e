import { albClassOf } from '../../../platform/load-balancer-class.ts';
import { code } from '../../../text/escape.ts';
import { nearest } from '../../../text/nearest.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { objectName } from '../../support/kubernetes-words.ts';
import {
  type Missing,
  missingPorts,
  portsOf,
  removedServices,
  type ServicePort,
  successorOf,
} from '../../support/missing-backends.ts';

/** What carries the traffic decides what a request meets. */
type Carrier = 'alb' | 'ingress' | 'http' | 'grpc' | 'stream' | 'binding';

interface Gone {
  readonly route: string;
  readonly carrier: Carrier;
  readonly service: string;
  readonly places: number;
  /** A new Service with the same selector. */
  readonly successor: string | null;
}

interface NoPort {
  readonly route: string;
  readonly carrier: Carrier;
  readonly service: string;
  readonly places: number;
  readonly port: number | string;
  /** Ports of the Service, as `name (number)`. */
  readonly ports: readonly string[];
  /** The port that was probably meant. */
  readonly meant: number | string | null;
  /** The Service's port whose target port was named. */
  readonly targetOf: number | null;
}

const times = ({ places }: { readonly places: number }): string =>
  places === 1 ? '' : ` in ${places} places`;

const serviceRemoved: Message<Gone> = {
  class: 'regression',
  severity: 'error',
  title: ({ route, service }) =>
    `${code(route)} leads to Service ${code(service)}, which this change removes`,
  text: (data) =>
    `The base had Service ${code(data.service)}; in this change it is gone, and ${code(data.route)} still names it${times(data)}.` +
    `${data.successor === null ? '' : ` Service ${code(data.successor)}, which is new, has the same selector.`}`,
  why: ({ carrier, service }) => withoutService[carrier](code(service)),
  fix: ({ successor, service, route }) =>
    successor === null
      ? `Take Service ${code(service)} out of ${code(route)}, or keep the Service.`
      : `Name ${code(successor)} in ${code(route)}.`,
};

const unanswered =
  'Requests that match the rule get an error from the controller: there is nothing to send them to.';

const withoutService: Readonly<Record<Carrier, (service: string) => string>> = {
  alb: () => 'The controller lets the load balancer answer these requests with 503 itself.',
  ingress: () => unanswered,
  http: () => 'The Gateway answers these requests with 500.',
  grpc: () => 'The Gateway answers these calls with `UNAVAILABLE`.',
  stream: () => 'The Gateway refuses these connections.',
  binding: (service) =>
    `Without ${service} the controller takes every target out of the target group: what reaches the load balancer gets 503 or is refused.`,
};

const portMissing: Message<NoPort> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ route, service, port }) =>
    `${code(route)} leads to port ${code(port)} of Service ${code(service)}, which has no such port`,
  text: (data) =>
    `${code(data.route)} names port ${code(data.port)} of ${code(data.service)}${times(data)}; the Service has ` +
    `${data.ports.map((each) => code(each)).join(', ')}.` +
    `${data.targetOf === null ? '' : ` ${code(data.port)} is the \`targetPort\` of port ${data.targetOf}.`}`,
  why: ({ carrier, service }) => withoutPort[carrier](code(service)),
  fix: ({ meant, port, service }) =>
    meant === null
      ? `Name a port that ${code(service)} has, or add port ${code(port)} to it.`
      : `Name port ${code(meant)} of ${code(service)}.`,
};

const withoutPort: typeof withoutService = {
  ...withoutService,
  alb: () =>
    'The controller cannot lay out the load balancer: until the port is there it changes nothing of it any more, for every ' +
    'Ingress that shares it.',
  binding: (service) =>
    `Without that port of ${service} the controller takes every target out of the target group: what reaches the load ` +
    'balancer gets 503 or is refused.',
};

export const routeBackendMissing = defineRule({
  id: 'route-backend-missing',
  category: 'load-balancer',
  title: 'A route to a Service or port that is not there',
  messages: { serviceRemoved, portMissing },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: Ingress backends',
      url: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource',
    },
    {
      title: 'Gateway API: backend references',
      url: 'https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref',
    },
  ],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource } = subject;
    const about = { route: objectName(resource.ref), carrier: carrierOf(subject) };
    for (const missing of removedServices(subject)) {
      const { backend, places, service } = missing;
      const successor = successorOf(subject, service)?.ref.name ?? null;
      yield {
        messageId: 'serviceRemoved',
        data: { ...about, service: backend.service, places, successor },
        at: { resource, path: backend.namePath },
        evidence: [
          {
            text: `base: Service ${code(service.ref.name)}`,
            at: { resource: service, path: ['metadata', 'name'] },
          },
        ],
      };
    }
    for (const missing of missingPorts(subject)) {
      yield {
        messageId: 'portMissing',
        data: { ...about, ...portData(missing) },
        at: { resource, path: missing.backend.port.path },
        evidence: [
          {
            text: `ports of Service ${code(missing.service.ref.name)}`,
            at: { resource: missing.service, path: ['spec', 'ports'] },
          },
        ],
      };
    }
  },
});

function carrierOf({ resource, inventory }: Subject): Carrier {
  const { kind } = resource.ref;
  if (kind === 'Ingress') return albClassOf(inventory, resource) === null ? 'ingress' : 'alb';
  if (kind === 'TargetGroupBinding') return 'binding';
  if (kind === 'GRPCRoute') return 'grpc';
  return kind === 'HTTPRoute' ? 'http' : 'stream';
}

function portData({ backend, places, service }: Missing): Omit<NoPort, 'route' | 'carrier'> {
  const ports = portsOf(service) ?? [];
  const port = backend.port.value ?? '';
  return {
    service: backend.service,
    places,
    port,
    ports: ports.map(({ number, name }) => (name === null ? String(number) : `${name} (${number})`)),
    meant: meantPort(port, ports),
    targetOf: ports.find(({ target }) => target === port)?.number ?? null,
  };
}

/** The port that leads to what was named, the only one, or the one with nearly the same name. */
function meantPort(port: number | string, ports: readonly ServicePort[]): number | string | null {
  const [first, ...more] = ports;
  const found = ports.find(({ target }) => target === port) ?? (more.length === 0 ? first : undefined);
  if (typeof port === 'number') return found?.number ?? null;
  const names = ports.flatMap(({ name }) => (name === null ? [] : [name]));
  return found?.name ?? nearest(port, names);
}
