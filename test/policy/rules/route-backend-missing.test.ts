import { describe, expect, test } from 'vitest';
import { routeBackendMissing } from '../../../src/policy/rules/load-balancer/route-backend-missing.ts';
import { parseRawFile, rawUnit } from '../../../src/render/raw/raw.ts';
import { uncheckedResource } from '../../../src/resources/check.ts';
import { inventoryOf } from '../../../src/resources/inventory.ts';
import { defaultLimits } from '../../../src/text/limits.ts';
import { judgeYaml, judgingOf } from '../support.ts';

const rules = [routeBackendMissing];

const service = (name = 'web', ports = '[{ port: 80, targetPort: 8080 }]', spec = ''): string => `---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: { app: web }
  ports: ${ports}
${spec}`;

const ingress = (port = '{ number: 80 }', name = 'web', spec = ''): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
${spec}  defaultBackend:
    service:
      name: ${name}
      port: ${port}
`;

const route = (reference: string, kind = 'HTTPRoute'): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata:
  name: shop
spec:
  rules:
    - backendRefs:
        - ${reference}
`;

const binding = (port: string): string => `---
apiVersion: elbv2.k8s.aws/v1beta1
kind: TargetGroupBinding
metadata:
  name: shop
spec:
  serviceRef:
    name: web
    port: ${port}
  targetGroupARN: arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/x/1
`;

