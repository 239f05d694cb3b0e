import { describe, expect, test } from 'vitest';
import { budgetRemoved } from '../../../src/policy/rules/disruption/budget-removed.ts';
import { judgeYaml } from '../support.ts';

const rules = [budgetRemoved];

const workload = (name: string, replicas: string | null = '3', labels = `{ app: ${name} }`): string => `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
${replicas === null ? '' : `  replicas: ${replicas}\n`}  selector:
    matchLabels: { app: ${name} }
  template:
    metadata: { labels: ${labels} }
    spec: { containers: [{ name: ${name}, image: "${name}:1.2.3" }] }
`;

const budget = (name: string, selector: string, limit = 'maxUnavailable: 1', metadata = ''): string => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name}${metadata} }
spec: { ${limit}, selector: ${selector} }
`;

const web = '{ matchLabels: { app: web } }';

const autoscaler = (min: string): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
${min}  maxReplicas: 10
`;

const covered = workload('web') + budget('web', web);

describe('valid', () => {
  test.each<[string, string, string]>([
    ['it stays', covered, covered],
    ['another takes its place', covered, workload('web') + budget('all', '{}')],
    [
      'one of a higher level takes its place',
      covered,
      workload('web', '3', '{ app: web, tier: x }') + budget('x', '{ matchLabels: { tier: x } }'),
    ],
    [
      'its selector is filled in by a later tool now',
      covered,
      workload('web') + budget('web', `{ matchLabels: { app: "\${APP}" } }`),
    ],
    [
      'the new one stands in a namespace that is stated',
      covered,
      workload('web') + budget('web', web, 'maxUnavailable: 1', ', namespace: shop'),
    ],
    ['there was none', workload('web'), workload('web')],
    ['the workload goes with it', covered + workload('api'), workload('api')],
    ['one replica', covered, workload('web', '1')],
    ['scaled down to one in the same change', covered, workload('web', '1')],
    ['parked in the same change', covered, workload('web', '0')],
    [
      'the number of replicas is not stated',
      workload('web', null) + budget('web', web),
      workload('web', null),
    ],
    ['an autoscaler floor of 1', covered, workload('web', null) + autoscaler('')],
    [
      'a floor that a later tool fills in',
      covered,
      workload('web', null) + autoscaler(`  minReplicas: "\${MIN}"\n`),
    ],
    [
      'minAvailable 0 protected nothing',
      workload('web') + budget('web', web, 'minAvailable: 0'),
      workload('web'),
    ],
    [
      'maxUnavailable 100% protected nothing',
      workload('web') + budget('web', web, 'maxUnavailable: 100%'),
      workload('web'),
    ],
    [
      'maxUnavailable of all replicas protected nothing',
      workload('web') + budget('web', web, 'maxUnavailable: 3'),
      workload('web'),
    ],
    [
      'the selector misses now: told at the budget',
      covered,
      workload('web') + budget('web', '{ matchLabels: { app: wbe } }'),
    ],
    [
      'renamed with a selector that misses: told at the budget',
      covered,
      workload('web') + budget('web-pdb', '{ matchLabels: { app: wbe } }'),
    ],
    [
      'the base covered it only perhaps',
      workload('web') + budget('web', web, 'maxUnavailable: 1', ', namespace: shop'),
      workload('web'),
    ],
    [
      'two documents of one object: nobody knows which is deployed',
      covered,
      `${workload('web')}${'---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'.repeat(2)}`,
    ],
  ])('%s', async (_, base, head) => expect(await judgeYaml({ base, head, rules })).toEqual([]));
});

const finding = {
  class: 'regression',
  severity: 'error',
  status: 'introduced',
  object: 'Deployment/web',
  field: 'spec.replicas',
};

