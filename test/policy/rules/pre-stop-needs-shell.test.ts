import { describe, expect, test } from 'vitest';
import { preStopNeedsShell } from '../../../src/policy/rules/shutdown/pre-stop-needs-shell.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [preStopNeedsShell];
const java = 'gcr.io/distroless/java21-debian12:nonroot';

const deployment = (
  command: string,
  image = java,
  container = '',
  name = 'web',
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
    spec:
      containers:
        - name: ${name}
          image: ${image}
          lifecycle:
            preStop:
              exec:
                command: ${command}
${container}`;

const sleep = '[sh, -c, "sleep 15"]';

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
          image: ${java}
          lifecycle: { preStop: { exec: { command: [sleep, "5"] } } }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['an image with a shell', deployment(sleep, 'nginx:1.27')],
    ['an image that nobody here knows', deployment(sleep, 'registry.example.com/shop/web:1.2.3')],
    ['the variant with a shell', deployment(sleep, 'gcr.io/distroless/java21-debian12:debug-nonroot')],
    [
      'a digest alone, which may be that variant',
      deployment(sleep, `gcr.io/distroless/static@sha256:${'a'.repeat(64)}`),
    ],
    [
      'distroless python of Debian 11, which has a shell (distroless#1178)',
      deployment(sleep, 'gcr.io/distroless/python3-debian11'),
    ],
    ['a placeholder for the image', deployment(sleep, `"\${IMAGE}"`)],
    ['a program of the application', deployment('[/app/drain, --wait, "15"]')],
    ['a shell that the application brings', deployment('[/app/bin/sh, -c, "sleep 15"]')],
    [
      'a volume over the programs',
      deployment(sleep, java, '          volumeMounts: [{ name: tools, mountPath: /bin }]\n'),
    ],
    ['a PATH of its own', deployment(sleep, java, '          env: [{ name: PATH, value: /tools }]\n')],
    ['a placeholder for the command', deployment(`["\${SHELL}", -c, "sleep 15"]`)],
    ['a Job', job],
    ['an injected sidecar', deployment(sleep, java, '', 'istio-proxy')],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'a shell on distroless',
    deployment(sleep),
    {
      line: 20,
      column: 17,
      endLine: 20,
      endColumn: 24,
      field: 'spec.template.spec.containers[0].lifecycle.preStop.exec.command',
      title: 'The preStop hook of `web` fails: `gcr.io/distroless/java21-debian12:nonroot` has no `sh`',
      message:
        'The hook of `web` runs `sh`, and `gcr.io/distroless/java21-debian12:nonroot` (distroless) has neither a shell nor ' +
        '`sleep`.',
      why:
        'The hook ends at once with an event `FailedPreStopHook`, and `web` gets SIGTERM at 0 s, not at 15 s: new requests ' +
        'still come to it while it stops.',
      fix: 'Write `lifecycle.preStop.sleep` with `seconds: 15` in place of `exec`: it needs no shell.',
      data: {
        container: 'web',
        image: java,
        kind: 'distroless',
        source: 'https://github.com/GoogleContainerTools/distroless/blob/main/README.md',
        program: 'sh',
        delaySeconds: 15,
        sleepAction: true,
      },
      evidence: [
        {
          text:
            'image `gcr.io/distroless/java21-debian12:nonroot`: distroless, ' +
            'https://github.com/GoogleContainerTools/distroless/blob/main/README.md',
          path: 'deploy/web.yaml',
          line: 16,
        },
      ],
    },
  ],
  [
    'sleep by its path',
    deployment('[/bin/sleep, "10"]'),
    { title: 'The preStop hook of `web` fails: `gcr.io/distroless/java21-debian12:nonroot` has no `sleep`' },
  ],
  [
    'a hook of unknown length',
    deployment('[/bin/sh, -c, "curl -X POST localhost/drain"]'),
    {
      why:
        'The hook ends at once with an event `FailedPreStopHook`, and `web` gets SIGTERM at 0 s: new requests still come to ' +
        'it while it stops.',
      fix: 'For a delay write `lifecycle.preStop.sleep` with its seconds: it needs no shell.',
    },
  ],
  [
    'a PATH does not help a path',
    deployment('[/bin/sh, -c, "sleep 15"]', java, '          env: [{ name: PATH, value: /tools }]\n'),
    {},
  ],
  [
    'a volume elsewhere does not help',
    deployment(sleep, java, '          volumeMounts: [{ name: tools, mountPath: /tools/bin }]\n'),
    {},
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        messageId: 'needs-shell',
        class: 'hazard',
        severity: 'warning',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        ...expected,
      },
    ]);
  });

  test('an older cluster', async () => {
    expect(await judgeYaml({ head: deployment(sleep), rules, kubernetesVersion: '1.29' })).toMatchObject([
      {
        fix:
          'Use an image with a shell, or a hook of `httpGet` to a path of the application that waits; Kubernetes 1.30 and ' +
          'later have a `sleep` action that needs no shell.',
      },
    ]);
  });

  test('this change brings the image without a shell', async () => {
    const found = await judgeYaml({
      base: deployment(sleep, 'eclipse-temurin:21'),
      head: deployment(sleep),
      rules,
    });
    expect(found).toMatchObject([{ status: 'introduced' }]);
  });
});
