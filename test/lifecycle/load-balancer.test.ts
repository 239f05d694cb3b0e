import { describe, expect, test } from 'vitest';
import { firstHealthy } from '../../src/lifecycle/first-healthy.ts';
import { targetGroupsOf } from '../../src/lifecycle/load-balancer.ts';
import { drainPicture, gapPicture } from '../../src/lifecycle/load-balancer-picture.ts';
import { injectsGate, namespaceOf, writesGate } from '../../src/lifecycle/readiness-gate.ts';
import type { TargetGroup } from '../../src/lifecycle/target-group.ts';
import { type Inventory, inventoryOf } from '../../src/resources/inventory.ts';
import { resourcesOf } from '../resources/support.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: web:1, ports: [{name: http, containerPort: 8080}]}]
`;

const service = (annotations = '{}', spec = ''): string => `---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, annotations: ${annotations}}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]${spec}}
`;

const ingress = (annotations = '{}', spec = 'ingressClassName: alb'): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop, annotations: ${annotations}}
spec:
  ${spec}
  rules:
    - http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /a, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
`;

const ingressClass = (controller: string, parameters = ''): string => `---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: shop}
spec: {controller: ${controller}${parameters}}
`;

const route = (kind = 'HTTPRoute', gateway = 'web'): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: ${gateway}}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
`;

const gateway = (controller = 'gateway.k8s.aws/alb', spec = ''): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: shop}
spec: {gatewayClassName: aws${spec}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: aws}
spec: {controllerName: ${controller}}
`;

const configuration = (props: string, routes = ''): string => `---
apiVersion: gateway.k8s.aws/v1
kind: TargetGroupConfiguration
metadata: {name: web, namespace: shop}
spec: {targetReference: {name: web}, defaultConfiguration: ${props}${routes}}
`;

function inventory(text: string, complete = true): Inventory {
  return inventoryOf('raw:deploy', resourcesOf(text), complete, null);
}

function groups(text: string, complete = true): readonly TargetGroup[] {
  const all = inventory(deployment + text, complete);
  return targetGroupsOf(all, all.workloads[0]!);
}

/** The numbers of a group, `value from`. */
function shown({ kind, by, manager, targetType, healthCheck, deregistrationSeconds }: TargetGroup): object {
  const text = ({ value, from }: { value: unknown; from: string }) => `${value} ${from}`;
  return {
    who: [kind, by, manager].join(' '),
    target: text(targetType),
    check: [
      healthCheck.intervalSeconds,
      healthCheck.timeoutSeconds,
      healthCheck.healthyThreshold,
      healthCheck.unhealthyThreshold,
    ]
      .map(text)
      .join(', '),
    path: text(healthCheck.path),
    delay: text(deregistrationSeconds),
  };
}

const alb = 'alb.ingress.kubernetes.io';
const nlb = 'service.beta.kubernetes.io/aws-load-balancer';
const albDefaults = '15 default, 5 default, 2 default, 2 default';
const nlbDefaults = '10 default, 10 default, 3 default, 3 default';
const gatewayDefaults = '15 default, 5 default, 3 default, 3 default';
const unknowns = 'null unknown, null unknown, null unknown, null unknown';

