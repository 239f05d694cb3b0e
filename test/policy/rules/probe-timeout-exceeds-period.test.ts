import { describe, expect, test } from 'vitest';
import { probeTimeoutExceedsPeriod } from '../../../src/policy/rules/probes/probe-timeout-exceeds-period.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';
import { deployment, tcpProbe as probe } from './deployment.ts';

const rules = [probeTimeoutExceedsPeriod];

const sidecar = (restartPolicy: string, numbers: string): string => `      initContainers:
        - name: proxy
          image: proxy:1
${restartPolicy}          livenessProbe: { tcpSocket: { port: 80 }, ${numbers} }
`;

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
          livenessProbe: { tcpSocket: { port: 80 }, timeoutSeconds: 30 }
`;

describe('valid', () => {
  test.each<[string, string]>([
    [
      'a startupProbe, which gives the start more time by it',
      deployment(probe('startupProbe', 'periodSeconds: 5', 'timeoutSeconds: 6')),
    ],
    ['the defaults', deployment(probe('livenessProbe'))],
    ['as long as the period', deployment(probe('livenessProbe', 'timeoutSeconds: 10'))],
    ['both written', deployment(probe('readinessProbe', 'timeoutSeconds: 5', 'periodSeconds: 5'))],
    ['0 is the default', deployment(probe('readinessProbe', 'timeoutSeconds: 0', 'periodSeconds: 1'))],
    ['no probes', deployment('')],
    [
      'a placeholder',
      deployment(probe('livenessProbe', 'timeoutSeconds: 30', `periodSeconds: "\${PERIOD}"`)),
    ],
    [
      'an injected sidecar, written out (polaris#408)',
      deployment(probe('readinessProbe', 'timeoutSeconds: 15'), 'istio-proxy'),
    ],
    [
      'an init container, which may have no probe at all (kyverno/policies#1528)',
      deployment('', 'web', sidecar('', 'timeoutSeconds: 30')),
    ],
    ['a Job, which other checkers ask for probes (kyverno/policies#156)', job],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const exceeds = { messageId: 'exceeds', class: 'hazard', severity: 'warning' } as const;

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'readiness, 1 s more than the default period',
    deployment(probe('readinessProbe', 'timeoutSeconds: 11')),
    {
      line: 20,
      column: 13,
      endLine: 20,
      endColumn: 31,
      field: 'spec.template.spec.containers[0].readinessProbe.timeoutSeconds',
      title: '`readinessProbe` of `web` waits 11 s for an answer but is due every 10 s',
      message:
        '`timeoutSeconds` 11 > `periodSeconds` 10: attempts run one after the other, so while the container hangs 3 failures ' +
        'take 3 × 11 s = 33 s, not 3 × 10 s = 30 s.',
      why: 'The timeout is the real period whenever it matters: `web`, once it hangs, keeps its share of the requests for that much longer.',
      fix: 'Set `timeoutSeconds` to 10 or less, or `periodSeconds` to 11 or more.',
      data: {
        container: 'web',
        probe: 'readinessProbe',
        timeoutSeconds: 11,
        periodSeconds: 10,
        failures: 3,
        readSeconds: 30,
        realSeconds: 33,
      },
      evidence: [
        {
          text: 'readinessProbe: timeoutSeconds 11, periodSeconds 10 (default), failureThreshold 3 (default)',
          path: 'deploy/web.yaml',
          line: 17,
        },
      ],
    },
  ],
  [
    'liveness, on its first failure',
    deployment(probe('livenessProbe', 'periodSeconds: 5', 'timeoutSeconds: 30', 'failureThreshold: 1')),
    {
      line: 21,
      message:
        '`timeoutSeconds` 30 > `periodSeconds` 5: attempts run one after the other, so while the container hangs 1 failure ' +
        'takes 1 × 30 s = 30 s, not 1 × 5 s = 5 s.',
      why: 'The timeout is the real period whenever it matters: `web`, once it hangs, is restarted that much later.',
    },
  ],
  [
    'the anti-pattern of a guide: 30 s every 10 s',
    deployment(probe('livenessProbe', 'timeoutSeconds: 30', 'periodSeconds: 10')),
    { data: expect.objectContaining({ readSeconds: 30, realSeconds: 90 }) },
  ],
  [
    'a native sidecar',
    deployment('', 'web', sidecar('          restartPolicy: Always\n', 'timeoutSeconds: 30')),
    { container: 'proxy', line: 18 },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      { ...exceeds, status: 'introduced', object: 'Deployment/web', container: 'web', ...expected },
    ]);
  });
  test('each probe for itself', async () => {
    const slow = ['timeoutSeconds: 20'];
    const head = deployment(probe('livenessProbe', ...slow) + probe('readinessProbe', ...slow));
    expect((await judgeYaml({ head, rules })).map(({ data }) => data.probe)).toEqual([
      'livenessProbe',
      'readinessProbe',
    ]);
  });
});

describe('base and head', () => {
  const judged = async (base: string, head: string): Promise<unknown[]> =>
    (await judgeYaml({ base: deployment(base), head: deployment(head), rules })).map(
      ({ messageId, status }) => [messageId, status],
    );
  const liveness = (timeout: number, period: number): string =>
    probe('livenessProbe', `timeoutSeconds: ${timeout}`, `periodSeconds: ${period}`);

  test('a shorter period', async () =>
    expect(await judged(liveness(8, 10), liveness(8, 5))).toEqual([['exceeds', 'introduced']]));
  test('as before', async () =>
    expect(await judged(liveness(8, 5), liveness(8, 5))).toEqual([['exceeds', 'existing']]));
  test('longer still', async () =>
    expect(await judged(liveness(8, 5), liveness(9, 5))).toEqual([['exceeds', 'worsened']]));
  test('fixed', async () =>
    expect(await judged(liveness(8, 5), liveness(5, 5))).toEqual([['exceeds', 'fixed']]));
});
