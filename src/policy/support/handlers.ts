import type { ProbeKind } from '../../lifecycle/probe.ts';
import { isMap } from '../../manifest/is-map.ts';
import { type DeclaredPorts, declaredPorts } from '../../resources/ports.ts';
import { type Container, containerField, type Workload } from '../../resources/workload.ts';

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
