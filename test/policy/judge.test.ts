import { expect, test } from 'vitest';
import { judgeYaml } from './support.ts';

test('a file that base parsed and head does not is told once, at its line', async () => {
  const base = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports: [{port: 80}]\n';
  const findings = await judgeYaml({ base, head: base.replace('[{port: 80}]', '[{port: 80}') });
  expect(findings.map(({ ruleId, status, severity, line }) => ({ ruleId, status, severity, line }))).toEqual([
    { ruleId: 'render-broken', status: 'introduced', severity: 'error', line: 6 },
  ]);
});
