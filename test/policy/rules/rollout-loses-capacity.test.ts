import { describe, expect, test } from 'vitest';
import { rolloutLosesCapacity } from '../../../src/policy/rules/rollout/rollout-loses-capacity.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [rolloutLosesCapacity];

const service = `---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
`;

/** A Deployment behind its Service; \`strategy\` is the text of its rollingUpdate, \`pod\` stands in the pod spec. */
const release = (
  replicas: string | number,
  strategy: string,
  { pod = '', container = '', services = service, kind = 'Deployment' } = {},
): string => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: web
spec:
  replicas: ${replicas}
  ${kind === 'Deployment' ? 'strategy' : 'updateStrategy'}:
    type: RollingUpdate
    rollingUpdate: ${strategy}
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
${pod}      containers:
        - name: web
          image: web:1.2.3
          ports:
            - containerPort: 8080
${container}${services}`;

const limits = (maxUnavailable: string | number, maxSurge: string | number = 1): string =>
  `{ maxSurge: ${maxSurge}, maxUnavailable: ${maxUnavailable} }`;

const recreate = release(3, '{}').replace('type: RollingUpdate\n    rollingUpdate: {}', 'type: Recreate');

const hpa = (minReplicas: number): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: ${minReplicas}
  maxReplicas: 20
`;

