import { describe, expect, test } from 'vitest';
import { autoscalerNeedsRequests } from '../../../src/policy/rules/autoscaling/autoscaler-needs-requests.ts';
import { judgeYaml } from '../support.ts';

const rules = [autoscalerNeedsRequests];

/** `web` requests CPU, memory or nothing; `more` are further lines of the pod spec. */
const deployment = (
  resources: string,
  { containers = '', pod = '', replicas = '' } = {},
): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
${replicas}  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
${pod}      containers:
        - name: web
          image: web:1.2.3
${resources === '' ? '' : `          resources: ${resources}\n`}${containers}`;

const cpu = '{ requests: { cpu: 100m } }';

const utilization = (name: string, percent = '80'): string =>
  `    - { type: Resource, resource: { name: ${name}, target: { type: Utilization, averageUtilization: ${percent} } } }\n`;

const hpa = (metrics = utilization('cpu')): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 10
${metrics === '' ? '' : `  metrics:\n${metrics}`}`;

const keda = (trigger: string): string => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec:
  scaleTargetRef: { name: web }
  triggers: [${trigger}]
`;

const proxy = `        - name: proxy
          image: proxy:1
`;

const sidecar = `      initContainers:
        - { name: proxy, image: "proxy:1", restartPolicy: Always }
