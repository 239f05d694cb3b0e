import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../src/engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../src/engines/kubernetes.ts';
import { review } from '../src/pipeline.ts';
import type { Comparison } from '../src/repository/comparison.ts';
import type { Finding } from '../src/review/report.ts';
import { loadConfig, settingsFrom } from '../src/shell/load-settings.ts';
import type { FileChange } from '../src/text/change.ts';
import type { World } from '../src/world.ts';
import { type Files, memoryComparison } from './render/memory-tree.ts';

const engines = {
  helm: openEngine('helm', { instances: 1 }),
  kubernetes: openEngine('kubernetes', { instances: 1 }),
};
afterAll(() => Promise.all([engines.helm.close(), engines.kubernetes.close()]));

const world: World = {
  helm: engines.helm,
  kustomize: engines.helm,
  check: (questions) => checkObjects(engines.kubernetes, questions),
  engineVersion: engineKubernetesVersion,
  clock: () => 0,
  today: '2026-11-26',
  progress: () => {},
  tool: { name: 'test', version: '0' },
};
const settings = settingsFrom(
  {
    failOn: undefined,
    only: ['value-unread', 'grace-period-zero'],
    scope: undefined,
    profile: undefined,
    trusted: true,
    timings: false,
    paths: [],
    chartsDir: null,
  },
  loadConfig('', 'config.yml'),
);

/** The helper makes one number of two values; nothing of the action names either. */
const chart: Files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'web/values.yaml': 'shutdown:\n  seconds: 60\n  margin: 5\nhook: 30\n',
  'web/values-prod.yaml': 'shutdown: {margin: 10}\n',
  'web/templates/_helpers.tpl': '{{- define "grace" }}{{ add .seconds .margin }}{{ end }}\n',
  'web/templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: {{ include "grace" .Values.shutdown }}
      containers:
        - name: web
          image: acme/web:1.2.3
          lifecycle: {preStop: {sleep: {seconds: {{ .Values.hook }}}}}
`,
};

/** The review of a change of some files, each line of which that base lacks counts as added. */
async function reviewed(changed: Files, base: Files = chart): Promise<readonly Finding[]> {
  const head = { ...base, ...changed };
  const comparison: Comparison = memoryComparison(base, head);
  const changes = comparison.changes.map((change): FileChange => {
    const before = new Set(String(base[change.path] ?? '').split('\n'));
    const lines = String(head[change.path] ?? '').split('\n');
    const added = lines.flatMap((line, index) => (before.has(line) ? [] : [index + 1]));
    const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: lines.length, added, deleted: [] };
    return { ...change, hunks: [hunk as FileChange['hunks'][number]] };
  });
  return (await review({ ...comparison, changes }, settings, world)).findings;
}

const placed = ({ ruleId, location, placement, evidence }: Finding): string =>
  `${ruleId} ${location?.kind} ${location?.path}:${location?.startLine} ${placement.kind} ${placement.path}:${placement.startLine} | ${evidence
    .filter(({ text }) => text === 'printed by the template')
    .map(({ path, line }) => `${path}:${line}`)}`;

describe('a finding stands on the value that was proved to cause it', () => {
  test('through a helper that reckons', async () => {
    const findings = await reviewed({
      'web/values.yaml': 'shutdown:\n  seconds: -5\n  margin: 5\nhook: 30\n',
    });
    expect(findings.map(placed)).toEqual([
      'grace-period-zero values web/values.yaml:2 inline web/values.yaml:2 | web/templates/web.yaml:9',
    ]);
  });

  test('in the file of the values set that the change touched', async () => {
    const findings = await reviewed({ 'web/values-prod.yaml': 'shutdown: {margin: -60}\n' });
    expect(findings.map(placed)).toEqual([
      'grace-period-zero values web/values-prod.yaml:1 inline web/values-prod.yaml:1 | web/templates/web.yaml:9',
    ]);
  });

  test('a comment above that line accepts it', async () => {
    const text =
      'shutdown:\n  # lifecycle-ignore: grace-period-zero -- measured\n  seconds: -5\n  margin: 5\nhook: 30\n';
    const [finding, ...more] = await reviewed({ 'web/values.yaml': text });
    expect(more).toEqual([]);
    expect(finding?.suppressed).toEqual({ reason: 'measured', expires: null });
  });
});

test('a value that nothing reads is told at its line', async () => {
  const [finding, ...more] = await reviewed({ 'web/values.yaml': `${chart['web/values.yaml']}hooks: 5\n` });
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    ruleId: 'value-unread',
    status: 'introduced',
    title: 'Nothing reads `hooks`',
    fix: 'Did you mean `hook`? The templates read that.',
    location: { path: 'web/values.yaml', startLine: 5, kind: 'values' },
    placement: { kind: 'inline', path: 'web/values.yaml', startLine: 5 },
    releases: [
      { unit: 'helm:web', valuesSet: 'default' },
      { unit: 'helm:web', valuesSet: 'web/values-prod.yaml' },
    ],
  });
});

test('a comment accepts a value that nothing reads', async () => {
  const text = `${chart['web/values.yaml']}# lifecycle-ignore: value-unread -- for the deploy script\nhooks: 5\n`;
  const [finding] = await reviewed({ 'web/values.yaml': text });
  expect(finding?.suppressed?.reason).toBe('for the deploy script');
});
