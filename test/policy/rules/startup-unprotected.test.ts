import { describe, expect, test } from 'vitest';
import { livenessDelaysInsteadOfStartup } from '../../../src/policy/rules/probes/liveness-delays-instead-of-startup.ts';
import { startupUnprotected } from '../../../src/policy/rules/probes/startup-unprotected.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [startupUnprotected];

interface Parts {
  readonly image?: string;
  readonly annotation?: string;
  readonly pod?: string;
  readonly name?: string;
}

const deployment = (
  container: string,
  { image = 'web:1.2.3', annotation = '', pod = '', name = 'web' }: Parts = {},
): string => `apiVersion: apps/v1
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
${annotation}    spec:
${pod}      containers:
        - name: ${name}
          image: ${image}
${container}`;

const probe = (kind: string, ...numbers: readonly string[]): string =>
  [`${kind}:`, '  httpGet:', '    path: /health', '    port: 8080', ...numbers.map((each) => `  ${each}`)]
    .map((line) => `          ${line}\n`)
    .join('');
const liveness = (...numbers: readonly string[]): string => probe('livenessProbe', ...numbers);
const startup = (failures: number): string => probe('startupProbe', `failureThreshold: ${failures}`);

const jvm: Parts = { image: 'eclipse-temurin:21-jre' };
const takes = (seconds: number | string): Parts => ({
  annotation: `      annotations:\n        lifecycle-review/startup-seconds: "${seconds}"\n`,
});

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
          image: eclipse-temurin:21-jre
          livenessProbe: { tcpSocket: { port: 80 } }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['the defaults, as `helm create` writes them, of a program nobody knows', deployment(liveness())],
    [
      'on a platform whose figure is higher: it counts what passes before the container starts',
      deployment(liveness(), { pod: '      nodeSelector: { eks.amazonaws.com/compute-type: fargate }\n' }),
    ],
    ['no liveness probe, which nobody has to have (KICS#4755)', deployment('', jvm)],
    ['a JVM with a startupProbe', deployment(liveness() + startup(30), jvm)],
    ['however short', deployment(liveness() + startup(3), jvm)],
    ['a JVM, at the boundary', deployment(liveness('failureThreshold: 30'), jvm)],
    ['as long as it is stated to take', deployment(liveness(), takes(30))],
    ['a JVM that is stated to be quick', deployment(liveness(), { ...jvm, ...takes(10) })],
    ['a statement that nobody can read', deployment(liveness(), takes('soon'))],
    [
      'a delay chosen for a slow start, which is another rule’s',
      deployment(liveness('initialDelaySeconds: 60'), jvm),
    ],
    ['a placeholder for a number', deployment(liveness(`periodSeconds: "\${PERIOD}"`), jvm)],
    [
      'a placeholder for the startupProbe',
      deployment(`${liveness()}          startupProbe: "\${STARTUP}"\n`, jvm),
    ],
    [
      'an injected sidecar, written out (polaris#408)',
      deployment(liveness(), { ...takes(90), name: 'istio-proxy' }),
    ],
    [
      'a statement is about the application, and nobody knows which of two that is',
      deployment(
        `          livenessProbe: { tcpSocket: { port: 80 } }
        - name: logs
          image: logs:1
          livenessProbe: { tcpSocket: { port: 81 } }
`,
        takes(90),
      ),
    ],
    ['a Job, which other checkers ask for probes (kyverno/policies#156)', job],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const unprotected = { messageId: 'unprotected', class: 'hazard', severity: 'warning' } as const;
