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
