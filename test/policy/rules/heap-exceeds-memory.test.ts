import { describe, expect, test } from 'vitest';
import { heapExceedsMemory } from '../../../src/policy/rules/resources/heap-exceeds-memory.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [heapExceedsMemory];

interface Parts {
  readonly container?: string;
  readonly image?: string;
  /** In the pod spec before `containers`. */
  readonly spec?: string;
}

/** A Deployment; `resources` is the container's, in flow style. */
const deployment = (
  resources: string,
  { container = '', image = 'web:1.2.3', spec = '' }: Parts = {},
): string =>
  `apiVersion: apps/v1
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
${spec}      containers:
        - name: web
          image: ${image}
          resources: ${resources}
${container}`;

const limit = (size: string): string => `{ limits: { memory: ${size} } }`;
const request = (size: string): string => `{ requests: { memory: ${size} } }`;

const command = (...words: readonly string[]): Parts => ({
  container: `          command: ${JSON.stringify(words)}\n`,
});

const env = (name: string, value: string): Parts => ({
  container: `          env:
            - name: ${name}
              value: "${value}"
`,
});

const java = (...options: readonly string[]): Parts => command('java', ...options, '-jar', 'app.jar');

const limitRange = `---
apiVersion: v1
kind: LimitRange
metadata:
  name: defaults
spec:
  limits: [{ type: Container, default: { memory: 4Gi } }]
`;

const vertical = (mode: string): string => `---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata:
  name: web
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  updatePolicy: { updateMode: "${mode}" }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['no heap', deployment(limit('512Mi'))],
    ['a heap 1 MiB below the limit', deployment(limit('1Gi'), java('-Xmx1023m'))],
    ['a heap below the request', deployment(request('1Gi'), java('-Xmx1023m'))],
    ['neither limit nor request', deployment('{}', java('-Xmx8g'))],
    ['a limit of 0, which is none', deployment(limit('0'), java('-Xmx8g'))],
    [
      'a heap between request and limit',
      deployment('{ requests: { memory: 1Gi }, limits: { memory: 3Gi } }', java('-Xmx2g')),
    ],
    ['a placeholder for the limit', deployment(limit(`\${MEMORY}`), java('-Xmx8g'))],
    ['a placeholder for the heap', deployment(limit('1Gi'), env('JAVA_TOOL_OPTIONS', `-Xmx\${HEAP}`))],
    ['a limit that is no quantity', deployment(limit('1GB'), java('-Xmx8g'))],
    ['a share of 75 %', deployment(limit('1Gi'), java('-XX:MaxRAMPercentage=75'))],
    ['a share of 99 %', deployment(limit('1Gi'), java('-XX:MaxRAMPercentage=99.9'))],
    [
      "Bitnami's exporters: the whole of a small limit, of which HotSpot takes another share",
      deployment(limit('192Mi'), java('-XX:MaxRAMPercentage=100')),
    ],
    ['a share of a node, without a limit', deployment(request('1Gi'), java('-XX:MaxRAMPercentage=100'))],
    ['a size in another notation', deployment(limit('1Gi'), env('GOMEMLIMIT', '2GB'))],
    ["Go's limit below the container's", deployment(limit('1Gi'), env('GOMEMLIMIT', '900MiB'))],
    ["Go's limit above a request", deployment(request('512Mi'), env('GOMEMLIMIT', '900MiB'))],
    [
      "Go's limit from the container's own",
      deployment(limit('1Gi'), {
        container: `          env:
            - name: GOMEMLIMIT
              valueFrom: { resourceFieldRef: { resource: limits.memory } }