`;

const external =
  '    - { type: External, external: { metric: { name: queue }, target: { type: AverageValue, averageValue: 5 } } }\n';

const limitRange = (metadata = ''): string => `---
apiVersion: v1
kind: LimitRange
metadata: { name: defaults${metadata} }
spec: { limits: [{ type: Container, defaultRequest: { cpu: 100m } }] }
`;

const vpa = (mode: string): string => `---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: web }
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  updatePolicy: { updateMode: "${mode}" }
`;

const perContainer = (container: string): string =>
  `    - { type: ContainerResource, containerResource: { name: cpu, container: ${container}, target: { type: Utilization, averageUtilization: 80 } } }\n`;

describe('valid', () => {
  test.each<[string, string]>([
    ['every container requests it', deployment(cpu) + hpa()],
    ['a limit stands in for the request', deployment('{ limits: { cpu: 200m } }') + hpa()],
    [
      'an absolute target needs none',
      deployment('') +
        hpa(
          '    - { type: Resource, resource: { name: cpu, target: { type: AverageValue, averageValue: 500m } } }\n',
        ),
    ],
    ['an external metric needs none', deployment('') + hpa(external)],
    [
      'an init container has ended by then',
      deployment(cpu, { pod: '      initContainers: [{ name: migrate, image: "web:1.2.3" }]\n' }) + hpa(),
    ],
    ['only one container is measured', deployment(cpu, { containers: proxy }) + hpa(perContainer('web'))],
    [
      'a request for the whole pod (Kubernetes 1.34)',
      deployment('', { pod: '      resources: { requests: { cpu: 500m } }\n' }) + hpa(),
    ],
    ['a LimitRange gives defaults', deployment('') + hpa() + limitRange()],
    ['a LimitRange in a namespace that is stated', deployment('') + hpa() + limitRange(', namespace: shop')],
    ['a VerticalPodAutoscaler sets requests', deployment('') + hpa() + vpa('Initial')],
    ['a request that a later tool fills in', deployment(`{ requests: { cpu: "\${CPU}" } }`) + hpa()],
    ['resources that a later tool fills in', deployment(`"\${RESOURCES}"`) + hpa()],
    [
      'the autoscaler of another',
      deployment('') + hpa().replace('kind: Deployment, name: web', 'kind: Deployment, name: api'),
    ],
    ['parked', deployment('', { replicas: '  replicas: 0\n' }) + hpa()],
    [
      'KEDA, requested',
      deployment(cpu) + keda('{ type: cpu, metricType: Utilization, metadata: { value: "60" } }'),
    ],
    [
      'KEDA, absolute',
      deployment('') + keda('{ type: cpu, metricType: AverageValue, metadata: { value: 500m } }'),
    ],
    ['KEDA, another trigger', deployment('') + keda('{ type: cron, metadata: { desiredReplicas: "3" } }')],
    [
      'KEDA measures one container',
      deployment(cpu, { containers: proxy }) +
        keda('{ type: cpu, metricType: Utilization, metadata: { value: "60", containerName: web } }'),
    ],
    ['no autoscaler', deployment('')],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const finding = {
  messageId: 'missing',
  class: 'contradiction',
  severity: 'error',
  status: 'introduced',
  object: 'Deployment/web',
};

describe('invalid', () => {
  test('the only container requests nothing, in full', async () => {
    expect(await judgeYaml({ head: deployment('') + hpa(), rules })).toEqual([
      expect.objectContaining({
        ...finding,
        container: 'web',
        field: 'spec.template.spec.containers[0].resources.requests.cpu',
        line: 10,
        column: 11,
        endLine: 10,
        endColumn: 20,
        title: '`HorizontalPodAutoscaler/web` scales at 80 % of the CPU request, and `web` has none',
        message:
          '`HorizontalPodAutoscaler/web` aims at 80 % of what all containers of a pod request; `web` of `Deployment/web` ' +
          'states neither a CPU request nor a limit that would stand in for it.',
        why:
          'The controller answers `missing request for cpu` and computes nothing from this metric: the number of pods stays ' +
          'where it is, whatever the load.',
        fix: 'Write `resources.requests.cpu` for `web`, or measure one container with a `ContainerResource` metric.',
        data: {
          autoscaler: 'HorizontalPodAutoscaler/web',
          object: 'Deployment/web',
          resource: 'cpu',
          target: 80,
          containers: ['web'],
          oneContainer: false,
          otherMetrics: 0,
        },
        evidence: [
          {
            text: '`HorizontalPodAutoscaler/web`: 80 % of the CPU request',
            path: 'deploy/web.yaml',
            line: 20,
          },
        ],
      }),
    ]);
  });

  test.each<[string, string, object]>([
    [
      'memory alone is requested',
      deployment('{ requests: { memory: 64Mi } }') + hpa(),
      { data: { resource: 'cpu' }, field: 'spec.template.spec.containers[0].resources.requests.cpu' },
    ],
    [
      'a second container without',
      deployment(cpu, { containers: proxy }) + hpa(),
      { container: 'proxy', data: { containers: ['proxy'] } },
    ],
    [
      'a native sidecar without',
      deployment(cpu, { pod: sidecar }) + hpa(),
      { container: 'proxy', field: 'spec.template.spec.initContainers[0].resources.requests.cpu' },
    ],
    [
      'two without: one finding',
      deployment('', { containers: proxy }) + hpa(),
      {
        container: 'web',
        title:
          '`HorizontalPodAutoscaler/web` scales at 80 % of the CPU request, and `web` and `proxy` have none',
        message:
          '`HorizontalPodAutoscaler/web` aims at 80 % of what all containers of a pod request; `web` and `proxy` of ' +
          '`Deployment/web` state neither a CPU request nor a limit that would stand in for it.',
      },
    ],
    [
      'the container that is measured alone',
      deployment('', { containers: proxy }) + hpa(perContainer('web')),
      {
        data: { containers: ['web'], oneContainer: true },
        message:
          '`HorizontalPodAutoscaler/web` aims at 80 % of what the container requests; `web` of `Deployment/web` states neither ' +
          'a CPU request nor a limit that would stand in for it.',
        fix: 'Write `resources.requests.cpu` for `web`.',
      },
    ],
    [
      'another metric can still scale up',
      deployment('') + hpa(utilization('cpu') + external),
      {
        data: { otherMetrics: 1 },
        why:
          'The controller answers `missing request for cpu` and computes nothing from this metric: the other metrics can still ' +
          'add pods, and nothing takes one away.',
      },
    ],
    [
      'no metric is set: Kubernetes takes 80 % of the CPU',
      deployment('') + hpa(''),
      { data: { target: 80 } },
    ],
    [
      'autoscaling/v1',
      deployment('') +
        hpa('').replace('autoscaling/v2', 'autoscaling/v1').concat('  targetCPUUtilizationPercentage: 70\n'),
      { data: { target: 70, otherMetrics: 0 } },
    ],
    [
      'KEDA',
      deployment('') + keda('{ type: memory, metricType: Utilization, metadata: { value: "60" } }'),
      {
        title: '`ScaledObject/web` scales at 60 % of the memory request, and `web` has none',
        data: { autoscaler: 'ScaledObject/web', resource: 'memory' },
      },
    ],
    [
      "KEDA's old spelling",
      deployment('') + keda('{ type: cpu, metadata: { type: Utilization, value: "60" } }'),
      { data: { target: 60 } },
    ],
    ['a VerticalPodAutoscaler that only looks on', deployment('') + hpa() + vpa('Off'), {}],
    [
      'a VerticalPodAutoscaler for another',
      deployment('') +
        hpa() +
        vpa('Auto').replace('kind: Deployment, name: web', 'kind: Deployment, name: api'),
      {},
    ],
  ])('%s', async (_, head, expected) =>
    expect(await judgeYaml({ head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );

  test('CPU and memory are told one by one', async () => {
    const head = deployment('') + hpa(utilization('cpu') + utilization('memory', '70'));
    const found = await judgeYaml({ head, rules });
    expect(found.map(({ data }) => [data.resource, data.target, data.otherMetrics]).sort()).toEqual([
      ['cpu', 80, 0],
      ['memory', 70, 0],
    ]);
  });

  test('a change that adds a sidecar', async () => {
    const [base, head] = [deployment(cpu) + hpa(), deployment(cpu, { containers: proxy }) + hpa()];
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ ...finding, container: 'proxy' }]);
    expect(await judgeYaml({ base: head, head, rules })).toMatchObject([{ status: 'existing' }]);
    expect(await judgeYaml({ base: head, head: base, rules })).toMatchObject([{ status: 'fixed' }]);
  });

  test.each([
    ['v2beta2, of the same fields', 'v2beta2', utilization('cpu')],
    [
      'v2beta1, of other fields, which nobody can ask about',
      'v2beta1',
      '    - { type: Resource, resource: { name: cpu, targetAverageUtilization: 80 } }\n',
    ],
  ])('a change of the version alone brings nothing new: from %s', async (_, version, metrics) => {
    const base = deployment('') + hpa(metrics).replace('autoscaling/v2', `autoscaling/${version}`);
    expect(await judgeYaml({ base, head: deployment('') + hpa(), rules })).toMatchObject([
      { status: 'existing' },
    ]);
  });
});
