import { describe, expect, test } from 'vitest';
import type { Picture } from '../../../src/lifecycle/picture.ts';
import { preStopExceedsGracePeriod } from '../../../src/policy/rules/shutdown/pre-stop-exceeds-grace-period.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [preStopExceedsGracePeriod];

/** A Deployment; `spec` stands in the pod spec before `containers`, `container` in the container. */
const deployment = (container: string, spec = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
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
          image: web:1.2.3
${container}`;

const sleepAction = (seconds: number): string => `          lifecycle:
            preStop:
              sleep:
                seconds: ${seconds}
`;

const exec = (command: string): string => `          lifecycle:
            preStop:
              exec:
                command: ${command}
`;

const grace = (seconds: number | string): string => `      terminationGracePeriodSeconds: ${seconds}\n`;

const sidecar = (seconds: number): string => `      initContainers:
        - name: proxy
          image: proxy:1
          restartPolicy: Always
          lifecycle:
            preStop:
              exec:
                command: [sleep, "${seconds}"]
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
          lifecycle:
            preStop:
              exec:
                command: [sleep, "60"]
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['no hook', deployment('')],
    ['1 s less than the default grace period', deployment(exec('[sleep, "29"]'))],
    ['1 s less than a stated one', deployment(exec('[sleep, "59"]'), grace(60))],
    ['the usual 5 s', deployment(sleepAction(5))],
    ['a hook that may take longer, and may not', deployment(exec('[sh, -c, "/app/drain; sleep 60"]'))],
    ['a sleep that may be skipped', deployment(exec('[sh, -c, "test -f /tmp/x && sleep 60"]'))],
    ['a command that may stop the container itself', deployment(exec('[sh, -c, "nginx -s quit; sleep 60"]'))],
    ['a script', deployment(exec('[sh, /scripts/stop.sh]'))],
    [
      'httpGet, of no known length',
      deployment(
        '          lifecycle:\n            preStop:\n              httpGet: { path: /stop, port: 80 }\n',
      ),
    ],
    ['a placeholder for the delay', deployment(exec(`[sh, -c, "sleep \${PRESTOP}"]`))],
    ['a placeholder for the grace period', deployment(exec('[sleep, "60"]'), grace(`\${GRACE}`))],
    ['a grace period of 0 runs no hook', deployment(exec('[sleep, "60"]'), grace(0))],
    ['a native sidecar within the grace period', deployment('', sidecar(29))],
    ['a Job', job],
    [
      'postStart',
      deployment(
        '          lifecycle:\n            postStart:\n              exec: { command: [sleep, "60"] }\n',
      ),
    ],
    [
      "a shorter grace period for liveness kills alone, which is not the pod's",
      deployment(
        `${exec('[sleep, "20"]')}          livenessProbe:
            tcpSocket: { port: 80 }
            terminationGracePeriodSeconds: 10
`,
      ),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const place = { line: 19, column: 13, endLine: 19, endColumn: 20 };

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'exec sleep as long as the default grace period',
    deployment(exec('[sleep, "30"]')),
    {
      line: 21,
      column: 34,
      endLine: 21,
      endColumn: 38,
      messageId: 'exceeds',
      title: '`web` has 2 s to stop: `preStop` takes 30 s of a 30 s grace period',
      message:
        'The preStop hook of `web` takes 30 s; `terminationGracePeriodSeconds` is 30 s (default): ' +
        'SIGTERM comes at 30 s, SIGKILL at 32 s.',
      data: {
        container: 'web',
        preStopSeconds: 30,
        preStopExact: true,
        graceSeconds: 30,
        graceWritten: false,
        sigtermSeconds: 30,
        sigkillSeconds: 32,
        cutSeconds: 0,
      },
    },
  ],
  [
    'exec sleep longer than the default grace period',
    deployment(exec('[/bin/sh, -c, "sleep 60"]')),
    {
      line: 21,
      column: 40,
      endLine: 21,
      endColumn: 50,
      messageId: 'exceeds',
      title: '`web` has 2 s to stop: `preStop` takes 60 s of a 30 s grace period',
      message:
        'The preStop hook of `web` takes 60 s; `terminationGracePeriodSeconds` is 30 s (default): ' +
        'SIGTERM comes at 30 s, SIGKILL at 32 s, 28 s before the hook would end.',
      why:
        'On every rollout and node drain the kubelet stops waiting for the hook at 30 s, sends SIGTERM, and kills `web` ' +
        '2 s later with what it has not finished by then.',
      fix:
        'Set `terminationGracePeriodSeconds` to 90: 60 s preStop + 15 s for the application to stop (assumed) + 15 s ' +
        'buffer; or shorten the hook.',
    },
  ],
  [
    'a sleep and a command of unknown length after it, in a stated grace period',
    deployment(exec('[sh, -c, "sleep 45; nginx -s quit"]'), grace(45)),
    {
      line: 22,
      column: 35,
      endLine: 22,
      endColumn: 60,
      messageId: 'exceeds',
      title: '`web` has 2 s to stop: `preStop` takes at least 45 s of a 45 s grace period',
      data: {
        container: 'web',
        preStopSeconds: 45,
        preStopExact: false,
        graceSeconds: 45,
        graceWritten: true,
        sigtermSeconds: 45,
        sigkillSeconds: 47,
        cutSeconds: 0,
      },
    },
  ],
  [
    'the sleep action as long as the grace period, which the API server accepts',
    deployment(sleepAction(30)),
    { line: 21, column: 17, endLine: 21, endColumn: 28, messageId: 'exceeds' },
  ],
  [
    'the sleep action longer than the grace period, which the API server refuses',
    deployment(sleepAction(40)),
    {
      line: 21,
      column: 17,
      endLine: 21,
      endColumn: 28,
      messageId: 'refused',
      title: 'The API server refuses the preStop sleep of `web`: 40 s of a 30 s grace period',
      message:
        'The preStop hook of `web` sleeps 40 s; `terminationGracePeriodSeconds` is 30 s (default), 10 s less.',
    },
  ],
  [
    "the delay from the container's own environment",
    deployment(`          env: [{ name: DELAY, value: "40" }]\n${exec('[sh, -c, "sleep $DELAY"]')}`),
    { line: 20, column: 13, endLine: 20, endColumn: 20, messageId: 'exceeds' },
  ],
  [
    'a hook without an end',
    deployment(exec('[sleep, infinity]')),
    {
      ...place,
      messageId: 'exceeds',
      title: '`web` has 2 s to stop: `preStop` never ends, and the grace period is 30 s',
      data: {
        container: 'web',
        preStopSeconds: null,
        preStopExact: true,
        graceSeconds: 30,
        graceWritten: false,
        sigtermSeconds: 30,
        sigkillSeconds: 32,
        cutSeconds: null,
      },
    },
  ],
  [
    'a negative grace period, which counts as 1 s',
    deployment(exec('[sleep, "5"]'), grace(-1)),
    { line: 22, column: 34, endLine: 22, endColumn: 37, messageId: 'exceeds' },
  ],
  [
    "a native sidecar's hook, which starts with the others",
    deployment('', sidecar(30)),
    { line: 22, column: 34, endLine: 22, endColumn: 38, messageId: 'exceeds', container: 'proxy' },
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
});

