import { describe, expect, test } from 'vitest';
import { livenessFiresBeforeReadiness } from '../../../src/policy/rules/probes/liveness-fires-before-readiness.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [livenessFiresBeforeReadiness];

const deployment = (container: string, name = 'web'): string => `apiVersion: apps/v1
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
      containers:
        - name: ${name}
          image: web:1.2.3
          ports:
            - name: http
              containerPort: 8080
${container}`;

/** One probe; `numbers` stand beside its handler. */
const probe = (kind: string, numbers = '', handler = 'httpGet: { path: /health, port: http }'): string =>
  `          ${kind}:\n            ${handler}\n${numbers
    .split(', ')
    .filter((each) => each !== '')
    .map((each) => `            ${each}\n`)
    .join('')}`;

const pair = (liveness: string, readiness: string): string =>
  deployment(probe('livenessProbe', liveness) + probe('readinessProbe', readiness));

const handlers = (liveness: string, readiness: string): string =>
  deployment(probe('livenessProbe', '', liveness) + probe('readinessProbe', '', readiness));

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
          livenessProbe: { tcpSocket: { port: 80 }, periodSeconds: 5 }
          readinessProbe: { tcpSocket: { port: 80 } }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['liveness waits for more failures', pair('failureThreshold: 6', '')],
    ['liveness asks less often', pair('periodSeconds: 20', '')],
    ['liveness is given more time to answer', pair('timeoutSeconds: 5', '')],
    ['readiness acts on the first failure', pair('', 'failureThreshold: 1')],
    [
      'the ranges cross: fewer failures of a longer period',
      pair('failureThreshold: 1, periodSeconds: 31', ''),
    ],
    ['no readiness probe', deployment(probe('livenessProbe'))],
    ['no liveness probe', deployment(probe('readinessProbe'))],
    [
      'another path',
      handlers('httpGet: { path: /live, port: http }', 'httpGet: { path: /ready, port: http }'),
    ],
    ['another port with the same path', handlers('httpGet: { port: 9090 }', 'httpGet: { port: http }')],
    ['another scheme', handlers('httpGet: { port: http, scheme: HTTPS }', 'httpGet: { port: http }')],
    ['another handler', handlers('tcpSocket: { port: http }', 'httpGet: { port: http }')],
    [
      'another gRPC service',
      handlers('grpc: { port: 9090, service: a }', 'grpc: { port: 9090, service: b }'),
    ],
    ['another command', handlers('exec: { command: [live] }', 'exec: { command: [ready] }')],
    ['a placeholder for a number', pair(`periodSeconds: "\${PERIOD}"`, '')],
    [
      'the mesh proxy, written out',
      deployment(probe('livenessProbe') + probe('readinessProbe'), 'istio-proxy'),
    ],
    ['a Job', job],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const earlier = { messageId: 'earlier', class: 'hazard', severity: 'warning' } as const;
const place = { line: 20, column: 11, endLine: 20, endColumn: 24 };

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'liveness asks more often',
    pair('periodSeconds: 5', ''),
    {
      ...earlier,
      title:
        '`web` is restarted 10-16 s after it stops answering, before readiness stops its traffic (20-31 s)',
      message:
        '`livenessProbe` and `readinessProbe` both ask `httpGet :8080/health`: liveness acts after 3 failures every 5 s ' +
        '(10-16 s), readiness after 3 failures every 10 s (20-31 s).',
      why:
        'A slow spell that readiness would bridge by taking the pod out of traffic becomes a restart, with the requests ' +
        'in flight lost; when load or a dependency is the cause, every replica restarts at once.',
      fix: 'Set `failureThreshold` of the liveness probe to 8: (8 − 1) × 5 s = 35 s, and readiness has acted by 31 s.',
      data: {
        container: 'web',
        probe: 'httpGet :8080/health',
        livenessFailures: 3,
        livenessPeriodSeconds: 5,
        livenessAtLeastSeconds: 10,
        livenessAtMostSeconds: 16,
        readinessFailures: 3,
        readinessPeriodSeconds: 10,
        readinessAtLeastSeconds: 20,
        readinessAtMostSeconds: 31,
        saferFailures: 8,
      },
    },
  ],
  ['liveness takes fewer failures', pair('failureThreshold: 2', ''), earlier],
  ['liveness waits less for an answer', pair('', 'timeoutSeconds: 5'), earlier],
  [
    'a startupProbe changes nothing about it',
    deployment(
      probe('livenessProbe', 'failureThreshold: 1') + probe('readinessProbe') + probe('startupProbe'),
    ),
    earlier,
  ],
  [
    'the same from the start, as `helm create` writes it',
    pair('', ''),
    {
      messageId: 'equal',
      class: 'checklist',
      severity: 'info',
      title:
        'Liveness and readiness probe of `web` are the same: it is restarted when its traffic stops, both after 20-31 s',
    },
  ],
  [
    'a port by name and by number',
    handlers('httpGet: { path: /, port: 8080 }', 'httpGet: { port: http, scheme: HTTP }'),
    { messageId: 'equal' },
  ],
  [
    'the same command',
    handlers('exec: { command: [ok] }', 'exec: { command: [ok] }'),
    { messageId: 'equal' },
  ],
  ['the same gRPC port', handlers('grpc: { port: 9090 }', 'grpc: { port: 9090 }'), { messageId: 'equal' }],
  ['a delay for the start alone', pair('initialDelaySeconds: 60', ''), { messageId: 'equal' }],
];

