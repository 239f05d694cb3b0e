import { describe, expect, test } from 'vitest';
import { spreadRemoved } from '../../../src/policy/rules/placement/spread-removed.ts';
import { judgeYaml } from '../support.ts';

const rules = [spreadRemoved];

const deployment = (pod = '', replicas: string | null = '3'): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
${replicas === null ? '' : `  replicas: ${replicas}\n`}  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
${pod}      containers: [{ name: web, image: "web:1.2.3" }]
`;

const spread = (key: string, selector = '{ matchLabels: { app: web } }', when = 'DoNotSchedule'): string =>
  `      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: ${key}
          whenUnsatisfiable: ${when}
          labelSelector: ${selector}
`;

const zone = 'topology.kubernetes.io/zone';
const host = 'kubernetes.io/hostname';

const required = (key: string, label = 'web', more = ''): string => `      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: ${key}
              labelSelector: { matchLabels: { app: ${label} } }
${more}`;

const preferred = (key: string): string => `      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                topologyKey: ${key}
                labelSelector: { matchLabels: { app: web } }
`;

const autoscaler = (min: string): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
${min}  maxReplicas: 10
`;

const spreadOut = deployment(spread(zone));

describe('valid', () => {
  test.each<[string, string, string]>([
    ['it stays', spreadOut, spreadOut],
    ['a weaker constraint', spreadOut, deployment(spread(zone, undefined, 'ScheduleAnyway'))],
    ['over other domains', spreadOut, deployment(spread(host))],
    [
      'an anti-affinity in its place (kube-linter#894, kube-score#613)',
      spreadOut,
      deployment(required(host)),
    ],
    ['a preferred one in its place', spreadOut, deployment(preferred(host))],
    ['a spread in the place of an anti-affinity (kube-score#495)', deployment(required(host)), spreadOut],
    ['required became preferred', deployment(required(host)), deployment(preferred(host))],
    [
      'a later tool fills the constraints in',
      spreadOut,
      deployment(`      topologySpreadConstraints: "\${SPREAD}"\n`),
    ],
    ['a later tool fills the affinity in', spreadOut, deployment(`      affinity: "\${AFFINITY}"\n`)],
    ['there was none', deployment(), deployment()],
    ['what was there counted other pods', deployment(required(host, 'db')), deployment()],
    ['a constraint without a selector counted nothing', deployment(spread(zone, 'null')), deployment()],
    [
      'a term for the pods of another namespace',
      deployment(required(host, 'web', '              namespaces: [other]\n')),
      deployment(),
    ],
    [
      'the selector misses now: told there',
      spreadOut,
      deployment(spread(zone, '{ matchLabels: { app: wbe } }')),
    ],
    ['the term misses now: told there', deployment(required(host)), deployment(required(host, 'wbe'))],
    ['one replica', deployment(spread(zone), '1'), deployment('', '1')],
    ['down to one replica in the same change', spreadOut, deployment('', '1')],
    ['the number of replicas is not stated', deployment(spread(zone), null), deployment('', null)],
    [
      'an autoscaler floor of 1',
      deployment(spread(zone), null) + autoscaler(''),
      deployment('', null) + autoscaler(''),
    ],
    [
      'a DaemonSet has one pod on each node anyway (polaris)',
      deployment(spread(zone), null).replace('kind: Deployment', 'kind: DaemonSet'),
      deployment('', null).replace('kind: Deployment', 'kind: DaemonSet'),
    ],
    ['the workload is deleted', spreadOut, 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'],
  ])('%s', async (_, base, head) => expect(await judgeYaml({ base, head, rules })).toEqual([]));

  test('on Fargate, where it does not apply', async () => {
    const environment = {
      platforms: [{ match: { name: 'web' }, platform: 'fargate' as const, traits: [] }],
    };
    const head = deployment();
    expect(await judgeYaml({ base: spreadOut, head, rules, environment })).toEqual([]);
  });

  test('a new workload', async () => {
    expect(await judgeYaml({ head: deployment(), rules, profile: 'eks-production' })).toEqual([]);
  });
});

const finding = {
  messageId: 'removed',
  class: 'regression',
  severity: 'warning',
  status: 'introduced',
  object: 'Deployment/web',
};

describe('invalid', () => {
  test('the spread over zones is gone (onedr0p/home-ops#8276), in full', async () => {
    expect(await judgeYaml({ base: spreadOut, head: deployment(), rules })).toEqual([
      expect.objectContaining({
        ...finding,
        field: 'spec.template.spec.topologySpreadConstraints',
        line: 11,
        column: 5,
        endLine: 11,
        endColumn: 9,
        title: 'Nothing keeps the pods of `Deployment/web` apart any more: all 3 pods may land in one zone',
        message:
          'In the base `topologySpreadConstraints` kept them apart over `topology.kubernetes.io/zone`; this change leaves ' +
          '`Deployment/web` with 3 pods and neither a spread constraint nor an anti-affinity of its own.',
        why:
          "What is left is the scheduler's own preference, which gives way wherever a node has more room. One zone that " +
          'fails or is drained can then take all 3 pods with it.',
        fix: 'Keep the constraint of the base. A preferred anti-affinity does as well where a required one left pods pending.',
        data: {
          object: 'Deployment/web',
          fields: ['topologySpreadConstraints'],
          keys: [zone],
          pods: 3,
          autoscaled: false,
        },
        evidence: [
          { text: '`Deployment/web` declares 3 replicas', path: 'deploy/web.yaml', line: 5 },
          {
            text: 'base: `topologySpreadConstraints` over `topology.kubernetes.io/zone`',
            path: 'deploy/web.yaml',
            line: 13,
          },
        ],
      }),
    ]);
  });

  test.each<[string, string, string, object]>([
    [
      'a required anti-affinity',
      deployment(required(host)),
      deployment(),
      {
        field: 'spec.template.spec.affinity.podAntiAffinity',
        title: 'Nothing keeps the pods of `Deployment/web` apart any more: all 3 pods may land on one node',
        data: { fields: ['podAntiAffinity'], keys: [host] },
      },
    ],
    ['a preferred one', deployment(preferred(host)), deployment(), { data: { keys: [host] } }],
    [
      'both at once',
      deployment(spread(zone) + required(host)),
      deployment(),
      {
        message:
          'In the base `topologySpreadConstraints` and `podAntiAffinity` kept them apart over `topology.kubernetes.io/zone` ' +
          'and `kubernetes.io/hostname`; this change leaves `Deployment/web` with 3 pods and neither a spread constraint nor ' +
          'an anti-affinity of its own.',
      },
    ],
    [
      'over a key of its own',
      deployment(spread('example.com/rack')),
      deployment(),
      {
        title:
          'Nothing keeps the pods of `Deployment/web` apart any more: all 3 pods may land in one domain of `example.com/rack`',
      },
    ],
    [
      'a term towards another application stays, and does not help',
      deployment(
        `${required(host)}            - topologyKey: ${host}\n              labelSelector: { matchLabels: { app: db } }\n`,
      ),
      deployment(required(host, 'db')),
      { data: { keys: [host] } },
    ],
    [
      'an anti-affinity in all namespaces counted its own as well',
      deployment(required(host, 'web', '              namespaceSelector: {}\n')),
      deployment(),
      { data: { keys: [host] } },
    ],
    ['two replicas, the fewest', deployment(spread(zone), '2'), deployment('', '2'), { data: { pods: 2 } }],
    [
      'an autoscaler floor of 2',
      deployment(spread(zone), null) + autoscaler('  minReplicas: 2\n'),
      deployment('', null) + autoscaler('  minReplicas: 2\n'),
      {
        title:
          'Nothing keeps the pods of `Deployment/web` apart any more: all of the 2 or more pods may land in one zone',
      },
    ],
  ])('%s', async (_, base, head, expected) =>
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );
});
