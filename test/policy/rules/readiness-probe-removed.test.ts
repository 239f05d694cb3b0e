import { describe, expect, test } from 'vitest';
import { readinessProbeRemoved } from '../../../src/policy/rules/probes/readiness-probe-removed.ts';
import { judgeYaml } from '../support.ts';

const rules = [readinessProbeRemoved];

interface Parts {
  readonly kind?: string;
  readonly name?: string;
  /** Lines of the pod spec before `containers`. */
  readonly spec?: string;
  readonly container?: string;
  /** Further containers. */
  readonly more?: string;
  readonly labels?: string;
}

const workload = ({ kind = 'Deployment', name = 'web', spec = '', ...parts }: Parts = {}): string =>
  `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
  replicas: 6
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
${parts.labels ?? ''}    spec:
${spec}      containers:
        - name: web
          image: web:1.2.3
          ports:
            - name: http
              containerPort: 8080
${parts.container ?? ''}${parts.more ?? ''}`;

const service = (spec = '', ports = '{ port: 80, targetPort: http }', name = 'web'): string => `---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
${spec === '' ? '  selector:\n    app: web\n' : spec}  ports:
    - ${ports}
`;

const readiness = `          readinessProbe:
            httpGet: { path: /health, port: http }
            initialDelaySeconds: 10
`;

const proxy = `        - name: proxy
          image: proxy:1
`;

const probed = workload({ container: readiness });
const bare = workload();

