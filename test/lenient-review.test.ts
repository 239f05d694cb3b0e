import { afterAll, describe, expect, test } from 'vitest';
import { review } from '../src/pipeline.ts';
import type { Comparison } from '../src/repository/comparison.ts';
import { loadConfig, settingsFrom } from '../src/shell/load-settings.ts';
import type { FileChange } from '../src/text/change.ts';
import { type Files, memoryComparison } from './render/memory-tree.ts';
import { nothingAsked, openTestWorld } from './review-support.ts';

const { world, close } = openTestWorld();
afterAll(close);

const settings = settingsFrom(nothingAsked, loadConfig('', 'config.yml'));

const probe = `          readinessProbe:
            httpGet: {path: /ready, port: http}
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: acme/web:1.0
          ports: [{name: http, containerPort: 8080}]
          env:
            - {name: DATABASE, value: "{{ .Values.db.host }}"}
          lifecycle: {preStop: {sleep: {seconds: 10}}}
${probe}`;

const chart: Files = {
  'charts/web/Chart.yaml':
    'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.0.0, repository: "https://charts.test"}\n',
  'charts/web/values.yaml': '',
  'charts/web/templates/deployment.yaml': deployment,
  'charts/web/templates/service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n',
};

const withTemplate = (text: string): Files => ({ ...chart, 'charts/web/templates/deployment.yaml': text });

/** The lines of head that base has not count as added. */
function comparisonOf(base: Files, head: Files): Comparison {
  const comparison = memoryComparison(base, head);
  const changes = comparison.changes.map((change): FileChange => {
    const before = new Set(String(base[change.path] ?? '').split('\n'));
    const lines = String(head[change.path] ?? '').split('\n');
    const added = lines.flatMap((line, index) => (before.has(line) ? [] : [index + 1]));
    const hunk = {
      oldStart: 1,
      oldLines: before.size,
      newStart: 1,
      newLines: lines.length,
      added,
      deleted: [],
    };
    return { ...change, hunks: [hunk] };
  });
  return { ...comparison, changes };
}

async function told(base: Files, head: Files) {
  const report = await review(comparisonOf(base, head), settings, world);
  const findings = report.findings.map(({ ruleId, status, object }) => `${ruleId} ${status} ${object.name}`);
  const notChecked = report.notChecked.map(({ reason, detail, blocking }) => ({ reason, detail, blocking }));
  return { findings, notChecked, conclusion: report.conclusion };
}

const lacks = {
  reason: 'missing-dependency',
  detail:
    'The dependency db (1.0.0 of https://charts.test) is not in the repository. What does not depend on it was checked.',
  blocking: false,
};

describe('a chart that lacks its dependency', () => {
  test('a change that removes a readiness probe is found', async () => {
    expect(await told(chart, withTemplate(deployment.replace(probe, '')))).toEqual({
      findings: ['readiness-probe-removed introduced web'],
      notChecked: [lacks],
      conclusion: 'fail',
    });
  });

  test('a probe that an unknown value may still bring is not called removed', async () => {
    const undecided = deployment.replace(probe, `{{- if .Values.db.probed }}\n${probe}{{- end }}\n`);
    expect((await told(chart, withTemplate(undecided))).findings).toEqual([]);
  });

  test('a Service that nothing selects may be for pods of the dependency', async () => {
    const other = {
      ...chart,
      'charts/web/templates/service.yaml': String(chart['charts/web/templates/service.yaml']).replace(
        'app: web',
        'app: db',
      ),
    };
    expect((await told(other, { ...other, 'charts/web/values.yaml': 'a: b\n' })).findings).toEqual([]);
    expect((await told(chart, other)).findings).toEqual([]);
  });

  test('a number that is unknown is no default', async () => {
    const unknown = deployment.replace(
      '      containers:',
      '      terminationGracePeriodSeconds: {{ .Values.db.grace }}\n      containers:',
    );
    expect((await told(chart, withTemplate(unknown))).findings).toEqual([]);
    const zero = unknown.replace('{{ .Values.db.grace }}', '0');
    expect((await told(chart, withTemplate(zero))).findings).toEqual(['grace-period-zero introduced web']);
  });

  test('that comes back makes nothing new or fixed of what was unknown', async () => {
    const whole = {
      ...chart,
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
      'charts/db/values.yaml': 'host: db\nprobed: false\n',
    };
    const undecided = deployment.replace(probe, `{{- if .Values.db.probed }}\n${probe}{{- end }}\n`);
    const [base, head] = [withTemplate(undecided), { ...whole, ...withTemplate(undecided) }];
    expect(
      (await told(base, { ...head, ...{ 'charts/db/values.yaml': 'host: db\nprobed: false\n' } })).findings,
    ).toEqual([]);
    expect((await told(head, base)).findings).toEqual([]);
  });
});

test('what a change breaks is told as broken, not by what can still be seen', async () => {
  const sound: Files = {
    ...chart,
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/values.yaml': 'db: {host: db}\n',
  };
  const broken = {
    ...sound,
    'charts/web/values.yaml': '',
    'charts/web/templates/deployment.yaml': deployment.replace(probe, ''),
  };
  expect(await told(sound, broken)).toMatchObject({
    findings: ['render-broken introduced charts/web'],
    conclusion: 'fail',
  });
});
