import { describe, expect, test } from 'vitest';
import { replicasFightAutoscaler } from '../../../src/policy/rules/rollout/replicas-fight-autoscaler.ts';
import { judgeYaml } from '../support.ts';

const rules = [replicasFightAutoscaler];

const workload = (
  replicas: string | null,
  kind = 'Deployment',
  apiVersion = 'apps/v1',
): string => `apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: web }
spec:
${replicas === null ? '' : `  replicas: ${replicas}\n`}  selector:
    matchLabels: { app: web }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "web:1.2.3" }] }
`;

const hpa = (min = '2', max = '10', target = 'kind: Deployment, name: web', metadata = ''): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web${metadata} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, ${target} }
  minReplicas: ${min}
  maxReplicas: ${max}
`;

const keda = (spec = '', metadata = ''): string => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web${metadata} }
spec:
  scaleTargetRef: { name: web }
${spec}  triggers: [{ type: cron, metadata: { timezone: UTC, start: 0 6 * * *, end: 0 20 * * *, desiredReplicas: "10" } }]
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['replicas left out', workload(null) + hpa()],
    ['no autoscaler', workload('3')],
    ['an autoscaler for another', workload('3') + hpa('2', '10', 'kind: Deployment, name: api')],
    ['an autoscaler for another kind', workload('3') + hpa('2', '10', 'kind: StatefulSet, name: web')],
    ['parked: 0 turns the autoscaler off', workload('0') + hpa()],
    ['min = max = replicas: all three say the same', workload('3') + hpa('3', '3')],
    ['KEDA with min = max = replicas', workload('3') + keda('  minReplicaCount: 3\n  maxReplicaCount: 3\n')],
    ['KEDA is paused', workload('3') + keda('', ', annotations: { autoscaling.keda.sh/paused: "true" }')],
    [
      'KEDA is paused at a number',
      workload('3') + keda('', ', annotations: { autoscaling.keda.sh/paused-replicas: "3" }'),
    ],
    ['replicas filled in by a later tool', workload(`"\${REPLICAS}"`) + hpa()],
    ['a floor filled in by a later tool', workload('3') + hpa(`"\${MIN}"`)],
    ['a ceiling filled in by a later tool', workload('3') + hpa('2', `"\${MAX}"`)],
    [
      'a target filled in by a later tool',
      workload('3') + hpa('2', '10', `kind: Deployment, name: "\${NAME}"`),
    ],
    [
      'a namespace that is not stated against one that is',
      workload('3') + hpa('2', '10', undefined, ', namespace: shop'),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const finding = {
  messageId: 'fight',
  class: 'hazard',
  severity: 'warning',
  status: 'introduced',
  object: 'Deployment/web',
  field: 'spec.replicas',
};

describe('invalid', () => {
  test('replicas beside a HorizontalPodAutoscaler, in full', async () => {
    expect(await judgeYaml({ head: workload('3') + hpa(), rules })).toEqual([
      expect.objectContaining({
        ...finding,
        line: 5,
        column: 3,
        endLine: 5,
        endColumn: 14,
        title: '`Deployment/web` states `replicas: 3`, and `HorizontalPodAutoscaler/web` owns that number',
        message:
          '`HorizontalPodAutoscaler/web` keeps `Deployment/web` between 2 and 10 replicas; the manifest writes `replicas: 3` ' +
          'over whatever it has chosen.',
        why:
          'Client-side apply (`kubectl apply`, Helm 3) sets the number back to 3 each time. When 10 run, that stops 7 of them ' +
          'at once, until the autoscaler has added them again. Server-side apply (Helm 4) stops with a conflict on ' +
          '`.spec.replicas` once the autoscaler has changed it.',
        fix:
          'Leave `replicas` out. By client-side apply that takes an object that is deployed already down to 1 pod once, unless ' +
          '`kubectl apply edit-last-applied` removes the field first.',
        data: {
          object: 'Deployment/web',
          autoscaler: 'HorizontalPodAutoscaler/web',
          replicas: 3,
          min: 2,
          max: 10,
          native: true,
        },
        evidence: [
          {
            text: '`HorizontalPodAutoscaler/web` scales between 2 and 10',
            path: 'deploy/web.yaml',
            line: 16,
          },
        ],
      }),
    ]);
  });

  test.each<[string, string, object]>([
    ['equal to the floor is a fight as well', workload('2') + hpa(), { data: { replicas: 2 } }],
    [
      'equal to the ceiling',
      workload('10') + hpa(),
      {
        why:
          'Client-side apply (`kubectl apply`, Helm 3) sets the number back to 10 each time. When 2 run, that starts 8 more, ' +
          'until the autoscaler has taken them away again. Server-side apply (Helm 4) stops with a conflict on ' +
          '`.spec.replicas` once the autoscaler has changed it.',
      },
    ],
    ['min = max, replicas differ', workload('3') + hpa('4', '4'), { data: { min: 4, max: 4 } }],
    [
      'a floor that is not set is 1',
      workload('3') + hpa().replace('  minReplicas: 2\n', ''),
      { data: { min: 1, max: 10 } },
    ],
    [
      "KEDA's defaults are 0 and 100",
      workload('3') + keda(),
      { data: { autoscaler: 'ScaledObject/web', min: 0, max: 100 } },
    ],
    [
      'KEDA is told not to pause',
      workload('3') +
        keda('  maxReplicaCount: 5\n', ', annotations: { autoscaling.keda.sh/paused: "false" }'),
      { data: { max: 5 } },
    ],
    [
      'a StatefulSet',
      workload('3', 'StatefulSet').replace('spec:\n', 'spec:\n  serviceName: web\n') +
        hpa('2', '10', 'kind: StatefulSet, name: web'),
      { object: 'StatefulSet/web' },
    ],
    [
      'a custom resource, which Helm 3 patches by its manifests alone',
      workload('3', 'Rollout', 'argoproj.io/v1alpha1') + hpa('2', '10', 'kind: Rollout, name: web'),
      {
        object: 'Rollout/web',
        why:
          'Client-side apply (`kubectl apply`) sets the number back to 3 each time. When 10 run, that stops 7 of them at once, ' +
          'until the autoscaler has added them again. Server-side apply (Helm 4) stops with a conflict on `.spec.replicas` ' +
          'once the autoscaler has changed it.',
      },
    ],
  ])('%s', async (_, head, expected) =>
    expect(await judgeYaml({ head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );

  test('the autoscaler is new, or both were there', async () => {
    const both = workload('3') + hpa();
    expect(await judgeYaml({ base: workload('3'), head: both, rules })).toMatchObject([finding]);
    expect(await judgeYaml({ base: both, head: both, rules })).toMatchObject([{ status: 'existing' }]);
    expect(await judgeYaml({ base: both, head: workload(null) + hpa(), rules })).toMatchObject([
      { status: 'fixed' },
    ]);
  });
});
