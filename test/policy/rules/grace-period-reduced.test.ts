import { describe, expect, test } from 'vitest';
import { rules as allRules } from '../../../src/policy/rules/index.ts';
import { gracePeriodReduced } from '../../../src/policy/rules/shutdown/grace-period-reduced.ts';
import { gracePeriodZero } from '../../../src/policy/rules/shutdown/grace-period-zero.ts';
import { preStopExceedsGracePeriod } from '../../../src/policy/rules/shutdown/pre-stop-exceeds-grace-period.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [gracePeriodReduced];

const workload = (kind: string, spec: string, container = '', template = ''): string => `apiVersion: apps/v1
kind: ${kind}
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
${template}    spec:
${spec}      containers:
        - name: web
          image: shop:1.2.3
          ports: [{ name: http, containerPort: 8080 }]
${container}`;

const deployment = (spec: string, container = '', template = ''): string =>
  workload('Deployment', spec, container, template);

const service = (ports = '{ port: 80, targetPort: http }'): string => `---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: web
  ports:
    - ${ports}
`;

const grace = (seconds: number | string): string => `      terminationGracePeriodSeconds: ${seconds}\n`;
const hook = (handler: string): string => `          lifecycle: { preStop: { ${handler} } }\n`;
const sleep = (seconds: number): string => hook(`sleep: { seconds: ${seconds} }`);
const claim = '      volumes: [{ name: data, persistentVolumeClaim: { claimName: orders } }]\n';
const annotation = '      annotations: { lifecycle-review/shutdown-seconds: "20" }\n';

const served = (spec: string, container = '', template = ''): string =>
  deployment(spec, container, template) + service();

const job = (seconds: number): string => `apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: ${seconds}
      containers: [{ name: import, image: import:1 }]
`;

describe('valid', () => {
  test.each<[string, string, string]>([
    ['as it was', served(grace(60)), served(grace(60))],
    ['longer', served(grace(60)), served(grace(120))],
    ['the default, written out', served(''), served(grace(30))],
    ['the line goes, and 30 s is more', served(grace(20)), served('')],
    ['a placeholder at head', served(grace(60)), served(grace(`\${GRACE}`))],
    ['a placeholder at base', served(grace(`\${GRACE}`)), served(grace(10))],
    ['nothing sends it traffic, and it holds no data', deployment(grace(60)), deployment(grace(10))],
    [
      'a Service that is only for metrics',
      deployment(grace(60)) + service('{ name: metrics, port: 9090 }'),
      deployment(grace(10)) + service('{ name: metrics, port: 9090 }'),
    ],
    ['a Job', job(60), job(10)],
    ['a new workload', service(), served(grace(10))],
    ['the hook takes as much less', served(grace(60), sleep(30)), served(grace(40), sleep(10))],
    [
      'a hook of unknown length goes with it',
      served(grace(60), hook('httpGet: { path: /drain, port: http }')),
      served(grace(30)),
    ],
    [
      'a stated time, by which grace-period-too-short measures',
      served(grace(60), '', annotation),
      served(grace(25), '', annotation),
    ],
    [
      'a server that is told how long it may take',
      served(grace(60), '          command: [gunicorn, --graceful-timeout, "10", app]\n'),
      served(grace(25), '          command: [gunicorn, --graceful-timeout, "10", app]\n'),
    ],
    [
      'pods that do nothing',
      served(grace(60), '          command: [sleep, infinity]\n'),
      served(grace(10), '          command: [sleep, infinity]\n'),
    ],
  ])('%s', async (_, base, head) => expect(await judgeYaml({ base, head, rules })).toEqual([]));

  test('a time that the configuration states', async () => {
    const workloads = [{ match: { name: 'web' }, runtime: null, shutdownSeconds: 5, startupSeconds: null }];
    const found = await judgeYaml({
      base: served(grace(60)),
      head: served(grace(30)),
      rules,
      environment: { workloads },
    });
    expect(found).toEqual([]);
  });
});

