import { describe, expect, test } from 'vitest';
import { readinessProbeMissing } from '../../../src/policy/rules/probes/readiness-probe-missing.ts';
import { readinessProbeRemoved } from '../../../src/policy/rules/probes/readiness-probe-removed.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [readinessProbeMissing];

const deployment = (container = '', more = '', spec = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
${spec}      containers:
        - name: web
          image: shop:1.2.3
          ports: [{ name: http, containerPort: 8080 }]
${container}${more}`;

const service = (spec = '', ports = '{ port: 80, targetPort: http }', name = 'shop'): string => `---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
${spec}  selector:
    app: web
  ports:
    - ${ports}
`;

const probe = (kind: string, handler = 'tcpSocket: { port: http }'): string =>
  `          ${kind}: { ${handler} }\n`;

const proxy = (port: string): string => `        - name: proxy
          image: proxy:1
          ports: [{ name: admin, containerPort: 9901 }]
${probe('readinessProbe', `httpGet: { path: /ready, port: ${port} }`)}`;

const runsToEnd = (kind: string): string => `apiVersion: batch/v1
kind: ${kind}
metadata:
  name: import
spec:
${kind === 'CronJob' ? '  schedule: "0 3 * * *"\n  jobTemplate: { spec: { template: ' : '  template: '}{ metadata: { labels: { app: web } }, spec: { restartPolicy: Never, containers: [{ name: import, image: "import:1", ports: [{ name: http, containerPort: 80 }] }] } }${kind === 'CronJob' ? ' } }' : ''}
`;

/** As a workload that is new in the change. */
const fresh = (head: string): Promise<JudgedFinding[]> => judgeYaml({ base: '', head, rules });

describe('valid', () => {
  test.each<[string, string]>([
    ['a probe', deployment(probe('readinessProbe')) + service()],
    ['a placeholder for the probe', deployment(`          readinessProbe: "\${PROBE}"\n`) + service()],
    ['not behind a Service (polaris#651)', deployment()],
    ['a Service without ports for it', deployment() + service('', '{ port: 81, targetPort: other }')],
    ['a Service that is only for metrics', deployment() + service('', '{ name: metrics, port: 9090 }')],
    [
      'a Service that publishes pods before they are ready',
      deployment() + service('  publishNotReadyAddresses: true\n'),
    ],
    [
      'a Job, which other checkers ask for probes (kube-score#108, kyverno/policies#156)',
      runsToEnd('Job') + service(),
    ],
    ['a CronJob (KICS PR #6660)', runsToEnd('CronJob') + service()],
    [
      'an init container (polaris#112, kyverno/policies PR #1528)',
      deployment(
        probe('readinessProbe'),
        '',
        '      initContainers: [{ name: wait, image: "busybox:1.36" }]\n',
      ) + service(),
    ],
    [
      'a container beside the one that serves (kube-score#36)',
      deployment(probe('readinessProbe'), '        - name: agent\n          image: agent:1\n') + service(),
    ],
    [
      'an injected sidecar (polaris#408)',
      deployment().replace('- name: web', '- name: istio-proxy') + service(),
    ],
    ['a probe of the proxy that asks its port', deployment('', proxy('8080')) + service()],
    [
      'somebody else who decides on readiness',
      deployment('', '', '      readinessGates: [{ conditionType: example.com/warm }]\n') + service(),
    ],
    [
      'a worker by its name',
      deployment().replace('name: web\nspec:\n  selector', 'name: queue-worker\nspec:\n  selector') +
        service(),
    ],
    ['a liveness probe is never asked for (KICS#4755)', deployment(probe('readinessProbe')) + service()],
  ])('%s', async (_, head) => expect(await fresh(head)).toEqual([]));

  test('a workload that was there before keeps what it has', async () => {
    const head = deployment() + service();
    expect(await judgeYaml({ base: head, head: head.replace('1.2.3', '1.2.4'), rules })).toEqual([]);
  });
});

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'no probe',
    deployment() + service(),
    {
      line: 15,
      column: 11,
      endLine: 15,
      endColumn: 20,
      field: 'spec.template.spec.containers[0].readinessProbe',
      title: 'Service `shop` sends requests to `web` before its server listens: it has no readiness probe',
      message:
        '`web` serves port 80 of Service `shop`. Without a `readinessProbe` it counts as ready as soon as its process ' +
        'exists, and for as long as it runs.',
      why:
        'Each rollout and restart sends it requests until the server listens, and they fail; later a pod that stops ' +
        'answering keeps its share of them.',
      fix:
        'Add a `readinessProbe` that asks the port it serves: a `tcpSocket` holds a new pod back until it listens; an HTTP ' +
        'path or gRPC health service of the application also says whether it can serve now.',
      data: { container: 'web', service: 'shop', port: 80, headless: false, startupProbe: false },
      evidence: [
        { text: 'Service `shop` sends port 80 to container `web`', path: 'deploy/web.yaml', line: 26 },
      ],
    },
  ],
  [
    'a liveness probe is none',
    deployment(probe('livenessProbe')) + service(),
    { title: 'Service `shop` sends requests to `web` before its server listens: it has no readiness probe' },
  ],
  [
    'a startup probe, which ends with the start',
    deployment(probe('startupProbe')) + service(),
    {
      title: 'Service `shop` sends requests to `web` whether it answers or not: it has no readiness probe',
      message:
        '`web` serves port 80 of Service `shop`. Without a `readinessProbe` it counts as ready as soon as its ' +
        '`startupProbe` has passed, and for as long as it runs.',
      why: 'A pod that stops answering keeps its share of the requests until it is restarted, if it is.',
      data: { container: 'web', service: 'shop', port: 80, headless: false, startupProbe: true },
    },
  ],
  [
    'a headless Service',
    deployment() + service('  clusterIP: None\n'),
    {
      title:
        'Headless Service `shop` publishes the address of `web` before its server listens: it has no readiness probe',
    },
  ],
  [
    'a probed sidecar, which hides it from other checkers',
    deployment('', proxy('admin')) + service(),
    { container: 'web' },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await fresh(head)).toMatchObject([
      {
        messageId: 'missing',
        class: 'checklist',
        severity: 'info',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        ...expected,
      },
    ]);
  });

  test('its row in the checklist', () => {
    const { item } = readinessProbeMissing.messages.missing;
    const data = { container: 'web', service: 'shop', port: 80, headless: false };
    expect(item?.({ ...data, startupProbe: false })).toEqual([
      'readiness probe',
      'a new pod gets requests before its server listens, and a pod that stops answering keeps its share of the requests',
    ]);
    expect(item?.({ ...data, startupProbe: true })).toEqual([
      'readiness probe',
      'a pod that stops answering keeps its share of the requests',
    ]);
  });

  test('where this change took the probe away, that is what is spoken of', async () => {
    const found = await judgeYaml({
      base: deployment(probe('readinessProbe')) + service(),
      head: deployment() + service(),
      rules: [...rules, readinessProbeRemoved],
      profile: 'eks-production',
    });
    expect(found.map(({ ruleId }) => ruleId)).toEqual(['readiness-probe-removed']);
  });

  test('in the profile for production it is told of every workload, as a warning', async () => {
    const head = deployment() + service();
    expect(await judgeYaml({ base: head, head, rules, profile: 'eks-production' })).toMatchObject([
      { severity: 'warning', status: 'existing' },
    ]);
  });
});