`,
      }),
    ],
    ["a heap below the pod's limit", deployment('{}', { ...java('-Xmx1g'), spec: podLimit('2Gi') })],
    ['a LimitRange, which may give a limit', deployment(request('1Gi'), java('-Xmx2g')) + limitRange],
    ['a VerticalPodAutoscaler', deployment(limit('1Gi'), java('-Xmx2g')) + vertical('Auto')],
    ['an option of the application', deployment(limit('1Gi'), command('java', '-jar', 'app.jar', '-Xmx2g'))],
    [
      'a Service',
      'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }] }\n',
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

function podLimit(size: string): string {
  return `      resources: { limits: { memory: ${size} } }\n`;
}

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'a heap as large as the limit',
    deployment(limit('1Gi'), java('-Xmx1g')),
    {
      line: 19,
      column: 28,
      endLine: 19,
      endColumn: 36,
      messageId: 'exceeds',
      class: 'contradiction',
      severity: 'error',
      title: 'The heap of `web` may grow to 1024 MiB under a memory limit of 1024 MiB',
      message:
        '`-Xmx` of `web` is 1024 MiB; `resources.limits.memory` is 1024 MiB: 0 MiB is left for metaspace, thread stacks, ' +
        'compiled code and direct buffers.',
      why:
        'A container over its memory limit is killed (OOMKilled). `web` gets there before its heap is full: no ' +
        'out-of-memory error of its own, no shutdown, and what it was working on is lost.',
      fix:
        'Lower `-Xmx` or raise `resources.limits.memory`, so that it holds both. `-XX:MaxRAMPercentage` instead of a fixed ' +
        'size takes the heap from the limit, whatever that is (25 % where it is not set).',
      data: {
        container: 'web',
        runtime: 'jvm',
        setting: '-Xmx',
        variable: null,
        heapBytes: 1_073_741_824,
        memoryBytes: 1_073_741_824,
        field: 'resources.limits.memory',
        overBytes: 0,
      },
    },
  ],
  [
    'a heap of 2 GiB and a limit of 2 GB, which is less',
    deployment(limit('2G'), env('JAVA_TOOL_OPTIONS', '-XX:+UseG1GC -Xmx2g')),
    {
      line: 21,
      column: 15,
      endLine: 21,
      endColumn: 43,
      messageId: 'exceeds',
      title: 'The heap of `web` may grow to 2048 MiB under a memory limit of 1907.3 MiB',
      message:
        '`-Xmx` in `JAVA_TOOL_OPTIONS` of `web` is 2048 MiB; `resources.limits.memory` is 1907.3 MiB: 2048 MiB − ' +
        '1907.3 MiB = 140.7 MiB too much, before metaspace, thread stacks, compiled code and direct buffers.',
    },
  ],
  [
    'Node.js',
    deployment(limit('2Gi'), env('NODE_OPTIONS', '--max-old-space-size=4096')),
    {
      messageId: 'exceeds',
      message:
        '`--max-old-space-size` in `NODE_OPTIONS` of `web` is 4096 MiB; `resources.limits.memory` is 2048 MiB: ' +
        '4096 MiB − 2048 MiB = 2048 MiB too much, before young objects, buffers, code and native modules.',
      fix:
        "Lower `--max-old-space-size` or raise `resources.limits.memory`, so that it holds both. Node.js' documentation " +
        'leaves a quarter to the rest: 1536 of 2048 MiB.',
    },
  ],
  [
    'JAVA_OPTS, which only some images read',
    deployment(limit('1Gi'), env('JAVA_OPTS', '-Xmx1g')),
    {
      messageId: 'likely',
      class: 'hazard',
      severity: 'warning',
      title: 'The heap of `web` may grow to 1024 MiB under a memory limit of 1024 MiB',
      message:
        '`-Xmx` in `JAVA_OPTS` of `web` is 1024 MiB; `resources.limits.memory` is 1024 MiB: 0 MiB is left for metaspace, ' +
        'thread stacks, compiled code and direct buffers. Whether `-Xmx` reaches the runtime is decided by what the ' +
        'image runs.',
    },
  ],
  [
    'JAVA_OPTS of Tomcat, which reads it',
    deployment(limit('1Gi'), { ...env('JAVA_OPTS', '-Xmx1g'), image: 'tomcat:11' }),
    { messageId: 'exceeds' },
  ],
  [
    'JAVA_OPTS that the command reads',
    deployment(limit('1Gi'), {
      container: `          command: [sh, -c, "exec java $JAVA_OPTS -jar app.jar"]
