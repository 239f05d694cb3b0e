import { describe, expect, test } from 'vitest';
import { serviceSelectsNothing } from '../../../src/policy/rules/load-balancer/service-selects-nothing.ts';
import { workloadRemovedRouteStays } from '../../../src/policy/rules/rollout/workload-removed-route-stays.ts';
import { parseRawFile, rawUnit } from '../../../src/render/raw/raw.ts';
import { uncheckedResource } from '../../../src/resources/check.ts';
import { inventoryOf } from '../../../src/resources/inventory.ts';
import { defaultLimits } from '../../../src/text/limits.ts';
import { judgeYaml, judgingOf } from '../support.ts';

const rules = [workloadRemovedRouteStays];

const workload = (
  name = 'web',
  replicas = '  replicas: 3\n',
  kind = 'Deployment',
  annotations = '{}',
): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
  annotations: ${annotations}
spec:
${replicas}  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers: [{ name: web, image: 'web:1.2.3' }]
`;

const service = (name = 'web', spec = ''): string => `---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: web
  ports: [{ port: 80 }]
${spec}`;

const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend: { service: { name: web, port: { number: 80 } } }
`;

const autoscaler = (kind: string, apiVersion: string): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: web }
spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
`;

const job = (command: string): string => `---
apiVersion: batch/v1
kind: CronJob
metadata: { name: night }
spec:
  schedule: '0 20 * * *'
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: night, image: 'kubectl:1', command: ${command} }]
`;

const zero = '  replicas: 0\n';
const custom = '---\napiVersion: example.com/v1\nkind: Web\nmetadata: { name: web }\n';

describe('valid', () => {
  test.each<[string, string, string]>([
    ['workload and Service go together', workload() + service() + workload('api'), workload('api')],
    ['nothing went', workload() + service(), workload() + service()],
    [
      'another workload is selected',
      workload() + workload('web', undefined, 'StatefulSet') + service(),
      workload() + service(),
    ],
    [
      'another kind of workload takes its place',
      workload() + service(),
      workload('web', undefined, 'StatefulSet') + service(),
    ],
    [
      'the labels changed, which service-selects-nothing tells',
      workload() + service(),
      workload('web-v2') + service(),
    ],
    ['an operator may make the pods now', workload() + service(), custom + service()],
    [
      'the Service stands for another name now',
      workload() + service(),
      service('web', '  type: ExternalName\n  externalName: a.b\n'),
    ],
    [
      'a selector that a later tool fills in',
      workload() + service(),
      service().replace('app: web', `app: '\${APP}'`),
    ],
    [
      'the Service lost its selector: endpoints are made by hand',
      workload() + service(),
      service().replace('  selector:\n    app: web\n', ''),
    ],
    ['a Service that never had pods here', service(), service() + ingress],
    ['a Job that ran to its end', job('[run]').replaceAll('night', 'web') + service(), service()],
    ['0 from the start', workload('web', zero) + service(), workload('web', zero) + service()],
    ['a new workload of 0', service(), workload('web', zero) + service()],
    [
      'unset before: an autoscaler may own it',
      workload('web', '') + service(),
      workload('web', zero) + service(),
    ],
    ['unset now', workload() + service(), workload('web', '') + service()],
    ['scaled to 0 without a Service', workload(), workload('web', zero)],
    ['the Service is new', workload(), workload('web', zero) + service()],
    [
      'another selected workload still runs',
      workload() + workload('web', undefined, 'StatefulSet') + service(),
      workload('web', zero) + workload('web', undefined, 'StatefulSet') + service(),
    ],
    [
      'an autoscaler in sight',
      workload() + service(),
      workload('web', zero) + service() + autoscaler('HorizontalPodAutoscaler', 'autoscaling/v2'),
    ],
    [
      'KEDA, which scales to and from 0',
      workload() + service(),
      workload('web', zero) + service() + autoscaler('ScaledObject', 'keda.sh/v1alpha1'),
    ],
    [
      'a downscaler by annotation',
      workload() + service(),
      workload('web', zero, 'Deployment', '{ downscaler/uptime: Mon-Fri 07:00-20:00 UTC }') + service(),
    ],
    [
      'a CronJob that scales',
      workload() + service(),
      workload('web', zero) + service() + job('[kubectl, scale, deploy/web, --replicas=3]'),
    ],
    [
      'a value that a later tool fills in',
      workload() + service(),
      workload('web', `  replicas: '\${N}'\n`) + service(),
    ],
  ])('%s', async (_, base, head) => expect(await judgeYaml({ base, head, rules })).toEqual([]));

  test.each<[string, boolean, string, number]>([
    ['the whole unit', true, '', 1],
    ['a unit that is not whole', false, '', 0],
    ['a unit that now has the workload', true, workload(), 0],
    ['a unit with other workloads', true, workload('api'), 1],
  ])('elsewhere: %s', (_, complete, other, expected) => {
    const resources = (text: string) => {
      const bytes = new TextEncoder().encode(text);
      const file = parseRawFile('deploy/web.yaml', { kind: 'bytes', bytes }, defaultLimits);
      return rawUnit('deploy', 'raw:deploy', [file], 'head', new Set()).renders[0]!.manifests.map(
        uncheckedResource,
      );
    };
    const elsewhere = inventoryOf('raw:other', resources(other), true, null);
    const base = inventoryOf('raw:deploy', resources(workload() + service()), true, null);
    const head = inventoryOf('raw:deploy', resources(service()), complete, elsewhere);
    const { cluster, environment } = judgingOf();
    const before = {
      resource: base.resources[1]!,
      workload: null,
      inventory: base,
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
    expect([...workloadRemovedRouteStays.check(subject)]).toHaveLength(expected);
  });
});

const finding = { class: 'regression', severity: 'warning', status: 'introduced' };

describe('invalid', () => {
  test('the workload is removed, its Service and Ingress stay', async () => {
    const found = await judgeYaml({
      base: workload() + service() + ingress,
      head: service() + ingress,
      rules: [...rules, serviceSelectsNothing],
    });
    expect(found).toMatchObject([
      {
        ...finding,
        ruleId: 'workload-removed-route-stays',
        messageId: 'removed',
        object: 'Service/web',
        field: 'spec.selector',
        line: 7,
        column: 3,
        endLine: 7,
        endColumn: 11,
        title: '`Deployment/web` is removed, and Service `web` stays without pods',
        message:
          'In the base `web` sent traffic to `Deployment/web`; in this change no pod template matches its selector. ' +
          '`Ingress/shop` still leads there.',
        why:
          'The Service keeps its name and address with 0 endpoints: every connection fails, and so does every request ' +
          'through `Ingress/shop`.',
        fix: 'Remove `Service/web` and `Ingress/shop` with the workload, or keep the workload until nothing calls it any more.',
        data: {
          workloads: ['Deployment/web'],
          services: ['web'],
          routes: ['Ingress/shop'],
          baseReplicas: null,
        },
        evidence: [
          { text: 'base: `Deployment/web`', path: 'deploy/web.yaml', line: 5 },
          { text: '`Ingress/shop` leads to `web`', path: 'deploy/web.yaml', line: 16 },
        ],
      },
    ]);
  });

  test('with other workloads left in the unit', async () => {
    const [base, head] = [workload() + workload('api') + service(), workload('api') + service()];
    expect(await judgeYaml({ base, head, rules: [...rules, serviceSelectsNothing] })).toMatchObject([
      { ...finding, messageId: 'removed', data: { routes: [] } },
    ]);
  });

  test('two Services of one workload are one note', async () => {
    const services = service() + service('web-headless', '  clusterIP: None\n');
    expect(await judgeYaml({ base: workload() + services, head: services, rules })).toMatchObject([
      { ...finding, object: 'Service/web' },
    ]);
  });

  test('two workloads of one Service are one note', async () => {
    const base = workload() + workload('web', undefined, 'StatefulSet') + service();
    expect(await judgeYaml({ base, head: service(), rules })).toMatchObject([
      { title: '`Deployment/web` and `StatefulSet/web` are removed, and Service `web` stays without pods' },
    ]);
  });

  test('the second Service speaks where the first one went with the workload', async () => {
    const [first, second] = [service(), service('web-headless', '  clusterIP: None\n')];
    expect(await judgeYaml({ base: workload() + first + second, head: second, rules })).toMatchObject([
      { ...finding, object: 'Service/web-headless' },
    ]);
  });

  test('scaled to 0', async () => {
    expect(
      await judgeYaml({
        base: workload() + service() + ingress,
        head: workload('web', zero) + service() + ingress,
        rules,
      }),
    ).toMatchObject([
      {
        ...finding,
        messageId: 'scaled',
        object: 'Deployment/web',
        field: 'spec.replicas',
        line: 8,
        column: 3,
        endLine: 8,
        endColumn: 14,
        title: '`Deployment/web` goes from 3 to 0 replicas, and Service `web` stays without pods',
        message:
          '`replicas` of `Deployment/web` is 3 in the base and 0 in this change; `web` selects nothing else. ' +
          '`Ingress/shop` still leads there.',
        fix: 'Take the Service and what leads to it away as well, or keep a replica until nothing calls it any more.',
        data: { workloads: ['Deployment/web'], services: ['web'], routes: ['Ingress/shop'], baseReplicas: 3 },
      },
    ]);
  });

  test('a CronJob that does not scale changes nothing about it', async () => {
    const head = workload('web', zero) + service() + job('[backup]');
    expect(await judgeYaml({ base: workload() + service(), head, rules })).toMatchObject([
      { messageId: 'scaled' },
    ]);
  });

  test('two Services of a workload scaled to 0', async () => {
    const services = service() + service('web-headless', '  clusterIP: None\n');
    const [found] = await judgeYaml({
      base: workload() + services,
      head: workload('web', zero) + services,
      rules,
    });
    expect(found).toMatchObject({
      title:
        '`Deployment/web` goes from 3 to 0 replicas, and Services `web` and `web-headless` stay without pods',
      why: 'The Services keep their names and addresses with 0 endpoints: every connection fails.',
    });
  });
});