describe('an Ingress', () => {
  test('of class alb has the defaults of the controller', () => {
    expect(groups(service() + ingress(`{${alb}/target-type: ip}`)).map(shown)).toEqual([
      {
        who: 'alb ingress unknown',
        target: 'ip written',
        check: albDefaults,
        path: '/ default',
        delay: '300 default',
      },
    ]);
  });

  test.each<[string, string, string | null]>([
    [
      'by the annotation',
      service() + ingress('{kubernetes.io/ingress.class: alb}', 'tls: []'),
      'alb ingress controller',
    ],
    [
      'by a class in sight',
      service() + ingress('{}', 'ingressClassName: shop') + ingressClass('ingress.k8s.aws/alb'),
      'alb ingress controller',
    ],
    [
      'by a class of Auto Mode',
      service() + ingress('{}', 'ingressClassName: shop') + ingressClass('eks.amazonaws.com/alb'),
      'alb ingress auto-mode',
    ],
    [
      'by its annotations, for the default class',
      service() + ingress(`{${alb}/scheme: internal}`, 'tls: []'),
      'alb ingress unknown',
    ],
    [
      'by a name with alb in it and its annotations',
      service() + ingress(`{${alb}/scheme: internal}`, 'ingressClassName: alb-internal'),
      'alb ingress unknown',
    ],
    ['another class', service() + ingress('{}', 'ingressClassName: nginx'), null],
    [
      'another class with annotations that were left behind',
      service() + ingress(`{${alb}/scheme: internal}`, 'ingressClassName: nginx'),
      null,
    ],
    [
      'another controller in sight',
      service() + ingress('{}', 'ingressClassName: shop') + ingressClass('k8s.io/ingress-nginx'),
      null,
    ],
    ['another annotation', service() + ingress('{kubernetes.io/ingress.class: nginx}'), null],
    ['no class at all', service() + ingress('{}', 'tls: []'), null],
    ['a class that a later tool fills in', service() + ingress('{}', `ingressClassName: '\${CLASS}'`), null],
    [
      'to a Service that does not select the pods',
      service().replace('{app: web}', '{app: api}') + ingress(),
      null,
    ],
  ])('%s', (_, text, who) =>
    expect(groups(text).map((group) => (shown(group) as { who: string }).who)).toEqual(
      who === null ? [] : [who],
    ),
  );

  test('the annotations of the Service win', () => {
    const own = `{${alb}/healthcheck-interval-seconds: "5", ${alb}/target-group-attributes: 'stickiness.enabled=true,deregistration_delay.timeout_seconds=30'}`;
    const its = `{${alb}/healthcheck-interval-seconds: "20", ${alb}/healthcheck-path: /up, ${alb}/healthy-threshold-count: "4", ${alb}/target-group-attributes: deregistration_delay.timeout_seconds=60}`;
    expect(groups(service(own) + ingress(its)).map(shown)).toMatchObject([
      { check: '5 written, 5 default, 4 written, 2 default', path: '/up written', delay: '30 written' },
    ]);
    expect(groups(service() + ingress(its)).map(shown)).toMatchObject([
      { check: '20 written, 5 default, 4 written, 2 default', delay: '60 written' },
    ]);
  });

  test('says where a value stands', () => {
    const [group] = groups(service() + ingress(`{${alb}/target-type: ip}`));
    expect(group?.targetType.at).toMatchObject({
      resource: { ref: { kind: 'Ingress' } },
      path: ['metadata', 'annotations', `${alb}/target-type`],
    });
  });

  test.each<[string, string, object]>([
    ['a placeholder', `${alb}/healthcheck-interval-seconds: '\${X}'`, { check: /^null unknown, 5/ }],
    ['a number without quotes', `${alb}/healthcheck-interval-seconds: 5`, { check: /^null unknown, 5/ }],
    ['what is no number', `${alb}/healthcheck-interval-seconds: 5s`, { check: /^null unknown, 5/ }],
    [
      'a delay that a later tool fills in',
      `${alb}/target-group-attributes: 'deregistration_delay.timeout_seconds=\${X}'`,
      { delay: /^null unknown/ },
    ],
    [
      'a list without the delay',
      `${alb}/target-group-attributes: 'stickiness.enabled=true'`,
      { delay: /^300 default/ },
    ],
    ['another target type', `${alb}/target-type: lambda`, { target: /^null unknown/ }],
    ['a gRPC target', `${alb}/backend-protocol-version: GRPC`, { path: /^\/AWS.ALB\/healthcheck default/ }],
  ])('%s', (_, annotations, expected) => {
    const [group] = groups(service() + ingress(`{${annotations}}`)).map(shown);
    for (const [key, pattern] of Object.entries(expected))
      expect(group).toHaveProperty(key, expect.stringMatching(pattern));
  });

  test.each<[string, string, string]>([
    ['its target type wins over the annotation', 'targetType: instance', 'instance written'],
    ['without one the annotation counts', 'scheme: internal', 'ip written'],
  ])('IngressClassParams in sight: %s', (_, spec, target) => {
    const parameters = ', parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: p}';
    const params = `---\napiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata: {name: p}\nspec: {${spec}}\n`;
    const text =
      service() +
      ingress(`{${alb}/target-type: ip}`, 'ingressClassName: shop') +
      ingressClass('ingress.k8s.aws/alb', parameters);
    expect(groups(text + params).map(shown)).toMatchObject([{ target }]);
    expect(groups(text).map(shown)).toMatchObject([{ target: 'null unknown' }]);
  });

  test('of the controller has instance targets by default, of Auto Mode nobody says', () => {
    const of = (controller: string) =>
      groups(service() + ingress('{}', 'ingressClassName: shop') + ingressClass(controller)).map(shown);
    expect(of('ingress.k8s.aws/alb')).toMatchObject([{ target: 'instance default' }]);
    expect(of('eks.amazonaws.com/alb')).toMatchObject([{ target: 'null unknown' }]);
  });
});