describe('invalid', () => {
  test('the budget is deleted, in full', async () => {
    expect(await judgeYaml({ base: covered, head: workload('web'), rules })).toEqual([
      expect.objectContaining({
        ...finding,
        messageId: 'removed',
        line: 7,
        column: 3,
        endLine: 7,
        endColumn: 14,
        title: '`Deployment/web` lost its disruption budget `web`: a drain may take all 3 pods at once',
        message:
          'In the base `web` covered the pods of `Deployment/web`; this change removes it, and no other budget in ' +
          'sight selects them.',
        why:
          'Unless another release brings a budget for them, the next node drain or cluster upgrade may evict all 3 pods of ' +
          "`Deployment/web` at once; the base's budget made it wait for new ones.",
        fix: 'Keep the budget. If it was removed because drains hang, `maxUnavailable: 1` lets them go on one pod at a time.',
        data: { object: 'Deployment/web', budgets: ['web'], pods: 3, autoscaled: false },
        evidence: [
          { text: '`Deployment/web` declares 3 replicas', path: 'deploy/web.yaml', line: 7 },
          { text: 'base: budget `web`', path: 'deploy/web.yaml', line: 17 },
        ],
      }),
    ]);
  });

  test('the selector matches only another workload now, in full', async () => {
    const base = workload('web') + workload('api') + budget('all', '{}');
    const head = workload('web') + workload('api') + budget('all', '{ matchLabels: { app: api } }');
    expect(await judgeYaml({ base, head, rules })).toMatchObject([
      {
        ...finding,
        messageId: 'uncovered',
        title: '`Deployment/web` lost its disruption budget `all`: a drain may take all 3 pods at once',
        message:
          'In the base `all` covered the pods of `Deployment/web`; now the selector matches only others, and no other budget ' +
          'in sight selects them.',
        fix: 'Let the selector match the pods again, or give them a budget of their own with `maxUnavailable: 1`.',
      },
    ]);
  });

  test.each<[string, string, string, object]>([
    ['two replicas, the fewest', covered, workload('web', '2'), { data: { pods: 2 } }],
    [
      'maxUnavailable below the replicas was a protection',
      workload('web') + budget('web', web, 'maxUnavailable: 2'),
      workload('web'),
      { messageId: 'removed' },
    ],
    [
      'so was one that blocked every drain',
      workload('web') + budget('web', web, 'maxUnavailable: 0'),
      workload('web'),
      { messageId: 'removed' },
    ],
    [
      'the labels of the pods left a budget that still covers others',
      workload('web', '3', '{ app: web, tier: x }') +
        workload('api', '3', '{ app: api, tier: x }') +
        budget('x', '{ matchLabels: { tier: x } }'),
      workload('web') +
        workload('api', '3', '{ app: api, tier: x }') +
        budget('x', '{ matchLabels: { tier: x } }'),
      { messageId: 'uncovered', data: { budgets: ['x'] } },
    ],
    [
      'an autoscaler floor of 2',
      workload('web', null) + autoscaler('  minReplicas: 2\n') + budget('web', web),
      workload('web', null) + autoscaler('  minReplicas: 2\n'),
      {
        title:
          '`Deployment/web` lost its disruption budget `web`: a drain may take all of the 2 or more pods at once',
        data: { pods: 2, autoscaled: true },
      },
    ],
    [
      'an unrelated budget that covers another workload',
      covered + workload('api') + budget('api', '{ matchLabels: { app: api } }'),
      workload('web') + workload('api') + budget('api', '{ matchLabels: { app: api } }'),
      { messageId: 'removed' },
    ],
    [
      'two budgets, both gone',
      workload('web', '3', '{ app: web, tier: x }') +
        budget('a', web) +
        budget('b', '{ matchLabels: { tier: x } }'),
      workload('web', '3', '{ app: web, tier: x }'),
      {
        message:
          'In the base `a` and `b` covered the pods of `Deployment/web`; this change removes them, and no other budget in ' +
          'sight selects them.',
      },
    ],
    [
      'the Deployment became a Rollout of the same name',
      covered,
      workload('web').replace('apps/v1', 'argoproj.io/v1alpha1').replace('kind: Deployment', 'kind: Rollout'),
      { object: 'Rollout/web', messageId: 'removed' },
    ],
  ])('%s', async (_, base, head, expected) =>
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );

  test('every workload that it covered is told', async () => {
    const both = workload('web') + workload('api');
    expect(await judgeYaml({ base: both + budget('all', '{}'), head: both, rules })).toMatchObject([
      { object: 'Deployment/web' },
      { object: 'Deployment/api' },
    ]);
  });
});