/** What is equal matters only where traffic comes. */
const service = `---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
`;

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head: head + service, rules })).toMatchObject([
      { ...place, status: 'introduced', object: 'Deployment/web', container: 'web', ...expected },
    ]);
  });
});

describe('base and head', () => {
  const judged = async (base: string, head: string): Promise<unknown[]> =>
    (await judgeYaml({ base, head, rules })).map(({ messageId, status }) => [messageId, status]);

  test('made equal', async () => {
    const [finding] = await judgeYaml({ base: pair('failureThreshold: 6', ''), head: pair('', ''), rules });
    expect(finding).toMatchObject({
      ...place,
      messageId: 'made-equal',
      class: 'hazard',
      severity: 'warning',
      status: 'introduced',
      title:
        'With this change the liveness probe of `web` acts as early as its readiness probe: both after 20-31 s',
    });
  });
  test('a liveness probe is added beside the same readiness probe', async () =>
    expect(await judged(deployment(probe('readinessProbe')), pair('', ''))).toEqual([
      ['made-equal', 'introduced'],
    ]));
  test('a readiness probe is added beside the same liveness probe, which is a step forward', async () =>
    expect(await judged(deployment(probe('livenessProbe')) + service, pair('', '') + service)).toEqual([]));
  test('the same, and nothing sends it traffic', async () =>
    expect(await judgeYaml({ head: pair('', ''), rules })).toEqual([]));
  test('liveness takes over the handler of readiness', async () =>
    expect(
      await judged(
        handlers('tcpSocket: { port: http }', 'httpGet: { port: http }'),
        handlers('httpGet: { port: http }', 'httpGet: { port: http }'),
      ),
    ).toEqual([['made-equal', 'introduced']]));
  test('both are new in an existing container: a checklist is for new workloads', async () =>
    expect(await judged(deployment(''), pair('', ''))).toEqual([]));
  test('equal before, with other numbers', async () =>
    expect(await judged(pair('', ''), pair('periodSeconds: 5', 'periodSeconds: 5'))).toEqual([]));
  test('equal before, where the profile asks for the checklist everywhere', async () =>
    expect(
      await judgeYaml({
        base: pair('', '') + service,
        head: pair('', '') + service,
        rules,
        profile: 'eks-production',
      }),
    ).toMatchObject([{ messageId: 'equal', status: 'existing', severity: 'warning' }]));
  test('earlier before, equal now', async () =>
    expect(await judged(pair('periodSeconds: 5', ''), pair('', ''))).toEqual([['earlier', 'fixed']]));
  test('even earlier', async () =>
    expect(await judged(pair('periodSeconds: 5', ''), pair('periodSeconds: 2', ''))).toEqual([
      ['earlier', 'worsened'],
    ]));
  test('unknown before: nobody can say that this change made them equal', async () =>
    expect(await judged(pair(`periodSeconds: "\${PERIOD}"`, ''), pair('', ''))).toEqual([]));
});
