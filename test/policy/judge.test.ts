import { describe, expect, test } from 'vitest';
import { judgeYaml } from './support.ts';

test('a file that base parsed and head does not is told once, at its line', async () => {
  const base = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports: [{port: 80}]\n';
  const findings = await judgeYaml({ base, head: base.replace('[{port: 80}]', '[{port: 80}') });
  expect(findings.map(({ ruleId, status, severity, line }) => ({ ruleId, status, severity, line }))).toEqual([
    { ruleId: 'render-broken', status: 'introduced', severity: 'error', line: 6 },
  ]);
});

describe('the API server gives way to a rule that explains the same field', () => {
  const findings = async (yaml: string) =>
    (await judgeYaml({ head: yaml })).map(
      ({ ruleId, messageId, field }) => `${ruleId} ${messageId} ${field}`,
    );
  const pod = (container: string): string => `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 10
  containers:
    - name: web
      image: acme/web:1
${container}`;

  test('at the map that holds the field', async () => {
    expect(await findings(pod('      lifecycle: {preStop: {sleep: {seconds: 20}}}\n'))).toEqual([
      'pre-stop-exceeds-grace-period refused spec.containers[0].lifecycle.preStop.sleep.seconds',
    ]);
  });

  test('but not beside it', async () => {
    const probe = '      livenessProbe: {httpGet: {port: nope}, tcpSocket: {port: 80}}\n';
    expect(await findings(pod(probe))).toEqual([
      'probe-port-unresolved unresolved spec.containers[0].livenessProbe.httpGet.port',
      expect.stringContaining('refused-by-api-server'),
    ]);
  });
});

describe('silent where nobody can be sure', () => {
  const deployment = (app: string, more = ''): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: ${app}}}
  template:
    metadata: {labels: {app: ${app}}}
    spec:
      containers:
        - name: web
          image: acme/web:1
          ports: [{name: http, containerPort: 80}]
${more}`;
  const probe = '          readinessProbe: {httpGet: {port: http}}\n';
  const service = `---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
  const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: wob}}}
`;
  const ids = async (base: string | undefined, head: string) =>
    (await judgeYaml({ ...(base === undefined ? {} : { base }), head })).map(
      ({ ruleId, status }) => `${status} ${ruleId}`,
    );

  test('two documents of one identity are each held against their own', async () => {
    const without = deployment('web');
    const both = without + deployment('web', probe) + service;
    expect(await ids(both, both.replace('acme/web:1', 'acme/web:2'))).toEqual([]);
    expect(await ids(both, both.replace(probe, ''))).toEqual(['introduced readiness-probe-removed']);
  });

  test('and none is an update of another', async () => {
    const other = deployment('web', probe) + deployment('web2', probe);
    expect(await ids(other, deployment('web', probe) + deployment('web', probe))).toEqual([]);
    expect(await ids(deployment('web', probe), deployment('web2', probe))).toEqual([
      'introduced update-refused',
    ]);
  });

  test('nor is anything of their unit called absent', async () => {
    expect(await ids(undefined, deployment('web') + budget)).toEqual(['introduced budget-selects-nothing']);
    expect(await ids(undefined, deployment('web') + deployment('web') + budget)).toEqual([]);
  });

  test('a Rollout that borrows a template, a CloneSet with claim templates', async () => {
    const rollout = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
`;
    const cloneSet = `apiVersion: apps.kruise.io/v1alpha1
kind: CloneSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "acme/web:1", volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates: [{metadata: {name: data}}]
`;
    expect(await ids(undefined, rollout)).toEqual([]);
    expect(await ids(undefined, cloneSet)).toEqual([]);
    expect(await ids(undefined, cloneSet.replace(/ {2}volumeClaim.*\n/, ''))).toEqual([
      'introduced refused-by-api-server',
    ]);
  });

  test('words of ten letters do not make two workloads one', async () => {
    const named = (text: string, name: string): string => text.replaceAll('web', name);
    const base = named(deployment('web', probe) + service, 'api-production');
    const head = named(deployment('web') + service, 'api-monitoring');
    expect(await ids(base, head)).toEqual([
      'introduced pre-stop-missing',
      'introduced readiness-probe-missing',
    ]);
  });
});
