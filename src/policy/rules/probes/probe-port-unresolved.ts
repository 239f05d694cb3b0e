import type { FieldPath } from '../../../manifest/field-path.ts';
import { isPlaceholder } from '../../../manifest/manifest.ts';
import { type DeclaredPort, declaredPorts } from '../../../resources/ports.ts';
import { readField } from '../../../resources/resource.ts';
import { runningContainers } from '../../../resources/serving.ts';
import type { Container, Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';

type Asker = 'livenessProbe' | 'readinessProbe' | 'startupProbe' | 'preStop' | 'postStart';

interface Unresolved {
  readonly asker: Asker;
  readonly handler: string;
  readonly container: string;
  readonly port: string;
  /** Ports of the container as `name (number)` or a number. */
  readonly declared: readonly string[];
  /** The one declared name that is nearly the same, or the only one. */
  readonly nearest: string | null;
  /** Another container of the pod that declares the name. */
  readonly elsewhere: string | null;
}

const unresolved: Message<Unresolved> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ asker, container, port }) =>
    `\`${asker}\` of ${code(container)} asks port ${code(port)}, a name that the container does not declare`,
  text: ({ asker, handler, container, port, declared, elsewhere }) =>
    `\`${asker}.${handler}.port\` is ${code(port)}; ${code(container)} declares ` +
    `${declared.length === 0 ? 'no ports' : list(declared)}.` +
    `${elsewhere === null ? '' : ` The name belongs to container ${code(elsewhere)}: probes and hooks resolve names in their own container only.`}`,
  why: ({ asker, container }) => consequences[asker](code(container)),
  fix: ({ nearest, port, declared }) => {
    if (nearest !== null) return `Write ${code(nearest)}, or the port's number.`;
    if (declared.length === 0)
      return `Declare the port with \`name\` ${code(port)} in the container, or write its number.`;
    return `Give the container's port the name ${code(port)}, or write its number.`;
  },
};

/** The kubelet throws away the result of a probe whose port it cannot resolve, so the probe's first value stays. */
const consequences: Readonly<Record<Asker, (container: string) => string>> = {
  readinessProbe: (container) =>
    `The kubelet cannot resolve the name and no probe is ever sent: ${container} stays unready from its start, no Service ` +
    'sends the pod traffic, and a rollout waits for it until its deadline.',
  livenessProbe: (container) =>
    `The kubelet cannot resolve the name and no probe is ever sent: ${container} is never restarted when it hangs.`,
  startupProbe: (container) =>
    `The kubelet cannot resolve the name and no probe is ever sent: ${container} never counts as started, so its liveness ` +
    'and readiness probes never run, the pod never becomes ready, and nothing restarts it.',
  preStop: (container) =>
    `The hook fails at once (event \`FailedPreStopHook\`), and ${container} gets SIGTERM without the time that the hook was ` +
    'to give it.',
  postStart: (container) =>
    `The hook fails (event \`FailedPostStartHook\`), and the kubelet kills ${container} after every start.`,
};

const askers: readonly (readonly [Asker, FieldPath])[] = [
  ['livenessProbe', ['livenessProbe']],
  ['readinessProbe', ['readinessProbe']],
  ['startupProbe', ['startupProbe']],
  ['preStop', ['lifecycle', 'preStop']],
  ['postStart', ['lifecycle', 'postStart']],
];

export const probePortUnresolved = defineRule({
  id: 'probe-port-unresolved',
  category: 'probes',
  about: 'workloads',
  title: 'Named port of a probe or hook that its container does not declare',
  messages: { unresolved },
  references: [
    {
      title: 'Kubernetes: HTTP probes and named ports',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port',
    },
  ],
  *check({ workload }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    for (const container of runningContainers(workload)) {
      const { ports, complete } = declaredPorts(workload, container);
      if (!complete) continue;
      for (const [asker, path] of askers) {
        for (const handler of ['httpGet', 'tcpSocket']) {
          const field = readField(workload.resource, [...container.path, ...path, handler, 'port']);
          const port = field.value;
          if (!isPortName(port) || ports.some(({ name }) => name === port)) continue;
          yield {
            messageId: 'unresolved',
            data: { asker, handler, port, ...surroundings(workload, container, ports, port) },
            at: { resource: workload.resource, path: field.path },
            container: container.name,
            evidence: [
              {
                text: `ports of ${code(container.name)}: ${ports.length === 0 ? 'none' : list(ports.map(shown))}`,
                at: { resource: workload.resource, path: [...container.path, 'ports'] },
              },
            ],
          };
        }
      }
    }
  },
});

/** The API server refuses a name without a letter, so digits in quotes are no name. */
function isPortName(port: unknown): port is string {
  return typeof port === 'string' && /[a-z]/.test(port) && !isPlaceholder(port);
}

function surroundings(
  workload: Workload,
  container: Container,
  ports: readonly DeclaredPort[],
  port: string,
): Pick<Unresolved, 'container' | 'declared' | 'nearest' | 'elsewhere'> {
  const owner = workload.containers.find((each) =>
    declaredPorts(workload, each).ports.some(({ name }) => name === port),
  );
  return {
    container: container.name,
    declared: ports.map(shown),
    nearest: nearestName(
      ports.map(({ name }) => name).filter((name) => name !== null),
      port,
    ),
    elsewhere: owner?.name ?? null,
  };
}

function list(ports: readonly string[]): string {
  return ports.map((port) => code(port)).join(', ');
}

function shown({ name, number }: DeclaredPort): string {
  return name === null ? String(number ?? '?') : `${name} (${number ?? '?'})`;
}

function nearestName(names: readonly string[], port: string): string | null {
  if (names.length === 1) return names[0] ?? null;
  const near = names.filter((name) => name.split('-').includes(port) || isNear(name, port));
  return near.length === 1 ? (near[0] ?? null) : null;
}

function isNear(a: string, b: string): boolean {
  return a.length <= longestName && b.length <= longestName && distance(a, b) <= 2;
}

/** Kubernetes takes 15 characters. */
const longestName = 63;

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