const workload = (name = 'web'): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: web, image: 'web:1' }] }
`;

const knative = `---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: web }
spec: { template: { spec: { containers: [{ image: 'web:1' }] } } }
`;

const custom = '---\napiVersion: example.com/v1\nkind: Web\nmetadata: { name: web }\n';
const alb = '  ingressClassName: alb\n';

describe('valid', () => {
  test.each<[string, string]>([
    ['the port by number', service() + ingress()],
    ['the port by name', service('web', '[{ name: http, port: 80 }]') + ingress('{ name: http }')],
    ['the Service stands elsewhere, which kube-score calls missing', ingress()],
    ['a near name is no proof either', service('webs') + ingress()],
    [
      'an ExternalName Service (kube-score#53)',
      service('web', '[]', '  type: ExternalName\n  externalName: a.b\n') + ingress(),
    ],
    [
      'a backend that is a resource, which kube-score calls missing',
      ingress().replace(
        / {4}service:[\s\S]*/,
        '    resource: { apiGroup: x.io, kind: StorageBucket, name: web }\n',
      ),
    ],
    [
      'an action that the ALB controller reads from an annotation',
      service('redirect') + ingress('{ name: use-annotation }', 'redirect', alb),
    ],
    ['ports that a later tool fills in', service('web', `'\${PORTS}'`) + ingress('{ number: 81 }')],
    ['a port that a later tool fills in', service() + ingress(`{ number: '\${PORT}' }`)],
    [
      'a target port by number, which ingress-nginx takes for the port',
      service() + ingress('{ number: 8080 }', 'web', '  ingressClassName: nginx\n'),
    ],
    [
      'a target port by name, likewise',
      service('web', '[{ port: 80, targetPort: http }]') + ingress('{ name: http }'),
    ],
    [
      'a Service of another namespace',
      service('web', '[{ port: 81 }]').replace('name: web\n', 'name: web\n  namespace: other\n') +
        route('{ name: web, namespace: shop, port: 80 }'),
    ],
    [
      'a namespace that is not known',
      service('web', '[{ port: 81 }]').replace('name: web\n', 'name: web\n  namespace: other\n') + ingress(),
    ],
    ['an HTTPRoute to a port that is there', service() + route('{ name: web, port: 80 }')],
    [
      'a backend of another kind',
      service() + route('{ name: web, kind: ServiceImport, group: x.io, port: 1 }'),
    ],
    ['a TargetGroupBinding to a port that is there', service() + binding('80')],
    ['a port without a number', service() + route('{ name: web }')],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));

  const base = workload() + service() + ingress();

  test.each<[string, string]>([
    ['the route goes with the Service', workload()],
    ['the route leads elsewhere now', workload() + ingress('{ number: 80 }', 'api')],
    [
      'the Service is renamed, and the route follows',
      workload() + service('shop') + ingress('{ number: 80 }', 'shop'),
    ],
    ['an operator may make the Service now', workload() + custom + ingress()],
    ['Knative makes a Service of the name', knative + ingress()],
    ['the route leaves it to a later tool', workload() + ingress('{ number: 80 }', `'\${NAME}'`)],
    ['an action took its place', workload() + ingress('{ name: use-annotation }')],
  ])('%s', async (_, head) => expect(await judgeYaml({ base, head, rules })).toEqual([]));

  test('a Service that base never had', async () => {
    const old = workload() + ingress('{ number: 80 }', 'api');
    expect(await judgeYaml({ base: old, head: workload() + ingress(), rules })).toEqual([]);
  });

  test.each<[string, boolean, string, number]>([
    ['the whole unit', true, workload('api'), 1],
    ['a unit that is not whole', false, '', 0],
    ['a unit whose pods went elsewhere', true, workload(), 0],
  ])('elsewhere: %s', (_, complete, other, expected) => {
    const resources = (text: string) => {
      const bytes = new TextEncoder().encode(text);
      const file = parseRawFile('deploy/web.yaml', { kind: 'bytes', bytes }, defaultLimits);
      return rawUnit('deploy', 'raw:deploy', [file], 'head', new Set()).renders[0]!.manifests.map(
        uncheckedResource,
      );
    };
    const elsewhere = inventoryOf('raw:other', resources(other), true, null);
    const was = inventoryOf('raw:deploy', resources(base), true, null);
    const head = inventoryOf('raw:deploy', resources(ingress()), complete, elsewhere);
    const { cluster, environment } = judgingOf();
    const before = {
      resource: was.resources[2]!,
      workload: null,
      inventory: was,
      pairedBy: 'identity',
      update: null,
    } as const;
    const subject = {
      resource: head.resources[0]!,
      workload: null,
      inventory: head,
      before,
      cluster,
      environment,
      options: {},
    };
    expect([...routeBackendMissing.check(subject)]).toHaveLength(expected);
  });
});

describe('a Service that this change removes', () => {
  const finding = {
    messageId: 'serviceRemoved',
    class: 'regression',
    severity: 'error',
    status: 'introduced',
  };

  test('under an Ingress', async () => {
    const base = service() + workload() + ingress();
    expect(await judgeYaml({ base, head: workload() + ingress(), rules })).toMatchObject([
      {
        ...finding,
        ruleId: 'route-backend-missing',
        object: 'Ingress/shop',
        field: 'spec.defaultBackend.service.name',
        line: 18,
        column: 7,
        endLine: 18,
        endColumn: 16,
        title: '`Ingress/shop` leads to Service `web`, which this change removes',
        message: 'The base had Service `web`; in this change it is gone, and `Ingress/shop` still names it.',
        why: 'Requests that match the rule get an error from the controller: there is nothing to send them to.',
        fix: 'Take Service `web` out of `Ingress/shop`, or keep the Service.',
        data: { route: 'Ingress/shop', carrier: 'ingress', service: 'web', places: 1, successor: null },
        evidence: [{ text: 'base: Service `web`', path: 'deploy/web.yaml', line: 5 }],
      },
    ]);
  });

  test.each<[string, string, string, object]>([
    [
      'an ALB',
      service() + ingress('{ number: 80 }', 'web', alb),
      ingress('{ number: 80 }', 'web', alb),
      { why: 'The controller lets the load balancer answer these requests with 503 itself.' },
    ],
    [
      'an HTTPRoute',
      service() + route('{ name: web, port: 80 }'),
      route('{ name: web, port: 80 }'),
      { object: 'HTTPRoute/shop', why: 'The Gateway answers these requests with 500.' },
    ],
    [
      'a GRPCRoute',
      service() + route('{ name: web, port: 80 }', 'GRPCRoute'),
      route('{ name: web, port: 80 }', 'GRPCRoute'),
      { why: 'The Gateway answers these calls with `UNAVAILABLE`.' },
    ],
    [
      'a TCPRoute',
      service() + route('{ name: web, port: 80 }', 'TCPRoute'),
      route('{ name: web, port: 80 }', 'TCPRoute'),
      { why: 'The Gateway refuses these connections.' },
    ],
    [
      'a TargetGroupBinding',
      service() + binding('80'),
      binding('80'),
      {
        field: 'spec.serviceRef.name',
        why:
          'Without `web` the controller takes every target out of the target group: what reaches the load balancer gets ' +
          '503 or is refused.',
      },
    ],
    [
      'a Service of the same pods under a new name',
      service() + ingress(),
      service('shop') + ingress(),
      {
        data: { successor: 'shop' },
        message:
          'The base had Service `web`; in this change it is gone, and `Ingress/shop` still names it. Service `shop`, ' +
          'which is new, has the same selector.',
        fix: 'Name `shop` in `Ingress/shop`.',
      },
    ],
    [
      'several places are told once',
      service() + route('{ name: web, port: 80 }\n        - { name: web, port: 80 }'),
      route('{ name: web, port: 80 }\n        - { name: web, port: 80 }'),
      {
        field: 'spec.rules[0].backendRefs[0].name',
        message:
          'The base had Service `web`; in this change it is gone, and `HTTPRoute/shop` still names it in 2 places.',
      },
    ],
  ])('%s', async (_, base, head, expected) =>
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );
});

describe('a port that the Service does not have', () => {
  const finding = {
    messageId: 'portMissing',
    class: 'contradiction',
    severity: 'error',
    status: 'introduced',
  };

  test('under an ALB, where a target port is no port', async () => {
    const head = service() + ingress('{ number: 8080 }', 'web', alb);
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        ...finding,
        object: 'Ingress/shop',
        field: 'spec.defaultBackend.service.port.number',
        line: 19,
        column: 15,
        endLine: 19,
        endColumn: 27,
        title: '`Ingress/shop` leads to port `8080` of Service `web`, which has no such port',
        message:
          '`Ingress/shop` names port `8080` of `web`; the Service has `80`. `8080` is the `targetPort` of port 80.',
        why:
          'The controller cannot lay out the load balancer: until the port is there it changes nothing of it any more, ' +
          'for every Ingress that shares it.',
        fix: 'Name port `80` of `web`.',
        data: {
          route: 'Ingress/shop',
          carrier: 'alb',
          service: 'web',
          places: 1,
          port: 8080,
          ports: ['80'],
          meant: 80,
          targetOf: 80,
        },
        evidence: [{ text: 'ports of Service `web`', path: 'deploy/web.yaml', line: 8 }],
      },
    ]);
  });

  const two = '[{ name: http, port: 80 }, { name: grpc, port: 90 }]';

  test.each<[string, string, object]>([
    [
      'by number under any Ingress',
      service() + ingress('{ number: 81 }'),
      { data: { carrier: 'ingress', meant: 80, targetOf: null } },
    ],
    [
      'by name, nearly right',
      service('web', two) + ingress('{ name: htpp }'),
      {
        field: 'spec.defaultBackend.service.port.name',
        data: { meant: 'http', ports: ['http (80)', 'grpc (90)'] },
      },
    ],
    [
      'by name, of an unnamed port',
      service() + ingress('{ name: http }'),
      { data: { meant: null }, fix: 'Name a port that `web` has, or add port `http` to it.' },
    ],
    [
      'of an HTTPRoute, which knows ports by number',
      service() + route('{ name: web, port: 8080 }'),
      { field: 'spec.rules[0].backendRefs[0].port', why: 'The Gateway answers these requests with 500.' },
    ],
    [
      'of a TargetGroupBinding',
      service('web', two) + binding('http2'),
      {
        object: 'TargetGroupBinding/shop',
        data: { meant: 'http' },
        why:
          'Without that port of `web` the controller takes every target out of the target group: what reaches the load ' +
          'balancer gets 503 or is refused.',
      },
    ],
  ])('%s', async (_, head, expected) =>
    expect(await judgeYaml({ head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );

  test('a port that the change takes from the Service', async () => {
    const base = service('web', two) + ingress('{ number: 90 }');
    const head = service('web', '[{ name: http, port: 80 }]') + ingress('{ number: 90 }');
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ ...finding, data: { port: 90 } }]);
    expect(await judgeYaml({ base: head, head, rules })).toMatchObject([{ status: 'existing' }]);
  });
});
