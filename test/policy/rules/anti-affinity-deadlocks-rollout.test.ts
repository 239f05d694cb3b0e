import { describe, expect, test } from 'vitest';
import { antiAffinityDeadlocksRollout } from '../../../src/policy/rules/placement/anti-affinity-deadlocks-rollout.ts';
import { judgeYaml } from '../support.ts';

const rules = [antiAffinityDeadlocksRollout];

const zone = 'topology.kubernetes.io/zone';
const host = 'kubernetes.io/hostname';

interface Shape {
  readonly key?: string;
  readonly replicas?: string | null;
  readonly strategy?: string;
  readonly selector?: string;
  readonly more?: string;
}

const deployment = ({
  key = host,
  replicas = '3',
  strategy = '',
  selector = '{ matchLabels: { app: web } }',
  more = '',
}: Shape = {}): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
${replicas === null ? '' : `  replicas: ${replicas}\n`}${strategy}  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web, version: v1 }
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: ${key}
              labelSelector: ${selector}
${more}      containers: [{ name: web, image: "web:1.2.3" }]
`;

const rolling = (limits: string): string => `  strategy: { rollingUpdate: ${limits} }\n`;

const none = rolling('{ maxUnavailable: 0, maxSurge: 1 }');

const autoscaler = (min: string): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
${min}  maxReplicas: 10
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['on defaults, where the nodes are not known', deployment()],
    [
      '25 % of 3, written: nobody says that none may be missing',
      deployment({ strategy: rolling('{ maxUnavailable: 25% }') }),
    ],
    ['an old pod may go first', deployment({ strategy: rolling('{ maxUnavailable: 1, maxSurge: 0 }') })],
    ['one of four may, by default', deployment({ key: zone, replicas: '4' })],
    [
      'both 0 after rounding: the controller takes 1',
      deployment({ strategy: rolling('{ maxUnavailable: 10%, maxSurge: 0 }') }),
    ],
    ['a zone is free', deployment({ key: zone, replicas: '2', strategy: none })],
    ['Recreate', deployment({ key: zone, strategy: '  strategy: { type: Recreate }\n' })],
    [
      'the new pods avoid only each other',
      deployment({ key: zone, more: '              matchLabelKeys: [pod-template-hash]\n' }),
    ],
    [
      'a selector by version lets the next one in',
      deployment({ key: zone, selector: '{ matchLabels: { app: web, version: v1 } }' }),
    ],
    ['the pods of another application', deployment({ key: zone, selector: '{ matchLabels: { app: db } }' })],
    ['the pods of another namespace', deployment({ key: zone, more: '              namespaces: [other]\n' })],
    [
      'a label that a later tool fills in',
      deployment({ key: zone, selector: `{ matchLabels: { app: "\${APP}", x: y } }` }),
    ],
    ['the number of replicas is not stated', deployment({ key: zone, replicas: null })],
    ['parked', deployment({ key: zone, replicas: '0' })],
    [
      'a limit that a later tool fills in',
      deployment({ key: zone, strategy: rolling(`{ maxUnavailable: "\${MAX}" }`) }),
    ],
    [
      'a StatefulSet makes no pod before an old one is gone',
      deployment({ key: zone })
        .replace('kind: Deployment', 'kind: StatefulSet')
        .replace('spec:\n', 'spec:\n  serviceName: web\n'),
    ],
    [
      'a preferred term gives way',
      deployment({ key: zone, strategy: none })
        .replace('requiredDuring', 'preferredDuring')
        .replace(
          `- topologyKey: ${zone}\n              labelSelector: { matchLabels: { app: web } }`,
          `- { weight: 100, podAffinityTerm: { topologyKey: ${zone}, labelSelector: { matchLabels: { app: web } } } }`,
        ),
    ],
    ['a topology of its own, on defaults', deployment({ key: 'example.com/rack' })],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));

  test.each<[string, string, object]>([
    ['a fourth node for three pods', deployment({ strategy: none }), { nodes: 4 }],
    ['a fourth zone', deployment({ key: zone }), { zones: 4 }],
    [
      'on Fargate, where it does not apply',
      deployment({ key: zone, strategy: none }),
      { platforms: [{ match: { name: 'web' }, platform: 'fargate', traits: [] }] },
    ],
  ])('%s', async (_, head, environment) => expect(await judgeYaml({ head, rules, environment })).toEqual([]));
});

const finding = {
  class: 'hazard',
  severity: 'warning',
  status: 'introduced',
  object: 'Deployment/web',
  field:
    'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey',
};

const fix =
  'Write `maxUnavailable: 1` under `strategy.rollingUpdate`: then an old pod makes room first, with one pod fewer meanwhile. ' +
  'A preferred term, or `matchLabelKeys: [pod-template-hash]` in the required one (Kubernetes 1.31 and later), helps from ' +
  'the second rollout on: the pods that run now still carry the old term.';

describe('invalid', () => {
  test('three replicas in three zones, in full', async () => {
    expect(await judgeYaml({ head: deployment({ key: zone }), rules })).toEqual([
      expect.objectContaining({
        ...finding,
        messageId: 'full',
        line: 15,
        column: 15,
        endLine: 15,
        endColumn: 55,
        title:
          'Rollouts of `Deployment/web` get stuck: 3 pods take all 3 zones, and the new one needs one more',
        message:
          '`maxUnavailable: 25%` (default) of 3 pods rounds down to 0: no old pod may go before a new one is ready, and the ' +
          "required anti-affinity lets no two of them stand in one zone. 3 + 1 new = 4, and the configuration's `cluster` " +
          'has 3 zones (3 if not stated).',
        why:
          'The new pod stays Pending and the old ones stay up: the deploy fails when `progressDeadlineSeconds` has passed, ' +
          'and so does every later one.',
        fix,
        data: {
          object: 'Deployment/web',
          topologyKey: zone,
          pods: 3,
          autoscaled: false,
          maxUnavailable: '25%',
          written: false,
          surge: 1,
          domains: 3,
        },
        evidence: [
          { text: '`Deployment/web` declares 3 replicas', path: 'deploy/web.yaml', line: 5 },
          {
            text: 'maxUnavailable: `25%` (default) of 3, rounded down, is 0',
            path: 'deploy/web.yaml',
            line: 4,
          },
          { text: 'maxSurge: `25%` (default) of 3, rounded up, is 1', path: 'deploy/web.yaml', line: 4 },
        ],
      }),
    ]);
  });

  test('maxUnavailable 0 and nodes that nobody states, in full', async () => {
    expect(await judgeYaml({ head: deployment({ strategy: none }), rules })).toMatchObject([
      {
        ...finding,
        messageId: 'free',
        title: 'Every rollout of `Deployment/web` needs a free node: no old pod may go first',
        message:
          '`maxUnavailable: 0`: no old pod may go before a new one is ready, and the required anti-affinity lets no two of ' +
          'them stand on one node. The new pod needs a node without any of the 3 pods.',
        why:
          'Where no further node has room, the new pod stays Pending and the deploy fails when `progressDeadlineSeconds` has ' +
          'passed.',
        fix,
        data: { domains: null, maxUnavailable: '0', written: true },
      },
    ]);
  });

  test.each<[string, string, object, object]>([
    [
      'as many nodes as pods, on defaults (kubernetes#116891, argo-cd#16627)',
      deployment(),
      { nodes: 3 },
      {
        messageId: 'full',
        title:
          'Rollouts of `Deployment/web` get stuck: 3 pods take all 3 nodes, and the new one needs one more',
        why:
          'The new pod stays Pending until a node is added and the old ones stay up: the deploy fails when ' +
          '`progressDeadlineSeconds` has passed, and so does every later one.',
      },
    ],
    [
      'fewer zones than pods',
      deployment({ key: zone, strategy: none }),
      { zones: 2 },
      { data: { domains: 2 } },
    ],
    ['one pod on one node', deployment({ replicas: '1' }), { nodes: 1 }, { data: { pods: 1, domains: 1 } }],
    [
      '0%',
      deployment({ strategy: rolling('{ maxUnavailable: "0%", maxSurge: 2 }') }),
      {},
      { messageId: 'free', data: { maxUnavailable: '0%', surge: 2 } },
    ],
    [
      'a topology of its own',
      deployment({ key: 'example.com/rack', strategy: none }),
      {},
      {
        messageId: 'free',
        title:
          'Every rollout of `Deployment/web` needs a free domain of `example.com/rack`: no old pod may go first',
      },
    ],
    [
      'an autoscaler floor of 3',
      deployment({ key: zone, replicas: null }) + autoscaler('  minReplicas: 3\n'),
      {},
      {
        messageId: 'full',
        title:
          'Rollouts of `Deployment/web` get stuck: 3 or more pods take all 3 zones, and the new one needs one more',
      },
    ],
    [
      'by an expression',
      deployment({
        key: zone,
        selector: '{ matchExpressions: [{ key: app, operator: In, values: [web] }] }',
      }),
      {},
      { messageId: 'full' },
    ],
    [
      'in all namespaces',
      deployment({ key: zone, more: '              namespaceSelector: {}\n' }),
      {},
      { messageId: 'full' },
    ],
  ])('%s', async (_, head, environment, expected) =>
    expect(await judgeYaml({ head, rules, environment })).toMatchObject([{ ...finding, ...expected }]),
  );

  test('two terms: the one that surely has no room is told', async () => {
    const more = `            - topologyKey: ${zone}\n              labelSelector: { matchLabels: { app: web } }\n`;
    expect(await judgeYaml({ head: deployment({ strategy: none, more }), rules })).toMatchObject([
      { ...finding, messageId: 'full', field: finding.field.replace('[0]', '[1]') },
    ]);
  });

  test('a change that takes away the room', async () => {
    const base = deployment({ strategy: rolling('{ maxUnavailable: 1, maxSurge: 0 }') });
    const head = deployment({ strategy: none });
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ ...finding, status: 'introduced' }]);
    expect(await judgeYaml({ base: head, head, rules })).toMatchObject([{ ...finding, status: 'existing' }]);
  });
});
