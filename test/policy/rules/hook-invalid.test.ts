import { describe, expect, test } from 'vitest';
import { refusedByApiServer } from '../../../src/policy/rules/kubernetes/refused-by-api-server.ts';
import { hookInvalid } from '../../../src/policy/rules/shutdown/hook-invalid.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';
import { deployment as oneContainer } from './deployment.ts';

const rules = [hookInvalid];

const deployment = (lifecycle: string, name = 'web', spec = ''): string =>
  oneContainer(lifecycle === '' ? '' : `          lifecycle:\n${lifecycle}`, name, spec);

const hook = (kind: string, handler: string): string => `            ${kind}:\n              ${handler}\n`;
const socket = 'tcpSocket: { port: 80 }';

const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: import
          image: import:1
          lifecycle: { preStop: { tcpSocket: { port: 80 } } }
`;

const init = (restart: string): string => `      initContainers:
        - name: proxy
          image: proxy:1
${restart}          lifecycle: { postStart: { tcpSocket: { port: 80 } } }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['no hooks', deployment('')],
    ['exec', deployment(hook('preStop', 'exec: { command: [sleep, "5"] }'))],
    ['httpGet', deployment(hook('preStop', 'httpGet: { path: /drain, port: 80 }'))],
    ['sleep', deployment(hook('preStop', 'sleep: { seconds: 5 }'))],
    ['a placeholder for the handler', deployment(hook('preStop', `tcpSocket: "\${HOOK}"`))],
    ['a tcpSocket probe', deployment('').concat('          livenessProbe: { tcpSocket: { port: 80 } }\n')],
    ['a Job', job],
    ['an ordinary init container, which may have no hooks at all', deployment('', 'web', init(''))],
    ['an injected sidecar', deployment(hook('preStop', socket), 'istio-proxy')],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'preStop',
    deployment(hook('preStop', socket)),
    {
      line: 19,
      column: 15,
      endLine: 19,
      endColumn: 24,
      messageId: 'pre-stop',
      container: 'web',
      field: 'spec.template.spec.containers[0].lifecycle.preStop.tcpSocket',
      title: 'The preStop hook of `web` always fails: the kubelet has no `tcpSocket` hooks',
      message:
        'The `preStop` hook of `web` is a `tcpSocket`. The API server still accepts that field, but no kubelet runs it: the ' +
        'hook fails at once.',
      why:
        'Whatever the hook was for does not happen: `web` gets SIGTERM with the deletion of its pod, and an event ' +
        '`FailedPreStopHook`.',
      fix:
        'For a delay write `sleep` (Kubernetes 1.30 and later) with its seconds; to tell the application, `httpGet` or ' +
        '`exec`.',
      data: { container: 'web' },
    },
  ],
  [
    'postStart',
    deployment(hook('postStart', socket)),
    {
      line: 19,
      messageId: 'post-start',
      title: '`web` never starts: its postStart hook is a `tcpSocket`, which the kubelet fails',
      message:
        'The `postStart` hook of `web` is a `tcpSocket`. The API server still accepts that field, but no kubelet runs it: ' +
        'the hook fails at once.',
      why:
        'A postStart hook that fails has its container killed (`FailedPostStartHook`): `web` is started and killed again ' +
        'and again, and a rollout stops at its first pod.',
      fix: 'To wait for a port write a `startupProbe` with the same `tcpSocket`, and remove the hook.',
    },
  ],
  [
    'a native sidecar',
    deployment('', 'web', init('          restartPolicy: Always\n')),
    { messageId: 'post-start', container: 'proxy' },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        class: 'contradiction',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        ...expected,
      },
    ]);
  });

  test('both hooks', async () => {
    const head = deployment(hook('preStop', socket) + hook('postStart', socket));
    expect((await judgeYaml({ head, rules })).map(({ messageId }) => messageId)).toEqual([
      'pre-stop',
      'post-start',
    ]);
  });

  test('with a second handler the API server speaks', async () => {
    const head = deployment(hook('preStop', `${socket}\n              sleep: { seconds: 5 }`));
    const found = await judgeYaml({ head, rules: [...rules, refusedByApiServer] });
    expect(found.map(({ ruleId }) => ruleId)).toEqual(['refused-by-api-server']);
  });
});
