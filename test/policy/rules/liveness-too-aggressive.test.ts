import { describe, expect, test } from 'vitest';
import { livenessTooAggressive } from '../../../src/policy/rules/probes/liveness-too-aggressive.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';
import { deployment } from './deployment.ts';

const rules = [livenessTooAggressive];

const probe = (kind: string, numbers: readonly string[]): string =>
  [`${kind}:`, '  httpGet:', '    path: /livez', '    port: 8080', ...numbers.map((each) => `  ${each}`)]
    .map((line) => `          ${line}\n`)
    .join('');
const liveness = (...numbers: readonly string[]): string => probe('livenessProbe', numbers);

const sidecar = `      initContainers:
        - name: proxy
          image: proxy:1
          restartPolicy: Always
          livenessProbe: { tcpSocket: { port: 80 }, failureThreshold: 1 }
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
          livenessProbe: { tcpSocket: { port: 80 }, failureThreshold: 1 }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['the defaults, as `helm create` writes them', deployment(liveness())],
    ['no liveness probe, which nobody has to have (KICS#4755)', deployment('')],
    ['30 s in 2 failures', deployment(liveness('failureThreshold: 2', 'periodSeconds: 15'))],
    ['30 s in 6 failures', deployment(liveness('failureThreshold: 6', 'periodSeconds: 5'))],
    [
      'a long timeout is the period, and is waited for',
      deployment(liveness('periodSeconds: 2', 'timeoutSeconds: 10')),
    ],
    ['readiness may be as quick as it likes', deployment(probe('readinessProbe', ['failureThreshold: 1']))],
    ['and startup', deployment(probe('startupProbe', ['failureThreshold: 1']))],
    ['a placeholder', deployment(liveness('failureThreshold: 1', `periodSeconds: "\${PERIOD}"`))],
    [
      'an injected sidecar, written out (polaris#408)',
      deployment(liveness('failureThreshold: 1'), 'linkerd-proxy'),
    ],
    ['a Job (kyverno/policies#156)', job],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));

  test.each<[string, string]>([
    ['15 s, the boundary', liveness('periodSeconds: 5')],
    ['29 s', liveness('failureThreshold: 29', 'periodSeconds: 1')],
  ])('%s, in a workload that was there before', async (_, container) =>
    expect(await judgeYaml({ base: deployment(''), head: deployment(container), rules })).toEqual([]),
  );
});

const hasty = { messageId: 'hasty', class: 'hazard', severity: 'warning' } as const;
const one = { messageId: 'one', class: 'hazard', severity: 'warning' } as const;
const short = { messageId: 'short', class: 'advice', severity: 'info' } as const;
const place = { line: 17, column: 11, endLine: 17, endColumn: 24 };
const spread =
  'The requests in flight are lost, and when load is the cause, it moves to the other replicas, which then fail the same way.';

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    '14 s, the boundary',
    deployment(liveness('failureThreshold: 7', 'periodSeconds: 2')),
    {
      ...hasty,
      ...place,
      field: 'spec.template.spec.containers[0].livenessProbe',
      title: 'Liveness restarts `web` after 7 failures × 2 s = 14 s',
      message: 'The `livenessProbe` of `web` gives up after 7 failures × 2 s = 14 s, less than 15 s.',
      why: `A pause of 14 s that would have passed (garbage collection, a CPU quota used up, a busy node) restarts \`web\`. ${spread}`,
      fix: 'Set `failureThreshold` to 15: 15 × 2 s = 30 s.',
      data: {
        container: 'web',
        failures: 7,
        periodSeconds: 2,
        timeoutSeconds: 1,
        toleratedSeconds: 14,
        atLeastSeconds: 15,
        missingSeconds: 1,
        saferFailures: 15,
        saferSeconds: 30,
      },
      evidence: [
        {
          text: 'livenessProbe: failureThreshold 7, periodSeconds 2, timeoutSeconds 1 (default)',
          path: 'deploy/web.yaml',
          line: 17,
        },
      ],
    },
  ],
  ['3 × 4 s', deployment(liveness('periodSeconds: 4')), hasty],
  [
    'one failure, however far apart',
    deployment(liveness('failureThreshold: 1', 'periodSeconds: 60')),
    {
      ...one,
      line: 21,
      column: 13,
      endLine: 21,
      endColumn: 32,
      title: 'One failed liveness check restarts `web`',
      message:
        '`failureThreshold` of the `livenessProbe` of `web` is 1: a single answer that takes longer than 1 s, or is an ' +
        'error, restarts it.',
      why: `One pause (garbage collection, a CPU quota used up) or one lost packet restarts \`web\`. ${spread}`,
      fix: 'Set `failureThreshold` to 3: 3 × 60 s = 180 s.',
    },
  ],
  [
    'the anti-pattern of a guide: 1 × 5 s',
    deployment(liveness('periodSeconds: 5', 'failureThreshold: 1')),
    { ...one, fix: 'Set `failureThreshold` to 6: 6 × 5 s = 30 s.' },
  ],
  [
    'a startupProbe changes nothing about it',
    deployment(liveness('periodSeconds: 3') + probe('startupProbe', [])),
    hasty,
  ],
  ['a native sidecar', deployment('', 'web', sidecar), { ...one, container: 'proxy', line: 18 }],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    const base = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\n';
    expect(await judgeYaml({ base, head, rules })).toMatchObject([
      { status: 'introduced', object: 'Deployment/web', container: 'web', ...expected },
    ]);
  });
  test('15 s, where the profile gives advice', async () => {
    const head = deployment(liveness('periodSeconds: 5'));
    expect(await judgeYaml({ head, rules })).toEqual([]);
    expect(await judgeYaml({ head, rules, profile: 'eks-production' })).toMatchObject([
      {
        ...short,
        ...place,
        title: 'Liveness restarts `web` after 3 failures × 5 s = 15 s',
        message: 'The `livenessProbe` of `web` gives up after 3 failures × 5 s = 15 s, less than 30 s.',
        fix: 'Set `failureThreshold` to 6: 6 × 5 s = 30 s.',
        data: expect.objectContaining({ atLeastSeconds: 30, missingSeconds: 15 }),
      },
    ]);
  });
  test('29 s, where the profile gives advice', async () => {
    const head = deployment(liveness('failureThreshold: 29', 'periodSeconds: 1'));
    expect(await judgeYaml({ base: deployment(''), head, rules, profile: 'eks-production' })).toMatchObject([
      short,
    ]);
    const enough = deployment(liveness());
    expect(await judgeYaml({ base: deployment(''), head: enough, rules, profile: 'eks-production' })).toEqual(
      [],
    );
  });
  test('another limit', async () => {
    const head = deployment(liveness());
    expect(await judgeYaml({ head, rules, options: { 'at-least-seconds': 60 } })).toMatchObject([
      { ...hasty, fix: 'Set `failureThreshold` to 6: 6 × 10 s = 60 s.' },
    ]);
  });
});

describe('base and head', () => {
  const judged = async (base: string, head: string): Promise<unknown[]> =>
    (await judgeYaml({ base: deployment(base), head: deployment(head), rules })).map(
      ({ messageId, status }) => [messageId, status],
    );
  test('a liveness probe is added', async () =>
    expect(await judged('', liveness('periodSeconds: 2'))).toEqual([['hasty', 'introduced']]));
  test('as before', async () =>
    expect(await judged(liveness('periodSeconds: 2'), liveness('periodSeconds: 2'))).toEqual([
      ['hasty', 'existing'],
    ]));
  test('even shorter', async () =>
    expect(await judged(liveness('periodSeconds: 3'), liveness('periodSeconds: 2'))).toEqual([
      ['hasty', 'worsened'],
    ]));
  test('fixed', async () =>
    expect(await judged(liveness('failureThreshold: 1'), liveness())).toEqual([['one', 'fixed']]));
});