const why =
  'A start that takes longer is killed and begins again from nothing: `web` restarts until one start is fast enough, and ' +
  'starts are slowest when all replicas start at once.';

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'a JVM with the default liveness probe',
    deployment(liveness(), jvm),
    {
      line: 17,
      column: 11,
      endLine: 17,
      endColumn: 24,
      field: 'spec.template.spec.containers[0].livenessProbe',
      title:
        '`web` has 30 s to start before liveness kills it; the figure for a `jvm` start is 300 s (assumed)',
      message:
        "No `startupProbe` holds the `livenessProbe` of `web` back: it counts from the container's start, 0 s delay + 3 × " +
        '10 s = 30 s (killed at 20-31 s); the figure for a `jvm` start is 300 s (assumed).',
      why,
      fix:
        'Add a `startupProbe` with the handler of the `livenessProbe`: `failureThreshold` 30 × `periodSeconds` 10 = 300 s. ' +
        'Liveness waits until it has passed. What a start really takes can be stated: annotation ' +
        '`lifecycle-review/startup-seconds`.',
      data: {
        container: 'web',
        delaySeconds: 0,
        failures: 3,
        periodSeconds: 10,
        budgetSeconds: 30,
        killedAtLeastSeconds: 20,
        killedAtMostSeconds: 31,
        expectedSeconds: 300,
        expectedStated: false,
        runtime: 'jvm',
        baseSeconds: null,
        missingSeconds: 270,
        probeFailures: 30,
        probePeriodSeconds: 10,
        probeSeconds: 300,
      },
    },
  ],
  [
    'a Windows container of .NET',
    deployment(liveness(), {
      image: 'mcr.microsoft.com/dotnet/framework/aspnet:4.8',
      pod: '      nodeSelector: { kubernetes.io/os: windows }\n',
    }),
    {
      title:
        '`web` has 30 s to start before liveness kills it; the figure for a `windows-dotnet` start is 60 s (assumed)',
    },
  ],
  ['a JVM, just below the boundary', deployment(liveness('failureThreshold: 29'), jvm), {}],
  ['a JVM with a delay that is nobody’s start', deployment(liveness('initialDelaySeconds: 59'), jvm), {}],
  [
    'stated to take longer (coder/coder#21789: killed while it migrates)',
    deployment(liveness('periodSeconds: 5'), takes(31)),
    {
      line: 19,
      title: '`web` has 15 s to start before liveness kills it; it takes 31 s (stated)',
      message:
        "No `startupProbe` holds the `livenessProbe` of `web` back: it counts from the container's start, 0 s delay + 3 × " +
        '5 s = 15 s (killed at 10-16 s); it takes 31 s (stated).',
      fix:
        'Add a `startupProbe` with the handler of the `livenessProbe`: `failureThreshold` 7 × `periodSeconds` 5 = 35 s. ' +
        'Liveness waits until it has passed.',
    },
  ],
  [
    'stated to take longer than a long delay allows',
    deployment(liveness('initialDelaySeconds: 60'), takes(120)),
    { title: '`web` has 90 s to start before liveness kills it; it takes 120 s (stated)' },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      { ...unprotected, status: 'introduced', object: 'Deployment/web', container: 'web', ...expected },
    ]);
  });
  test('stated in the configuration', async () => {
    const statement = { match: { name: 'web' }, runtime: null, shutdownSeconds: null, startupSeconds: 45 };
    const environment = { workloads: [statement] };
    expect(await judgeYaml({ head: deployment(liveness()), rules, environment })).toMatchObject([
      { ...unprotected, data: { expectedSeconds: 45, expectedStated: true } },
    ]);
  });
});

