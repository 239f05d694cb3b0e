import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import type { FieldPath } from '../../src/manifest/field-path.ts';
import type { Proof } from '../../src/manifest/manifest.ts';
import { renderComparison } from '../../src/render/render.ts';
import { type Files, memoryComparison } from './memory-tree.ts';
import { settings } from './renderers.ts';

const engine = openEngine('helm', { instances: 2 });
const engines = { helm: engine, kustomize: engine };
afterAll(() => engine.close());

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: {{ .Values.replicas }}
  literal: 30
  {{- with .Values.strategy }}
  strategy:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  minReadySeconds: {{ .Values.ready | default 7 }}
  fromDict: {{ include "web.grace" (dict "cfg" .Values.web) }}
  printed: {{ printf "%d s" (int .Values.web.grace) }}
  image: {{ .Values.image.repo }}:{{ .Values.image.tag }}
  {{- $wait := .Values.web.wait }}
  variable: {{ $wait }}
  region: {{ .Values.global.region }}
  shared: {{ .Values.shared }}
  {{- tpl .Values.block . | nindent 2 }}
  {{- if eq .Values.size "large" }}
  mode: many
  {{- else }}
  mode: few
  {{- end }}
  {{- $more := merge (dict) .Values.override .Values.base }}
  merged: {{ $more.limit }}
  preset: {{ include "web.preset" .Values.preset }}
  {{- if .Values.probe.enabled }}
  livenessProbe:
    periodSeconds: 5
  {{- end }}
  {{- with .Values.pod.grace }}
  terminationGracePeriodSeconds: {{ . }}
  {{- end }}
  resources:
    {{- toYaml .Values.resources | nindent 4 }}
  {{- range .Values.list }}
  {{ .key }}: {{ .value }}
  {{- end }}
  name: {{ .Release.Name }}
  {{- with .Values.pod.priority }}
  priorityClassName: {{ . }}
  {{- end }}
`;

const web: Files = {
  'charts/web/Chart.yaml': `apiVersion: v2
name: web
version: 1.0.0
dependencies:
- name: cache
  alias: store
  version: 1.x
  repository: "file://../cache"
  import-values: [defaults]
`,
  'charts/web/values.yaml': `replicas: 3
strategy: {type: Recreate}
web:
  grace: 30
  wait: 9
image:
  repo: shop
  tag: "1"
block: |
  first: 1
  second: {{ .Values.web.wait }}
  third: 3
size: large
override: {limit: 4}
base:
  limit: 5
preset: nano
probe:
  enabled: false
pod:
  labels: {}
resources:
  limits:
    cpu: 1
    memory: 1Gi
list:
- {key: one, value: 1}
- {key: two, value: 2}
store:
  port: 6379
global:
  region: eu
`,
  'charts/web/values-prod.yaml': 'replicas: 5\nresources:\n  limits:\n    memory: 2Gi\npod: {}\n',
  'charts/web/templates/deployment.yaml': deployment,
  'charts/web/templates/_helpers.tpl': `{{- define "web.grace" }}{{ .cfg.grace }}{{ end }}
{{- define "web.preset" }}
{{- $all := dict "nano" "100m" "small" "500m" }}
{{- if hasKey $all . }}{{ index $all . }}{{ else }}{{ fail (printf "%s is wrong. Allowed values are nano, small" .) }}{{ end }}
{{- end }}
`,
  'charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 1.0.0\n',
  'charts/cache/values.yaml': 'port: 1\nwait: 2\nexports:\n  defaults:\n    shared: both\n',
  'charts/cache/templates/svc.yaml': `apiVersion: v1
kind: Service
metadata: {name: cache}
spec:
  port: {{ .Values.port }}
  wait: {{ .Values.wait }}
  region: {{ .Values.global.region }}
