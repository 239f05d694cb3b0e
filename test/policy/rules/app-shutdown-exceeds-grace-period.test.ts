import { describe, expect, test } from 'vitest';
import { appShutdownExceedsGracePeriod } from '../../../src/policy/rules/shutdown/app-shutdown-exceeds-grace-period.ts';
import { inventoryOf } from '../../../src/resources/inventory.ts';
import { resourcesOf } from '../../resources/support.ts';
import { type JudgedFinding, judgeYaml, judgingOf } from '../support.ts';

const rules = [appShutdownExceedsGracePeriod];

/** A Deployment; `spec` stands in the pod spec before `containers`, `container` in the container. */
const deployment = (container: string, spec = '', annotations = ''): string => `apiVersion: apps/v1
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
${annotations}    spec:
${spec}      containers:
        - name: web
          image: web:1.2.3
${container}`;

const command = (...words: readonly string[]): string => `          command: ${JSON.stringify(words)}\n`;

const gunicorn = (seconds: number | string): string =>
  command('gunicorn', '--graceful-timeout', String(seconds), 'app:app');

const apiserver = (seconds: number): string =>
  command('kube-apiserver', `--shutdown-delay-duration=${seconds}s`);

const env = (name: string, value: string): string => `          env:
            - name: ${name}
              value: "${value}"
`;

const preStop = (handler: string): string => `          lifecycle:
            preStop:
              ${handler}
`;

const sleep = (seconds: number): string => preStop(`exec: { command: [sleep, "${seconds}"] }`);

const grace = (seconds: number | string): string => `      terminationGracePeriodSeconds: ${seconds}\n`;

const drain = (seconds: number): string => `      annotations:
        proxy.istio.io/config: |
          terminationDrainDuration: ${seconds}s
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
          command: [gunicorn, --graceful-timeout, "60", "app:app"]
`;