const invalid: [string, string, string, Partial<JudgedFinding>][] = [
  [
    'written where the default was, as in GoogleCloudPlatform/microservices-demo 59063ff44',
    served(''),
    served(grace(5)),
    {
      line: 15,
      column: 7,
      endLine: 15,
      endColumn: 39,
      field: 'spec.template.spec.terminationGracePeriodSeconds',
      title: '`web` gets 5 s to stop instead of 30 s',
      message:
        'This change takes `terminationGracePeriodSeconds` from 30 s (default) to 5 s: after SIGTERM `web` has 5 s until ' +
        'SIGKILL, and had 30 s.',
      why: 'On every rollout, scale-down and node drain requests of Service `shop` that take longer than 5 s are now cut off.',
      fix:
        'Keep 30 s: who stops sooner waits for nothing. Or state what the application needs in the annotation ' +
        '`lifecycle-review/shutdown-seconds`, and the period is measured by that.',
      data: {
        container: 'web',
        baseSeconds: 30,
        baseWritten: false,
        graceSeconds: 5,
        graceWritten: true,
        baseLeftSeconds: 30,
        leftSeconds: 5,
        service: 'shop',
        state: null,
      },
      evidence: [
        {
          text: 'base: terminationGracePeriodSeconds: 30 (default)',
          path: 'deploy/web.yaml',
          line: 14,
        },
        { text: 'terminationGracePeriodSeconds: 5', path: 'deploy/web.yaml', line: 15 },
      ] as JudgedFinding['evidence'],
    },
  ],
  [
    'a second less',
    served(grace(60)),
    served(grace(59)),
    { title: '`web` gets 59 s to stop instead of 60 s' },
  ],
  [
    'the line goes',
    served(grace(120)),
    served(''),
    {
      line: 14,
      column: 5,
      endLine: 14,
      endColumn: 9,
      message:
        'This change takes `terminationGracePeriodSeconds` from 120 s to 30 s (default): after SIGTERM `web` has 30 s until ' +
        'SIGKILL, and had 120 s.',
    },
  ],
  [
    'with a hook, which takes its part of both',
    served(grace(60), sleep(15)),
    served(grace(30), sleep(15)),
    { title: '`web` gets 15 s to stop instead of 45 s' },
  ],
  [
    'a hook of unknown length that stays',
    served(grace(60), hook('httpGet: { path: /drain, port: http }')),
    served(grace(30), hook('httpGet: { path: /drain, port: http }')),
    { title: '`web` gets 30 s to stop instead of 60 s' },
  ],
  [
    'a StatefulSet',
    workload('StatefulSet', grace(120)),
    workload('StatefulSet', grace(30)),
    {
      object: 'StatefulSet/web',
      why:
        'On every rollout, scale-down and node drain a flush, a checkpoint or a hand-over that takes longer than 30 s is ' +
        'now cut off.',
      data: expect.objectContaining({ service: null, state: 'StatefulSet' }) as never,
    },
  ],
  [
    'a volume claim',
    deployment(grace(120) + claim),
    deployment(grace(30) + claim),
    { data: expect.objectContaining({ service: null, state: 'orders' }) as never },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, base, head, expected) => {
    expect(await judgeYaml({ base, head, rules })).toMatchObject([
      {
        messageId: 'reduced',
        class: 'regression',
        severity: 'warning',
        status: 'introduced',
        object: 'Deployment/web',
        ...expected,
      },
    ]);
  });
});

describe('one of the category speaks', () => {
  const idsOf = async (base: string, head: string): Promise<string[]> => {
    const all = [...new Set([...allRules, ...rules, gracePeriodZero, preStopExceedsGracePeriod])];
    return (await judgeYaml({ base, head, rules: all })).map(({ ruleId }) => ruleId);
  };

  test('as in GoogleCloudPlatform/microservices-demo 59063ff44: a warning and nothing else', async () =>
    expect(await idsOf(served(''), served(grace(5)))).toEqual(['grace-period-reduced']));
  test('a hook that takes all of what is left', async () =>
    expect(await idsOf(served(grace(60), sleep(15)), served(grace(15), sleep(15)))).toEqual([
      'pre-stop-exceeds-grace-period',
    ]));
  test('a second more than the hook', async () =>
    expect(await idsOf(served(grace(60), sleep(15)), served(grace(16), sleep(15)))).toEqual([
      'grace-period-reduced',
    ]));
  test('nothing is left', async () =>
    expect(await idsOf(served(''), served(grace(0)))).toEqual(['grace-period-zero']));
});