`,
};

async function rendered(files: Files, changed: string | null = null, renders = 500) {
  const { units } = await renderComparison(
    memoryComparison({ 'x.txt': '' }, files),
    { ...settings, paths: ['charts/web'] },
    engines,
  );
  const unit = units.find(({ id }) => id === 'helm:charts/web')!.head!;
  for (const render of unit.renders) expect(render).toMatchObject({ notChecked: [], state: 'ok' });
  const spent = { renders: 0 };
  const proof: Proof = {
    take: () => {
      spent.renders += 1;
      return spent.renders <= renders;
    },
    isChanged: ({ path, startLine }) => `${path}:${startLine}` === `charts/${changed}`,
  };
  return async (set: string, kind: string, path: FieldPath): Promise<string> => {
    const render = unit.renders.find(({ valuesSet }) => valuesSet === set)!;
    const manifest = render.manifests.find(({ ref }) => ref.kind === kind)!;
    const { location, template } = await manifest.causeOf!(path, proof);
    const at = location === null ? 'nowhere' : `${location.kind} ${location.path}:${location.startLine}`;
    return `${at}${template === null ? '' : ` by ${template.path}:${template.startLine}`}`.replaceAll(
      'charts/',
      '',
    );
  };
}

const all = rendered(web);
const prod = 'charts/web/values-prod.yaml';
const by = (line: number) => ` by web/templates/deployment.yaml:${line}`;

describe('the value that caused a field, proved by rendering again', () => {
  test.each<[string, string, string, FieldPath, string]>([
    ['a value', 'default', 'Deployment', ['spec', 'replicas'], `values web/values.yaml:1${by(6)}`],
    [
      'the values file that wins',
      prod,
      'Deployment',
      ['spec', 'replicas'],
      `values web/values-prod.yaml:1${by(6)}`,
    ],
    [
      'literal text',
      'default',
      'Deployment',
      ['spec', 'literal'],
      'template web/templates/deployment.yaml:7',
    ],
    [
      'a block printed under with',
      'default',
      'Deployment',
      ['spec', 'strategy', 'type'],
      `values web/values.yaml:2${by(10)}`,
    ],
    [
      'a default of the template',
      'default',
      'Deployment',
      ['spec', 'minReadySeconds'],
      'template web/templates/deployment.yaml:12',
    ],
    [
      'a dict passed through include',
      'default',
      'Deployment',
      ['spec', 'fromDict'],
      `values web/values.yaml:4${by(13)}`,
    ],
    ['printf', 'default', 'Deployment', ['spec', 'printed'], `values web/values.yaml:4${by(14)}`],
    [
      'two values in one line',
      'default',
      'Deployment',
      ['spec', 'image'],
      `values web/values.yaml:7${by(15)}`,
    ],
    ['a variable', 'default', 'Deployment', ['spec', 'variable'], `values web/values.yaml:5${by(17)}`],
    ['a global', 'default', 'Deployment', ['spec', 'region'], `values web/values.yaml:32${by(18)}`],
    [
      'a global in a subchart',
      'default',
      'Service',
      ['spec', 'region'],
      'values web/values.yaml:32 by cache/templates/svc.yaml:7',
    ],
    ['an imported value', 'default', 'Deployment', ['spec', 'shared'], `values cache/values.yaml:5${by(19)}`],
    ['a text given to tpl', 'default', 'Deployment', ['spec', 'third'], `values web/values.yaml:12${by(20)}`],
    [
      'a value in a text given to tpl',
      'default',
      'Deployment',
      ['spec', 'second'],
      `values web/values.yaml:5${by(20)}`,
    ],
    ['a merged map', 'default', 'Deployment', ['spec', 'merged'], `values web/values.yaml:14${by(27)}`],
    [
      'a preset, by a word that the error names',
      'default',
      'Deployment',
      ['spec', 'preset'],
      `values web/values.yaml:17${by(28)}`,
    ],
    [
      'a nested key of toYaml',
      'default',
      'Deployment',
      ['spec', 'resources', 'limits', 'cpu'],
      `values web/values.yaml:24${by(37)}`,
    ],
    [
      'a nested key of another file',
      prod,
      'Deployment',
      ['spec', 'resources', 'limits', 'memory'],
      `values web/values-prod.yaml:4${by(37)}`,
    ],
    ['a map of toYaml', 'default', 'Deployment', ['spec', 'resources'], `values web/values.yaml:22${by(36)}`],
    ['an item of a list', 'default', 'Deployment', ['spec', 'two'], `values web/values.yaml:28${by(39)}`],
    [
      'a value of the parent chart',
      'default',
      'Service',
      ['spec', 'port'],
      'values web/values.yaml:30 by cache/templates/svc.yaml:5',
    ],
    [
      'a value of the subchart',
      'default',
      'Service',
      ['spec', 'wait'],
      'values cache/values.yaml:2 by cache/templates/svc.yaml:6',
    ],
    [
      'nothing of the values',
      'default',
      'Deployment',
      ['spec', 'name'],
      'template web/templates/deployment.yaml:41',
    ],
    [
      'absent by a false condition',
      'default',
      'Deployment',
      ['spec', 'livenessProbe'],
      `values web/values.yaml:19${by(5)}`,
    ],
    [
      'absent since nobody states it',
      'default',
      'Deployment',
      ['spec', 'terminationGracePeriodSeconds'],
      `values web/values.yaml:20${by(5)}`,
    ],
    [
      'the section of the set’s own file',
      prod,
      'Deployment',
      ['spec', 'terminationGracePeriodSeconds'],
      `values web/values-prod.yaml:5${by(5)}`,
    ],
    [
      'absent in a printed map',
      'default',
      'Deployment',
      ['spec', 'resources', 'requests'],
      `values web/values.yaml:22${by(36)}`,
    ],
    [
      'absent behind the last line',
      'default',
      'Deployment',
      ['spec', 'priorityClassName'],
      `values web/values.yaml:20${by(5)}`,
    ],
    [
      'absent everywhere',
      'default',
      'Deployment',
      ['spec', 'paused'],
      'template web/templates/deployment.yaml:5',
    ],
  ])('%s', async (_, set, kind, path, expected) => {
    expect(await (await all)(set, kind, path)).toBe(expected);
  });

  test('literal text under a condition that the change altered', async () => {
    const at = await rendered(web, 'web/values.yaml:13');
    expect(await at('default', 'Deployment', ['spec', 'mode'])).toBe(`values web/values.yaml:13${by(22)}`);
    expect(await (await all)('default', 'Deployment', ['spec', 'mode'])).toBe(
      'template web/templates/deployment.yaml:22',
    );
  });

  test('of two values that both decide, the one that the change altered', async () => {
    const at = await rendered(web, 'web/values.yaml:8');
    expect(await at('default', 'Deployment', ['spec', 'image'])).toBe(`values web/values.yaml:8${by(15)}`);
  });

  test('no claim without a render left', async () => {
    const at = await rendered(web, null, 0);
    expect(await at('default', 'Deployment', ['spec', 'printed'])).toBe(
      'template web/templates/deployment.yaml:14',
    );
  });
});
