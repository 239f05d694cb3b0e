import { describe, expect, test } from 'vitest';
import { barePod } from '../../../src/policy/rules/disruption/bare-pod.ts';
import { judgeYaml } from '../support.ts';

const rules = [barePod];

const pod = (metadata = '', spec = ''): string => `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: { app: web }
${metadata}spec:
  containers:
    - name: web
      image: web:1.2.3
      ports: [{ name: http, containerPort: 8080 }]
${spec}`;

const service = (spec = ''): string => `---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: http }]
${spec}`;

const owner = (kind: string, apiVersion: string, selector: string): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: web }
spec:
  replicas: 2
  selector: ${selector}
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "web:1.2.3" }] }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['no Service', pod()],
    ['the Service selects another', pod() + service().replace('app: web', 'app: api')],
    ['a Service that is only for metrics', pod() + service().replace('{ port', '{ name: metrics, port')],
    [
      'a Service that publishes pods before they are ready',
      pod() + service('  publishNotReadyAddresses: true\n'),
    ],
    ['a task: restartPolicy Never', pod('', '  restartPolicy: Never\n') + service()],
    ['a task: restartPolicy OnFailure', pod('', '  restartPolicy: OnFailure\n') + service()],
    [
      'a restartPolicy that a later tool fills in',
      `${pod('', `  restartPolicy: "\${POLICY}"\n`)}${service()}`,
    ],
    ['a test of helm create', pod('  annotations: { helm.sh/hook: test }\n') + service()],
    ['a hook of Argo CD', pod('  annotations: { argocd.argoproj.io/hook: PostSync }\n') + service()],
    ['the mirror of a static pod', pod('  annotations: { kubernetes.io/config.mirror: abc }\n') + service()],
    [
      'a static pod of the control plane',
      pod('', '  hostNetwork: true\n  priorityClassName: system-node-critical\n') + service(),
    ],
    [
      'an owner is written',
      pod('  ownerReferences: [{ apiVersion: v1, kind: Node, name: a, uid: b, controller: true }]\n') +
        service(),
    ],
    [
      'a ReplicaSet takes it over',
      pod() + service() + owner('ReplicaSet', 'apps/v1', '{ matchLabels: { app: web } }'),
    ],
    [
      'a ReplicationController takes it over',
      pod() + service() + owner('ReplicationController', 'v1', '{ app: web }'),
    ],
    [
      'a Deployment is no bare Pod',
      (owner('Deployment', 'apps/v1', '{ matchLabels: { app: web } }') + service()).slice(4),
    ],
    ['a namespace that is not stated against one that is', pod('  namespace: shop\n') + service()],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const finding = { messageId: 'bare', class: 'hazard', severity: 'warning', object: 'Pod/web', field: 'kind' };

describe('invalid', () => {
  test('a Pod behind a Service, in full', async () => {
    expect(await judgeYaml({ head: pod() + service(), rules })).toEqual([
      expect.objectContaining({
        ...finding,
        status: 'introduced',
        line: 2,
        column: 1,
        endLine: 2,
        endColumn: 10,
        title: '`Pod/web` has no controller, and Service `web` sends it traffic',
        message:
          'Container `web` of `Pod/web` serves port 80 of Service `web`; no controller owns the pod, so nothing makes another ' +
          'one when it is gone.',
        why:
          'When its node fails, is drained by force or is replaced, the pod is gone until somebody applies it again, and ' +
          'Service `web` loses it. `kubectl drain` without `--force` refuses the whole node because of it.',
        fix: 'Make it the template of a Deployment with `replicas: 1`: then another pod takes its place.',
        data: { pod: 'web', container: 'web', service: 'web', port: 80 },
        evidence: [
          { text: 'Service `web` sends port 80 to container `web`', path: 'deploy/web.yaml', line: 17 },
        ],
      }),
    ]);
  });

  test.each<[string, string]>([
    ['restartPolicy Always, written', pod('', '  restartPolicy: Always\n') + service()],
    ['the host network alone makes no static pod', pod('', '  hostNetwork: true\n') + service()],
    [
      'a ReplicaSet of other labels',
      pod() +
        service() +
        owner('ReplicaSet', 'apps/v1', '{ matchLabels: { app: api } }').replace(
          'labels: { app: web }',
          'labels: { app: api }',
        ),
    ],
    [
      'a Deployment of the same labels takes no pod over',
      pod() + service() + owner('Deployment', 'apps/v1', '{ matchLabels: { app: web } }'),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toMatchObject([finding]));

  test('it was there before', async () => {
    const same = pod() + service();
    expect(await judgeYaml({ base: same, head: same, rules })).toMatchObject([
      { ...finding, status: 'existing' },
    ]);
    expect(await judgeYaml({ base: pod(), head: same, rules })).toMatchObject([
      { ...finding, status: 'introduced' },
    ]);
  });
});
