import { describe, expect, test } from 'vitest';
import type { Picture } from '../../../src/lifecycle/picture.ts';
import { preStopRemoved } from '../../../src/policy/rules/shutdown/pre-stop-removed.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [preStopRemoved];

const deployment = (container = '', more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1.2.3
          ports:
            - name: http
              containerPort: 8080
${container}${more}`;

const service = (ports = '{ port: 80, targetPort: http }'): string => `---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - ${ports}
`;

const exec = (command: string): string => `          lifecycle:
            preStop:
              exec:
                command: ${command}
`;

const action = (seconds: number): string => `          lifecycle:
            preStop:
              sleep:
                seconds: ${seconds}
`;

const httpGet = `          lifecycle:
            preStop:
              httpGet: { path: /drain, port: http }
`;

const proxy = `        - name: proxy
          image: proxy:1
`;

const delayed = deployment(exec('[sh, -c, "sleep 15"]')) + service();

describe('valid', () => {
  test.each<[string, string, string]>([
    ['the hook stays', delayed, delayed],
    ['as the native sleep action', delayed, deployment(action(15)) + service()],
    ['a shorter delay is still one', delayed, deployment(action(5)) + service()],
    ['a command of unknown length may be a delay', delayed, deployment(exec('[/app/drain]')) + service()],
    ['so may an HTTP hook', delayed, deployment(httpGet) + service()],
    ['so may a placeholder', delayed, deployment(exec(`[sh, -c, "sleep \${DELAY}"]`)) + service()],
    ['the base had no known delay', deployment(httpGet) + service(), deployment() + service()],
    [
      'the base may have skipped its delay',
      deployment(exec('[sh, -c, "/app/drain && sleep 15"]')) + service(),
      deployment() + service(),
    ],
    ['less than a second', deployment(exec('[sleep, "0.5"]')) + service(), deployment() + service()],
    ['no Service', deployment(action(15)), deployment()],
    ['the Service goes with it', delayed, deployment()],
    [
      'a Service that is only for metrics',
      deployment(action(15)) + service('{ name: metrics, port: 9090, targetPort: http }'),
      deployment() + service('{ name: metrics, port: 9090, targetPort: http }'),
    ],
    ['the workload is deleted', delayed, service()],
    [
      'a container that serves nothing loses its delay',
      deployment(action(15), proxy + action(20)) + service(),
      deployment(action(15), proxy) + service(),
    ],
    [
      'the application waits by itself now',
      delayed,
      deployment('          env: [{ name: SHUTDOWN_DELAY, value: 15s }]\n') + service(),
    ],
    ['an argument says so', delayed, deployment('          args: [--drain-seconds=15]\n') + service()],
  ])('%s', async (_, base, head) => expect(await judgeYaml({ base, head, rules })).toEqual([]));
});

const finding = {
  class: 'regression',
  severity: 'error',
  status: 'introduced',
  object: 'Deployment/web',
  container: 'web',
  field: 'spec.template.spec.containers[0].lifecycle.preStop',
};

describe('invalid', () => {
  test('the hook is gone', async () => {
    expect(await judgeYaml({ base: delayed, head: deployment() + service(), rules })).toMatchObject([
      {
        ...finding,
        messageId: 'removed',
        line: 16,
        column: 11,
        endLine: 16,
        endColumn: 20,
        title: '`web` lost its 15 s preStop delay, and Service `web` sends it traffic',
        message:
          'In the base `preStop` held SIGTERM back for 15 s; in this change `web`, which serves port 80 of Service `web`, ' +
          'has no preStop hook.',
        why:
          'Kubernetes takes a pod out of Services and sends SIGTERM at the same time, in no order. On every rollout and ' +
          'node drain Service `web` now sends new requests to `web` after it was told to stop.',
        fix: 'Keep a delay: `lifecycle.preStop.sleep.seconds` `15` (Kubernetes 1.30 and later; needs no shell).',
        data: { container: 'web', service: 'web', port: 80, baseDelaySeconds: 15 },
        evidence: [
          { text: 'base: preStop of 15 s', path: 'deploy/web.yaml', line: 22 },
          { text: 'Service `web` sends port 80 to container `web`', path: 'deploy/web.yaml', line: 29 },
        ],
      },
    ]);
  });

  const place = { line: 22, column: 13, endLine: 22, endColumn: 20 };

  test.each<[string, string, string, object]>([
    ['the action waits 0 s', action(15), action(0), { ...place, messageId: 'emptied' }],
    ['a hook that only writes', action(15), exec('[sh, -c, "echo bye"]'), { ...place, messageId: 'emptied' }],
    [
      'a tcpSocket hook, which the kubelet fails at once',
      action(15),
      '          lifecycle:\n            preStop:\n              tcpSocket: { port: 80 }\n',
      { ...place, messageId: 'emptied' },
    ],
    [
      'a delay before a command of unknown length',
      exec('[sh, -c, "sleep 10; nginx -s quit"]'),
      '',
      { messageId: 'removed', data: { container: 'web', service: 'web', port: 80, baseDelaySeconds: 10 } },
    ],
    [
      'a setting that was there before is no new place for it',
      `          env: [{ name: SHUTDOWN_DELAY, value: 15s }]\n${action(15)}`,
      '          env: [{ name: SHUTDOWN_DELAY, value: 15s }]\n',
      { messageId: 'removed' },
    ],
  ])('%s', async (_, base, head, expected) =>
    expect(
      await judgeYaml({ base: deployment(base) + service(), head: deployment(head) + service(), rules }),
    ).toMatchObject([{ ...finding, ...expected }]),
  );

  test('the words for a hook that ends at once', async () => {
    const [found] = await judgeYaml({ base: delayed, head: deployment(action(0)) + service(), rules });
    expect(found).toMatchObject({
      title:
        'The preStop hook of `web` no longer delays its stop (15 s in the base), and Service `web` sends it traffic',
      message:
        'In the base `preStop` held SIGTERM back for 15 s; in this change the hook of `web`, which serves port 80 of ' +
        'Service `web`, ends at once.',
    });
  });

  test('a delay in another container does not help the one that serves', async () => {
    const head = deployment('', proxy + action(15)) + service();
    expect(await judgeYaml({ base: deployment(action(15), proxy) + service(), head, rules })).toMatchObject([
      { ...finding, messageId: 'removed' },
    ]);
  });

  test('its picture shows what new requests meet now', async () => {
    const [found] = await judgeYaml({ base: delayed, head: deployment() + service(), rules });
    expect((found as JudgedFinding & { picture: Picture }).picture).toEqual({
      title: 'Shutdown of web',
      origin: 'the pod is told to stop',
      sections: [
        {
          name: 'kubelet',
          bars: [
            { label: 'SIGTERM', fromSeconds: 0, toSeconds: 0, kind: 'mark' },
            { label: '30 s left for the application', fromSeconds: 0, toSeconds: 30, kind: 'work' },
            { label: 'SIGKILL', fromSeconds: 30, toSeconds: 30, kind: 'mark' },
          ],
        },
        {
          name: 'traffic',
          bars: [
            { label: 'new requests reach a stopping container', fromSeconds: 0, toSeconds: 5, kind: 'harm' },
          ],
        },
      ],
    });
  });

  test('no picture where the grace period is not known', async () => {
    const grace = `      terminationGracePeriodSeconds: "\${GRACE}"\n      containers:`;
    const unknown = (text: string): string => text.replace('      containers:', grace);
    const [found] = await judgeYaml({
      base: unknown(delayed),
      head: unknown(deployment()) + service(),
      rules,
    });
    expect(found).toMatchObject({ messageId: 'removed', picture: null });
  });
});
