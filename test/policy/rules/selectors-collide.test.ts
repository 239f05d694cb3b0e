import { describe, expect, test } from 'vitest';
import { selectorsCollide } from '../../../src/policy/rules/rollout/selectors-collide.ts';
import { judgeYaml } from '../support.ts';

const rules = [selectorsCollide];

interface Shape {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly selector?: string;
  readonly labels?: string;
  readonly image?: string;
  readonly metadata?: string;
  readonly replicas?: string;
  readonly ports?: string;
}

const workload = (
  name: string,
  {
    kind = 'Deployment',
    apiVersion = 'apps/v1',
    selector = '{ matchLabels: { app: shop } }',
    labels = '{ app: shop }',
    image = `${name}:1.2.3`,
    metadata = '',
    replicas = '2',
    ports = '',
  }: Shape = {},
): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}${metadata} }
spec:
  replicas: ${replicas}
  selector: ${selector}
  template:
    metadata: { labels: ${labels} }
    spec: { containers: [{ name: main, image: "${image}"${ports} }] }
`;

const pod = (metadata = '', labels = '{ app: shop }'): string => `---
apiVersion: v1
kind: Pod
metadata: { name: debug, labels: ${labels}${metadata} }
spec: { containers: [{ name: main, image: "debug:1" }] }
`;

const cronJob = (labels = '{ app: shop, job: report }', metadata = ''): string => `---
apiVersion: batch/v1
kind: CronJob
metadata: { name: report${metadata} }
spec:
  schedule: 0 3 * * *
  jobTemplate:
    spec:
      template:
        metadata: { labels: ${labels} }
        spec: { restartPolicy: Never, containers: [{ name: main, image: "report:1" }] }
`;

const cpu =
  '{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }';
const queue =
  '{ type: External, external: { metric: { name: queue }, target: { type: AverageValue, averageValue: 5 } } }';

const hpa = (name: string, metric = cpu): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }
  maxReplicas: 10
  metrics: [${metric}]
`;

const keda = (name: string, metadata = ''): string => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: ${name}${metadata} }
spec:
  scaleTargetRef: { name: ${name} }
  triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "60" } }]
`;

const service = (ports = '{ port: 80, targetPort: 8080 }', spec = ''): string => `---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec:
  selector: { app: shop }
  ports: [${ports}]
${spec}`;

const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: shop }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: shop } } }
`;

/** A component with labels of its own, as charts of several components write it. */
const component = (name: string): string =>
  workload(name, {
    selector: `{ matchLabels: { app: shop, component: ${name} } }`,
    labels: `{ app: shop, component: ${name} }`,
  });

/** Selected by the main component's selector, and not the other way round. */
const worker = workload('worker', {
  selector: '{ matchLabels: { app: shop, component: worker } }',
  labels: '{ app: shop, component: worker }',
});

