import { describe, expect, test } from 'vitest';
import { gracePeriodTooShort } from '../../../src/policy/rules/shutdown/grace-period-too-short.ts';
import { gracePeriodZero } from '../../../src/policy/rules/shutdown/grace-period-zero.ts';
import { preStopExceedsGracePeriod } from '../../../src/policy/rules/shutdown/pre-stop-exceeds-grace-period.ts';
import { type JudgedFinding, type JudgeInput, judgeYaml } from '../support.ts';

const rules = [gracePeriodTooShort];

/** `stated` stands in the template's annotation; `spec` before `containers`. */
const deployment = (stated: string, spec: string, container = '', more = ''): string => `apiVersion: apps/v1
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
      annotations:
        lifecycle-review/shutdown-seconds: "${stated}"
    spec:
${spec}      containers:
        - name: web
          image: shop:1.2.3
          ports: [{ name: http, containerPort: 8080 }]
${container}${more}`;

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
const sleep = (seconds: number): string =>
  `          lifecycle: { preStop: { sleep: { seconds: ${seconds} } } }\n`;
const exec = (script: string): string =>
  `          lifecycle: { preStop: { exec: { command: [sh, -c, "${script}"] } } }\n`;
const agent = (seconds: number): string => `        - name: agent
          image: agent:1
${sleep(seconds)}`;