const initContainer = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
    - name: warm
      image: web:1
      command: [gunicorn, --graceful-timeout, "60", "app:app"]
  containers:
    - name: web
      image: web:1
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['nothing written', deployment('')],
    ['as long as the default grace period', deployment(gunicorn(30))],
    ['as long as a stated one', deployment(gunicorn(60), grace(60))],
    ['as long as what preStop leaves', deployment(gunicorn(45) + sleep(15), grace(60))],
    [
      'as long as what preStop may leave',
      deployment(gunicorn(60) + preStop('exec: { command: [/drain] }'), grace(60)),
    ],
    [
      'a default that is longer than what preStop leaves',
      deployment(command('gunicorn', 'app:app') + sleep(20)),
    ],
    ['a fixed wait 1 s shorter than the grace period', deployment(apiserver(29))],
    ['a placeholder for the wait', deployment(gunicorn(`\${TIMEOUT}`))],
    ['a placeholder for the grace period', deployment(gunicorn(60), grace(`\${GRACE}`))],
    ['a grace period of 0, which kills at once', deployment(gunicorn(60), grace(0))],
    ['the same option of another program', deployment(command('acme', '--graceful-timeout', '60'))],
    ['a Job, which other checkers treat as a server (kyverno/policies#156)', job],
    ['an ordinary init container (kyverno/policies#1528)', initContainer],
    [
      'an injected proxy that is written out (polaris#408)',
      deployment(gunicorn(60)).replace('name: web\n          image', 'name: istio-proxy\n          image'),
    ],
    [
      'a hook that takes the whole grace period, which has its own rule',
      deployment(gunicorn(60) + sleep(30)),
    ],
    [
      'a stated time, which says more than a maximum',
      deployment(gunicorn(60), '', '      annotations: { lifecycle-review/shutdown-seconds: "20" }\n'),
    ],
    ["Istio's drain within the grace period", deployment('', '', drain(30))],
    [
      'Traefik within a longer grace period',
      deployment('          args: [--entrypoints.web.transport.lifecycle.gracetimeout=40]\n', grace(60)),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'a maximum 1 s longer than the default grace period',
    deployment(gunicorn(31)),
    {
      line: 18,
      column: 53,
      endLine: 18,
      endColumn: 57,
      messageId: 'maximum',
      class: 'hazard',
      severity: 'warning',
      title: '`web` may need 31 s to stop and has 30 s: `--graceful-timeout` of gunicorn',
      message:
        'gunicorn waits up to 31 s after SIGTERM for what is under way (`--graceful-timeout` 31 s); ' +
        '`terminationGracePeriodSeconds` is 30 s (default), 1 s less.',
      why:
        'On a rollout or node drain with work still under way the kubelet kills `web` 30 s after SIGTERM, up to 1 s ' +
        'before gunicorn would have given up.',
      fix: 'Set `terminationGracePeriodSeconds` to 46: 31 s for gunicorn + 15 s buffer; or lower `--graceful-timeout`.',
      data: {
        container: 'web',
        server: 'gunicorn',
        settings: ['--graceful-timeout'],
        seconds: ['31'],
        waitSeconds: 31,
        preStopSeconds: 0,
        preStopExact: true,
        graceSeconds: 30,
        graceWritten: false,
        leftSeconds: 30,
        missingSeconds: 1,
      },
    },
  ],
  [
    'a maximum 1 s longer than what preStop leaves',
    deployment(gunicorn(46) + sleep(15), grace(60)),
    {
      line: 19,
      column: 53,
      endLine: 19,
      endColumn: 57,
      messageId: 'maximum',
      title: '`web` may need 46 s to stop and has 45 s: `--graceful-timeout` of gunicorn',
      message:
        'gunicorn waits up to 46 s after SIGTERM for what is under way (`--graceful-timeout` 46 s); ' +
        '`terminationGracePeriodSeconds` 60 s − preStop 15 s leaves 45 s, 1 s less.',
      fix:
        'Set `terminationGracePeriodSeconds` to 76: 15 s preStop + 46 s for gunicorn + 15 s buffer; or lower ' +
        '`--graceful-timeout`.',
    },
  ],
  [
    'a preStop that takes at least a while',
    deployment(gunicorn(30) + preStop('exec: { command: [sh, -c, "sleep 10; /drain"] }')),
    {
      messageId: 'maximum',
      message:
        'gunicorn waits up to 30 s after SIGTERM for what is under way (`--graceful-timeout` 30 s); ' +
        '`terminationGracePeriodSeconds` 30 s (default) − preStop at least 10 s leaves 20 s, 10 s less.',
      fix:
        'Set `terminationGracePeriodSeconds` to at least 55: 10 s preStop + 30 s for gunicorn + 15 s buffer; or lower ' +
        '`--graceful-timeout`.',
    },
  ],
  [
    'a preStop that leaves only what the kubelet always gives',
    deployment(gunicorn(30) + sleep(29)),
    {
      message:
        'gunicorn waits up to 30 s after SIGTERM for what is under way (`--graceful-timeout` 30 s); ' +
        '`terminationGracePeriodSeconds` 30 s (default) − preStop 29 s leaves 2 s (the least that the kubelet gives), ' +
        '28 s less.',
    },
  ],
  [
    'a placeholder in preStop: longer than the whole grace period all the same',
    deployment(gunicorn(60) + preStop(`exec: { command: [sleep, "\${DELAY}"] }`)),
    {
      messageId: 'maximum',
      title: '`web` may need 60 s to stop and has 30 s: `--graceful-timeout` of gunicorn',
    },
  ],
  [
    'a variable, whose value is where it points',
    deployment(env('SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE', '50s')),
    {
      line: 20,
      column: 15,
      endLine: 20,
      endColumn: 27,
      messageId: 'maximum',
      title:
        '`web` may need 50 s to stop and has 30 s: `SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE` of Spring Boot',
    },
  ],
  [
    'a fixed wait as long as the default grace period',
    deployment(apiserver(30)),
    {
      line: 18,
      column: 38,
      endLine: 18,
      endColumn: 69,
      messageId: 'fixed',
      class: 'contradiction',
      severity: 'error',
      title: '`web` waits 30 s before it stops and has 30 s: `--shutdown-delay-duration` of kube-apiserver',
      message:
        'kube-apiserver always waits 30 s after SIGTERM (`--shutdown-delay-duration` 30 s); ' +
        '`terminationGracePeriodSeconds` is 30 s (default).',
      why:
        'On every rollout and node drain the kubelet kills `web` 30 s after SIGTERM: what kube-apiserver does after the ' +
        'wait, to end the requests that are under way, never happens.',
      fix:
        'Set `terminationGracePeriodSeconds` to 45: 30 s for kube-apiserver + 15 s buffer; or lower ' +
        '`--shutdown-delay-duration`.',
    },
  ],
  [
    'a fixed wait longer than the grace period',
    deployment(apiserver(70), grace(60)),
    {
      messageId: 'fixed',
      message:
        'kube-apiserver always waits 70 s after SIGTERM (`--shutdown-delay-duration` 70 s); ' +
        '`terminationGracePeriodSeconds` is 60 s, 10 s less.',
    },
  ],
  [
    'a fixed wait that is too long without the maximum after it',
    deployment(`          args:
            - --entrypoints.web.transport.lifecycle.gracetimeout=40
            - --entrypoints.web.transport.lifecycle.requestacceptgracetimeout=30
`),
    {
      line: 20,
      column: 15,
      endLine: 20,
      endColumn: 81,
      messageId: 'fixed',
      title:
        '`web` waits 30 s before it stops and has 30 s: `transport.lifeCycle.requestAcceptGraceTimeout` of Traefik',
    },
  ],
  [
    'a fixed wait that fits, with a maximum that does not',
    deployment(`          args:
            - --entrypoints.web.transport.lifecycle.requestacceptgracetimeout=15
            - --entrypoints.web.transport.lifecycle.gracetimeout=20
`),
    {
      line: 20,
      column: 15,
      endLine: 20,
      endColumn: 68,
      messageId: 'maximum',
      message:
        'Traefik waits up to 35 s after SIGTERM for what is under way (`transport.lifeCycle.graceTimeOut` 20 s + ' +
        '`transport.lifeCycle.requestAcceptGraceTimeout` 15 s = 35 s); `terminationGracePeriodSeconds` is 30 s (default), ' +
        '5 s less.',
    },
  ],
  [
    "Istio's drain of a proxy that is injected",
    deployment('', '', drain(31)),
    {
      line: 15,
      column: 9,
      endLine: 16,
      endColumn: 40,
      container: 'istio-proxy',
      messageId: 'maximum',
      title: '`istio-proxy` may need 31 s to stop and has 30 s: `terminationDrainDuration` of istio-proxy',
    },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      { status: 'introduced', object: 'Deployment/web', ...expected },
    ]);
  });

  test('a fixed wait, whatever is stated', async () => {
    const stated = '      annotations: { lifecycle-review/shutdown-seconds: "20" }\n';
    expect(await judgeYaml({ head: deployment(apiserver(30), '', stated), rules })).toMatchObject([
      { messageId: 'fixed' },
    ]);
  });

  test('a native sidecar', async () => {
    const sidecar = `      initContainers:
        - name: proxy
          image: proxy:1
          restartPolicy: Always
          command: [uvicorn, --timeout-graceful-shutdown=60, "app:app"]
`;
    expect(await judgeYaml({ head: deployment('', sidecar), rules })).toMatchObject([
      { line: 19, container: 'proxy', messageId: 'maximum' },
    ]);
  });
});

