import { describe, expect, test } from 'vitest';
import { gracePeriodZero } from '../../../src/policy/rules/shutdown/grace-period-zero.ts';
import { preStopExceedsGracePeriod } from '../../../src/policy/rules/shutdown/pre-stop-exceeds-grace-period.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [gracePeriodZero];

const workload = (
  kind: string,
  spec: string,
  container = '',
  image = 'shop:1.2.3',
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
    spec:
${spec}      containers:
        - name: web
          image: ${image}
          ports: [{ name: http, containerPort: 8080 }]
${container}`;

const deployment = (spec: string, container = '', image?: string): string =>
  workload('Deployment', spec, container, image);

const service = `---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
`;

const grace = (seconds: number | string): string => `      terminationGracePeriodSeconds: ${seconds}\n`;
const sleep = (seconds: number): string => `          lifecycle:
            preStop:
              exec:
                command: [sleep, "${seconds}"]
`;

const pod = (spec: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: shell
spec:
  terminationGracePeriodSeconds: 0
${spec}`;

const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 0
      containers: [{ name: import, image: import:1 }]
`;

const cronJob = `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          terminationGracePeriodSeconds: 0
          containers: [{ name: report, image: report:1 }]
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['unset, which is 30 s', deployment('') + service],
    ['2 s behind a Service', deployment(grace(2)) + service],
    ['1 s without a Service', deployment(grace(1))],
    ['a negative one, which is 1 s, without a Service', deployment(grace(-1))],
    ['a placeholder', deployment(grace(`\${GRACE}`)) + service],
    ['a DaemonSet', workload('DaemonSet', grace(0)) + service],
    ["the node's network", deployment(`${grace(0)}      hostNetwork: true\n`) + service],
    ["a placeholder for the node's network", deployment(`${grace(0)}      hostNetwork: "\${HOST}"\n`)],
    ['a Job', job],
    ['a CronJob', cronJob],
    [
      'a Pod of one run',
      pod('  restartPolicy: Never\n  containers: [{ name: test, image: "curl:8", args: [http://web] }]\n'),
    ],
    [
      'a Pod that only sleeps, so that people can look in',
      pod('  containers: [{ name: shell, image: "busybox:1.36", command: [sleep, infinity] }]\n'),
    ],
    [
      'a Pod that sleeps in a loop',
      pod(
        '  containers: [{ name: shell, image: busybox, command: [sh, -c, "while true; do sleep 3600; done"] }]\n',
      ),
    ],
    ['pause, which keeps room for others', deployment(grace(0), '', 'registry.k8s.io/pause:3.10')],
    [
      'a test of a chart',
      pod('  containers: [{ name: test, image: "curl:8" }]\n').replace(
        '  name: shell\n',
        '  name: shell\n  annotations: { "helm.sh/hook": test }\n',
      ),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const at = { line: 14, column: 7, endLine: 14, endColumn: 39 };

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    '0 behind a Service',
    deployment(grace(0)) + service,
    {
      ...at,
      messageId: 'zero',
      field: 'spec.template.spec.terminationGracePeriodSeconds',
      title: '`web` has 2 s to stop, and nothing waits for it: the grace period is 0 s',
      message:
        '`terminationGracePeriodSeconds` is 0: the API server removes the Pod at once, without waiting for its containers. ' +
        'They get SIGTERM at 0 s and SIGKILL at 2 s.',
      why:
        'On every rollout, scale-down and node drain requests in flight are cut off, and Service `shop` still sends new ' +
        'ones to containers that are being killed.',
      fix: 'Remove the line: the period is then 30 s. Or set it to preStop + the time the application takes to stop + 10-20 s.',
      data: {
        workload: 'web',
        writtenSeconds: 0,
        sigtermSeconds: 0,
        sigkillSeconds: 2,
        hook: false,
        service: 'shop',
      },
      evidence: [
        { text: 'Service `shop` sends port 80 to container `web`', path: 'deploy/web.yaml', line: 27 },
      ],
    },
  ],
  [
    '0 with a hook, of a worker',
    deployment(grace(0), sleep(10)),
    {
      ...at,
      messageId: 'zero',
      message:
        '`terminationGracePeriodSeconds` is 0: the API server removes the Pod at once, without waiting for its containers. ' +
        'They get SIGTERM at 0 s and SIGKILL at 2 s, 1 s later where a preStop hook runs: the kubelet waits 1 s for it.',
      why: 'On every rollout, scale-down and node drain the work in hand is cut off.',
      evidence: [],
    },
  ],
  [
    '0 of a StatefulSet',
    workload('StatefulSet', grace(0)),
    {
      ...at,
      messageId: 'twins',
      object: 'StatefulSet/web',
      title: 'A grace period of 0 s lets two pods of StatefulSet `web` have one identity',
      why:
        'The StatefulSet controller sees no Pod any more and starts the next one under the same name and with the same ' +
        'volumes while the old processes may still run and write. On every rollout, scale-down and node drain the work in ' +
        'hand is cut off.',
    },
  ],
  [
    '1 behind a Service',
    deployment(grace(1)) + service,
    {
      ...at,
      messageId: 'one',
      title: '`web` has 2 s to stop: the grace period is 1 s',
      message: '`terminationGracePeriodSeconds` is 1: SIGTERM comes at 0 s, SIGKILL at 2 s.',
    },
  ],
  [
    'a negative one behind a Service',
    deployment(grace(-5)) + service,
    {
      messageId: 'one',
      message:
        '`terminationGracePeriodSeconds` is -5, which counts as 1: SIGTERM comes at 0 s, SIGKILL at 2 s.',
    },
  ],
  [
    'a Pod that serves',
    pod('  containers: [{ name: app, image: "shop:1" }]\n'),
    { messageId: 'zero', object: 'Pod/shell', line: 6 },
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

  test('where the hook takes all of 1 s, the hook is what is spoken of', async () => {
    const head = deployment(grace(1), sleep(5)) + service;
    const found = await judgeYaml({ head, rules: [...rules, preStopExceedsGracePeriod] });
    expect(found.map(({ ruleId }) => ruleId)).toEqual(['pre-stop-exceeds-grace-period']);
  });
});

describe('base and head', () => {
  const statuses = async (base: string, head: string): Promise<string[]> =>
    (await judgeYaml({ base, head, rules })).map(({ status }) => status);

  test('as it was', async () =>
    expect(await statuses(deployment(grace(0)), deployment(grace(0)))).toEqual(['existing']));
  test('this change made it so', async () =>
    expect(await statuses(deployment(grace(30)), deployment(grace(0)))).toEqual(['introduced']));
  test('this change repairs it', async () =>
    expect(await statuses(deployment(grace(0)), deployment(''))).toEqual(['fixed']));
});
