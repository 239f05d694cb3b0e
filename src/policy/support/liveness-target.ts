import type { FieldPath } from '../../manifest/field-path.ts';
import { isPlaceholder } from '../../manifest/manifest.ts';
import { decidingCalls } from '../../programs/calls.ts';
import { imageNameOf } from '../../programs/image.ts';
import { literalVariables } from '../../programs/written.ts';
import { type Container, containerField, podField, type Workload } from '../../resources/workload.ts';
import type { Asked } from './client-arguments.ts';
import { askedBy } from './network-clients.ts';
import { isLoopback, type PathKind, pathKind, reachOf } from './reach.ts';

/** What makes a liveness probe depend on more than its container. */
export interface Dependence {
  readonly kind: 'client' | 'host' | 'node' | PathKind;
  /** The client that a command runs; a name of our own tables. */
  readonly program: string | null;
  /** Path of an httpGet probe, without a query; null for a command, whose text is never shown. */
  readonly path: string | null;
  readonly host: string | null;
  readonly at: FieldPath;
}

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;

/** Null where liveness asks the container alone, as far as anybody can tell. */
export function livenessDependence(workload: Workload, container: Container): Dependence | null {
  const fields = handlers.map((name) => containerField(workload, container, 'livenessProbe', name));
  const [handler, ...more] = fields.filter(({ from }) => from !== 'absent');
  if (handler === undefined || more.length > 0 || handler.from === 'unknown') return null;
  switch (handler.path.at(-1)) {
    case 'exec':
      return ofCommand(workload, container, handler.path);
    case 'httpGet':
      return ofHost(workload, container, 'httpGet') ?? ofPath(workload, container);
    case 'tcpSocket':
      return ofHost(workload, container, 'tcpSocket');
    default:
      return null;
  }
}

/** The kubelet connects from the node: a loopback address is the pod's only where they share a network. */
function ofHost(
  workload: Workload,
  container: Container,
  handler: 'httpGet' | 'tcpSocket',
): Dependence | null {
  const { value, path, from } = containerField(workload, container, 'livenessProbe', handler, 'host');
  if (from !== 'set' || typeof value !== 'string' || value === '') return null;
  const found = { program: null, path: null, host: value, at: path };
  if (!isLoopback(value)) {
    return reachOf(workload, value) === 'other' ? { ...found, kind: 'host' } : null;
  }
  const shared = podField(workload, 'hostNetwork');
  return shared.from === 'unknown' || shared.value === true ? null : { ...found, kind: 'node' };
}

function ofPath(workload: Workload, container: Container): Dependence | null {
  const { value, path } = containerField(workload, container, 'livenessProbe', 'httpGet', 'path');
  if (typeof value !== 'string') return null;
  const kind = pathKind(value);
  const shown = value.split(/[?#]/)[0] ?? '';
  return kind === null ? null : { kind, program: null, path: shown, host: null, at: path };
}

function ofCommand(workload: Workload, container: Container, exec: FieldPath): Dependence | null {
  const { value, path } = containerField(workload, container, 'livenessProbe', 'exec', 'command');
  const argv = Array.isArray(value) ? value : [];
  if (argv.some((word) => typeof word !== 'string' || isPlaceholder(word))) return null;
  const environment = literalVariables(workload, container);
  const found = decidingCalls(
    argv.map((word) => expanded(word, environment)),
    environment,
  ).flatMap((call) => {
    const asked = askedBy(call);
    const kind = asked === null ? null : kindOf(workload, container, asked);
    return asked === null || kind === null ? [] : [{ kind, program: asked.program }];
  });
  const [first] = found;
  return first === undefined ? null : { ...first, path: null, host: null, at: path ?? exec };
}

/** The kubelet fills in `$(NAME)` from the values that `env` writes out (ExpandContainerCommandOnlyStatic). */
function expanded(word: string, environment: ReadonlyMap<string, string>): string {
  return word.replace(/(?<!\$)\$\((\w+)\)/g, (text, name: string) => environment.get(name) ?? text);
}

function kindOf(workload: Workload, container: Container, asked: Asked): Dependence['kind'] | null {
  if (asked.ownImages !== null && mayBe(workload, container, asked.ownImages)) return null;
  const reaches = asked.hosts.map((host) => reachOf(workload, host));
  if (reaches.every((reach) => reach === 'other')) return 'client';
  if (reaches.some((reach) => reach !== 'own')) return null;
  return asked.paths.map(pathKind).find((kind) => kind !== null) ?? null;
}

/** Whether the container may be the server itself, whose client goes with it. */
function mayBe(workload: Workload, container: Container, images: RegExp): boolean {
  const { value } = containerField(workload, container, 'image');
  return typeof value !== 'string' || images.test(imageNameOf(value).path);
}
