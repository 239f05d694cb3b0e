import { describe, expect, test } from 'vitest';
import { livenessDelaysInsteadOfStartup } from '../../../src/policy/rules/probes/liveness-delays-instead-of-startup.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';
import { deployment, tcpProbe as probe } from './deployment.ts';

const rules = [livenessDelaysInsteadOfStartup];

const liveness = (delay: number | string, ...numbers: readonly string[]): string =>
  probe('livenessProbe', `initialDelaySeconds: ${delay}`, ...numbers);

const sidecar = (kind: string): string => `      initContainers:
        - name: proxy
          image: proxy:1
          restartPolicy: Always
          ${kind}: { tcpSocket: { port: 80 }, initialDelaySeconds: 90 }
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
          livenessProbe: { tcpSocket: { port: 80 }, initialDelaySeconds: 600 }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['no delay', deployment(probe('livenessProbe'))],
    ['59 s, the boundary', deployment(liveness(59))],
    ['a startupProbe beside it', deployment(liveness(120) + probe('startupProbe'))],
    ['readiness may be delayed', deployment(probe('readinessProbe', 'initialDelaySeconds: 120'))],
    ['a native sidecar’s readiness', deployment('', 'web', sidecar('readinessProbe'))],
    ['a placeholder for the delay', deployment(liveness(`"\${DELAY}"`))],
    [
      'a placeholder for the startupProbe',
      deployment(`${liveness(120)}          startupProbe: "\${STARTUP}"\n`),
    ],
    ['an injected sidecar, written out (polaris#408)', deployment(liveness(120), 'istio-proxy')],
    ['a Job, which other checkers ask for probes (kyverno/policies#156)', job],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const delays = { messageId: 'delays', class: 'hazard', severity: 'warning' } as const;

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    '60 s, the boundary',
    deployment(liveness(60)),
    {
      line: 20,
      column: 13,
      endLine: 20,
      endColumn: 36,
      field: 'spec.template.spec.containers[0].livenessProbe.initialDelaySeconds',
      title: 'Liveness does not look at `web` for 60 s after every start, and no startupProbe does',
      message:
        '`initialDelaySeconds` of the `livenessProbe` of `web` is 60: a start that hangs is noticed after 60 + 2 × 10 = 80 s ' +
        'at the earliest, and one that takes longer than 60 + 3 × 10 = 90 s is killed.',
      why:
        'A fixed delay fits the one start that it was measured on: after every restart a container that hangs keeps its ' +
        'place for 60 s, and a start that is slower than usual is killed halfway.',
      fix:
        'Move the delay into a `startupProbe` with the same handler, `failureThreshold` 9 × `periodSeconds` 10 = 90 s, and ' +
        'drop `initialDelaySeconds`: liveness begins as soon as the start is over.',
      data: {
        container: 'web',
        delaySeconds: 60,
        failures: 3,
        periodSeconds: 10,
        noticedSeconds: 80,
        budgetSeconds: 90,
        probeFailures: 9,
        probePeriodSeconds: 10,
        probeSeconds: 90,
      },
      evidence: [
        {
          text: 'livenessProbe: initialDelaySeconds 60, failureThreshold 3 (default), periodSeconds 10 (default)',
          path: 'deploy/web.yaml',
          line: 17,
        },
      ],
    },
  ],
  [
    'a budget is never shorter than the delay was',
    deployment(liveness(100, 'periodSeconds: 30')),
    {
      fix:
        'Move the delay into a `startupProbe` with the same handler, `failureThreshold` 19 × `periodSeconds` 10 = 190 s, and ' +
        'drop `initialDelaySeconds`: liveness begins as soon as the start is over.',
    },
  ],
  [
    'asked as often as before',
    deployment(liveness(61, 'periodSeconds: 4')),
    { data: expect.objectContaining({ probeFailures: 19, probePeriodSeconds: 4, probeSeconds: 76 }) },
  ],
  [
    'the anti-pattern of a guide: 120 s',
    deployment(liveness(120, 'periodSeconds: 10')),
    { data: expect.objectContaining({ noticedSeconds: 140, budgetSeconds: 150, probeFailures: 15 }) },
  ],
  ['a native sidecar', deployment('', 'web', sidecar('livenessProbe')), { container: 'proxy', line: 18 }],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      { ...delays, status: 'introduced', object: 'Deployment/web', container: 'web', ...expected },
    ]);
  });
  test('another limit', async () => {
    const judge = (delay: number): Promise<JudgedFinding[]> =>
      judgeYaml({ head: deployment(liveness(delay)), rules, options: { 'delay-seconds': 120 } });
    expect(await judge(119)).toEqual([]);
    expect(await judge(120)).toMatchObject([delays]);
  });
});

describe('base and head', () => {
  const judged = async (base: string, head: string): Promise<unknown[]> =>
    (await judgeYaml({ base: deployment(base), head: deployment(head), rules })).map(
      ({ messageId, status }) => [messageId, status],
    );
  test('as before', async () =>
    expect(await judged(liveness(60), liveness(60))).toEqual([['delays', 'existing']]));
  test('longer still', async () =>
    expect(await judged(liveness(60), liveness(90))).toEqual([['delays', 'worsened']]));
  test('fixed', async () =>
    expect(await judged(liveness(60), probe('livenessProbe') + probe('startupProbe'))).toEqual([
      ['delays', 'fixed'],
    ]));
  test('in the place of a startupProbe that left a start as long', async () =>
    expect(await judged(probe('livenessProbe') + probe('startupProbe'), liveness(60))).toEqual([
      ['delays', 'introduced'],
    ]));
  test('of one that left it longer: startup-unprotected says so', async () =>
    expect(
      await judged(probe('livenessProbe') + probe('startupProbe', 'failureThreshold: 30'), liveness(60)),
    ).toEqual([]));
});