describe('valid', () => {
  test.each<[string, string]>([
    ['one workload', workload('web') + hpa('web') + service() + budget],
    [
      'components with labels of their own',
      component('web') + component('worker') + hpa('web') + hpa('worker') + service() + budget,
    ],
    ['the wider selector, and nothing goes by it', workload('web') + worker + service() + budget],
    ['the autoscaler of the narrower one', workload('web') + worker + hpa('worker')],
    ['an autoscaler that measures a queue', workload('web') + worker + hpa('web', queue)],
    [
      'KEDA is paused',
      workload('web') + worker + keda('web', ', annotations: { autoscaling.keda.sh/paused: "true" }'),
    ],
    [
      'blue and green of one program, told apart by the Service alone',
      workload('blue', { labels: '{ app: shop, slot: blue }', image: 'shop:1' }) +
        workload('green', {
          labels: '{ app: shop, slot: green }',
          image: 'registry.example.com/shop:2',
        }).replace('registry.example.com/', '') +
        service() +
        budget,
    ],
    [
      'a canary with a selector of its own behind the same Service',
      workload('web', {
        selector: '{ matchLabels: { app: shop, track: stable } }',
        labels: '{ app: shop, track: stable }',
      }) +
        workload('canary', {
          selector: '{ matchLabels: { app: shop, track: canary } }',
          labels: '{ app: shop, track: canary }',
        }) +
        hpa('web') +
        service() +
        budget,
    ],
    [
      'one agent for two kinds of nodes',
      workload('agent', { kind: 'DaemonSet', image: 'agent:1' }).replace('  replicas: 2\n', '') +
        workload('agent-windows', { kind: 'DaemonSet', image: 'agent:1-windows' }).replace(
          '  replicas: 2\n',
          '',
        ) +
        service(),
    ],
    ['the same selectors, and nothing counts them together', workload('web') + workload('worker')],
    [
      'a named port that only one declares',
      workload('web', { ports: ', ports: [{ name: http, containerPort: 8080 }]' }) +
        workload('worker') +
        service('{ port: 80, targetPort: http }'),
    ],
    ['a headless Service', workload('web') + workload('worker') + service(undefined, '  clusterIP: None\n')],
    [
      'different namespaces',
      workload('web', { metadata: ', namespace: a' }) +
        workload('worker', { metadata: ', namespace: b' }) +
        budget,
    ],
    [
      'a namespace that is not stated against one that is',
      workload('web') + workload('worker', { metadata: ', namespace: b' }) + budget,
    ],
    [
      'a label that a later tool fills in',
      workload('web') +
        workload('worker', {
          labels: `{ app: "\${APP}" }`,
          selector: `{ matchLabels: { app: "\${APP}", x: y } }`,
        }) +
        hpa('web'),
    ],
    ['parked', workload('web') + workload('worker', { replicas: '0' }) + hpa('web') + budget],
    [
      'a hook',
      workload('web') + cronJob(undefined, ', annotations: { helm.sh/hook: post-install }') + hpa('web'),
    ],
    [
      'a ReplicaSet leaves pods alone that have a controller',
      workload('web', { kind: 'ReplicaSet' }) +
        workload('worker', {
          labels: '{ app: shop, component: worker }',
          selector: '{ matchLabels: { component: worker } }',
        }),
    ],
    [
      'a ReplicaSet leaves a Pod with an owner alone',
      workload('web', { kind: 'ReplicaSet' }) +
        pod(', ownerReferences: [{ apiVersion: v1, kind: Node, name: a, uid: b, controller: true }]'),
    ],
    [
      'a ReplicaSet and a Pod of other labels',
      workload('web', { kind: 'ReplicaSet' }) + pod('', '{ app: other }'),
    ],
    [
      'a ReplicaSet and a test Pod',
      workload('web', { kind: 'ReplicaSet' }) + pod(', annotations: { helm.sh/hook: test }'),
    ],
    ['a Deployment takes no Pod over', workload('web') + pod()],
    [
      'a selector that is null',
      workload('web', { kind: 'Rollout', apiVersion: 'argoproj.io/v1alpha1', selector: 'null' }) + worker,
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const finding = { status: 'introduced', field: 'spec.selector' };

const fix = (object: string, other: string): string =>
  `Give the pods of \`${object}\` and of \`${other}\` a label of their own, in the template and in the selector. The ` +
  'selector of a deployed object cannot be changed: one of the two has to be made anew.';

describe('invalid', () => {
  test('a ReplicaSet takes a bare Pod over, in full', async () => {
    expect(await judgeYaml({ head: workload('web', { kind: 'ReplicaSet' }) + pod(), rules })).toEqual([
      expect.objectContaining({
        ...finding,
        messageId: 'adopts',
        class: 'hazard',
        severity: 'warning',
        object: 'ReplicaSet/web',
        line: 7,
        column: 3,
        endLine: 7,
        endColumn: 11,
        title: '`ReplicaSet/web` takes `Pod/debug` over: the labels match its selector',
        message:
          '`Pod/debug` has no controller, and its labels match the selector of `ReplicaSet/web`, which becomes the owner at ' +
          'once.',
        why:
          'What it takes counts as a replica: `ReplicaSet/web` makes that many fewer from its template, or deletes the ' +
          'surplus, which may be what it took.',
        fix: fix('ReplicaSet/web', 'Pod/debug'),
        data: { object: 'ReplicaSet/web', others: ['Pod/debug'], counting: [] },
        evidence: [{ text: 'labels of the pods of `Pod/debug`', path: 'deploy/web.yaml', line: 14 }],
      }),
    ]);
  });

  test('an autoscaler measures the pods of another, in full', async () => {
    expect(await judgeYaml({ head: workload('web') + worker + hpa('web'), rules })).toMatchObject([
      {
        ...finding,
        messageId: 'autoscaled',
        class: 'hazard',
        severity: 'warning',
        object: 'Deployment/web',
        title:
          '`HorizontalPodAutoscaler/web` measures the pods of `Deployment/worker` too: the selector of `Deployment/web` ' +
          'matches them',
        message:
          "An autoscaler counts the pods that its target's selector matches, whoever owns them; the selector of " +
          '`Deployment/web` also matches the pods of `Deployment/worker`.',
        why:
          '`Deployment/web` grows and shrinks by the average over both; a container of `Deployment/worker` without the ' +
          'measured request stops its scaling altogether.',
        fix: fix('Deployment/web', 'Deployment/worker'),
        data: {
          object: 'Deployment/web',
          others: ['Deployment/worker'],
          counting: ['HorizontalPodAutoscaler/web'],
        },
      },
    ]);
  });

  test('two autoscalers stop each other, in full', async () => {
    const head = workload('web') + worker + hpa('web') + hpa('worker', queue);
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        ...finding,
        messageId: 'ambiguous',
        class: 'contradiction',
        severity: 'error',
        object: 'Deployment/web',
        title:
          "`HorizontalPodAutoscaler/worker` and `HorizontalPodAutoscaler/web` stop scaling: their targets' selectors match " +
          'the same pods',
        message:
          "An autoscaler counts the pods that its target's selector matches; the selector of `Deployment/web` also matches " +
          'the pods of `Deployment/worker`, which has an autoscaler as well.',
        why:
          'Kubernetes answers `AmbiguousSelector` to each of them and computes nothing: the numbers of pods stay where they ' +
          'are, whatever the load.',
        fix: fix('Deployment/web', 'Deployment/worker'),
      },
    ]);
  });

  test('two programs that Services and budgets take for one, in full', async () => {
    const head = workload('web') + workload('worker') + service() + budget;
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        ...finding,
        messageId: 'mutual',
        class: 'hazard',
        severity: 'warning',
        object: 'Deployment/worker',
        title:
          "The selectors of `Deployment/web` and `Deployment/worker` match each other's pods, and `Service/shop` and " +
          '`PodDisruptionBudget/shop` take them for one',
        message:
          'The pods of `Deployment/worker` and `Deployment/web` share every label that either selector asks for, though they ' +
          'run other images; `Service/shop` and `PodDisruptionBudget/shop` select both.',
        why:
          'Each controller keeps to its own pods by owner, but a Service sends requests to either kind, and a budget counts ' +
          'the healthy pods of the one for those of the other.',
        fix: fix('Deployment/worker', 'Deployment/web'),
        data: {
          object: 'Deployment/worker',
          others: ['Deployment/web'],
          counting: ['Service/shop', 'PodDisruptionBudget/shop'],
        },
      },
    ]);
  });

  test.each<[string, string, object]>([
    [
      'a ReplicationController, by its plain selector',
      workload('web', { kind: 'ReplicationController', apiVersion: 'v1', selector: '{ app: shop }' }) + pod(),
      { messageId: 'adopts', object: 'ReplicationController/web' },
    ],
    [
      "a ReplicationController's selector is its labels where it is not set",
      workload('web', { kind: 'ReplicationController', apiVersion: 'v1', selector: 'null' }) + pod(),
      { messageId: 'adopts', object: 'ReplicationController/web' },
    ],
    [
      'an autoscaled Deployment and a CronJob',
      workload('web') + cronJob() + hpa('web'),
      { messageId: 'autoscaled', data: { others: ['CronJob/report'] } },
    ],
    [
      'an autoscaled Deployment and a bare Pod',
      workload('web') + pod() + hpa('web'),
      { messageId: 'autoscaled' },
    ],
    [
      'a canary that the stable selector matches (kubernetes#91900)',
      workload('web', { image: 'shop:1' }) +
        workload('canary', {
          image: 'shop:2',
          selector: '{ matchLabels: { app: shop, track: canary } }',
          labels: '{ app: shop, track: canary }',
        }) +
        hpa('web'),
      { messageId: 'autoscaled', data: { others: ['Deployment/canary'] } },
    ],
    [
      'KEDA by CPU',
      workload('web') + worker + keda('web'),
      { messageId: 'autoscaled', data: { counting: ['ScaledObject/web'] } },
    ],
    [
      'the same selectors, both autoscaled: once, at the later',
      workload('web') + workload('worker') + hpa('web') + hpa('worker'),
      { messageId: 'ambiguous', object: 'Deployment/worker' },
    ],
    [
      'the same selectors, one autoscaled',
      workload('web') + workload('worker') + hpa('web'),
      { messageId: 'autoscaled', object: 'Deployment/web' },
    ],
    [
      'a budget alone',
      workload('web') +
        workload('db', { kind: 'StatefulSet' }).replace('spec:\n', 'spec:\n  serviceName: db\n') +
        budget,
      { messageId: 'mutual', object: 'StatefulSet/db', data: { counting: ['PodDisruptionBudget/shop'] } },
    ],
    [
      'a named port that both declare',
      workload('web', { ports: ', ports: [{ name: http, containerPort: 8080 }]' }) +
        workload('worker', { ports: ', ports: [{ name: http, containerPort: 9090 }]' }) +
        service('{ port: 80, targetPort: http }'),
      {
        messageId: 'mutual',
        title:
          "The selectors of `Deployment/web` and `Deployment/worker` match each other's pods, and `Service/shop` takes them " +
          'for one',
      },
    ],
  ])('%s', async (_, head, expected) =>
    expect(await judgeYaml({ head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );

  test('a workload that this change adds beside an autoscaled one', async () => {
    const base = workload('web') + hpa('web');
    const head = base + worker;
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ ...finding, messageId: 'autoscaled' }]);
    expect(await judgeYaml({ base: head, head, rules })).toMatchObject([{ status: 'existing' }]);
  });
});
