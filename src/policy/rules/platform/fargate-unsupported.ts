import type { FieldPath } from '../../../manifest/field-path.ts';
import { acceleratorOf } from '../../../platform/accelerators.ts';
import { platformOf } from '../../../platform/platform.ts';
import { type Container, containerField, podField, type Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';

interface Unsupported {
  readonly workload: string;
  readonly container: string | null;
  /** Why the pods surely run on Fargate; Markdown. */
  readonly because: string;
  readonly hostPort: number | null;
  /** Name of the resource that Fargate has not. */
  readonly device: string | null;
}

const contradiction = { class: 'contradiction', severity: 'error' } as const;

const onFargate = ({ workload, because }: Unsupported): string =>
  `The pods of ${code(workload)} run on Fargate: ${because}.`;

const pending = (): string =>
  'The pods stay `Pending` with the event `Pod not supported on Fargate`; a rollout stops at its first pod.';

const daemonSet: Message<Unsupported> = {
  ...contradiction,
  title: ({ workload }) => `DaemonSet ${code(workload)} is to run on Fargate, which runs no DaemonSets`,
  text: (data) => `${onFargate(data)} Each pod there is a node of its own.`,
  why: () => 'No pod of it ever runs there, and what it does for a node is not done for the pods on Fargate.',
  fix: () => 'Run it beside the application in each pod, as a container of its own.',
};

const hostNetwork: Message<Unsupported> = {
  ...contradiction,
  title: ({ workload }) => `${code(workload)} wants its node's network, and Fargate refuses such pods`,
  text: (data) => `${onFargate(data)} There a pod has no \`hostNetwork\`.`,
  why: pending,
  fix: () => 'Remove `hostNetwork`; each pod has an address of the VPC anyway.',
};

const hostPort: Message<Unsupported> = {
  ...contradiction,
  title: ({ container, hostPort: port }) =>
    `${code(container ?? '')} wants port ${port} of its node, and Fargate refuses such pods`,
  text: (data) => `${onFargate(data)} There a pod has no \`hostPort\`.`,
  why: pending,
  fix: () =>
    'Remove `hostPort`, and send traffic to the pod through a Service or a load balancer with `ip` targets.',
};

const privileged: Message<Unsupported> = {
  ...contradiction,
  title: ({ container }) => `${code(container ?? '')} is privileged, and Fargate refuses such pods`,
  text: (data) => `${onFargate(data)} There no container, init containers included, is privileged.`,
  why: pending,
  fix: () => 'Remove `privileged`, or run this workload on EC2 nodes.',
};

const device: Message<Unsupported> = {
  ...contradiction,
  title: ({ container, device: name }) =>
    `${code(container ?? '')} asks for ${code(name ?? '')}, and Fargate has none`,
  text: (data) => `${onFargate(data)} There are no GPUs and no other accelerators there.`,
  why: () => 'The pods are never scheduled there; a rollout stops at its first pod.',
  fix: () => 'Run this workload on EC2 nodes that have the device.',
};

export const fargateUnsupported = defineRule({
  id: 'fargate-unsupported',
  category: 'platform',
  about: 'workloads',
  title: 'A pod on Fargate that asks for what Fargate has not',
  messages: {
    'daemon-set': daemonSet,
    'host-network': hostNetwork,
    'host-port': hostPort,
    privileged,
    device,
  },
  references: [
    {
      title: 'Amazon EKS: Fargate considerations',
      url: 'https://docs.aws.amazon.com/eks/latest/userguide/fargate.html#fargate-considerations',
    },
  ],
  *check({ resource, workload, inventory, environment }: Subject): Iterable<Diagnostic> {
    if (workload === null) return;
    const problems = [...problemsOf(workload)];
    if (problems.length === 0) return;
    const platform = platformOf(workload, inventory, environment);
    if (platform.name !== 'fargate' || platform.assumed) return;
    const evidence = platform.because.get('fargate') ?? platform.evidence;
    for (const { messageId, path, container = null, ...more } of problems) {
      yield {
        messageId,
        data: {
          workload: resource.ref.name,
          container,
          because: evidence[0]?.text ?? 'stated',
          hostPort: null,
          device: null,
          ...more,
        },
        at: { resource, path },
        ...(container !== null && { container }),
        evidence,
      };
    }
  },
});

interface Problem {
  readonly messageId: string;
  readonly path: FieldPath;
  readonly container?: string;
  readonly hostPort?: number;
  readonly device?: string;
}

function* problemsOf(workload: Workload): Iterable<Problem> {
  if (workload.resource.ref.kind === 'DaemonSet') yield { messageId: 'daemon-set', path: ['kind'] };
  const network = podField(workload, 'hostNetwork');
  if (network.value === true) yield { messageId: 'host-network', path: network.path };
  for (const container of workload.containers) yield* problemsOfContainer(workload, container);
}

function* problemsOfContainer(workload: Workload, container: Container): Iterable<Problem> {
  const { name } = container;
  const ports = containerField(workload, container, 'ports').value;
  for (const index of Array.isArray(ports) ? ports.keys() : []) {
    // On the host's network Kubernetes fills the port in.
    const { value, from, path } = containerField(workload, container, 'ports', index, 'hostPort');
    if (from === 'set' && typeof value === 'number' && value > 0)
      yield { messageId: 'host-port', path, container: name, hostPort: value };
  }
  const own = containerField(workload, container, 'securityContext', 'privileged');
  if (own.value === true) yield { messageId: 'privileged', path: own.path, container: name };
  const asked = acceleratorOf(workload, container)?.at;
  if (asked !== undefined)
    yield { messageId: 'device', path: asked.path, container: name, device: String(asked.path.at(-1)) };
}
