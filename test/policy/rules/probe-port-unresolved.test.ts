import { describe, expect, test } from 'vitest';
import { probePortUnresolved } from '../../../src/policy/rules/probes/probe-port-unresolved.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';
import { deployment as oneContainer } from './deployment.ts';

const rules = [probePortUnresolved];

/** A Deployment of one container, and what else stands in its pod spec. */
const deployment = (container: string, spec = ''): string => oneContainer(container, 'web', spec);

const ports = (...items: readonly string[]): string =>
  ['          ports:', ...items.map((item) => `            - ${item}`), ''].join('\n');

const http = ports('{ name: http, containerPort: 8080 }');

const probe = (kind: string, port: string): string => `          ${kind}:
            httpGet:
              path: /health
              port: ${port}
`;

const hook = (kind: string, port: string): string => `          lifecycle:
            ${kind}:
              httpGet:
                path: /stop
                port: ${port}
`;

const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: import
          image: import:1
          livenessProbe:
            httpGet: { port: http }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['a declared name', deployment(http + probe('readinessProbe', 'http'))],
    ['a number that is declared', deployment(http + probe('readinessProbe', '8080'))],
    [
      'a number that is not declared: containerPort only informs',
      deployment(http + probe('readinessProbe', '9000')),
    ],
    ['a number and no ports at all', deployment(probe('livenessProbe', '8080'))],
    ['a placeholder for the name', deployment(http + probe('readinessProbe', `\${PORT}`))],
    [
      'a placeholder in the list of ports',
      deployment(ports(`{ name: "\${NAME}", containerPort: 8080 }`) + probe('readinessProbe', 'http')),
    ],
    ['a gRPC probe', deployment(`${http}          livenessProbe: { grpc: { port: 9090 } }\n`)],
    ['an exec probe', deployment(`${http}          livenessProbe: { exec: { command: ["true"] } }\n`)],
    ['a hook with a declared name', deployment(http + hook('preStop', 'http'))],
    ['a Job', job],
    [
      'the mesh proxy, written out',
      deployment(
        `${http}        - name: istio-proxy\n          image: proxyv2:1\n${probe('readinessProbe', 'http-envoy')}`,
      ),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'a misspelt name beside several',
    deployment(
      ports('{ name: http, containerPort: 8080 }', '{ name: metrics, containerPort: 9090 }') +
        probe('readinessProbe', 'htpp'),
    ),
    {
      line: 23,
      column: 15,
      endLine: 23,
      endColumn: 25,
      field: 'spec.template.spec.containers[0].readinessProbe.httpGet.port',
      title: '`readinessProbe` of `web` asks port `htpp`, a name that the container does not declare',
      message: '`readinessProbe.httpGet.port` is `htpp`; `web` declares `http (8080)`, `metrics (9090)`.',
      why:
        'The kubelet cannot resolve the name and no probe is ever sent: `web` stays unready from its start, no Service ' +
        'sends the pod traffic, and a rollout waits for it until its deadline.',
      fix: "Write `http`, or the port's number.",
      data: {
        asker: 'readinessProbe',
        handler: 'httpGet',
        container: 'web',
        port: 'htpp',
        declared: ['http (8080)', 'metrics (9090)'],
        nearest: 'http',
        elsewhere: null,
      },
    },
  ],
  [
    'no ports at all',
    deployment(probe('livenessProbe', 'http')),
    {
      line: 20,
      column: 15,
      endLine: 20,
      endColumn: 25,
      message: '`livenessProbe.httpGet.port` is `http`; `web` declares no ports.',
      why: 'The kubelet cannot resolve the name and no probe is ever sent: `web` is never restarted when it hangs.',
      fix: 'Declare the port with `name` `http` in the container, or write its number.',
    },
  ],
  [
    'a port without a name',
    deployment(ports('{ containerPort: 8080 }') + probe('startupProbe', 'http')),
    {
      line: 22,
      column: 15,
      endLine: 22,
      endColumn: 25,
      message: '`startupProbe.httpGet.port` is `http`; `web` declares `8080`.',
      fix: "Give the container's port the name `http`, or write its number.",
    },
  ],
  [
    'two names that are both far away',
    deployment(
      ports('{ name: admin, containerPort: 1 }', '{ name: metrics, containerPort: 2 }') +
        '          livenessProbe:\n            tcpSocket: { port: http }\n',
    ),
    {
      line: 21,
      column: 26,
      endLine: 21,
      endColumn: 36,
      message: '`livenessProbe.tcpSocket.port` is `http`; `web` declares `admin (1)`, `metrics (2)`.',
      fix: "Give the container's port the name `http`, or write its number.",
    },
  ],
  [
    "another container's name",
    deployment(`${probe('readinessProbe', 'http')}        - name: nginx\n          image: nginx:1\n${http}`),
    {
      line: 20,
      column: 15,
      endLine: 20,
      endColumn: 25,
      container: 'web',
      message:
        '`readinessProbe.httpGet.port` is `http`; `web` declares no ports. The name belongs to container `nginx`: ' +
        'probes and hooks resolve names in their own container only.',
    },
  ],
  [
    'preStop',
    deployment(http + hook('preStop', 'web')),
    {
      line: 23,
      column: 17,
      endLine: 23,
      endColumn: 26,
      title: '`preStop` of `web` asks port `web`, a name that the container does not declare',
      why:
        'The hook fails at once (event `FailedPreStopHook`), and `web` gets SIGTERM without the time that the hook was to ' +
        'give it.',
      fix: "Write `http`, or the port's number.",
    },
  ],
  [
    'postStart',
    deployment(hook('postStart', 'http')),
    {
      line: 21,
      column: 17,
      endLine: 21,
      endColumn: 27,
      why: 'The hook fails (event `FailedPostStartHook`), and the kubelet kills `web` after every start.',
    },
  ],
  [
    'a native sidecar',
    deployment(
      '',
      `      initContainers:\n        - name: proxy\n          image: proxy:1\n          restartPolicy: Always\n${probe('startupProbe', 'admin')}`,
    ),
    { line: 21, column: 15, endLine: 21, endColumn: 26, container: 'proxy' },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        messageId: 'unresolved',
        class: 'contradiction',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        ...expected,
      },
    ]);
  });

  test('each probe of its own', async () => {
    const found = await judgeYaml({
      head: deployment(http + probe('livenessProbe', 'web') + probe('readinessProbe', 'web')),
      rules,
    });
    expect(found.map(({ line }) => line)).toEqual([22, 26]);
  });
});

describe('base and head', () => {
  test('a renamed port leaves the probe behind', async () => {
    const base = deployment(http + probe('readinessProbe', 'http'));
    const head = deployment(ports('{ name: web, containerPort: 8080 }') + probe('readinessProbe', 'http'));
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ status: 'introduced', line: 22 }]);
  });
  test('as it was', async () => {
    const text = deployment(probe('readinessProbe', 'http'));
    expect(await judgeYaml({ base: text, head: text, rules })).toMatchObject([{ status: 'existing' }]);
  });
});
