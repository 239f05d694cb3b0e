import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { type HelmRenderRequest, renderChart } from '../../src/engines/helm.ts';
import { chart, syntheticCases, syntheticRequest } from './charts.ts';

const engine = openEngine('helm', { instances: 1 });
afterAll(() => engine.close());

const values = `a: {b: 1, c: 2}
name: x
probe: {enabled: false}
list: [{k: one, v: 1}, {k: two, v: 2}]
text: "x-{{ .Values.name }}"
extra: {k: 1}
global: {region: eu}
huge: 123456789012345678901234567890
__proto__: {polluted: 1}
toString: no
`;
const template = `apiVersion: v1
kind: X
metadata: {name: x}
spec:
  {{- include "block" (dict "cfg" .Values.a) | nindent 2 }}
  {{- if .Values.probe.enabled }}
  probe: 1
  {{- end }}
  {{- range .Values.list }}
  {{ .k }}: {{ .v }}
  {{- end }}
  {{- $v := .Values.a.c }}
  variable: {{ $v }}
  tpl: {{ tpl .Values.text . }}
  {{- with .Values.extra }}
  whole:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  two: {{ .Values.a.b }}:{{ get .Values.a "c" }}
  index: {{ index .Values "a" "b" }}
  dig: {{ dig "missing" "none" (deepCopy .Values.a) }}
  {{- $found := "" }}
  {{- if .Values.name }}{{ $found = "yes" }}{{ end }}
  found: {{ $found }}
  sub: {{ .Values.absent }}
  huge: {{ .Values.huge }}
  proto: {{ (.Values.toString) }}
`;

const request: HelmRenderRequest = {
  ...chart({
    'values.yaml': values,
    'templates/_h.tpl':
      '{{- define "block" }}\none: {{ .cfg.b }}\n{{- if .cfg.no }}\nno: 1\n{{- end }}\nlit: 1\n{{- end }}',
    'templates/x.yaml': template,
    'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
    'charts/sub/values.yaml': 'own: {x: 1}\n',
    'charts/sub/templates/s.yaml':
      'apiVersion: v1\nkind: S\nown: {{ .Values.own.x }}\nregion: {{ .Values.global.region }}\n',
  }),
  trace: true,
  reads: true,
};

async function lines(kind: string) {
  const result = await renderChart(engine, request);
  if ('error' in result) throw new Error(result.error.message);
  const document = result.documents.find(({ text }) => text.includes(`kind: ${kind}\n`))!;
  const text = document.text.split('\n');
  return { document, at: (start: string) => text.findIndex((line) => line.trim().startsWith(start)), result };
}

const words = (paths: readonly (readonly (string | number)[])[]) => paths.map((path) => path.join('.'));

describe('what the expressions of a line read', () => {
  test.each<[string, string[], string[]]>([
    ['one:', ['a.b', 'a'], []],
    ['lit:', ['a'], []],
    ['two: 2', ['list.1.k', 'list.1.v'], ['list']],
    ['variable:', ['a.c'], []],
    ['tpl:', ['name', 'text'], []],
    ['k:', [], ['extra']],
    ['two: 1', ['a.b', 'a.c'], []],
    ['index:', ['a.b'], []],
    ['dig:', ['a.missing'], []],
    ['found:', ['name'], []],
    ['sub:', ['absent'], []],
    ['huge:', ['huge'], []],
    ['proto:', ['toString'], []],
    ['metadata:', [], []],
  ])('%s', async (start, own, around) => {
    const { document, at } = await lines('X');
    const line = document.reads!.line(at(start));
    expect([words(line.own), words(line.around)]).toEqual([own, around]);
  });

  test('in a subchart, from the release’s values on', async () => {
    const { document, at } = await lines('S');
    expect(words(document.reads!.line(at('own:')).own)).toEqual(['sub.own.x']);
    expect(words(document.reads!.line(at('region:')).own)).toEqual(['sub.global.region']);
  });
});

test('a condition that was false was read between two lines', async () => {
  const { document, at } = await lines('X');
  expect(words(document.reads!.between(at('one:'), at('lit:')))).toEqual(['a.b', 'a.no']);
  expect(words(document.reads!.between(at('lit:'), at('one: 1') + 2))).toContain('probe.enabled');
});

test('everything that any template read', async () => {
  const { result } = await lines('X');
  const all = words(result.reads!.all());
  expect(all).toEqual(expect.arrayContaining(['probe.enabled', 'a.no', 'sub.own.x', 'absent']));
  expect(all.filter((path) => path.includes('polluted'))).toEqual([]);
  expect(result.reads!.full).toBe(false);
});

test('nothing is recorded unless asked for', async () => {
  const result = await renderChart(engine, { ...request, reads: false });
  expect('documents' in result && [result.reads, result.documents[0]?.reads]).toEqual([undefined, null]);
});

test.each(syntheticCases)('the same bytes and origins with reads: $name', async ({ values, settings }) => {
  const plain = { ...syntheticRequest(values), ...settings, trace: true };
  const [without, with_] = [
    await renderChart(engine, plain),
    await renderChart(engine, { ...plain, reads: true }),
  ];
  if ('error' in without || 'error' in with_) throw new Error('it does not render');
  const told = (result: typeof without) => result.documents.map(({ text, origins }) => ({ text, origins }));
  expect(told(with_)).toEqual(told(without));
});

test('a log that would grow without end is cut and says so', async () => {
  const keys = Array.from({ length: 100 }, (_, index) => `.Values.k${index}`).join(' ');
  const loop = `{{ $all := list ${keys} }}{{ range until 11000 }}{{ if $all }}{{ end }}{{ end }}`;
  const result = await renderChart(engine, {
    ...chart({ 'templates/x.yaml': loop }),
    trace: true,
    reads: true,
  });
  expect('documents' in result && result.reads?.full).toBe(true);
});
