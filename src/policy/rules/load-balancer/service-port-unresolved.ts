import { valueAt } from '../../../manifest/field-path.ts';
import { isPlaceholder } from '../../../manifest/manifest.ts';
import { customResources } from '../../../resources/custom-resources.ts';
import { selectedBy, selects, serviceSelector, workloadsElsewhere } from '../../../resources/inventory.ts';
import { type DeclaredPort, type DeclaredPorts, declaredPorts } from '../../../resources/ports.ts';
import { type Resource, readField, readList } from '../../../resources/resource.ts';
import type { Workload } from '../../../resources/workload.ts';
import { code, count } from '../../../text/escape.ts';
import { nearest } from '../../../text/nearest.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { listed, objectName } from '../../support/kubernetes-words.ts';

interface Unresolved {
  readonly service: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetPort: string;
  /** Workloads whose pods the Service selects. */
  readonly workloads: readonly string[];
  /** Ports of the first of them, as `name (number)`. */
  readonly declared: readonly string[];
  /** A declared name that is nearly the same, or the only one there is for the only port. */
  readonly nearest: string | null;
}

const unresolved: Message<Unresolved> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ service, port, targetPort }) =>
    `Port ${port} of Service ${code(service)} leads to ${code(targetPort)}, a name that no selected pod declares`,
  text: ({ targetPort, protocol, workloads, declared }) =>
    `\`targetPort\` is ${code(targetPort)} (${protocol}); ${listed(workloads.slice(0, 3))}` +
    `${workloads.length > 3 ? ` and ${count(workloads.length - 3, 'more workload')}` : ''}, which the Service selects, ` +
    `${workloads.length === 1 ? 'declares' : 'declare'} ${declared.length === 0 ? 'no ports' : listed(declared)}.`,
  why: ({ service, port }) =>
    `A port name that a pod does not declare gives it no endpoint: connections to port ${port} of ${code(service)} are refused ` +
    'while its pods are ready, and a load balancer in front of it has no target.',
  fix: ({ nearest, targetPort }) =>
    nearest === null
      ? `Give the port of the container that answers there the name ${code(targetPort)}, or write its number.`
      : `Write \`targetPort: ${plain(nearest)}\`, or the port's number.`,
};

/** A port name that Kubernetes accepts is no markup. */
function plain(name: string): string {
  return /^[a-z0-9-]{1,15}$/.test(name) ? name : '…';
}

export const servicePortUnresolved = defineRule({
  id: 'service-port-unresolved',
  category: 'load-balancer',
  title: 'Named target port of a Service that no selected pod declares',
  messages: { unresolved },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: port definitions of a Service',
      url: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
    },
  ],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource } = subject;
    if (resource.ref.kind !== 'Service' || resource.ref.apiVersion !== 'v1') return;
    const named = readList(resource, ['spec', 'ports']).map(wantedPort);
    if (named.every((wanted) => wanted === null) || !sendsToPods(resource)) return;
    const workloads = selectedWorkloads(subject);
    const all = workloads.flatMap(portsOf);
    if (workloads.length === 0 || all.some(({ complete }) => !complete)) return;
    if (workloads.some(({ open }) => open)) return;
    for (const [index, wanted] of named.entries()) {
      if (wanted === null || all.some(({ ports }) => ports.some((port) => provides(port, wanted)))) continue;
      const ports = portsOf(workloads[0]!).flatMap((each) => each.ports);
      yield {
        messageId: 'unresolved',
        data: {
          service: resource.ref.name,
          ...wanted,
          ...surroundings(workloads, ports, wanted, named.length === 1),
        },
        at: { resource, path: ['spec', 'ports', index, 'targetPort'] },
        evidence: workloads.slice(0, 3).map((workload) => ({
          text: `ports of ${code(objectName(workload.resource.ref))}`,
          at: { resource: workload.resource, path: [...workload.podSpecPath, 'containers'] },
        })),
      };
    }
  },
});

/** Clients of a headless Service connect to the pods themselves, by whatever port they know. */
function sendsToPods(service: Resource): boolean {
  const type = readField(service, ['spec', 'type']);
  const headless = readField(service, ['spec', 'clusterIP']).value === 'None';
  return type.from !== 'unknown' && type.value !== 'ExternalName' && !headless;
}

/** None while pods that nobody here can see may be selected, or may not be. */
function selectedWorkloads({ resource, inventory }: Subject): readonly Workload[] {
  const selector = serviceSelector(resource);
  if (selector === 'unknown' || selector === null || !inventory.complete) return [];
  if (customResources(inventory).length > 0) return [];
  const selected = selectedBy(inventory, resource, selector);
  const elsewhere = workloadsElsewhere(inventory).some(
    (workload) => selects(resource, selector, workload) !== 'no',
  );
  return elsewhere || selected.some(({ match }) => match === 'unknown')
    ? []
    : selected.map(({ workload }) => workload);
}

/** Ordinary containers and native sidecars (endpointslice's FindPort). */
function portsOf(workload: Workload): readonly DeclaredPorts[] {
  return workload.containers
    .filter(({ role }) => role !== 'init')
    .map((container) => declaredPorts(workload, container));
}

type Wanted = Pick<Unresolved, 'port' | 'protocol' | 'targetPort'>;

/** A Service's port that leads to a name; a number needs no declaration. */
function wantedPort(item: unknown): Wanted | null {
  const [port, targetPort] = [valueAt(item, ['port']), valueAt(item, ['targetPort'])];
  const protocol = valueAt(item, ['protocol']) ?? 'TCP';
  if (typeof port !== 'number' || typeof targetPort !== 'string' || typeof protocol !== 'string') return null;
  if (isPlaceholder(targetPort) || isPlaceholder(protocol) || !/[a-z]/.test(targetPort)) return null;
  return injectedNames.test(targetPort) ? null : { port, protocol, targetPort };
}

/** Ports of sidecars that a mesh or an operator adds to the pods: Istio, Linkerd, Dapr, Knative. */
const injectedNames =
  /^(http-envoy-prom|status-port|linkerd-|dapr-|queue-|http-queueadm|http-usermetric|http-autometric)/;

function provides({ name, protocol }: DeclaredPort, wanted: Wanted): boolean {
  return name === wanted.targetPort && protocol === wanted.protocol;
}

function surroundings(
  workloads: readonly Workload[],
  ports: readonly DeclaredPort[],
  { targetPort, protocol }: Wanted,
  only: boolean,
): Pick<Unresolved, 'workloads' | 'declared' | 'nearest'> {
  const names = ports
    .filter((port) => port.protocol === protocol)
    .flatMap(({ name }) => (name === null ? [] : [name]));
  return {
    workloads: workloads.map(({ resource }) => objectName(resource.ref)),
    declared: ports.map(shown),
    nearest: nearest(targetPort, names) ?? (only && ports.length === 1 ? (names[0] ?? null) : null),
  };
}

function shown({ name, number, protocol }: DeclaredPort): string {
  const suffix = protocol === 'TCP' ? '' : `/${protocol}`;
  return name === null ? `${number ?? '?'}${suffix}` : `${name} (${number ?? '?'}${suffix})`;
}
