import { describe, expect, test } from 'vitest';
import { budgetsOverlap } from '../../../src/policy/rules/disruption/budgets-overlap.ts';
import { judgeYaml } from '../support.ts';

const rules = [budgetsOverlap];

interface Shape {
  readonly kind?: string;
  readonly metadata?: string;
  readonly replicas?: string;
  readonly labels?: string;
}

const workload = (name: string, { kind = 'Deployment', metadata = '', replicas, labels }: Shape = {}) =>
  `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
${metadata}spec:
${replicas === undefined ? '' : `  replicas: ${replicas}\n`}  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: ${labels ?? `{ app: ${name}, tier: backend }`}
    spec:
      containers: [{ name: ${name}, image: "${name}:1.2.3" }]
`;

const budget = (name: string, selector: string, metadata = ''): string => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
${metadata}spec:
  maxUnavailable: 1
  selector: ${selector}
`;

const web = '{ matchLabels: { app: web } }';
const tier = '{ matchLabels: { tier: backend } }';

describe('valid', () => {
  test.each<[string, string]>([
    ['one budget', workload('web') + budget('web', web)],
    [
      'two budgets for two workloads',
      `${workload('web')}---\n${workload('api')}${budget('web', web)}${budget('api', '{ matchLabels: { app: api } }')}`,
    ],
    [
      'a budget that selects nothing',
      workload('web') + budget('web', web) + budget('old', '{ matchLabels: { app: old } }'),
    ],
    [
      'a budget without a selector selects nothing',
      workload('web') + budget('web', web) + budget('none', 'null'),
    ],
    [
      'different namespaces',
      workload('web') + budget('web', web) + budget('all', tier, '  namespace: other\n'),
    ],
    [
      'a namespace that is not stated against one that is',
      workload('web', { metadata: '  namespace: shop\n' }) +
        budget('web', web, '  namespace: shop\n') +
        budget('all', tier),
    ],
    [
      'a label that a later tool fills in',
      workload('web', { labels: `{ app: web, tier: "\${TIER}" }` }) +
        budget('web', web) +
        budget('all', tier),
    ],
    [
      'a selector that a later tool fills in',
      workload('web') + budget('web', web) + budget('all', `{ matchLabels: { app: web, tier: "\${TIER}" } }`),
    ],
    ['two documents of one budget', workload('web') + budget('web', web) + budget('web', tier)],
    [
      'a hook is no lasting budget',
      workload('web') +
        budget('web', web) +
        budget('all', tier, '  annotations: { helm.sh/hook: pre-upgrade }\n'),
    ],
    [
      'drains leave DaemonSets alone',
      workload('web', { kind: 'DaemonSet' }) + budget('web', web) + budget('all', tier),
    ],
    ['no pod runs', workload('web', { replicas: '0' }) + budget('web', web) + budget('all', tier)],
    [
      'a Job ends by itself',
      `apiVersion: batch/v1
kind: Job
metadata: { name: migrate }
spec:
  template:
    metadata: { labels: { app: web, tier: backend } }
    spec:
      restartPolicy: Never
      containers: [{ name: migrate, image: "web:1.2.3" }]
${budget('web', web)}${budget('all', tier)}`,
    ],
    [
      'policy/v1beta1 is not served any more',
      workload('web') + budget('web', web) + budget('all', tier).replace('policy/v1', 'policy/v1beta1'),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const finding = {
  messageId: 'overlap',
  class: 'contradiction',
  severity: 'error',
  status: 'introduced',
  field: 'spec.selector',
};

describe('invalid', () => {
  test('two budgets select one workload: told at the later, in full', async () => {
    const head = workload('web') + budget('web', web) + budget('all', tier);
    expect(await judgeYaml({ head, rules })).toEqual([
      expect.objectContaining({
        ...finding,
        object: 'PodDisruptionBudget/all',
        line: 28,
        column: 3,
        endLine: 28,
        endColumn: 11,
        title: 'No pod of `Deployment/web` can be evicted: budgets `web` and `all` both select them',
        message:
          'Budget `all` selects pods of `Deployment/web` that budget `web` selects too; the eviction API answers 500 for a ' +
          'pod with more than one budget.',
        why:
          'Node drains, cluster upgrades and node consolidation fail at these pods, however many of them are healthy, until ' +
          'somebody deletes a budget or the pods by hand.',
        fix:
          'Keep one budget for each pod: delete `all` or `web`, or add a label to a selector that only one of the workloads ' +
          'has.',
        data: { budget: 'all', others: ['web'], workloads: ['Deployment/web'] },
        evidence: [
          { text: 'selector of budget `web`', path: 'deploy/web.yaml', line: 20 },
          { text: 'labels of the pods of `Deployment/web`', path: 'deploy/web.yaml', line: 10 },
        ],
      }),
    ]);
  });

  test.each<[string, string, object]>([
    [
      'a budget for every pod of the namespace, and only the workload that has another',
      `${workload('web')}---\n${workload('api')}${budget('web', web)}${budget('all', '{}')}`,
      { others: ['web'], workloads: ['Deployment/web'] },
    ],
    [
      'a bare Pod is evicted too',
      `apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web, tier: backend } }
spec: { containers: [{ name: web, image: "web:1.2.3" }] }
${budget('web', web)}${budget('all', tier)}`,
      { others: ['web'], workloads: ['Pod/web'] },
    ],
    [
      'by expressions',
      workload('web') +
        budget('web', web) +
        budget('all', '{ matchExpressions: [{ key: app, operator: In, values: [web, api] }] }'),
      { others: ['web'], workloads: ['Deployment/web'] },
    ],
    [
      'an unknown label that neither selector asks for',
      workload('web', { labels: `{ app: web, tier: backend, version: "\${VERSION}" }` }) +
        budget('web', web) +
        budget('all', tier),
      { others: ['web'], workloads: ['Deployment/web'] },
    ],
  ])('%s', async (_, head, data) =>
    expect(await judgeYaml({ head, rules })).toMatchObject([
      { ...finding, object: 'PodDisruptionBudget/all', data },
    ]),
  );

  test('three budgets: one finding for each but the first', async () => {
    const head = workload('web') + budget('a', web) + budget('b', tier) + budget('c', '{}');
    const found = await judgeYaml({ head, rules });
    expect(found).toMatchObject([
      { object: 'PodDisruptionBudget/b', data: { others: ['a'] } },
      {
        object: 'PodDisruptionBudget/c',
        data: { others: ['a', 'b'] },
        title: 'No pod of `Deployment/web` can be evicted: budgets `a`, `b` and `c` all select them',
        message:
          'Budget `c` selects pods of `Deployment/web` that budgets `a` and `b` select too; the eviction API answers 500 for ' +
          'a pod with more than one budget.',
      },
    ]);
  });

  test('many workloads: three are named', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const head =
      names.map((name) => workload(name)).join('---\n') + budget('one', tier) + budget('two', '{}');
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        title:
          'No pod of `Deployment/a`, `Deployment/b`, `Deployment/c` and 2 more can be evicted: budgets `one` and `two` both ' +
          'select them',
        data: { workloads: names.map((name) => `Deployment/${name}`) },
      },
    ]);
  });

  test('what the base had is existing, a second budget is new', async () => {
    const one = workload('web') + budget('web', web);
    const two = one + budget('all', tier);
    expect(await judgeYaml({ base: two, head: two, rules })).toMatchObject([{ status: 'existing' }]);
    expect(await judgeYaml({ base: one, head: two, rules })).toMatchObject([{ status: 'introduced' }]);
  });
});