describe('base and head', () => {
  const statuses = async (base: string, head: string): Promise<string[]> =>
    (await judgeYaml({ base, head, rules })).map(({ status }) => status);

  test('as it was', async () =>
    expect(await statuses(deployment(gunicorn(60)), deployment(gunicorn(60)))).toEqual(['existing']));
  test('10 s more than before', async () =>
    expect(await statuses(deployment(gunicorn(60)), deployment(gunicorn(70)))).toEqual(['worsened']));
  test('a preStop of 5 s takes them from the server', async () =>
    expect(await statuses(deployment(gunicorn(60)), deployment(gunicorn(60) + sleep(5)))).toEqual([
      'worsened',
    ]));
  test('a longer grace period fixes it', async () =>
    expect(await statuses(deployment(gunicorn(60)), deployment(gunicorn(60), grace(90)))).toEqual(['fixed']));
});

test('the evidence', async () => {
  const [finding] = await judgeYaml({ head: deployment(gunicorn(60) + sleep(10)), rules });
  expect(finding?.evidence).toEqual([
    { text: '`--graceful-timeout`: 60 s', path: 'deploy/web.yaml', line: 18 },
    { text: 'preStop: 10 s', path: 'deploy/web.yaml', line: 20 },
    { text: 'terminationGracePeriodSeconds: 30 (default)', path: 'deploy/web.yaml', line: 14 },
  ]);
});

test('the picture shows what is cut off', () => {
  const resources = resourcesOf(deployment(gunicorn(60) + sleep(10)));
  const inventory = inventoryOf('raw:deploy', resources, true, null);
  const [workload] = inventory.workloads;
  const subject = { resource: workload!.resource, workload: workload!, inventory, before: null };
  const { cluster, environment } = judgingOf();
  const [found] = appShutdownExceedsGracePeriod.check({ ...subject, cluster, environment, options: {} });
  expect(found?.picture?.sections[0]?.bars).toEqual([
    { label: 'preStop 10 s', fromSeconds: 0, toSeconds: 10, kind: 'wait' },
    { label: 'SIGTERM', fromSeconds: 10, toSeconds: 10, kind: 'mark' },
    { label: 'application stops in 60 s', fromSeconds: 10, toSeconds: 30, kind: 'work' },
    { label: 'SIGKILL', fromSeconds: 30, toSeconds: 30, kind: 'mark' },
    { label: 'the application is cut off', fromSeconds: 30, toSeconds: 70, kind: 'harm' },
  ]);
});
