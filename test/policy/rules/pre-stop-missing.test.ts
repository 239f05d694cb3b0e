import { describe, expect, test } from 'vitest';
import type { Picture } from '../../../src/lifecycle/picture.ts';
import { gracePeriodZero } from '../../../src/policy/rules/shutdown/grace-period-zero.ts';
import { hookInvalid } from '../../../src/policy/rules/shutdown/hook-invalid.ts';
import { preStopMissing } from '../../../src/policy/rules/shutdown/pre-stop-missing.ts';
import { preStopRemoved } from '../../../src/policy/rules/shutdown/pre-stop-removed.ts';
import { type JudgedFinding, type JudgeInput, judgeYaml } from '../support.ts';

const rules = [preStopMissing];

const workload = (
  kind: string,
  container = '',
  { replicas = '  replicas: 3\n', spec = '', more = '' } = {},
): string => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: web
spec:
${replicas}  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
${spec}      containers:
        - name: web
          image: shop:1.2.3
          ports: [{ name: http, containerPort: 8080 }]
${container}${more}`;

const deployment = (container = '', more: Parameters<typeof workload>[2] = {}): string =>
  workload('Deployment', container, more);

const service = (spec = '', ports = '{ port: 80, targetPort: http }', name = 'shop'): string => `---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
${spec}  selector:
    app: web
  ports:
    - ${ports}
`;

const hook = (handler: string): string => `          lifecycle: { preStop: { ${handler} } }\n`;
const headless = '  clusterIP: None\n';

const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      restartPolicy: Never
      containers: [{ name: import, image: "import:1", ports: [{ name: http, containerPort: 80 }] }]
`;

/** As a workload that is new in the change. */
const fresh = (head: string, input: Partial<JudgeInput> = {}): Promise<JudgedFinding[]> =>
  judgeYaml({ base: '', head, rules, ...input });