describe("the application's own time in the way out", () => {
  const fixOf = async (head: string): Promise<string | null | undefined> =>
    (await judgeYaml({ head, rules }))[0]?.fix;
  const slow = deployment(exec('[sleep, "30"]'));
  const annotated = slow.replace(
    '        app: web\n    spec:',
    '        app: web\n      annotations: { lifecycle-review/shutdown-seconds: "40" }\n    spec:',
  );

  test('assumed for the kind of program', async () =>
    expect(await fixOf(slow.replace('web:1.2.3', 'eclipse-temurin:21-jre'))).toBe(
      'Set `terminationGracePeriodSeconds` to 75: 30 s preStop + 30 s for the application to stop (assumed: runtime ' +
        '`jvm`) + 15 s buffer; or shorten the hook.',
    ));
  test('stated', async () =>
    expect(await fixOf(annotated)).toBe(
      'Set `terminationGracePeriodSeconds` to 85: 30 s preStop + 40 s for the application to stop (stated) + 15 s buffer; ' +
        'or shorten the hook.',
    ));
});

describe('base and head', () => {
  const statuses = async (base: string, head: string): Promise<string[]> =>
    (await judgeYaml({ base, head, rules })).map(({ status }) => status);

  test('as it was', async () => {
    const text = deployment(exec('[sleep, "30"]'));
    expect(await statuses(text, text)).toEqual(['existing']);
  });
  test('10 s shorter than before', async () =>
    expect(await statuses(deployment(exec('[sleep, "30"]')), deployment(exec('[sleep, "40"]')))).toEqual([
      'worsened',
    ]));
  test('a longer grace period fixes it', async () =>
    expect(
      await statuses(deployment(exec('[sleep, "40"]')), deployment(exec('[sleep, "40"]'), grace(60))),
    ).toEqual(['fixed']));
});

test("the evidence says which number is Kubernetes' default", async () => {
  const [finding] = await judgeYaml({ head: deployment(exec('[sleep, "30"]')), rules });
  expect(finding?.evidence).toEqual([
    { text: 'preStop: 30 s', path: 'deploy/web.yaml', line: 21 },
    { text: 'terminationGracePeriodSeconds: 30 (default)', path: 'deploy/web.yaml', line: 14 },
  ]);
});

test('the picture shows what is cut off', async () => {
  const [finding] = await judgeYaml({ head: deployment(exec('[sleep, "60"]')), rules });
  expect((finding as JudgedFinding & { picture: Picture }).picture).toEqual({
    title: 'Shutdown of web',
    origin: 'the pod is told to stop',
    sections: [
      {
        name: 'kubelet',
        bars: [
          { label: 'preStop 60 s', fromSeconds: 0, toSeconds: 30, kind: 'wait' },
          { label: 'SIGTERM', fromSeconds: 30, toSeconds: 30, kind: 'mark' },
          { label: '2 s left for the application', fromSeconds: 30, toSeconds: 32, kind: 'work' },
          { label: 'SIGKILL', fromSeconds: 32, toSeconds: 32, kind: 'mark' },
          { label: 'the rest of preStop never runs', fromSeconds: 32, toSeconds: 60, kind: 'harm' },
        ],
      },
    ],
  });
});