describe('valid', () => {
  test.each<[string, string, string]>([
    ['the probe stays', probed + service(), probed + service()],
    [
      'other numbers',
      probed + service(),
      workload({ container: `${readiness}            periodSeconds: 5\n` }) + service(),
    ],
    [
      'another handler',
      probed + service(),
      workload({ container: '          readinessProbe: { tcpSocket: { port: http } }\n' }) + service(),
    ],
    ['there was none', bare + service(), bare + service()],
    [
      'only liveness goes',
      workload({ container: `${readiness}          livenessProbe: { tcpSocket: { port: http } }\n` }) +
        service(),
      probed + service(),
    ],
    ['no Service', probed, bare],
    ['the Service goes with it', probed + service(), bare],
    [
      'a Service that selects other pods',
      probed + service('  selector:\n    app: api\n'),
      bare + service('  selector:\n    app: api\n'),
    ],
    [
      'a Service without a selector',
      probed + service('  type: ClusterIP\n'),
      bare + service('  type: ClusterIP\n'),
    ],
    [
      'a Service with an empty selector',
      probed + service('  selector: {}\n'),
      bare + service('  selector: {}\n'),
    ],
    [
      'a Service in another namespace',
      probed + service().replace('  name: web\n', '  name: web\n  namespace: other\n'),
      bare + service().replace('  name: web\n', '  name: web\n  namespace: other\n'),
    ],
    [
      'a selector that is known in part only',
      probed + service(`  selector:\n    app: web\n    track: "\${TRACK}"\n`),
      bare + service(`  selector:\n    app: web\n    track: "\${TRACK}"\n`),
    ],
    [
      'an external name',
      probed + service('  type: ExternalName\n  externalName: x.example\n  selector:\n    app: web\n'),
      bare + service('  type: ExternalName\n  externalName: x.example\n  selector:\n    app: web\n'),
    ],
    [
      'a Service that publishes pods before they are ready',
      probed + service('  publishNotReadyAddresses: true\n  selector:\n    app: web\n'),
      bare + service('  publishNotReadyAddresses: true\n  selector:\n    app: web\n'),
    ],
    [
      'a port that is only for metrics',
      probed + service('', '{ name: http-metrics, port: 9090, targetPort: http }'),
      bare + service('', '{ name: http-metrics, port: 9090, targetPort: http }'),
    ],
    [
      'a Service that is only for metrics',
      probed + service('', '{ name: https, port: 8443, targetPort: http }', 'web-metrics-service'),
      bare + service('', '{ name: https, port: 8443, targetPort: http }', 'web-metrics-service'),
    ],
    [
      'a worker by name',
      workload({ name: 'queue-master', container: readiness }) + service(),
      workload({ name: 'queue-master' }) + service(),
    ],
    [
      'a readiness gate decides',
      probed + service(),
      workload({ spec: '      readinessGates:\n        - conditionType: example.com/ready\n' }) + service(),
    ],
    [
      'a port that several containers may serve',
      workload({ container: readiness, more: proxy }) + service('', '{ port: 80, targetPort: 9000 }'),
      workload({ more: proxy }) + service('', '{ port: 80, targetPort: 9000 }'),
    ],
    [
      'a port list with a placeholder beside it',
      workload({
        container: readiness,
        more: `${proxy}          ports: [{ name: "\${NAME}", containerPort: 1 }]\n`,
      }) + service(),
      workload({ more: `${proxy}          ports: [{ name: "\${NAME}", containerPort: 1 }]\n` }) + service(),
    ],
    [
      'the target is a placeholder',
      probed + service('', `{ port: 80, targetPort: "\${PORT}" }`),
      bare + service('', `{ port: 80, targetPort: "\${PORT}" }`),
    ],
    [
      'the probe is a placeholder',
      probed + service(),
      workload({ container: `          readinessProbe: \${PROBE}\n` }) + service(),
    ],
    [
      'the probe was a placeholder',
      workload({ container: `          readinessProbe: \${PROBE}\n` }) + service(),
      bare + service(),
    ],
    [
      'a container in front of it took the probe over',
      probed + service(),
      workload({ more: `${proxy}          readinessProbe: { httpGet: { path: /health, port: 8080 } }\n` }) +
        service(),
    ],
    [
      'a sidecar loses its probe',
      workload({
        container: readiness,
        more: `${proxy}          readinessProbe: { tcpSocket: { port: 1 } }\n`,
      }) + service(),
      workload({ container: readiness, more: proxy }) + service(),
    ],
    ['the workload is deleted', probed + service(), service()],
    ['the workload is new', service(), bare + service()],
    [
      'a Job',
      `${probed.replace('kind: Deployment', 'kind: StatefulSet')}${service()}`,
      `apiVersion: batch/v1\nkind: Job\nmetadata: { name: web }\nspec:\n  template:\n    metadata: { labels: { app: web } }\n    spec:\n      restartPolicy: Never\n      containers: [{ name: web, image: "web:1", ports: [{ name: http, containerPort: 8080 }] }]\n${service()}`,
    ],
  ])('%s', async (_, base, head) => expect(await judgeYaml({ base, head, rules })).toEqual([]));
});

const finding = {
  messageId: 'removed',
  class: 'regression',
  severity: 'error',
  status: 'introduced',
  object: 'Deployment/web',
  container: 'web',
  field: 'spec.template.spec.containers[0].readinessProbe',
  line: 16,
  column: 11,
  endLine: 16,
  endColumn: 20,
};

