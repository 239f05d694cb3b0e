import { describe, expect, test } from 'vitest';
import { servicePortUnresolved } from '../../../src/policy/rules/load-balancer/service-port-unresolved.ts';
import { parseRawFile, rawUnit } from '../../../src/render/raw/raw.ts';
import { uncheckedResource } from '../../../src/resources/check.ts';
import { inventoryOf } from '../../../src/resources/inventory.ts';
import { defaultLimits } from '../../../src/text/limits.ts';
import { judgeYaml, judgingOf } from '../support.ts';

const rules = [servicePortUnresolved];

const deployment = (ports = '[{ name: http, containerPort: 8080 }]', more = '', name = 'web'): string => `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels: { app: web, part: ${name} }
  template:
    metadata:
      labels: { app: web, part: ${name} }
    spec:
      containers:
        - name: web
          image: web:1.2.3
          ports: ${ports}
${more}`;

const service = (port = '{ port: 80, targetPort: web }', spec = ''): string => `---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports:
    - ${port}
${spec}`;

const sidecar = (restartPolicy: string): string => `      initContainers:
        - name: proxy
          image: proxy:1
${restartPolicy}          ports: [{ name: web, containerPort: 9000 }]
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['a name that the pod declares', deployment() + service('{ port: 80, targetPort: http }')],
    [
      'a numeric port that nobody declares, which kube-linter reported (kube-linter#1086)',
      deployment() + service('{ port: 80, targetPort: 9090 }'),
    ],
    ['no targetPort', deployment() + service('{ port: 80 }')],
    ['digits in quotes are no name', deployment() + service('{ port: 80, targetPort: "8081" }')],
    [
      'a native sidecar declares it',
      deployment(undefined, sidecar('          restartPolicy: Always\n')) + service(),
    ],
    [
      'one of two selected workloads declares it',
      deployment() + deployment('[{ name: web, containerPort: 80 }]', '', 'api') + service(),
    ],
    ['a name that a later tool fills in', deployment() + service(`{ port: 80, targetPort: '\${PORT}' }`)],
    ['ports that a later tool fills in', deployment(`'\${PORTS}'`) + service()],
    [
      'a port name that a later tool fills in',
      deployment(`[{ name: '\${P}', containerPort: 80 }]`) + service(),
    ],
    [
      'a Service without selector, with endpoints made by hand (kube-linter#746)',
      deployment() + service().replace('  selector: { app: web }\n', ''),
    ],
    [
      'an ExternalName Service',
      deployment() + service(undefined, '  type: ExternalName\n  externalName: a.b\n'),
    ],
    [
      'a headless Service, whose clients know the port',
      deployment() + service(undefined, '  clusterIP: None\n'),
    ],
    ['a Service that selects nothing here', deployment() + service().replace('app: web', 'app: api')],
    ['a selector that a later tool fills in', deployment() + service().replace('app: web', `app: '\${APP}'`)],
    [
      'the port of an injected Istio proxy',
      deployment() + service('{ port: 15090, targetPort: http-envoy-prom }'),
    ],
    [
      'an operator in the unit may make pods that have it',
      `${deployment()}${service()}---\napiVersion: example.com/v1\nkind: Web\nmetadata: { name: web }\n`,
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));

  test('a unit that is not whole', () => {
    const path = 'deploy/web.yaml';
    const bytes = new TextEncoder().encode(deployment() + service());
    const file = parseRawFile(path, { kind: 'bytes', bytes }, defaultLimits);
    const manifests = rawUnit('deploy', 'raw:deploy', [file], 'head', new Set()).renders[0]!.manifests;
    const check = (complete: boolean, elsewhere: boolean) => {
      const resources = manifests.map(uncheckedResource);
      const other = inventoryOf('raw:other', resources, true, null);
      const inventory = inventoryOf('raw:deploy', resources, complete, elsewhere ? other : null);
      const { cluster, environment } = judgingOf();
      const subject = { inventory, workload: null, before: null, cluster, environment, options: {} };
      return inventory.resources.flatMap((resource) => [
        ...servicePortUnresolved.check({ ...subject, resource }),
      ]);
    };
    expect(check(true, false)).toHaveLength(1);
    expect(check(false, false)).toEqual([]);
    // A workload of another unit is selected too.
    expect(check(true, true)).toEqual([]);
  });
});

const finding = {
  ruleId: 'service-port-unresolved',
  messageId: 'unresolved',
  class: 'contradiction',
  severity: 'error',
  status: 'introduced',
  object: 'Service/web',
  field: 'spec.ports[0].targetPort',
};

describe('invalid', () => {
  test('a name that the pod does not declare', async () => {
    expect(await judgeYaml({ head: deployment() + service(), rules })).toMatchObject([
      {
        ...finding,
        line: 25,
        column: 19,
        endLine: 25,
        endColumn: 34,
        title: 'Port 80 of Service `web` leads to `web`, a name that no selected pod declares',
        message:
          '`targetPort` is `web` (TCP); `Deployment/web`, which the Service selects, declares `http (8080)`.',
        why:
          'A port name that a pod does not declare gives it no endpoint: connections to port 80 of `web` are refused ' +
          'while its pods are ready, and a load balancer in front of it has no target.',
        fix: "Write `targetPort: http`, or the port's number.",
        data: {
          service: 'web',
          port: 80,
          protocol: 'TCP',
          targetPort: 'web',
          workloads: ['Deployment/web'],
          declared: ['http (8080)'],
          nearest: 'http',
        },
        evidence: [{ text: 'ports of `Deployment/web`', path: 'deploy/web.yaml', line: 13 }],
      },
    ]);
  });

  test.each<[string, string, object]>([
    ['no ports at all', deployment('[]') + service(), { data: { declared: [], nearest: null } }],
    [
      'an ordinary init container declares it',
      deployment(undefined, sidecar('')) + service(),
      { data: { targetPort: 'web' } },
    ],
    [
      'declared for another protocol',
      deployment('[{ name: dns, containerPort: 53, protocol: UDP }]') +
        service('{ port: 53, targetPort: dns }'),
      { data: { declared: ['dns (53/UDP)'], nearest: null } },
    ],
    [
      'both selected workloads lack it',
      deployment() + deployment('[{ name: https, containerPort: 8443 }]', '', 'api') + service(),
      { data: { workloads: ['Deployment/web', 'Deployment/api'] } },
    ],
    [
      'one near name of several',
      deployment('[{ name: http-api, containerPort: 80 }, { name: admin, containerPort: 81 }]') +
        service('{ port: 80, targetPort: http-apis }'),
      { data: { nearest: 'http-api' }, fix: "Write `targetPort: http-api`, or the port's number." },
    ],
    [
      'none of several is near',
      deployment('[{ name: http, containerPort: 80 }, { name: admin, containerPort: 81 }]') + service(),
      { fix: 'Give the port of the container that answers there the name `web`, or write its number.' },
    ],
  ])('%s', async (_, head, expected) =>
    expect(await judgeYaml({ head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );

  test('the words for several workloads', async () => {
    const head = deployment() + deployment('[]', '', 'api') + service();
    const [found] = await judgeYaml({ head, rules });
    expect(found?.message).toBe(
      '`targetPort` is `web` (TCP); `Deployment/web` and `Deployment/api`, which the Service selects, declare `http (8080)`.',
    );
  });

  test('what base had is not this change’s', async () => {
    const base = deployment() + service();
    expect(await judgeYaml({ base, head: base.replace('1.2.3', '1.2.4'), rules })).toMatchObject([
      { status: 'existing' },
    ]);
  });
});
