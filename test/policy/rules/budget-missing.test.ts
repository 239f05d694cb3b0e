import { describe, expect, test } from 'vitest';
import { budgetMissing } from '../../../src/policy/rules/disruption/budget-missing.ts';
import { judgeYaml } from '../support.ts';

const rules = [budgetMissing];

const deployment = (replicas: string | null = '3', more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
${more}spec:
${replicas === null ? '' : `  replicas: ${replicas}\n`}  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: web:1.2.3
          ports: [{ name: http, containerPort: 8080 }]
`;

const service = `---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: http }]
`;

const budget = (selector = '{ matchLabels: { app: web } }', metadata = ''): string => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web${metadata} }
spec: { maxUnavailable: 1, selector: ${selector} }
`;

const autoscaler = (min: string, name = 'web'): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }
${min}  maxReplicas: 10
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['a budget', deployment() + service + budget()],
    ['a budget for every pod of the namespace', deployment() + service + budget('{}')],
    [
      'a budget whose selector a later tool fills in',
      deployment() + service + budget(`{ matchLabels: { app: "\${APP}" } }`),
    ],
    [
      'a budget in a namespace that is stated against one that is not',
      deployment() + service + budget(undefined, ', namespace: shop'),
    ],
    ['one replica (polaris#999)', deployment('1') + service],
    ['no Service', deployment()],
    [
      'replicas not set: the number is not known (polaris on HPA-managed Deployments)',
      deployment(null) + service,
    ],
    ['replicas filled in by a later tool', deployment(`"\${REPLICAS}"`) + service],
    ['parked', deployment('0') + service],
    ['an autoscaler floor of 1, which is the default', deployment(null) + service + autoscaler('')],
    [
      'an autoscaler whose floor is not known',
      `${deployment('3')}${service}${autoscaler(`  minReplicas: "\${MIN}"\n`)}`,
    ],
    [
      'something of the unit could not be read',
      `${deployment() + service}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n`,
    ],
    [
      'a DaemonSet (kube-linter)',
      (deployment(null) + service).replace('kind: Deployment', 'kind: DaemonSet'),
    ],
  ])('%s', async (_, head) =>
    expect(await judgeYaml({ head, rules, profile: 'eks-production' })).toEqual([]),
  );

  test('an existing workload, in the recommended profile', async () => {
    const same = deployment() + service;
    expect(await judgeYaml({ base: same, head: same, rules })).toEqual([]);
    expect(await judgeYaml({ base: deployment('1') + service, head: same, rules })).toEqual([]);
  });
});

const finding = {
  messageId: 'missing',
  class: 'checklist',
  object: 'Deployment/web',
  field: 'spec.replicas',
};

describe('invalid', () => {
  test('three replicas behind a Service, in full', async () => {
    const head = deployment() + service;
    expect(await judgeYaml({ base: service, head, rules })).toEqual([
      expect.objectContaining({
        ...finding,
        severity: 'info',
        status: 'introduced',
        line: 6,
        column: 3,
        endLine: 6,
        endColumn: 14,
        title: 'No disruption budget covers the 3 pods of `Deployment/web`',
        message:
          '`Deployment/web` serves port 80 of Service `web` with 3 pods, and no PodDisruptionBudget in sight ' +
          'selects them.',
        why:
          'A node drain or cluster upgrade may evict all 3 pods at once: Service `web` then has no endpoint until new ones ' +
          'are ready.',
        fix:
          "Add a `policy/v1` PodDisruptionBudget with `maxUnavailable: 1` and the workload's own `selector`: one pod at a " +
          'time, at any number of pods.',
        item: { missing: 'disruption budget', without: 'a drain may take all 3 pods at once' },
        data: { object: 'Deployment/web', pods: 3, autoscaled: false, service: 'web', port: 80 },
        evidence: [
          { text: '`Deployment/web` declares 3 replicas', path: 'deploy/web.yaml', line: 6 },
          { text: 'Service `web` sends port 80 to container `web`', path: 'deploy/web.yaml', line: 23 },
        ],
      }),
    ]);
  });

  test('eks-production: a warning, on an existing workload too', async () => {
    const same = deployment('2') + service;
    expect(await judgeYaml({ base: same, head: same, rules, profile: 'eks-production' })).toMatchObject([
      { ...finding, severity: 'warning', status: 'existing', data: { pods: 2 } },
    ]);
  });

  test.each<[string, string, object]>([
    [
      'an autoscaler floor of 2',
      deployment(null) + service + autoscaler('  minReplicas: 2\n'),
      {
        title: 'No disruption budget covers the 2 or more pods of `Deployment/web`',
        data: { pods: 2, autoscaled: true },
        item: { missing: 'disruption budget', without: 'a drain may take all of the 2 or more pods at once' },
      },
    ],
    ['a budget for other pods', deployment() + service + budget('{ matchLabels: { app: api } }'), {}],
    ['a budget without a selector covers nothing', deployment() + service + budget('null'), {}],
    [
      'the autoscaler of another workload',
      deployment('2') + service + autoscaler('', 'api'),
      { data: { pods: 2 } },
    ],
    [
      'a StatefulSet (polaris#1029)',
      (deployment() + service)
        .replace('kind: Deployment', 'kind: StatefulSet')
        .replace('spec:\n', 'spec:\n  serviceName: web\n'),
      { object: 'StatefulSet/web' },
    ],
  ])('%s', async (_, head, expected) =>
    expect(await judgeYaml({ head, rules, profile: 'eks-production' })).toMatchObject([
      { ...finding, ...expected },
    ]),
  );
});