describe('invalid', () => {
  test('the container of a Service loses its probe', async () => {
    expect(await judgeYaml({ base: probed + service(), head: bare + service(), rules })).toMatchObject([
      {
        ...finding,
        title: '`web` no longer has a readiness probe, and Service `web` sends it traffic',
        message:
          'This change removes `readinessProbe` (`httpGet :8080/health`) of `web`, which serves port 80 of Service `web`. ' +
          'In the base the probe took a starting pod at least 10 s to pass.',
        why:
          'Without it a new pod gets requests as soon as its process exists; a rollout of 6 replicas sends each of them ' +
          'errors until the server listens. A pod that stops answering keeps its share of the requests.',
        data: {
          container: 'web',
          service: 'web',
          port: 80,
          headless: false,
          probe: 'httpGet :8080/health',
          baseReadySeconds: 10,
          replicas: 6,
          startupProbe: false,
        },
        evidence: [
          { text: 'Service `web` sends port 80 to container `web`', path: 'deploy/web.yaml', line: 29 },
          {
            text: 'base: initialDelaySeconds 10, successThreshold 1 (default), periodSeconds 10 (default)',
            path: 'deploy/web.yaml',
            line: 21,
          },
        ],
      },
    ]);
  });

  test('several successes take their periods', async () => {
    const base = workload({
      container: `${readiness}            successThreshold: 3\n            periodSeconds: 5\n`,
    });
    const [found] = await judgeYaml({ base: base + service(), head: bare + service(), rules });
    expect(found?.data).toMatchObject({ baseReadySeconds: 20 });
  });

  test('the base sent it no traffic', async () => {
    const [found] = await judgeYaml({ base: probed, head: bare + service(), rules });
    expect(found?.message).toMatch(/ In the base no Service sent it traffic; now one does\.$/);
  });

  test('a Service is named before that of an admission webhook', async () => {
    const both = service('', '{ port: 443, targetPort: http }', 'web-admission') + service();
    const [found] = await judgeYaml({ base: probed + both, head: bare + both, rules });
    expect(found?.data).toMatchObject({ service: 'web', port: 80 });
  });

  test('a startupProbe takes its place for the start alone', async () => {
    const head = workload({ container: '          startupProbe: { tcpSocket: { port: http } }\n' });
    const [found] = await judgeYaml({ base: probed + service(), head: head + service(), rules });
    expect(found?.why).toBe(
      'The `startupProbe` still holds a new pod back, but nothing does once it has passed. A pod that stops answering ' +
        'keeps its share of the requests.',
    );
  });

  test('a headless Service publishes ready pods by name', async () => {
    const headless = service('  clusterIP: None\n  selector:\n    app: web\n');
    expect(await judgeYaml({ base: probed + headless, head: bare + headless, rules })).toMatchObject([
      {
        ...finding,
        title: '`web` no longer has a readiness probe, and headless Service `web` publishes its address',
      },
    ]);
  });

  test.each<[string, string, string]>([
    [
      'a number that nobody declared leads to the only container',
      probed + service('', '{ port: 80, targetPort: 9000 }'),
      bare + service('', '{ port: 80, targetPort: 9000 }'),
    ],
    [
      'annotations for a scraper do not make a Service one for metrics',
      probed +
        service().replace('  name: web\n', '  name: web\n  annotations:\n    prometheus.io/scrape: "true"\n'),
      bare +
        service().replace('  name: web\n', '  name: web\n  annotations:\n    prometheus.io/scrape: "true"\n'),
    ],
    [
      'a port for metrics beside the one for traffic',
      probed + service('', '{ name: http, port: 80, targetPort: http }\n    - { name: metrics, port: 9090 }'),
      bare + service('', '{ name: http, port: 80, targetPort: http }\n    - { name: metrics, port: 9090 }'),
    ],
    [
      "a sidecar's probe hides nothing",
      workload({
        container: readiness,
        more: `${proxy}          readinessProbe: { tcpSocket: { port: 1 } }\n`,
      }) + service(),
      workload({ more: `${proxy}          readinessProbe: { tcpSocket: { port: 1 } }\n` }) + service(),
    ],
    [
      'the container has a new name',
      probed.replace('- name: web', '- name: app') + service(),
      bare + service(),
    ],
    ['the Service is new as well', probed, bare + service()],
  ])('%s', async (_, base, head) => expect(await judgeYaml({ base, head, rules })).toMatchObject([finding]));

  test('a StatefulSet', async () => {
    const parts = { kind: 'StatefulSet' };
    const base = workload({ ...parts, container: readiness });
    expect(
      await judgeYaml({ base: base + service(), head: workload(parts) + service(), rules }),
    ).toMatchObject([{ ...finding, object: 'StatefulSet/web' }]);
  });
});

test('what was removed before this change is nothing new', async () => {
  expect(await judgeYaml({ head: bare + service(), rules })).toEqual([]);
});
