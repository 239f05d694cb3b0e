import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import type { FieldPath } from '../../src/manifest/field-path.ts';
import { renderComparison, renderForDisplay } from '../../src/render/render.ts';
import type { RenderSettings } from '../../src/render/settings.ts';
import { type Files, memoryComparison, memoryTree } from './memory-tree.ts';
import { settings } from './renderers.ts';

const engine = openEngine('helm', { instances: 2 });
const engines = { helm: engine, kustomize: engine };
afterAll(() => engine.close());

const template = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Values.name | quote }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas | default 7 }}
  surge: {{ .Values.zero | default 7 }}
  grace: {{ required "no" $.Values.grace }}
  helper: {{ include "web.replicas" . }}
  image: "{{ .Values.image.repo }}:{{ .Values.image.tag }}"
  repo: {{ index .Values "image" "repo" }}
  made: {{ printf "%s" .Values.name }}
  inline: {{- toYaml .Values.resources | nindent 4 }}
  below:
    {{- toYaml .Values.resources | nindent 4 }}
  bare: {{ toYaml .Values.resources.limits | nindent 4 }}
  env:
  - name: FIRST
    value: "1"
  {{- toYaml .Values.env | nindent 2 }}
  {{- with .Values.image }}
  with: {{ .repo }}
  {{- end }}
  {{- range .Values.env }}
  {{ .name }}: {{ .value }}
  {{- end }}
  {{- $image := .Values.image }}
  variable: {{ $image.repo }}
  {{- include "web.block" . | nindent 2 }}
  literal: 30
  global: {{ .Values.global.region }}
  command: ["sh", "-c", "sleep {{ .Values.grace }}"]
  grown: web{{ .Values.grace }}
`;

const web: Files = {
  'charts/web/Chart.yaml':
    'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: cache, alias: store, version: 1.x, repository: "file://../cache"}\n',
  'charts/web/values.yaml': `name: web
replicas: 3
zero: 0
grace: 30
image: {repo: shop/web, tag: "1"}
resources:
  limits:
    cpu: 1
    memory: 1Gi
  requests: {}
env:
- value: x
  name: SECOND
- name: THIRD
  value: y
store:
  port: 6379
global:
  region: eu
