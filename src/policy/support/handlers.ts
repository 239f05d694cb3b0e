import type { ProbeKind } from '../../lifecycle/probe.ts';
import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { isPlaceholder } from '../../manifest/manifest.ts';
import { type Container, containerField, type Workload } from '../../resources/workload.ts';

export interface DeclaredPort {
  readonly name: string | null;
  readonly number: number | null;
  readonly protocol: string;
}

export interface DeclaredPorts {
  readonly ports: readonly DeclaredPort[];
  /** False when a placeholder may stand for a port or for a port's name or number. */
  readonly complete: boolean;
}

export function declaredPorts(workload: Workload, container: Container): DeclaredPorts {
  const field = containerField(workload, container, 'ports');
  const items = Array.isArray(field.value) ? field.value : [];
  const scalars = items.flatMap((item) => [item, valueAt(item, ['name']), valueAt(item, ['containerPort'])]);
  const complete = field.from !== 'unknown' && items.every(isMap) && !scalars.some(isPlaceholder);
  return { ports: items.map(portOf), complete };
}

function portOf(item: unknown): DeclaredPort {
  const name = valueAt(item, ['name']);
  const number = valueAt(item, ['containerPort']);
  const protocol = valueAt(item, ['protocol']);
  return {
    name: typeof name === 'string' && name !== '' ? name : null,
    number: typeof number === 'number' ? number : null,
    protocol: typeof protocol === 'string' ? protocol : 'TCP',
  };
}

/** What a probe asks: two probes with the same key ask the same question. */
export interface Question {
  readonly key: string;
  /** For people, e.g. `httpGet :8080/health`; it holds no header, query or command text. */
  readonly shown: string;
}

/** Null where there is no handler to compare: none, several, or one behind a placeholder. */
export function questionOf(workload: Workload, container: Container, kind: ProbeKind): Question | null {
  const handlers = (['exec', 'httpGet', 'tcpSocket', 'grpc'] as const).flatMap((type) => {
    const { value } = containerField(workload, container, kind, type);
    return isMap(value) ? [{ type, value }] : [];
  });
  const [handler, ...more] = handlers;
  if (handler === undefined || more.length > 0) return null;
  const { type, value } = handler;
  if (type === 'exec') return { key: JSON.stringify([type, value.command]), shown: 'exec command' };
  const port = resolved(value.port, declaredPorts(workload, container));
  if (type === 'httpGet') return httpQuestion(value, port);
  const rest = type === 'grpc' ? (value.service ?? '') : (value.host ?? '');
  return { key: JSON.stringify([type, port, rest]), shown: `${type} :${port}` };
}

function httpQuestion(value: Readonly<Record<string, unknown>>, port: unknown): Question {
  const { path = '/', scheme = 'HTTP', host = '', httpHeaders = [] } = value;
  const address = String(path).split('?')[0];
  return {
    key: JSON.stringify(['httpGet', port, path, scheme, host, httpHeaders]),
    shown: `httpGet :${port}${address?.startsWith('/') ? address : `/${address}`}`,
  };
}

/** A named port as its number, where the container declares it. */
function resolved(port: unknown, { ports }: DeclaredPorts): unknown {
  return (typeof port === 'string' ? ports.find(({ name }) => name === port)?.number : undefined) ?? port;
}