describe('base and head', () => {
  const judged = async (base: string, head: string): Promise<unknown[]> =>
    (await judgeYaml({ base, head, rules })).map(({ messageId, status }) => [messageId, status]);

  test('the startupProbe is gone, whatever the program', async () => {
    const base = deployment(liveness() + startup(30));
    expect(await judgeYaml({ base, head: deployment(liveness()), rules })).toMatchObject([
      {
        messageId: 'removed',
        class: 'regression',
        severity: 'warning',
        status: 'introduced',
        line: 15,
        column: 11,
        endLine: 15,
        endColumn: 20,
        title: '`web` lost its startupProbe: liveness kills a start after 30 s, the base left it 300 s',
        message:
          "No `startupProbe` holds the `livenessProbe` of `web` back: it counts from the container's start, 0 s delay + 3 × " +
          '10 s = 30 s (killed at 20-31 s).',
        why,
        fix:
          'Keep a `startupProbe` with the handler of the `livenessProbe`: `failureThreshold` 30 × `periodSeconds` 10 = ' +
          '300 s. Liveness waits until it has passed.',
        data: { expectedSeconds: null, baseSeconds: 300, missingSeconds: 270 },
        evidence: [
          {
            text: 'livenessProbe: initialDelaySeconds 0 (default), failureThreshold 3 (default), periodSeconds 10 (default)',
          },
          { text: 'base: startupProbe left a start 300 s' },
        ],
      },
    ]);
  });
  test('and what is left is as long', async () =>
    expect(
      await judged(deployment(liveness() + startup(3)), deployment(liveness('failureThreshold: 3'))),
    ).toEqual([]));
  test('and what is left is long enough, as stated', async () =>
    expect(
      await judged(deployment(liveness() + startup(30), takes(20)), deployment(liveness(), takes(20))),
    ).toEqual([]));
  test('together with the liveness probe', async () =>
    expect(await judged(deployment(liveness() + startup(30)), deployment(''))).toEqual([]));
  test('what liveness leaves falls below what a start takes', async () => {
    const base = deployment(liveness('initialDelaySeconds: 30'), takes(45));
    expect(await judgeYaml({ base, head: deployment(liveness(), takes(45)), rules })).toMatchObject([
      {
        messageId: 'shortened',
        class: 'regression',
        severity: 'warning',
        status: 'introduced',
        title: 'Liveness kills a start of `web` after 30 s (60 s in the base); it takes 45 s (stated)',
        data: { baseSeconds: 60, missingSeconds: 15 },
      },
    ]);
  });
  test('shortened, of a program nobody knows', async () =>
    expect(await judged(deployment(liveness('initialDelaySeconds: 30')), deployment(liveness()))).toEqual(
      [],
    ));
  test('a liveness probe is added', async () =>
    expect(await judged(deployment('', jvm), deployment(liveness(), jvm))).toEqual([
      ['unprotected', 'introduced'],
    ]));
  test('as before', async () =>
    expect(await judged(deployment(liveness(), jvm), deployment(liveness(), jvm))).toEqual([
      ['unprotected', 'existing'],
    ]));
  test('shorter still', async () =>
    expect(await judged(deployment(liveness(), jvm), deployment(liveness('periodSeconds: 5'), jvm))).toEqual([
      ['unprotected', 'worsened'],
    ]));
  test('fixed', async () =>
    expect(await judged(deployment(liveness(), jvm), deployment(liveness() + startup(30), jvm))).toEqual([
      ['unprotected', 'fixed'],
    ]));
});

describe('one voice with liveness-delays-instead-of-startup', () => {
  const both = [startupUnprotected, livenessDelaysInsteadOfStartup];
  test.each<[string, Parts, number, string]>([
    ['a JVM with a short delay', jvm, 59, 'startup-unprotected'],
    ['a JVM with a long one', jvm, 60, 'liveness-delays-instead-of-startup'],
    ['stated, and longer', takes(600), 60, 'startup-unprotected'],
    ['stated, and shorter', takes(90), 60, 'liveness-delays-instead-of-startup'],
    ['unknown, with a long delay', {}, 60, 'liveness-delays-instead-of-startup'],
  ])('%s', async (_, parts, delay, ruleId) => {
    const head = deployment(liveness(`initialDelaySeconds: ${delay}`), parts);
    const judge = (options: Record<string, number>): Promise<JudgedFinding[]> =>
      judgeYaml({ head, rules: both, options });
    expect((await judge({})).map((finding) => finding.ruleId)).toEqual([ruleId]);
    // Nor where the other rule is told to find shorter delays.
    expect(await judge({ 'delay-seconds': 10 })).toHaveLength(1);
  });
});
