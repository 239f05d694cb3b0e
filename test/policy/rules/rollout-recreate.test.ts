import { describe, expect, test } from 'vitest';
import { rolloutRecreate } from '../../../src/policy/rules/rollout/rollout-recreate.ts';
import { judgeYaml } from '../support.ts';

const rules = [rolloutRecreate];

interface Shape {
  readonly replicas?: string | null;
  readonly volumes?: string;
  readonly container?: string;
  readonly pod?: string;
}

const deployment = (
  type: string | null,
  { replicas = '3', volumes = '', container = '', pod = '' }: Shape = {},
): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
${replicas === null ? '' : `  replicas: ${replicas}\n`}${type === null ? '' : `  strategy: { type: ${type} }\n`}  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
${pod}      containers:
        - name: web
          image: web:1.2.3
          ports: [{ name: http, containerPort: 8080${container} }]
${volumes === '' ? '' : `      volumes: [${volumes}]\n`}`;

const service = `---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: http }]
`;

const claim = (modes: string): string => `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [${modes}], resources: { requests: { storage: 1Gi } } }
`;

const data = '{ name: data, persistentVolumeClaim: { claimName: data } }';

const both = (shape: Shape, more = ''): readonly [string, string] => [
  deployment('RollingUpdate', shape) + service + more,
  deployment('Recreate', shape) + service + more,
];

describe('valid', () => {
  test.each<[string, string, string]>([
    ['it stays RollingUpdate', deployment('RollingUpdate') + service, deployment('RollingUpdate') + service],
    ['it was Recreate before', deployment('Recreate') + service, deployment('Recreate') + service],
    ['Recreate became RollingUpdate', deployment('Recreate') + service, deployment(null) + service],
    ['no Service', deployment(null), deployment('Recreate')],
    ['a ReadWriteOnce claim (openshift/origin#15168)', ...both({ volumes: data }, claim('ReadWriteOnce'))],
    ['a ReadWriteOncePod claim', ...both({ volumes: data }, claim('ReadWriteOncePod'))],
    ['a claim that is not in sight', ...both({ volumes: data })],
    ['a claim whose mode a later tool fills in', ...both({ volumes: data }, claim(`"\${MODE}"`))],
    ['a directory of the node', ...both({ volumes: '{ name: data, hostPath: { path: /data } }' })],
    ['a disk', ...both({ volumes: '{ name: data, awsElasticBlockStore: { volumeID: vol-1 } }' })],
    ['volumes that a later tool fills in', ...both({ volumes: `"\${VOLUMES}"` })],
    ['a port of the node', ...both({ container: ', hostPort: 8080' })],
    ['the host network', ...both({ pod: '      hostNetwork: true\n' })],
    [
      'a device of the node',
      ...(both({ pod: '' }).map((text) =>
        text.replace(
          'image: web:1.2.3',
          'image: web:1.2.3\n          resources: { limits: { nvidia.com/gpu: 1 } }',
        ),
      ) as [string, string]),
    ],
    ['parked', ...both({ replicas: '0' })],
    [
      'a strategy that a later tool fills in',
      deployment(null) + service,
      deployment(`"\${STRATEGY}"`) + service,
    ],
    [
      'the base may have been either',
      deployment(`"\${STRATEGY}"`) + service,
      deployment('Recreate') + service,
    ],
  ])('%s', async (_, base, head) => expect(await judgeYaml({ base, head, rules })).toEqual([]));

  test('a new workload with Recreate', async () => {
    expect(
      await judgeYaml({ head: deployment('Recreate') + service, rules, profile: 'eks-production' }),
    ).toEqual([]);
  });
});

const finding = {
  messageId: 'recreate',
  class: 'regression',
  severity: 'warning',
  status: 'introduced',
  object: 'Deployment/web',
  field: 'spec.strategy.type',
};

describe('invalid', () => {
  test('the default became Recreate, in full', async () => {
    const [base, head] = [deployment(null) + service, deployment('Recreate') + service];
    expect(await judgeYaml({ base, head, rules })).toEqual([
      expect.objectContaining({
        ...finding,
        line: 6,
        column: 15,
        endLine: 6,
        endColumn: 29,
        title:
          'Every rollout of `Deployment/web` now stops all 3 pods before it starts a new one, and Service `web` sends them ' +
          'traffic',
        message:
          'This change makes `strategy.type` `Recreate`, which was `RollingUpdate` in the base; the pods of `Deployment/web` ' +
          'serve port 80 of Service `web`.',
        why:
          'From the end of the last old pod until the first new one is ready, Service `web` has no endpoint: each deploy ' +
          'fails the requests of that time, and a new version that does not start leaves nothing running.',
        fix: 'Keep `RollingUpdate`; with `maxUnavailable: 0` and `maxSurge: 1` the old pods serve until the new ones are ready.',
        data: { object: 'Deployment/web', service: 'web', port: 80, pods: 3 },
        evidence: [
          { text: 'base: `RollingUpdate`', path: 'deploy/web.yaml', line: 4 },
          { text: 'Service `web` sends port 80 to container `web`', path: 'deploy/web.yaml', line: 23 },
        ],
      }),
    ]);
  });

  test.each<[string, readonly [string, string], object]>([
    ['written before', both({}), {}],
    [
      'one replica',
      both({ replicas: '1' }),
      {
        title:
          'Every rollout of `Deployment/web` now stops the only pod before it starts a new one, and Service `web` sends it ' +
          'traffic',
      },
    ],
    [
      'a number that is not stated',
      both({ replicas: null }),
      {
        title:
          'Every rollout of `Deployment/web` now stops all pods before it starts a new one, and Service `web` sends them ' +
          'traffic',
        data: { pods: null },
      },
    ],
    ['a ReadWriteMany claim', both({ volumes: data }, claim('ReadWriteMany')), {}],
    ['a claim of several modes', both({ volumes: data }, claim('ReadWriteOnce, ReadWriteMany')), {}],
    [
      'volumes that any number of pods can have',
      both({
        volumes:
          '{ name: a, configMap: { name: a } }, { name: b, emptyDir: {} }, { name: c, nfs: { server: s, path: / } }',
      }),
      {},
    ],
  ])('%s', async (_, [base, head], expected) =>
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );
});