describe('a Service of type LoadBalancer', () => {
  const balancer = ', type: LoadBalancer';

  test.each<[string, string, string | null]>([
    [
      'by its class',
      service('{}', `${balancer}, loadBalancerClass: service.k8s.aws/nlb`),
      'instance default',
    ],
    [
      'by the class of Auto Mode',
      service('{}', `${balancer}, loadBalancerClass: eks.amazonaws.com/nlb`),
      'null unknown',
    ],
    ['by type nlb-ip', service(`{${nlb}-type: nlb-ip}`, balancer), 'ip written'],
    [
      'by type external with a target type',
      service(`{${nlb}-type: external, ${nlb}-nlb-target-type: ip}`, balancer),
      'ip written',
    ],
    ['type external alone is nobody’s', service(`{${nlb}-type: external}`, balancer), null],
    ['type nlb is the cloud provider’s own', service(`{${nlb}-type: nlb}`, balancer), null],
    ['no class and no annotation', service('{}', balancer), null],
    ['another class', service(`{${nlb}-type: nlb-ip}`, `${balancer}, loadBalancerClass: tailscale`), null],
    ['another type of Service', service(`{${nlb}-type: nlb-ip}`), null],
  ])('%s', (_, text, target) =>
    expect(groups(text).map(shown)).toMatchObject(
      target === null ? [] : [{ target, check: nlbDefaults, path: 'null default', delay: '300 default' }],
    ),
  );

  test('reads its own annotations, the one of the port first', () => {
    const annotations = `{${nlb}-type: nlb-ip, ${nlb}-healthcheck-protocol: HTTP, ${nlb}-healthcheck-path: /up, ${nlb}-healthcheck-interval: "5", ${nlb}-target-group-attributes: deregistration_delay.timeout_seconds=60, ${nlb}-target-group-attributes.80: deregistration_delay.timeout_seconds=20}`;
    expect(groups(service(annotations, balancer)).map(shown)).toMatchObject([
      {
        who: 'nlb service controller',
        check: '5 written, 10 default, 3 default, 3 default',
        path: '/up written',
        delay: '20 written',
      },
    ]);
  });

  test('asks nodes with a local traffic policy otherwise', () => {
    const spec = `${balancer}, loadBalancerClass: service.k8s.aws/nlb, externalTrafficPolicy: Local`;
    expect(groups(service('{}', spec)).map(shown)).toMatchObject([
      { check: '10 default, 6 default, 2 default, 2 default', path: '/healthz default' },
    ]);
    expect(groups(service(`{${nlb}-nlb-target-type: ip}`, spec)).map(shown)).toMatchObject([
      { check: nlbDefaults },
    ]);
  });
});

describe('a route of an AWS Gateway', () => {
  test.each<[string, string, string | null]>([
    ['of an ALB', route() + gateway(), 'alb gateway controller'],
    ['of an NLB', route('TCPRoute') + gateway('gateway.k8s.aws/nlb'), 'nlb gateway controller'],
    ['of another controller', route() + gateway('gateway.envoyproxy.io/gatewayclass-controller'), null],
    ['whose Gateway is not in sight', route(), null],
    ['of a Gateway of another name', route('HTTPRoute', 'edge') + gateway(), null],
  ])('%s', (_, text, who) =>
    expect(groups(service() + text).map((group) => (shown(group) as { who: string }).who)).toEqual(
      who === null ? [] : [who],
    ),
  );

  test.each<[string, string, object]>([
    [
      'nothing set',
      gateway(),
      { target: 'instance default', check: gatewayDefaults, path: '/ default', delay: '300 default' },
    ],
    [
      'a LoadBalancerConfiguration may set all of it',
      gateway('gateway.k8s.aws/alb', ', infrastructure: {parametersRef: {name: x}}'),
      { target: 'null unknown', check: unknowns, path: 'null unknown', delay: 'null unknown' },
    ],
    [
      'a TargetGroupConfiguration',
      gateway() +
        configuration(
          '{targetType: ip, healthCheckConfig: {healthCheckInterval: 10, healthCheckPath: /up}, targetGroupAttributes: [{key: deregistration_delay.timeout_seconds, value: "30"}]}',
        ),
      {
        target: 'ip written',
        check: '10 written, 5 default, 3 default, 3 default',
        path: '/up written',
        delay: '30 written',
      },
    ],
    [
      'the block of the route replaces the whole health check and adds its attributes',
      gateway() +
        configuration(
          '{targetType: ip, healthCheckConfig: {healthCheckInterval: 10, healthCheckPath: /up}, targetGroupAttributes: [{key: deregistration_delay.timeout_seconds, value: "30"}]}',
          ', routeConfigurations: [{routeIdentifier: {kind: GRPCRoute}, targetGroupProps: {targetType: instance}}, {routeIdentifier: {kind: HTTPRoute}, targetGroupProps: {healthCheckConfig: {healthyThresholdCount: 5}}}]',
        ),
      {
        target: 'ip written',
        check: '15 default, 5 default, 5 written, 3 default',
        path: '/ default',
        delay: '30 written',
      },
    ],
  ])('%s', (_, text, expected) =>
    expect(groups(service() + route() + text).map(shown)).toEqual([
      { who: 'alb gateway controller', ...expected },
    ]),
  );

  test('of a unit that is not whole may have a configuration out of sight', () => {
    expect(groups(service() + route() + gateway(), false).map(shown)).toMatchObject([
      { target: 'null unknown', check: unknowns },
    ]);
  });
});