${env('JAVA_OPTS', '-Xmx1g').container}`,
    }),
    { line: 22, messageId: 'exceeds' },
  ],
  [
    "Go's limit as large as the container's",
    deployment(limit('1Gi'), env('GOMEMLIMIT', '1GiB')),
    {
      messageId: 'soft',
      class: 'hazard',
      severity: 'warning',
      title: '`GOMEMLIMIT` of `web` is 1024 MiB under a memory limit of 1024 MiB',
      message:
        '`GOMEMLIMIT` of `web` is 1024 MiB; `resources.limits.memory` is 1024 MiB: 0 MiB is left for what the Go runtime ' +
        'does not count (the binary, C libraries).',
      why:
        'Go collects garbage harder when it comes near `GOMEMLIMIT`. `web` is killed at its memory limit (OOMKilled) ' +
        'before that begins.',
      fix:
        "Lower `GOMEMLIMIT` or raise `resources.limits.memory`, so that it holds both. Go's guide leaves 5-10 % of the " +
        'limit above `GOMEMLIMIT`.',
    },
  ],
  [
    'a heap as large as the request, without a limit',
    deployment(request('1Gi'), java('-Xmx1g')),
    {
      messageId: 'request',
      class: 'hazard',
      severity: 'warning',
      title: 'The heap of `web` may grow to 1024 MiB, and 1024 MiB are requested, without a limit',
      message:
        '`-Xmx` of `web` is 1024 MiB; `resources.requests.memory` is 1024 MiB: 0 MiB is left for metaspace, thread ' +
        'stacks, compiled code and direct buffers.',
      why:
        'The scheduler places the pod by its request. When a node runs short of memory, the kubelet evicts pods first ' +
        'that use more than they request: the pod of `web` is one of them once its heap has grown.',
    },
  ],
  [
    'the whole limit as a share',
    deployment(limit('1Gi'), java('-XX:MaxRAMPercentage=100.0')),
    {
      messageId: 'percent',
      class: 'hazard',
      severity: 'warning',
      title: 'The heap of `web` may take its whole memory limit',
      message:
        '`-XX:MaxRAMPercentage` of `web` is 100 %: 100 % − 100 % = 0 % of the memory limit is left for metaspace, thread ' +
        'stacks, compiled code and direct buffers.',
      why:
        'A container over its memory limit is killed (OOMKilled). `web` gets there before its heap is full, and lives ' +
        'only as long as its heap stays small.',
      fix: 'Lower `-XX:MaxRAMPercentage`; the default is 25 %.',
    },
  ],
  [
    'more than the whole limit, with which Java does not start',
    deployment('{}', java('-XX:MaxRAMPercentage=101')),
    {
      messageId: 'percentRefused',
      class: 'contradiction',
      severity: 'error',
      title: 'The virtual machine of `web` does not start: 101 % is no share of memory',
      message: '`-XX:MaxRAMPercentage` of `web` is 101 %; the virtual machine accepts 0 to 100 %.',
      why: 'It ends with `outside the allowed range [ 0.000000 ... 100.000000 ]` each time that `web` is started.',
      fix: 'Set `-XX:MaxRAMPercentage` to a share that leaves room for the rest; the default is 25 %.',
    },
  ],
  [
    'the limit of the pod as a whole, where the container has none',
    deployment('{}', { ...java('-Xmx2g'), spec: podLimit('2Gi') }),
    {
      messageId: 'exceeds',
      message:
        '`-Xmx` of `web` is 2048 MiB; `spec.resources.limits.memory` is 2048 MiB: 0 MiB is left for metaspace, thread ' +
        'stacks, compiled code and direct buffers.',
      evidence: [
        {
          text: 'spec.resources.limits.memory: 2048 MiB, for the whole pod',
          path: 'deploy/web.yaml',
          line: 15,
        },
      ],
    },
  ],
  [
    'a VerticalPodAutoscaler that only recommends',
    deployment(limit('1Gi'), java('-Xmx2g')) + vertical('Off'),
    { messageId: 'exceeds' },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      { status: 'introduced', object: 'Deployment/web', container: 'web', ...expected },
    ]);
  });

  test('an init container of a Job', async () => {
    const head = `apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
        - name: schema
          image: schema:1
          command: [java, -Xmx512m, -jar, schema.jar]
          resources: { limits: { memory: 512Mi } }
      containers:
        - name: import
          image: import:1
`;
    expect(await judgeYaml({ head, rules })).toMatchObject([
      { line: 12, column: 27, endColumn: 35, messageId: 'exceeds', container: 'schema' },
    ]);
  });
});

describe('base and head', () => {
  const statuses = async (base: string, head: string): Promise<string[]> =>
    (await judgeYaml({ base, head, rules })).map(({ status }) => status);

  test('as it was', async () => {
    const text = deployment(limit('1Gi'), java('-Xmx1g'));
    expect(await statuses(text, text)).toEqual(['existing']);
  });
  test('a smaller limit than before', async () =>
    expect(
      await statuses(deployment(limit('1Gi'), java('-Xmx1g')), deployment(limit('512Mi'), java('-Xmx1g'))),
    ).toEqual(['worsened']));
  test('a larger limit fixes it', async () =>
    expect(
      await statuses(deployment(limit('1Gi'), java('-Xmx1g')), deployment(limit('1536Mi'), java('-Xmx1g'))),
    ).toEqual(['fixed']));
});

test('the evidence is the limit, and no value of the environment is told', async () => {
  const [finding] = await judgeYaml({
    head: deployment(limit('1Gi'), env('JAVA_TOOL_OPTIONS', '-Xmx1g -Dpassword=hunter2')),
    rules,
  });
  expect(finding?.evidence).toEqual([
    { text: 'resources.limits.memory: 1024 MiB', path: 'deploy/web.yaml', line: 18 },
  ]);
  expect(JSON.stringify(finding)).not.toContain('hunter2');
});