describe('valid', () => {
  test.each<[string, string]>([
    ['no Service', deployment()],
    ['a delay', deployment(hook('sleep: { seconds: 5 }')) + service()],
    ['a second of delay', deployment(hook('exec: { command: [sleep, "1"] }')) + service()],
    ['a hook of unknown length', deployment(hook('exec: { command: [/app/drain] }')) + service()],
    ['an HTTP hook', deployment(hook('httpGet: { path: /drain, port: http }')) + service()],
    ['a placeholder for the hook', deployment(`          lifecycle: "\${LIFECYCLE}"\n`) + service()],
    ['a delay of the application', deployment('          args: [--shutdown-delay=10s]\n') + service()],
    [
      'a drain that the environment names',
      deployment(
        '          env: [{ name: DRAIN_SECONDS, valueFrom: { configMapKeyRef: { name: a, key: b } } }]\n',
      ) + service(),
    ],
    [
      'a server that is told how to stop',
      deployment('          command: [uvicorn, app, --timeout-graceful-shutdown, "20"]\n') + service(),
    ],
    ['a Service that is only for metrics', deployment() + service('', '{ name: metrics, port: 9090 }')],
    ['a headless Service alone', workload('StatefulSet') + service(headless)],
    [
      'one pod of a StatefulSet: nothing else takes the requests',
      workload('StatefulSet', '', { replicas: '  replicas: 1\n' }) + service(),
    ],
    [
      'one pod that is recreated',
      deployment('', { replicas: '  replicas: 1\n  strategy: { type: Recreate }\n' }) + service(),
    ],
    [
      'a database, whose clients keep their connections',
      deployment().replace('shop:1.2.3', 'mongo:8') + service(),
    ],
    ['no pods', deployment('', { replicas: '  replicas: 0\n' }) + service()],
    ['a Job', job + service()],
    [
      'an injected sidecar (polaris#408)',
      deployment('').replace('- name: web', '- name: istio-proxy') + service(),
    ],
    [
      'a container beside the one that serves',
      deployment(hook('sleep: { seconds: 5 }'), {
        more: '        - name: agent\n          image: agent:1\n',
      }) + service(),
    ],
    [
      'a placeholder for the grace period',
      deployment('', { spec: `      terminationGracePeriodSeconds: "\${GRACE}"\n` }) + service(),
    ],
  ])('%s', async (_, head) => expect(await fresh(head)).toEqual([]));

  test('a workload that was there before keeps what it has', async () => {
    const head = deployment() + service();
    expect(await judgeYaml({ base: head, head: head.replace('replicas: 3', 'replicas: 4'), rules })).toEqual(
      [],
    );
  });
});

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'no hook',
    deployment() + service(),
    {
      line: 16,
      column: 11,
      endLine: 16,
      endColumn: 20,
      field: 'spec.template.spec.containers[0].lifecycle.preStop',
      title: '`web` is told to stop while Service `shop` still sends it requests: it has no preStop delay',
      message:
        'Kubernetes takes a pod out of Services and sends SIGTERM at the same time, in no order. For about 5 s (assumed: ' +
        'endpoint propagation with up to 10 nodes) new requests still come to `web`, which serves port 80 of Service `shop` ' +
        'and gets SIGTERM at 0 s.',
      why: 'A server that stops listening on SIGTERM refuses them: each rollout, scale-down and node drain costs some requests.',
      fix: 'Add `lifecycle.preStop.sleep` with `seconds: 5` (assumed: platform ec2): it needs no shell in the image.',
      data: {
        container: 'web',
        service: 'shop',
        port: 80,
        propagationSeconds: 5,
        propagationFrom: 'endpoint propagation with up to 10 nodes (assumed)',
        delaySeconds: 5,
        delayFrom: 'platform ec2 (assumed)',
        graceSeconds: 30,
        action: 'sleep',
      },
    },
  ],
  [
    'a hook that ends at once',
    deployment(hook('exec: { command: [sh, -c, "echo bye"] }')) + service(),
    { line: 19, column: 24, endLine: 19, endColumn: 31 },
  ],
  [
    'a Service with an address beside a headless one',
    workload('StatefulSet') + service(headless, undefined, 'a-peers') + service(),
    {
      object: 'StatefulSet/web',
      title: '`web` is told to stop while Service `shop` still sends it requests: it has no preStop delay',
    },
  ],
  [
    'a grace period without room for the delay',
    deployment('', { spec: '      terminationGracePeriodSeconds: 5\n' }) + service(),
    {
      fix:
        'Add `lifecycle.preStop.sleep` with `seconds: 5` (assumed: platform ec2): it needs no shell in the image. The grace ' +
        'period of 5 s has no room for it: raise it first.',
    },
  ],
  [
    'on Fargate',
    deployment().replace(
      '        app: web\n    spec',
      '        app: web\n        eks.amazonaws.com/fargate-profile: web\n    spec',
    ) + service(),
    {
      fix: 'Add `lifecycle.preStop.sleep` with `seconds: 10` (assumed: platform fargate): it needs no shell in the image.',
    },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await fresh(head)).toMatchObject([
      {
        messageId: 'missing',
        class: 'checklist',
        severity: 'info',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        ...expected,
      },
    ]);
  });

  test('its row in the checklist', () => {
    const { item } = preStopMissing.messages.missing;
    expect(item?.(invalid[0]?.[2].data as never)).toEqual([
      'preStop delay',
      'for about 5 s (assumed) after a pod is told to stop, it still gets new requests',
    ]);
  });

  test.each<[string, Partial<JudgeInput>, string]>([
    [
      'an older cluster',
      { kubernetesVersion: '1.29' },
      'Add a preStop hook that runs `sleep 5` (assumed: platform ec2), where the image has that program; from Kubernetes ' +
        '1.30 on the `sleep` action does it without one.',
    ],
    [
      'the first version with the action',
      { kubernetesVersion: '1.30' },
      'Add `lifecycle.preStop.sleep` with `seconds: 5` (assumed: platform ec2): it needs no shell in the image.',
    ],
    [
      'an older cluster with Windows',
      {
        kubernetesVersion: '1.29',
        environment: { platforms: [{ match: {}, platform: 'windows', traits: [] }] },
      },
      'Add a preStop hook that runs `powershell -Command Start-Sleep 5` (assumed: platform windows), where the image has ' +
        'that program; from Kubernetes 1.30 on the `sleep` action does it without one.',
    ],
    [
      'a large cluster',
      { environment: { nodes: 60 } },
      'Add `lifecycle.preStop.sleep` with `seconds: 15` (assumed: endpoint propagation with more than 50 nodes): it needs ' +
        'no shell in the image.',
    ],
  ])('%s', async (_, input, fix) => {
    expect(await fresh(deployment() + service(), input)).toMatchObject([{ fix }]);
  });

  test('in the profile for production it is told of every workload, as a warning', async () => {
    const head = deployment() + service();
    expect(await judgeYaml({ base: head, head, rules, profile: 'eks-production' })).toMatchObject([
      { severity: 'warning', status: 'existing' },
    ]);
  });

  test('its picture', async () => {
    const [found] = await fresh(deployment() + service());
    expect((found as JudgedFinding & { picture: Picture }).picture).toEqual({
      title: 'Shutdown of web',
      origin: 'the pod is told to stop',
      sections: [
        {
          name: 'kubelet',
          bars: [
            { label: 'SIGTERM', fromSeconds: 0, toSeconds: 0, kind: 'mark' },
            { label: '30 s left for the application', fromSeconds: 0, toSeconds: 30, kind: 'work' },
            { label: 'SIGKILL', fromSeconds: 30, toSeconds: 30, kind: 'mark' },
          ],
        },
        {
          name: 'traffic',
          bars: [
            { label: 'new requests reach a stopping container', fromSeconds: 0, toSeconds: 5, kind: 'harm' },
          ],
        },
      ],
    });
  });
});

describe('one of the category speaks', () => {
  const idsOf = async (base: string, head: string): Promise<string[]> => {
    const all = [...rules, preStopRemoved, gracePeriodZero, hookInvalid];
    const found = await judgeYaml({ base, head, rules: all, profile: 'eks-production' });
    return found.map(({ ruleId }) => ruleId);
  };
  const delayed = deployment(hook('sleep: { seconds: 5 }')) + service();

  test('a delay that this change takes away', async () =>
    expect(await idsOf(delayed, deployment() + service())).toEqual(['pre-stop-removed']));
  test('a hook that the kubelet cannot run', async () =>
    expect(await idsOf('', deployment(hook('tcpSocket: { port: 80 }')) + service())).toEqual([
      'hook-invalid',
    ]));
  test('no grace period', async () =>
    expect(
      await idsOf('', deployment('', { spec: '      terminationGracePeriodSeconds: 0\n' }) + service()),
    ).toEqual(['grace-period-zero']));
});