test('an ALB wants one passed check of a new target, an NLB its whole threshold', () => {
  const first = (text: string) => groups(text).map(firstHealthy);
  expect(first(service() + ingress())).toEqual([{ checks: 1, intervalSeconds: 15, seconds: 15 }]);
  expect(first(service(`{${nlb}-type: nlb-ip}`, ', type: LoadBalancer'))).toEqual([
    { checks: 3, intervalSeconds: 10, seconds: 30 },
  ]);
  expect(first(service() + ingress(`{${alb}/healthcheck-interval-seconds: '\${X}'}`))).toEqual([null]);
});

describe('the readiness gate', () => {
  const namespace = (labels: string): string =>
    `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: ${labels}}\n`;

  test.each<[string, string, 'controller' | 'auto-mode' | 'unknown', boolean | 'unknown']>([
    ['no label', '{}', 'controller', false],
    ['the label', '{elbv2.k8s.aws/pod-readiness-gate-inject: enabled}', 'controller', true],
    ['another value', '{elbv2.k8s.aws/pod-readiness-gate-inject: "true"}', 'controller', false],
    ['the label of Auto Mode', '{eks.amazonaws.com/pod-readiness-gate-inject: enabled}', 'auto-mode', true],
    ['the other one’s label', '{elbv2.k8s.aws/pod-readiness-gate-inject: enabled}', 'auto-mode', false],
    ['either, where nobody knows', '{eks.amazonaws.com/pod-readiness-gate-inject: enabled}', 'unknown', true],
    [
      'a value that a later tool fills in',
      `{elbv2.k8s.aws/pod-readiness-gate-inject: '\${GATE}'}`,
      'controller',
      'unknown',
    ],
  ])('%s', (_, labels, manager, expected) => {
    const all = inventory(deployment + namespace(labels));
    expect(injectsGate(namespaceOf(all, all.workloads[0]!)!, manager)).toBe(expected);
  });

  test('needs the Namespace in the unit', () => {
    const all = inventory(deployment);
    expect(namespaceOf(all, all.workloads[0]!)).toBeNull();
  });

  test.each<[string, string, boolean]>([
    ['none', '', false],
    ['another one', 'readinessGates: [{conditionType: example.com/x}]', false],
    ['its own', 'readinessGates: [{conditionType: target-health.elbv2.k8s.aws/web}]', true],
    ['a placeholder', `readinessGates: '\${GATES}'`, true],
  ])('written in the template: %s', (_, gates, expected) => {
    const all = inventory(deployment.replace('    spec:\n', `    spec:\n      ${gates}\n`));
    expect(writesGate(all.workloads[0]!)).toBe(expected);
  });
});

describe('pictures', () => {
  test('of the gap', () => {
    const picture = gapPicture({
      balancer: 'NLB',
      readySeconds: 5,
      minReadySeconds: 10,
      checks: 3,
      intervalSeconds: 10,
    });
    expect(picture.sections).toEqual([
      {
        name: 'pod',
        bars: [
          { label: 'not ready', fromSeconds: 0, toSeconds: 5, kind: 'wait' },
          { label: 'Ready', fromSeconds: 5, toSeconds: 5, kind: 'mark' },
          { label: 'minReadySeconds', fromSeconds: 5, toSeconds: 15, kind: 'wait' },
        ],
      },
      {
        name: 'load balancer',
        bars: [
          { label: '3 × 10 s health check', fromSeconds: 5, toSeconds: 35, kind: 'wait' },
          { label: 'target healthy', fromSeconds: 35, toSeconds: 35, kind: 'mark' },
        ],
      },
      {
        name: 'rollout',
        bars: [
          {
            label: 'an old pod is gone, the new one gets nothing',
            fromSeconds: 15,
            toSeconds: 35,
            kind: 'harm',
          },
        ],
      },
    ]);
  });

  test('of the end', () => {
    const picture = drainPicture({ balancer: 'ALB', termSeconds: 0, killSeconds: 30, delaySeconds: 120 });
    expect(picture.sections).toEqual([
      {
        name: 'kubelet',
        bars: [
          { label: 'the application stops', fromSeconds: 0, toSeconds: 30, kind: 'work' },
          { label: 'SIGKILL', fromSeconds: 30, toSeconds: 30, kind: 'mark' },
        ],
      },
      {
        name: 'load balancer',
        bars: [
          { label: 'requests in flight may go on', fromSeconds: 0, toSeconds: 30, kind: 'wait' },
          { label: 'requests in flight are cut', fromSeconds: 30, toSeconds: 120, kind: 'harm' },
        ],
      },
    ]);
  });
});