const rollout = (canary: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: web
spec:
  replicas: 4
  strategy:
    canary: ${canary}
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1.2.3
          ports:
            - containerPort: 8080
${service}`;

const claim = `      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: data
`;

describe('valid', () => {
  test.each<[string, string, string?]>([
    ['the defaults', release(3, '{}')],
    ['the defaults at 1', release(1, '{}')],
    ['half of 4', release(4, limits(2))],
    ['66 % of 3 rounds down to 1', release(3, limits('66%'))],
    ['66 % of 3 is 1 without a surge as well', release(3, limits('66%', 0))],
    ['none may be missing', release(2, limits(0))],
    ['nothing sends it traffic (polaris#651)', release(3, limits(3), { services: '' })],
    [
      'a Service that is only for metrics',
      release(3, limits(3), { services: service.replace('name: web', 'name: web-metrics') }),
    ],
    [
      'a second workload serves the same Service: what is left is not all there is',
      release(3, limits(3)) +
        release(3, limits(1), { services: '' })
          .replace('apiVersion', '---\napiVersion')
          .replaceAll('name: web', 'name: web-canary'),
    ],
    ['scaled to 0', release(0, limits(3))],
    ['a placeholder for the count', release(`"\${REPLICAS}"`, limits(3))],
    ['a placeholder for the limit', release(3, limits(`"\${MAX}"`))],
    ['no count: an autoscaler elsewhere may own it', release(3, limits(3)).replace('  replicas: 3\n', '')],
    ["enough at the autoscaler's floor", release(2, limits(2)) + hpa(4)],
    [
      'KEDA scales it down to 0',
      release(1, limits(1, 0)) +
        '---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: web }\nspec: { scaleTargetRef: { name: web } }\n',
    ],
    ['Recreate, which is another rule’s', recreate],
    [
      'the only pod holds a volume that no other can have (openshift/origin#15168)',
      release(1, limits(1, 0), { pod: claim }),
    ],
    ['the only pod holds a port of its node', release(1, limits(1, 0), { pod: '      hostNetwork: true\n' })],
    [
      'one of two holds a host for itself',
      release(2, limits(1, 0), {
        pod: `      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: { matchLabels: { app: web } }
`,
      }),
    ],
    ['a StatefulSet replaces one at a time', release(2, '{}', { kind: 'StatefulSet' })],
    ['and its only one', release(1, '{}', { kind: 'StatefulSet' })],
    [
      'maxUnavailable of a StatefulSet, which Kubernetes 1.36 does not read',
      release(3, '{ maxUnavailable: 3 }', { kind: 'StatefulSet' }),
      '1.36',
    ],
    ['or may not, in 1.35', release(3, '{ maxUnavailable: 3 }', { kind: 'StatefulSet' }), '1.35'],
    ['an Argo Rollout with its defaults', rollout('{}')],
    ['an Argo Rollout that a router feeds', rollout('{ maxUnavailable: 4, trafficRouting: { alb: {} } }')],
  ])('%s', async (_, head, kubernetesVersion) =>
    expect(await judgeYaml({ head, rules, ...(kubernetesVersion && { kubernetesVersion }) })).toEqual([]),
  );
});

const loses = { messageId: 'loses', class: 'hazard', severity: 'warning' } as const;

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    '2 of 3',
    release(3, limits(2)),
    {
      ...loses,
      line: 9,
      column: 35,
      endLine: 9,
      endColumn: 52,
      field: 'spec.strategy.rollingUpdate.maxUnavailable',
      title: 'A rollout of `Deployment/web` may take 2 of 3 pods at once',
      message:
        '`maxUnavailable: 2` of 3 pods is 2: while `Deployment/web` is rolled out, 3 − 2 = 1 may be all that serves Service `web`.',
      why:
        'Until the new pods are ready, each one that is left gets 3 times its usual requests, at every rollout, at whatever ' +
        'load there is then.',
      fix: 'Write `maxUnavailable: 0` with `maxSurge: 1`: each old pod is stopped when a new one is ready, and none is missing.',
      data: {
        workload: 'Deployment/web',
        service: 'web',
        pods: 3,
        autoscaled: false,
        unavailablePods: 2,
        lowestAvailablePods: 1,
        sharePercent: 67,
        limit: '2',
        limitWritten: true,
        raised: false,
        surgePods: 1,
        canSurge: true,
        basePods: null,
        baseLowestPods: null,
      },
      evidence: [
        { text: 'maxUnavailable: `2`', path: 'deploy/web.yaml', line: 9 },
        { text: 'maxSurge: `1`', path: 'deploy/web.yaml', line: 9 },
        { text: '`Deployment/web` declares 3 replicas', path: 'deploy/web.yaml', line: 6 },
      ],
    },
  ],
  [
    '67 % of 3 rounds down to 2',
    release(3, limits('67%')),
    {
      ...loses,
      message:
        '`maxUnavailable: 67%` of 3 pods is 2 after rounding: while `Deployment/web` is rolled out, 3 − 2 = 1 may be all that ' +
        'serves Service `web`.',
    },
  ],
  [
    'more than there are',
    release(3, limits(5)),
    {
      ...loses,
      title: 'A rollout of `Deployment/web` may take 3 of 3 pods at once',
      why: 'Until the first new pod is ready nothing answers for Service `web`: every rollout is an outage as long as a start.',
    },
  ],
  ['the only one, although a new one could go first', release(1, limits(1, 0)), loses],
  [
    'the only one, because both limits come to 0',
    release(1, limits('25%', 0)),
    {
      ...loses,
      message:
        '`maxUnavailable: 25%` of 1 pod comes to 0, and with `maxSurge` at 0 too Kubernetes takes 1: while `Deployment/web` is ' +
        'rolled out, 1 − 1 = 0 may be all that serves Service `web`.',
    },
  ],
  [
    "at the autoscaler's floor",
    release(8, limits(2)) + hpa(3),
    {
      ...loses,
      title: "A rollout of `Deployment/web` may take 2 of 3 pods at the autoscaler's floor at once",
    },
  ],
  [
    'the rest of a division is shown with one digit',
    release(5, limits(3)),
    {
      ...loses,
      why:
        'Until the new pods are ready, each one that is left gets 2.5 times its usual requests, at every rollout, at ' +
        'whatever load there is then.',
    },
  ],
  [
    'more of them than one at a time, where none can go first',
    release(3, limits(2, 0), { pod: claim }),
    { ...loses, fix: 'Write `maxUnavailable: 1`: one of 3 is missing at a time.' },
  ],
  ['an Argo Rollout', rollout('{ maxUnavailable: 75% }'), { ...loses, line: 8, object: 'Rollout/web' }],
  [
    '1 of 2 is said, and no more',
    release(2, limits(1)),
    {
      messageId: 'half',
      class: 'hazard',
      severity: 'info',
      title: 'A rollout of `Deployment/web` may take 1 of 2 pods at once',
    },
  ],
];

describe('invalid', () => {
  test('a pod of a test serves nobody', async () => {
    const probe = `---
apiVersion: v1
kind: Pod
metadata: { name: probe, labels: { app: web }, annotations: { helm.sh/hook: test } }
spec: { restartPolicy: Never, containers: [{ name: probe, image: "curl:1" }] }
`;
    const [base, head] = [release(3, limits(3)) + probe, release(3, limits(3))];
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ status: 'existing' }]);
  });

  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      { status: 'introduced', object: 'Deployment/web', ...expected },
    ]);
  });
  test('a StatefulSet whose maxUnavailable Kubernetes reads', async () => {
    const head = release(3, '{ maxUnavailable: 3 }', { kind: 'StatefulSet' });
    expect(await judgeYaml({ head, rules, kubernetesVersion: '1.37' })).toMatchObject([
      { ...loses, fix: 'Write `maxUnavailable: 1`: one of 3 is missing at a time.' },
    ]);
  });
  test('another share', async () => {
    const judge = (maxUnavailable: number): Promise<JudgedFinding[]> =>
      judgeYaml({ head: release(4, limits(maxUnavailable)), rules, options: { 'share-percent': 25 } });
    expect(await judge(1)).toEqual([]);
    expect(await judge(2)).toMatchObject([loses]);
  });
});

describe('base and head', () => {
  const judged = async (base: string, head: string): Promise<unknown[]> =>
    (await judgeYaml({ base, head, rules })).map(({ messageId, status }) => [messageId, status]);

  test('this change made it so', async () => {
    const [finding] = await judgeYaml({ base: release(4, limits(1)), head: release(4, limits(3)), rules });
    expect(finding).toMatchObject({
      messageId: 'worsened',
      class: 'regression',
      severity: 'warning',
      status: 'introduced',
      title: 'A rollout of `Deployment/web` now leaves 1 of 4 pods (3 of 4 in the base)',
      data: { basePods: 4, baseLowestPods: 3 },
    });
  });
  test('by taking pods away', async () =>
    expect(await judged(release(6, limits(2)), release(3, limits(2)))).toEqual([['worsened', 'introduced']]));
  test("by lowering the autoscaler's floor", async () =>
    expect(await judged(release(6, limits(2)) + hpa(6), release(6, limits(2)) + hpa(2))).toEqual([
      ['worsened', 'introduced'],
    ]));
  test('1 of 2 before, 2 of 2 now', async () =>
    expect(await judged(release(2, limits(1)), release(2, limits(2)))).toContainEqual([
      'worsened',
      'introduced',
    ]));
  test('as before', async () =>
    expect(await judged(release(3, limits(2)), release(3, limits(2)))).toEqual([['loses', 'existing']]));
  test('more than half before, all now', async () =>
    expect(await judged(release(3, limits(2)), release(3, limits(3)))).toEqual([['loses', 'worsened']]));
  test('fixed', async () =>
    expect(await judged(release(3, limits(2)), release(3, limits(1)))).toEqual([['loses', 'fixed']]));
  test('from Recreate it only gets better', async () =>
    expect(await judged(recreate, release(3, limits(2)))).toEqual([]));
  test('unknown before', async () =>
    expect(await judged(release(3, limits(`"\${MAX}"`)), release(3, limits(2)))).toEqual([
      ['loses', 'introduced'],
    ]));
});