const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: import
  annotations:
    lifecycle-review/shutdown-seconds: "300"
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: import, image: import:1 }]
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['as long as the sum', deployment('20', grace(45), sleep(15))],
    ['as long as the sum, by default', deployment('20', '')],
    ['nothing stated', deployment('', grace(5), sleep(4)).replace(/ +annotations:\n.*\n/, '')],
    ['a stated time that nobody can read', deployment('soon', grace(5))],
    ['a placeholder for the grace period', deployment('60', grace(`\${GRACE}`))],
    ['a placeholder for the hook', deployment('60', '', exec(`sleep \${DELAY}`))],
    ['a hook that takes all, which is spoken of', deployment('20', grace(30), sleep(30))],
    ['no grace period at all, which is spoken of', deployment('20', grace(0))],
    ['a grace period of 1 s behind a Service, which is spoken of', deployment('20', grace(1)) + service],
    ['a Job', job],
    [
      'an injected sidecar with a longer hook',
      deployment('20', grace(30), '', agent(15).replace('name: agent', 'name: istio-proxy')),
    ],
    ['a longer hook beside the container that serves', deployment('20', grace(30), '', agent(15)) + service],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const at = { line: 17, column: 7, endLine: 17, endColumn: 40 };

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'a second less than the sum',
    deployment('20', grace(44), sleep(15)),
    {
      ...at,
      field: 'spec.template.spec.terminationGracePeriodSeconds',
      messageId: 'thin',
      severity: 'info',
      title: '`web` has 9 s to spare when it stops',
      message:
        '15 s preStop + 20 s for the application (stated) + 10 s buffer = 45 s, and `terminationGracePeriodSeconds` is 44 s.',
      why:
        'SIGKILL comes at 44 s, with 9 s to spare: on a busy node, or with a slow disk or network, that is before the ' +
        'application is done.',
      fix: 'Set `terminationGracePeriodSeconds` to 45: who stops sooner waits for nothing.',
      data: {
        container: 'web',
        preStopSeconds: 15,
        preStopExact: true,
        applicationSeconds: 20,
        bufferSeconds: 10,
        neededSeconds: 45,
        graceSeconds: 44,
        graceWritten: true,
        sigkillSeconds: 44,
      },
      evidence: [
        { text: 'preStop: 15 s', path: 'deploy/web.yaml', line: 22 },
        {
          text: 'application: 20 s (annotation `lifecycle-review/shutdown-seconds`)',
          path: 'deploy/web.yaml',
          line: 15,
        },
        { text: 'terminationGracePeriodSeconds: 44', path: 'deploy/web.yaml', line: 17 },
      ],
    },
  ],
  [
    'less than hook and application take together, in the default period',
    deployment('30', '', sleep(5)),
    {
      line: 16,
      column: 5,
      endLine: 16,
      endColumn: 9,
      title: '`web` needs 45 s to stop and has 30 s',
      message:
        '5 s preStop + 30 s for the application (stated) + 10 s buffer = 45 s, and `terminationGracePeriodSeconds` is 30 s ' +
        '(default).',
      why:
        'On every rollout and node drain SIGKILL comes at 30 s, 5 s before the application is done: what it still has in ' +
        'hand is lost.',
    },
  ],
  [
    'a hook of at least so long',
    deployment('20', grace(44), exec('sleep 15; nginx -s quit')),
    {
      messageId: 'thin',
      severity: 'info',
      message:
        'at least 15 s preStop + 20 s for the application (stated) + 10 s buffer = 45 s, and ' +
        '`terminationGracePeriodSeconds` is 44 s.',
    },
  ],
  [
    'a hook that ends just before the period, after which the kubelet leaves 2 s',
    deployment('20', grace(30), sleep(29)),
    {
      why:
        'On every rollout and node drain SIGKILL comes at 31 s, 18 s before the application is done: what it still has in ' +
        'hand is lost.',
    },
  ],
  [
    'no hook',
    deployment('21', ''),
    { messageId: 'thin', severity: 'info', title: '`web` has 9 s to spare when it stops' },
  ],
  [
    'a second to spare',
    deployment('29', ''),
    { messageId: 'thin', severity: 'info', title: '`web` has 1 s to spare when it stops' },
  ],
  ['none to spare', deployment('30', ''), { title: '`web` needs 40 s to stop and has 30 s' }],
  [
    'the longest hook, where nothing says which container is the application',
    deployment('20', grace(44), '', agent(15)),
    { container: 'agent', messageId: 'thin', severity: 'info' },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        messageId: 'too-short',
        class: 'hazard',
        severity: 'warning',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        ...expected,
      },
    ]);
  });

  test.each<[string, string, Partial<JudgeInput>, number]>([
    ['a larger buffer', '20', { options: { 'buffer-seconds': 11 } }, 1],
    ['a smaller one', '25', { options: { 'buffer-seconds': 5 } }, 0],
    [
      'a time that the configuration states',
      'unreadable',
      {
        environment: {
          workloads: [{ match: { name: 'web' }, runtime: null, shutdownSeconds: 25, startupSeconds: null }],
        },
      },
      1,
    ],
  ])('%s', async (_, stated, input, findings) =>
    expect(await judgeYaml({ head: deployment(stated, ''), rules, ...input })).toHaveLength(findings),
  );

  test('one of the category speaks', async () => {
    const all = [...rules, gracePeriodZero, preStopExceedsGracePeriod];
    const idsOf = async (head: string): Promise<string[]> =>
      (await judgeYaml({ head, rules: all })).map(({ ruleId }) => ruleId);
    expect(await idsOf(deployment('20', grace(30), sleep(30)))).toEqual(['pre-stop-exceeds-grace-period']);
    expect(await idsOf(deployment('20', grace(30), sleep(29)))).toEqual(['grace-period-too-short']);
    expect(await idsOf(deployment('20', grace(0)))).toEqual(['grace-period-zero']);
  });
});

describe('base and head', () => {
  const statuses = async (base: string, head: string): Promise<string[]> =>
    (await judgeYaml({ base, head, rules })).map(({ status }) => status);

  test('as it was', async () =>
    expect(await statuses(deployment('30', grace(35)), deployment('30', grace(35)))).toEqual(['existing']));
  test('shorter', async () =>
    expect(await statuses(deployment('30', grace(35)), deployment('30', grace(34)))).toEqual(['worsened']));
  test('long enough', async () =>
    expect(await statuses(deployment('30', grace(35)), deployment('30', grace(40)))).toEqual(['fixed']));
});
