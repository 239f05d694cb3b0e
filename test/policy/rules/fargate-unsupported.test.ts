import { describe, expect, test } from 'vitest';
import { fargateUnsupported } from '../../../src/policy/rules/platform/fargate-unsupported.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [fargateUnsupported];
const onFargate = '        eks.amazonaws.com/fargate-profile: web\n';

const workload = (
  kind: string,
  container = '',
  { labels = onFargate, spec = '' } = {},
): string => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
${labels}    spec:
${spec}      containers:
        - name: web
          image: shop:1.2.3
${container}`;

const deployment = (container = '', more: Parameters<typeof workload>[2] = {}): string =>
  workload('Deployment', container, more);

const hostNetwork = '      hostNetwork: true\n';
const hostPort = '          ports: [{ containerPort: 8080, hostPort: 80 }]\n';
const privileged = '          securityContext: { privileged: true }\n';
const gpu = '          resources: { limits: { nvidia.com/gpu: 1 } }\n';
const everything = hostPort + privileged + gpu;
const elsewhere = { labels: '' };

describe('valid', () => {
  test.each<[string, string]>([
    ['what Fargate runs', deployment('          ports: [{ containerPort: 8080 }]\n')],
    ['all of it on nodes', deployment(everything, { ...elsewhere, spec: hostNetwork })],
    ['a DaemonSet on nodes', workload('DaemonSet', '', elsewhere)],
    [
      'nodes that are only not excluded',
      deployment(privileged, {
        ...elsewhere,
        spec: '      tolerations: [{ key: eks.amazonaws.com/compute-type, value: fargate, effect: NoSchedule }]\n',
      }),
    ],
    [
      'switched off',
      deployment('          securityContext: { privileged: false }\n', {
        spec: '      hostNetwork: false\n',
      }),
    ],
    ['a port of 0, which is none', deployment('          ports: [{ containerPort: 8080, hostPort: 0 }]\n')],
    ['a placeholder', deployment(`          securityContext: { privileged: "\${PRIVILEGED}" }\n`)],
    ['no GPU of some', deployment('          resources: { limits: { nvidia.com/gpu: 0 } }\n')],
    ['another kind', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n'],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const because = 'the pods have the label `eks.amazonaws.com/fargate-profile`';
const data = { workload: 'web', container: null, because, hostPort: null, device: null };
const pending =
  'The pods stay `Pending` with the event `Pod not supported on Fargate`; a rollout stops at its first pod.';

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'a DaemonSet',
    workload('DaemonSet'),
    {
      line: 2,
      column: 1,
      endLine: 2,
      endColumn: 16,
      messageId: 'daemon-set',
      object: 'DaemonSet/web',
      title: 'DaemonSet `web` is to run on Fargate, which runs no DaemonSets',
      message:
        'The pods of `web` run on Fargate: the pods have the label `eks.amazonaws.com/fargate-profile`. Each pod there is a ' +
        'node of its own.',
      why: 'No pod of it ever runs there, and what it does for a node is not done for the pods on Fargate.',
      fix: 'Run it beside the application in each pod, as a container of its own.',
      data,
      evidence: [{ text: because, path: 'deploy/web.yaml', line: 13 }],
    },
  ],
  [
    "the node's network",
    deployment('', { spec: hostNetwork }),
    {
      line: 15,
      column: 7,
      endLine: 15,
      endColumn: 24,
      messageId: 'host-network',
      field: 'spec.template.spec.hostNetwork',
      title: "`web` wants its node's network, and Fargate refuses such pods",
      message:
        'The pods of `web` run on Fargate: the pods have the label `eks.amazonaws.com/fargate-profile`. There a pod has no ' +
        '`hostNetwork`.',
      why: pending,
      fix: 'Remove `hostNetwork`; each pod has an address of the VPC anyway.',
    },
  ],
  [
    'a port of the node',
    deployment(hostPort),
    {
      line: 18,
      column: 42,
      endLine: 18,
      endColumn: 54,
      messageId: 'host-port',
      container: 'web',
      title: '`web` wants port 80 of its node, and Fargate refuses such pods',
      data: { ...data, container: 'web', hostPort: 80 },
    },
  ],
  [
    'a privileged container',
    deployment(privileged),
    {
      messageId: 'privileged',
      container: 'web',
      title: '`web` is privileged, and Fargate refuses such pods',
      data: { ...data, container: 'web' },
    },
  ],
  [
    'a privileged init container',
    deployment('', {
      spec: '      initContainers: [{ name: sysctl, image: "busybox:1.36", securityContext: { privileged: true } }]\n',
    }),
    { messageId: 'privileged', container: 'sysctl' },
  ],
  [
    'a GPU',
    deployment(gpu),
    {
      messageId: 'device',
      container: 'web',
      title: '`web` asks for `nvidia.com/gpu`, and Fargate has none',
      why: 'The pods are never scheduled there; a rollout stops at its first pod.',
      data: { ...data, container: 'web', device: 'nvidia.com/gpu' },
    },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        class: 'contradiction',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        ...expected,
      },
    ]);
  });

  test('each problem once, at its field; the port that Kubernetes fills in on the network of the node is none', async () => {
    const ports = '          ports: [{ containerPort: 8080 }]\n';
    const head = deployment(ports + privileged + gpu, { spec: hostNetwork });
    expect((await judgeYaml({ head, rules })).map(({ messageId }) => messageId)).toEqual([
      'host-network',
      'privileged',
      'device',
    ]);
  });

  test('a Job, which Fargate refuses just the same', async () => {
    const head = `apiVersion: batch/v1
kind: Job
metadata: { name: train }
spec:
  template:
    metadata: { labels: { eks.amazonaws.com/fargate-profile: jobs } }
    spec:
      restartPolicy: Never
      containers: [{ name: train, image: "train:1", resources: { limits: { nvidia.com/gpu: 1 } } }]
`;
    expect(await judgeYaml({ head, rules })).toMatchObject([{ messageId: 'device', object: 'Job/train' }]);
  });

  test('the configuration says that it runs on Fargate', async () => {
    const platforms = [{ match: { name: 'web' }, platform: 'fargate' as const, traits: [] }];
    const head = deployment(privileged, elsewhere);
    const [found, ...more] = await judgeYaml({ head, rules, environment: { platforms } });
    expect(found?.message).toMatch(/^The pods of `web` run on Fargate: .*configuration/);
    expect(more).toEqual([]);
  });

  test('this change moves it to Fargate', async () => {
    const base = deployment(privileged, elsewhere);
    expect(await judgeYaml({ base, head: deployment(privileged), rules })).toMatchObject([
      { status: 'introduced' },
    ]);
  });
});
