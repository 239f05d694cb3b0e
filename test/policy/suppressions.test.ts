import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../../src/engines/kubernetes.ts';
import { review } from '../../src/pipeline.ts';
import { loadConfig, settingsFrom } from '../../src/shell/load-settings.ts';
import { type Files, memoryComparison } from '../render/memory-tree.ts';

const helm = openEngine('helm');
const kustomize = openEngine('kustomize');
const kubernetes = openEngine('kubernetes', { instances: 1 });
afterAll(() => Promise.all([helm.close(), kustomize.close(), kubernetes.close()]));

const world = {
  helm,
  kustomize,
  check: (questions: Parameters<typeof checkObjects>[1]) => checkObjects(kubernetes, questions),
  engineVersion: engineKubernetesVersion,
  clock: () => 0,
  today: '2026-11-26',
  progress: () => {},
  tool: { name: 'test', version: '0' },
};

/** What is found and what is accepted when head is compared with base. */
async function judged(base: Files, head: Files, { trusted = true } = {}) {
  const asked = {
    failOn: undefined,
    only: [],
    scope: undefined,
    profile: undefined,
    timings: false,
    paths: [],
  };
  const settings = settingsFrom({ ...asked, trusted, chartsDir: null }, loadConfig('', 'config.yml'));
  const { findings, suppressions, conclusion } = await review(memoryComparison(base, head), settings, world);
  return {
    conclusion,
    found: findings
      .filter(({ status }) => status === 'introduced')
      .map(({ ruleId, suppressed, onlyWith }) => [ruleId, suppressed?.reason ?? null, ...onlyWith]),
    suppressions: suppressions.map(({ ruleId, line, state, problem }) => [ruleId, line, state, problem]),
  };
}

const deployment = (probe: string, annotations = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
${annotations}spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: acme/web:1
${probe}`;
const good = deployment('          livenessProbe: {httpGet: {port: 80}}\n');
const bad = '          livenessProbe: {httpGet: {port: nope}}\n';
const rule = 'probe-port-unresolved';
const raw = (head: string, base = good) => judged({ 'deploy/a.yaml': base }, { 'deploy/a.yaml': head });

describe('a comment in a manifest accepts what stands', () => {
  test.each<[string, string]>([
    ['on the line below', deployment(`          # lifecycle-ignore: ${rule} -- later\n${bad}`)],
    ['on its own line', deployment(bad.replace('\n', ` # lifecycle-ignore: ${rule} -- later\n`))],
    [
      'below the key below',
      deployment(bad).replace(
        '      containers',
        `      # lifecycle-ignore: ${rule} -- later\n      containers`,
      ),
    ],
    ['in the whole object', `# lifecycle-ignore: ${rule} -- later\n${deployment(bad)}`],
    [
      'beside another rule',
      deployment(
        `          # lifecycle-ignore: hook-invalid, ${rule} @ann until 2026-11-26 -- later\n${bad}`,
      ),
    ],
  ])('%s', async (_, head) => {
    const { found, conclusion } = await raw(head);
    expect({ found, conclusion }).toEqual({ found: [[rule, 'later']], conclusion: 'pass' });
  });

  test.each<[string, string, unknown[]]>([
    [
      'of another line',
      deployment(`${bad}          # lifecycle-ignore: ${rule} -- later\n          tty: false\n`),
      [rule, 14, 'unused', null],
    ],
    [
      'of another rule',
      deployment(`          # lifecycle-ignore: update-refused -- later\n${bad}`),
      ['update-refused', 13, 'unused', null],
    ],
    [
      'that has expired',
      deployment(`          # lifecycle-ignore: ${rule} until 2026-11-25 -- later\n${bad}`),
      [rule, 13, 'expired', null],
    ],
    [
      'without a reason',
      deployment(`          # lifecycle-ignore: ${rule}\n${bad}`),
      [rule, 13, 'unused', 'it gives no reason: write `-- ` and the reason behind the rule'],
    ],
    [
      'of a rule that is not there',
      deployment(`          # lifecycle-ignore: probe-port-unresolve -- later\n${bad}`),
      ['probe-port-unresolve', 13, 'unused', 'there is no such rule: did you mean `probe-port-unresolved`?'],
    ],
  ])('but nothing %s', async (_, head, suppression) => {
    expect(await raw(head)).toEqual({
      conclusion: 'fail',
      found: [[rule, null]],
      suppressions: [suppression],
    });
  });
});

