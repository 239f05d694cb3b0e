import { valueAt } from '../manifest/field-path.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import { isOpen, isUnknownText, unknownText } from '../manifest/unknown.ts';
import { nameWords } from '../text/name-words.ts';
import { type Inventory, servicesOf } from './inventory.ts';
import { oncePer } from './once.ts';
import { type DeclaredPort, declaredPorts } from './ports.ts';
import { type Resource, readField, readList } from './resource.ts';
import type { Container, Workload } from './workload.ts';

/** A container that surely takes the traffic of a Service's port. */
export interface Serving {
  readonly container: Container;
  readonly service: Resource;
  /** The Service's port. */
  readonly port: number;
  /** Without an address of its own: its name answers with the addresses of ready pods. */
  readonly headless: boolean;
}

/**
 * The containers that Services send traffic to. Silent on what is not sure: Services that are only for metrics or that
 * publish pods before they are ready, ports that several containers may serve, and workers by name.
 */
export const servingContainers = oncePer((inventory: Inventory, workload: Workload): readonly Serving[] => {
  const all = servicesOf(inventory, workload)
    .filter((service) => carriesTraffic(service) && !(isWorker(workload) && isInternal(service)))
    .sort((a, b) => Number(isWebhook(a)) - Number(isWebhook(b)))
    .flatMap((service) => servedBy(service, workload));
  return [...new Map(all.reverse().map((serving) => [serving.container.name, serving])).values()].reverse();
});

function servedBy(service: Resource, workload: Workload): readonly Serving[] {
  const headless = readField(service, ['spec', 'clusterIP']).value === 'None';
  return readList(service, ['spec', 'ports']).flatMap((item) => {
    const port = valueAt(item, ['port']);
    const target = valueAt(item, ['targetPort']) ?? port;
    const protocol = valueAt(item, ['protocol']) ?? 'TCP';
    if (
      typeof port !== 'number' ||
      !Number.isInteger(port) ||
      isOpen(item) ||
      isPlaceholder(target) ||
      isPlaceholder(valueAt(item, ['name'])) ||
      isPlaceholder(protocol)
    )
      return [];
    if (isMetricsPort(valueAt(item, ['name'])) || isMetricsPort(target)) return [];
    const container = containerOf(workload, target, protocol);
    return container === null ? [] : [{ container, service, port, headless }];
  });
}

/** Names of ordinary containers resolve first, then those of native sidecars (endpointslice's FindPort). */
function containerOf(workload: Workload, target: unknown, protocol: unknown): Container | null {
  if (workload.open) return null;
  const candidates = runningContainers(workload);
  const declared = candidates.map((container) => ({ container, ...declaredPorts(workload, container) }));
  const is = (port: DeclaredPort): boolean =>
    port.protocol === protocol &&
    (typeof target === 'string' ? port.name === target : port.number === target);
  const [match, ...more] = declared.filter(({ ports }) => ports.some(is));
  if (more.length > 0) return null;
  const others = declared.filter((each) => each !== match);
  if (match !== undefined) return others.every(({ complete }) => complete) ? match.container : null;
  const [only, ...rest] = candidates;
  return typeof target === 'number' && rest.length === 0 ? (only ?? null) : null;
}

function carriesTraffic(service: Resource): boolean {
  const type = readField(service, ['spec', 'type']);
  if (type.value === 'ExternalName' || type.from === 'unknown') return false;
  const unready = readField(service, ['spec', 'publishNotReadyAddresses']);
  if (unready.value === true || unready.from === 'unknown') return false;
  const annotation = 'service.alpha.kubernetes.io/tolerate-unready-endpoints';
  const tolerates = readField(service, ['metadata', 'annotations', annotation]);
  if (tolerates.value === 'true' || tolerates.from === 'unknown') return false;
  const component = readField(service, ['metadata', 'labels', 'app.kubernetes.io/component']);
  if (component.value === 'metrics' || component.from === 'unknown') return false;
  // What is unknown of its name may say so.
  return (
    !service.ref.name.endsWith(unknownText) &&
    !/(^|-)(metrics(-service|-svc)?|exporter)$/.test(service.ref.name)
  );
}

/** What a controller also does, but not what its users wait for. */
function isWebhook({ ref }: Resource): boolean {
  return nameWords(ref.name).some((word) => word === 'admission' || word === 'webhook');
}

function isInternal(service: Resource): boolean {
  return (readField(service, ['spec', 'type']).value ?? 'ClusterIP') === 'ClusterIP';
}

/** Words in the names of ports that are there to be watched. */
export const metricsWords: ReadonlySet<string> = new Set([
  'metrics',
  'monitoring',
  'prom',
  'prometheus',
  'telemetry',
]);

function isMetricsPort(name: unknown): boolean {
  return typeof name === 'string' && nameWords(name).some((word) => metricsWords.has(word));
}

/** Words in the names of what takes its work from a queue, and of what is asked over the network. */
export const workerWord = /^(?:workers?|consumers?)$/;
export const serverWord = /^(?:api|web|server|gateway|proxy|frontend|https?|grpc)$/;

/** A name that says it takes its work from a queue: whether anything calls it is not known from YAML. */
function isWorker(workload: Workload): boolean {
  if (isUnknownText(workload.resource.ref.name)) return true;
  const words = nameWords(workload.resource.ref.name);
  const works = words.some((word) => workerWord.test(word)) || (words[0] === 'queue' && words.length > 1);
  return works && !words.some((word) => serverWord.test(word));
}

/** Containers that a mesh or an operator adds, here written out by hand. */
const injected = new Set([
  'cloud-sql-proxy',
  'cloudsql-proxy',
  'consul-dataplane',
  'daprd',
  'datadog-agent',
  'envoy-sidecar',
  'istio-proxy',
  'kuma-sidecar',
  'linkerd-proxy',
  'otc-container',
  'queue-proxy',
  'vault-agent',
  'xray-daemon',
]);

export function isInjected(container: Container): boolean {
  return injected.has(container.name) || isUnknownText(container.name);
}

/** Containers that run as long as the pod does, without those that a mesh or an operator adds. */
export function runningContainers({ containers }: Workload): readonly Container[] {
  return containers.filter((container) => container.role !== 'init' && !isInjected(container));
}
