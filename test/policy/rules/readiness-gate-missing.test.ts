import { describe, expect, test } from 'vitest';
import { readinessGateMissing } from '../../../src/policy/rules/load-balancer/readiness-gate-missing.ts';
import { judgeYaml } from '../support.ts';

const rules = [readinessGateMissing];

const namespace = (labels = '{ team: shop }', name = 'shop'): string => `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels: ${labels}
`;

const probe = `          readinessProbe: { httpGet: { path: /ready, port: 8080 }, initialDelaySeconds: 5 }
`;

const deployment = (spec = '', container = probe, name = 'web', kind = 'Deployment', pod = ''): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec:
${spec}  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
${pod}      containers:
        - name: web
          image: web:1.2.3
${container}`;

const service = (annotations = '{}', spec = '', name = 'web'): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop, annotations: ${annotations} }
spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: 8080 }]${spec} }
`;

const alb = 'alb.ingress.kubernetes.io';
const nlb = 'service.beta.kubernetes.io/aws-load-balancer';

const ingress = (annotations = `${alb}/target-type: ip`, className = 'alb', name = 'web'): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations: { ${annotations} }
spec:
  ingressClassName: ${className}
  defaultBackend: { service: { name: ${name}, port: { number: 80 } } }
`;

const auto = `---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: auto }
spec: { controller: eks.amazonaws.com/alb }
`;

const behind = deployment() + service() + ingress();
const gate = 'elbv2.k8s.aws/pod-readiness-gate-inject';
const autoGate = 'eks.amazonaws.com/pod-readiness-gate-inject';

describe('valid', () => {
  test.each<[string, string]>([
    ['the label is there', namespace(`{ ${gate}: enabled }`) + behind],
    [
      'the label of Auto Mode, where nobody knows who makes the ALB',
      namespace(`{ ${autoGate}: enabled }`) + behind,
    ],
    ['the Namespace stands elsewhere: it may have the label', behind],
    ['another Namespace', namespace('{}', 'other') + behind],
    ['a label that a later tool fills in', namespace(`{ ${gate}: '\${GATE}' }`) + behind],
    ['instance targets', namespace() + deployment() + service() + ingress(`${alb}/target-type: instance`)],
    [
      'a target type that nobody states',
      namespace() + deployment() + service() + ingress(`${alb}/scheme: internal`),
    ],
    [
      'another Ingress controller',
      namespace() + deployment() + service() + ingress(`${alb}/target-type: ip`, 'nginx'),
    ],
    ['no load balancer', namespace() + deployment() + service()],
    [
      'minReadySeconds outlasts the health check',
      namespace() + deployment('  minReadySeconds: 15\n') + service() + ingress(),
    ],
    [
      'minReadySeconds that a later tool fills in',
      namespace() + deployment(`  minReadySeconds: '\${N}'\n`) + service() + ingress(),
    ],
    [
      'an interval that a later tool fills in',
      namespace() +
        deployment() +
        service() +
        ingress(`${alb}/target-type: ip, ${alb}/healthcheck-interval-seconds: '\${I}'`),
    ],
    [
      'old pods go before new ones come',
      namespace() + deployment('  strategy: { type: Recreate }\n') + service() + ingress(),
    ],
    ['no replicas', namespace() + deployment('  replicas: 0\n') + service() + ingress()],
    [
      'the template names the gate itself',
      namespace() +
        deployment(
          '',
          probe,
          'web',
          'Deployment',
          '      readinessGates: [{ conditionType: target-health.elbv2.k8s.aws/x }]\n',
        ) +
        service() +
        ingress(),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const finding = {
  ruleId: 'readiness-gate-missing',
  messageId: 'missing',
  class: 'hazard',
  severity: 'warning',
  status: 'introduced',
  object: 'Namespace/shop',
  field: `metadata.labels["${gate}"]`,
};

describe('invalid', () => {
  test('an ALB with pod addresses for targets', async () => {
    expect(await judgeYaml({ head: namespace() + behind, rules })).toMatchObject([
      {
        ...finding,
        line: 5,
        column: 3,
        endLine: 5,
        endColumn: 9,
        title:
          'Nothing waits for the ALB target of a new pod of `Deployment/web`: Ready at 5 s, healthy by 20 s',
        message:
          'A new pod is Ready at 5 s, and its target is healthy by 1 × 15 s (default) of health checks later; the rollout ' +
          'goes on 0 s after Ready (`minReadySeconds`), up to 15 s before that. Registering the target comes on top of that. Namespace `shop` has no label `elbv2.k8s.aws/pod-readiness-gate-inject: ' +
          'enabled`, so no readiness gate holds the pod back.',
        why:
          'A rollout takes an old pod away as soon as a new one is available. Until the target of the new pod is healthy the ' +
          'load balancer has neither: with few replicas, or with several replaced at once, requests find no healthy target.',
        fix:
          'Label Namespace `shop` with `elbv2.k8s.aws/pod-readiness-gate-inject: enabled` (EKS Auto Mode: ' +
          '`eks.amazonaws.com/pod-readiness-gate-inject: enabled`). The readiness gate is added to pods that are made after that.',
        data: {
          namespace: 'shop',
          label: gate,
          otherLabel: autoGate,
          has: null,
          workloads: ['Deployment/web'],
          balancer: 'ALB',
          readySeconds: 5,
          minReadySeconds: 0,
          checks: 1,
          intervalSeconds: 15,
          intervalWritten: false,
          gapSeconds: 15,
        },
        evidence: [
          { text: '`Ingress/web` sends traffic to pod addresses', path: 'deploy/web.yaml', line: 30 },
        ],
        picture: {
          title: 'From Ready to the first request through the ALB',
          sections: [{ name: 'pod' }, { name: 'load balancer' }, { name: 'rollout' }],
        },
      },
    ]);
  });

  test.each<[string, string, object]>([
    [
      'an NLB wants its whole threshold',
      namespace() + deployment() + service(`{ ${nlb}-type: nlb-ip }`, ', type: LoadBalancer'),
      {
        title:
          'Nothing waits for the NLB target of a new pod of `Deployment/web`: Ready at 5 s, healthy by 35 s',
        data: { balancer: 'NLB', checks: 3, intervalSeconds: 10, gapSeconds: 30, otherLabel: null },
      },
    ],
    [
      'minReadySeconds that is too short',
      namespace() + deployment('  minReadySeconds: 14\n') + service() + ingress(),
      { data: { minReadySeconds: 14, gapSeconds: 1 } },
    ],
    [
      'another value of the label',
      namespace(`{ ${gate}: "true" }`) + behind,
      {
        column: 13,
        data: { has: 'true' },
        message: expect.stringContaining(`has \`${gate}: true\`, and only \`enabled\` counts`),
      },
    ],
    [
      'the label of the controller, under Auto Mode',
      namespace(`{ ${gate}: enabled }`) +
        deployment() +
        service() +
        ingress(`${alb}/target-type: ip`, 'auto') +
        auto,
      { field: `metadata.labels["${autoGate}"]`, data: { label: autoGate, otherLabel: null } },
    ],
    [
      'a written interval',
      namespace() +
        deployment() +
        service() +
        ingress(`${alb}/target-type: ip, ${alb}/healthcheck-interval-seconds: "30"`),
      { data: { intervalSeconds: 30, intervalWritten: true, gapSeconds: 30 } },
    ],
    [
      'no readiness probe: Ready when started',
      namespace() + deployment('', '') + service() + ingress(),
      { data: { readySeconds: 0 } },
    ],
    [
      'a probe that a later tool fills in',
      namespace() + deployment('', `          readinessProbe: '\${PROBE}'\n`) + service() + ingress(),
      {
        title:
          'Nothing waits for the ALB target of a new pod of `Deployment/web`: healthy by 15 s after it is Ready',
        data: { readySeconds: null },
        picture: null,
      },
    ],
    [
      'a StatefulSet',
      namespace() + deployment('  serviceName: web\n', probe, 'web', 'StatefulSet') + service() + ingress(),
      { data: { workloads: ['StatefulSet/web'] } },
    ],
  ])('%s', async (_, head, expected) => {
    const { field, ...others } = { ...finding, ...expected } as typeof finding;
    expect(await judgeYaml({ head, rules })).toMatchObject([{ field, ...others }]);
  });

  test('one note for a Namespace, with the longest gap', async () => {
    const api =
      deployment('', probe, 'api') +
      service('{}', '', 'api') +
      ingress(`${alb}/target-type: ip, ${alb}/healthcheck-interval-seconds: "30"`, 'alb', 'api');
    const [found, ...more] = await judgeYaml({ head: namespace() + behind + api, rules });
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      ...finding,
      data: { workloads: ['Deployment/api', 'Deployment/web'], gapSeconds: 30 },
      message: expect.stringContaining(' The same goes for 1 more workload there.'),
    });
  });

  test('another workload there makes it worse, what base had is left alone', async () => {
    const api =
      deployment('', probe, 'api') +
      service('{}', '', 'api') +
      ingress(`${alb}/target-type: ip`, 'alb', 'api');
    const base = namespace() + behind;
    expect(await judgeYaml({ base, head: base, rules })).toMatchObject([{ status: 'existing' }]);
    expect(await judgeYaml({ base, head: base + api, rules })).toMatchObject([{ status: 'worsened' }]);
  });
});