describe('an annotation accepts', () => {
  const annotation = `annotations: {lifecycle-review/ignore: "${rule} @ann: later; hook-invalid: x"}`;
  test.each<[string, string]>([
    ['on the object', deployment(bad, `  ${annotation}\n`)],
    [
      'on the pod template',
      deployment(bad)
        .replace('metadata: {labels', `metadata:\n      ${annotation}\n      labels`)
        .replace('labels: {app: web}}\n    spec', 'labels: {app: web}\n    spec')
        .replace('labels {app: web}}', 'labels: {app: web}'),
    ],
  ])('%s', async (_, head) => {
    const { found, suppressions } = await raw(head);
    expect(found).toEqual([[rule, 'later']]);
    expect(suppressions.map(([id, , state]) => [id, state])).toEqual([
      ['hook-invalid', 'unused'],
      [rule, 'used'],
    ]);
  });
});

test('a rule that only compares leaves its comment in peace once it is merged', async () => {
  const merged = good.replace(
    '          livenessProbe',
    '          # lifecycle-ignore: pre-stop-removed -- x\n          livenessProbe',
  );
  expect((await raw(`${merged}          tty: true\n`, merged)).suppressions).toEqual([]);
});

describe('a change from elsewhere', () => {
  const accepted = deployment(`          # lifecycle-ignore: ${rule} -- later\n${bad}`);
  const from = (base: string) =>
    judged({ 'deploy/a.yaml': base }, { 'deploy/a.yaml': accepted }, { trusted: false });

  test('accepts nothing of its own', async () =>
    expect(await from(good)).toEqual({
      conclusion: 'fail',
      found: [[rule, null]],
      suppressions: [[rule, 13, 'unused', null]],
    }));
  test('keeps what base accepts', async () =>
    expect(
      await from(
        good.replace(
          '          livenessProbe',
          `          # lifecycle-ignore: ${rule} -- later\n          livenessProbe`,
        ),
      ),
    ).toMatchObject({ conclusion: 'pass', found: [[rule, 'later']] }));
});

describe('through Helm', () => {
  const chart = (template: string, values: string, more: Files = {}): Files => ({
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
    'web/values.yaml': values,
    'web/templates/web.yaml': template,
    ...more,
  });
  const template = (comment = ''): string =>
    deployment(`${comment}          livenessProbe: {httpGet: {port: {{ .Values.port }}}}\n`);
  const base = chart(template(), 'port: 80\n');

  test.each<[string, Files]>([
    [
      'a YAML comment in the template',
      chart(template(`          # lifecycle-ignore: ${rule} -- later\n`), 'port: nope\n'),
    ],
    [
      'a template comment',
      chart(template(`          {{- /* lifecycle-ignore: ${rule} -- later */}}\n`), 'port: nope\n'),
    ],
    ['a comment above the value', chart(template(), `# lifecycle-ignore: ${rule} -- later\nport: nope\n`)],
    [
      'a comment above the call of the template',
      chart(`{{- /* lifecycle-ignore: ${rule} -- later */}}\n{{ include "web" . }}\n`, 'port: nope\n', {
        'web/templates/_web.tpl': `{{ define "web" }}\n${template()}{{ end }}\n`,
      }),
    ],
  ])('%s', async (_, head) => {
    expect(await judged(base, head)).toMatchObject({ conclusion: 'pass', found: [[rule, 'later']] });
  });

  test('what one values file accepts, another does not', async () => {
    const prod = { 'web/values-prod.yaml': 'port: nowhere\n' };
    const stage = { 'web/values-stage.yaml': `# lifecycle-ignore: ${rule} -- stage only\nport: nope\n` };
    const sets = { 'web/values-prod.yaml': 'port: 80\n', 'web/values-stage.yaml': 'port: 80\n' };
    expect(await judged({ ...base, ...sets }, { ...base, ...prod, ...stage })).toMatchObject({
      conclusion: 'fail',
      found: [[rule, null, 'web/values-prod.yaml']],
    });
    expect(await judged({ ...base, ...sets }, { ...base, ...sets, ...stage })).toMatchObject({
      conclusion: 'pass',
      found: [[rule, 'stage only', 'web/values-stage.yaml']],
    });
  });
});

test('a comment in an overlay’s patch accepts what the patch does; one in the base, what every overlay shows', async () => {
  const patch = (comment: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n${comment}${bad}`;
  const base = {
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': good,
    'dev/kustomization.yaml': 'resources: [../base]\nnamePrefix: dev-\n',
    'prod/kustomization.yaml': 'resources: [../base]\npatches: [{path: p.yaml}]\n',
    'prod/p.yaml': patch('').replace('nope', '80'),
  };
  const inPatch = await judged(base, {
    ...base,
    'prod/p.yaml': patch(`          # lifecycle-ignore: ${rule} -- meant\n`),
  });
  expect(inPatch.found).toEqual([[rule, 'meant']]);
  expect(inPatch.suppressions).toEqual([[rule, 9, 'used', null]]);
  const inBase = await judged(base, {
    ...base,
    'base/web.yaml': deployment(`          # lifecycle-ignore: ${rule} -- meant\n${bad}`),
  });
  expect(inBase.found).toEqual([[rule, 'meant', 'dev']]);
});