`,
  'charts/web/values-prod.yaml':
    'replicas: 5\nresources:\n  limits:\n    memory: 2Gi\nstore:\n  wait: 9\nglobal: {region: us}\n',
  'charts/web/templates/deployment.yaml': template,
  'charts/web/templates/_helpers.tpl':
    '{{- define "web.replicas" -}}\n{{ .Values.replicas }}\n{{- end }}\n{{- define "web.block" }}\nblock:\n  name: {{ .Values.name }}\n  two: 2\n{{- end }}\n',
  'charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 1.0.0\n',
  'charts/cache/values.yaml': 'port: 1\nwait: 2\nsize: 3\n',
  'charts/cache/templates/svc.yaml':
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: cache\nspec:\n  port: {{ .Values.port }}\n  wait: {{ .Values.wait }}\n  size: {{ .Values.size }}\n  region: {{ .Values.global.region }}\n',
};

async function rendered(files: Files, more: Partial<RenderSettings> = {}) {
  const comparison = memoryComparison({ 'x.txt': '' }, files);
  const { units } = await renderComparison(
    comparison,
    { ...settings, ...more, paths: ['charts/web'] },
    engines,
  );
  const unit = units.find(({ id }) => id === 'helm:charts/web')!.head!;
  for (const render of unit.renders) expect(render).toMatchObject({ notChecked: [], state: 'ok' });
  return (set: string, kind: string, path: FieldPath): string => {
    const render = unit.renders.find(({ valuesSet }) => valuesSet === set)!;
    const at = render.manifests.find(({ ref }) => ref.kind === kind)!.locate(path);
    if (at === null) return 'nowhere';
    return `${at.kind} ${at.path.replace('charts/', '')}:${at.startLine}:${at.startColumn}-${at.endColumn}`;
  };
}

const all = rendered(web);

describe('the line that set a rendered field', () => {
  const prod = 'charts/web/values-prod.yaml';
  test.each<[string, string, FieldPath, string]>([
    ['literal', 'default', ['spec', 'literal'], 'template web/templates/deployment.yaml:31:3-14'],
    ['the object', 'default', [], 'object web/templates/deployment.yaml:2:1-17'],
    ['an absent field of the object', 'default', ['status'], 'object web/templates/deployment.yaml:2:1-17'],
    ['quoted', 'default', ['metadata', 'name'], 'values web/values.yaml:1:1-10'],
    ['a value with a default', 'default', ['spec', 'replicas'], 'values web/values.yaml:2:1-12'],
    ['the values file that wins', prod, ['spec', 'replicas'], 'values web/values-prod.yaml:1:1-12'],
    [
      'a default that came to pass',
      'default',
      ['spec', 'surge'],
      'template web/templates/deployment.yaml:8:3-40',
    ],
    ['required', 'default', ['spec', 'grace'], 'values web/values.yaml:4:1-10'],
    ['through a helper', 'default', ['spec', 'helper'], 'values web/values.yaml:2:1-12'],
    ['two values in one', 'default', ['spec', 'image'], 'template web/templates/deployment.yaml:11:3-60'],
    ['a word of a text', 'default', ['spec', 'command', 2], 'values web/values.yaml:4:1-10'],
    ['a part of a word', 'default', ['spec', 'grown'], 'template web/templates/deployment.yaml:34:3-32'],
    ['index', 'default', ['spec', 'repo'], 'values web/values.yaml:5:9-23'],
    [
      'a function that makes something else',
      'default',
      ['spec', 'made'],
      'template web/templates/deployment.yaml:13:3-39',
    ],
    [
      'toYaml on the key’s line',
      'default',
      ['spec', 'inline', 'limits', 'cpu'],
      'values web/values.yaml:8:5-11',
    ],
    ['its own key', 'default', ['spec', 'inline'], 'template web/templates/deployment.yaml:14:3-54'],
    [
      'toYaml below the key',
      'default',
      ['spec', 'below', 'limits', 'memory'],
      'values web/values.yaml:9:5-16',
    ],
    [
      'an absent field in toYaml',
      'default',
      ['spec', 'below', 'limits', 'pods'],
      'values web/values.yaml:7:3-9',
    ],
    [
      'an absent field in an empty map',
      'default',
      ['spec', 'below', 'requests', 'cpu'],
      'values web/values.yaml:10:3-11',
    ],
    [
      'the file that wins, within toYaml',
      prod,
      ['spec', 'below', 'limits', 'memory'],
      'values web/values-prod.yaml:4:5-16',
    ],
    [
      'the file that says it, within toYaml',
      prod,
      ['spec', 'below', 'limits', 'cpu'],
      'values web/values.yaml:8:5-11',
    ],
    ['toYaml of a part', 'default', ['spec', 'bare', 'cpu'], 'values web/values.yaml:8:5-11'],
    [
      'an item of the template before toYaml’s',
      'default',
      ['spec', 'env', 0, 'value'],
      'template web/templates/deployment.yaml:20:5-15',
    ],
    ['the first item of toYaml', 'default', ['spec', 'env', 1, 'value'], 'values web/values.yaml:12:3-11'],
    ['the second item of toYaml', 'default', ['spec', 'env', 2, 'name'], 'values web/values.yaml:14:3-14'],
    [
      'an absent field of an item',
      'default',
      ['spec', 'env', 2, 'valueFrom'],
      'values web/values.yaml:14:3-14',
    ],
    ['with', 'default', ['spec', 'with'], 'template web/templates/deployment.yaml:23:3-20'],
    ['range', 'default', ['spec', 'SECOND'], 'template web/templates/deployment.yaml:26:3-28'],
    ['a variable', 'default', ['spec', 'variable'], 'template web/templates/deployment.yaml:29:3-30'],
    [
      'a literal in a helper',
      'default',
      ['spec', 'block', 'two'],
      'template web/templates/_helpers.tpl:7:3-9',
    ],
    ['a value in a helper', 'default', ['spec', 'block', 'name'], 'values web/values.yaml:1:1-10'],
    ['global', prod, ['spec', 'global'], 'values web/values-prod.yaml:7:10-20'],
  ])('%s', async (_, set, path, expected) => {
    expect((await all)(set, 'Deployment', path)).toBe(expected);
  });

  test.each<[string, string, FieldPath, string]>([
    ['set by the parent chart', 'default', ['spec', 'port'], 'values web/values.yaml:17:3-13'],
    ['set by a values file', prod, ['spec', 'wait'], 'values web/values-prod.yaml:6:3-10'],
    ['its own default', 'default', ['spec', 'wait'], 'values cache/values.yaml:2:1-8'],
    [
      'its own default, whatever a values file says',
      prod,
      ['spec', 'size'],
      'values cache/values.yaml:3:1-8',
    ],
    ['a global of the parent', 'default', ['spec', 'region'], 'values web/values.yaml:19:3-13'],
    ['literal', 'default', ['metadata', 'name'], 'template cache/templates/svc.yaml:4:3-14'],
  ])('in a subchart under an alias: %s', async (_, set, path, expected) => {
    expect((await all)(set, 'Service', path)).toBe(expected);
  });
});

test('a release’s namespace that nobody stated is none', async () => {
  const { units } = await renderComparison(memoryComparison({ 'x.txt': '' }, web), settings, engines);
  const unit = units.find(({ id }) => id === 'helm:charts/web')!.head!;
  expect(unit.renders[0]?.manifests.map(({ ref }) => [ref.kind, ref.namespace])).toEqual([
    ['Service', null],
    ['Deployment', null],
  ]);
});

test('a chart that no longer renders', async () => {
  const broken = {
    ...web,
    'charts/web/templates/deployment.yaml': template.replace('.Values.image.tag', '.Values.image.tag.x.y'),
  };
  const { units } = await renderComparison(memoryComparison(web, broken), settings, engines);
  expect(units.map(({ id }) => id)).toEqual(['helm:charts/web']);
  expect(units[0]?.base?.renders.map(({ state }) => state)).toEqual(['ok', 'ok']);
  expect(units[0]?.head?.renders[0]).toMatchObject({
    state: 'ok',
    lenient: true,
    notChecked: [
      {
        unit: 'helm:charts/web',
        path: 'charts/web/templates/deployment.yaml',
        line: 11,
        reason: 'render-failed',
      },
    ],
  });
  expect(units[0]?.head?.renders[0]?.notChecked[0]?.detail).toMatch(
    /^at <.Values.image.tag.x.y>: .*can't evaluate field x/,
  );
});

describe('for display', () => {
  const options = {
    values: [],
    releaseName: null,
    namespace: null,
    kubeVersion: null,
    includeCrds: false,
    trace: false,
    limits: settings.limits,
    chartsDir: null,
  };

  test('as Helm prints it', async () => {
    const result = await renderForDisplay(
      memoryTree(web),
      'charts/cache',
      { ...options, values: [{ name: 'v', bytes: new TextEncoder().encode('global: {region: x}') }] },
      engine,
    );
    expect(result).toEqual({
      notes: [],
      text: '---\n# Source: cache/templates/svc.yaml\napiVersion: v1\nkind: Service\nmetadata:\n  name: cache\nspec:\n  port: 1\n  wait: 2\n  size: 3\n  region: x\n',
    });
  });

  test('with the source of each line', async () => {
    const result = await renderForDisplay(
      memoryTree(web),
      'charts/web',
      { ...options, releaseName: 'r', trace: true },
      engine,
    );
    const lines = 'text' in result ? result.text.split('\n') : [];
    expect(lines).toContain('  port: 6379  # charts/cache/templates/svc.yaml:6');
    expect(lines).toContain('    two: 2  # charts/web/templates/_helpers.tpl:7');
  });

  test('errors', async () => {
    expect(await renderForDisplay(memoryTree(web), 'charts/none', options, engine)).toEqual({
      error: 'There is no chart in charts/none: it has no Chart.yaml.',
    });
    expect(await renderForDisplay(memoryTree(web), 'charts/cache', options, engine)).toEqual({
      error: expect.stringMatching(
        /^charts\/cache\/templates\/svc.yaml:9: at <.Values.global.region>: nil pointer/,
      ),
    });
  });
});
