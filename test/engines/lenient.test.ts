import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { helmTemplateText, renderChart, type Unknowns } from '../../src/engines/helm.ts';
import { chart } from './charts.ts';

const engine = openEngine('helm', { instances: 1 });
afterAll(() => engine.close());

const q = 'zqUNKNOWNqz';

async function lenient(files: Record<string, string>, values = '') {
  const request = chart({ 'values.yaml': values, ...files });
  const result = await renderChart(engine, { ...request, lenient: true, trace: true });
  if ('error' in result) throw new Error(result.error.message);
  const unknown = result.unknown as Unknowns;
  return { text: helmTemplateText(result.documents), documents: result.documents, unknown };
}

/** What a template's own lines become in an object of which all the rest is known. */
async function lines(template: string, values = '', helpers = ''): Promise<string> {
  const { documents } = await lenient(
    {
      'templates/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n${template}`,
      'templates/_helpers.tpl': helpers,
    },
    values,
  );
  return documents.map(({ text }) => text.split('\n').slice(4).join('\n').trimEnd()).join('\n');
}

describe('a value that is not there', () => {
  test.each([
    ['printed', 'data:\n  a: {{ .Values.x.y }}', `data:\n  a: ${q}`],
    [
      'within a text',
      'data:\n  a: "v{{ .Values.x.y }}-{{ .Release.Name }}"',
      `data:\n  a: "v${q}-release-name"`,
    ],
    ['through functions', 'data:\n  a: {{ .Values.x.y | int | add 1 | quote }}', `data:\n  a: "${q}"`],
    ['cut off', 'data:\n  a: {{ printf "%s-%s" "abc" .Values.x.y | trunc 6 }}', `data:\n  a: ${q}`],
    ['with a default of its own', 'data:\n  a: {{ .Values.x.y | default "b" }}', `data:\n  a: ${q}`],
    ['that a known value goes before', 'data:\n  a: {{ coalesce "b" .Values.x.y }}', 'data:\n  a: b'],
    ['required', 'data:\n  a: {{ required "say what" .Values.x }}', `data:\n  a: ${q}`],
    ['under another name', 'data:\n  {{- with .Values }}\n  a: {{ .x.y }}\n  {{- end }}', `data:\n  a: ${q}`],
    ['of an item', 'data:\n  a: {{ index .Values.x "y" }}', `data:\n  a: ${q}`],
  ])('%s', async (_, template, expected) => expect(await lines(template, 'z: 1\n')).toBe(expected));

  test('is unknown to templates that looked at it before it was missed', async () => {
    const { text } = await lenient({
      'templates/a.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  b: c\n  {{- with .Values.x }}\n  d: e\n  {{- end }}',
      'templates/b.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: "{{ .Values.x.y }}"}\n',
    });
    expect(text).toContain(`data:\n  b: c\n  zqunknownqzf: ${q}\n`);
  });
});

describe('what depends on it', () => {
  const missing = '{{ $_ := .Values.x.y }}';
  test.each([
    [
      'an entry of a mapping',
      'data:\n  a: b\n  {{- if .Values.x.y }}\n  c: d\n  {{- end }}',
      `data:\n  a: b\n  zqunknownqzg: ${q}`,
    ],
    [
      'an item of a list',
      'data:\n  a:\n  - b\n  {{- if .Values.x.y }}\n  - c\n  {{- end }}',
      `data:\n  a:\n  - b\n  - ${q}`,
    ],
    [
      'both branches alike',
      'data:\n  {{- if .Values.x.y }}\n  a: b\n  {{- else }}\n  a: b\n  {{- end }}',
      'data:\n  a: b',
    ],
    ['a value in a line', 'data:\n  a: {{ if .Values.x.y }}b{{ else }}c{{ end }}', `data:\n  a: ${q}`],
    [
      'rounds of a loop',
      'data:\n  a: b\n  {{- range .Values.x.y }}\n  {{ . }}: d\n  {{- end }}',
      `data:\n  a: b\n  zqunknownqzg: ${q}`,
    ],
    [
      'a variable',
      `{{ $v := "b" }}{{ if .Values.x.y }}{{ $v = "c" }}{{ end }}data:\n  a: {{ $v }}`,
      `data:\n  a: ${q}`,
    ],
    [
      'a map that is changed',
      `{{ $m := dict "k" "b" }}{{ if .Values.x.y }}{{ $_ := set $m "k" "c" }}{{ end }}data:\n  a: {{ $m.k }}`,
      `data:\n  a: ${q}`,
    ],
    [
      'a decided condition',
      'data:\n  a: {{ if and false .Values.x.y }}b{{ else }}c{{ end }}',
      'data:\n  a: c',
    ],
  ])('%s', async (_, template, expected) => expect(await lines(template + missing)).toBe(expected));

  test('a whole object: its kind is told, and that nothing else may hide', async () => {
    const { text, unknown } = await lenient({
      'templates/a.yaml':
        '{{ if .Values.x.y }}\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n{{ end }}',
    });
    expect(text.trim()).toBe('');
    expect(
      unknown.events.filter(({ kind }) => kind === 'undecided-kinds').map(({ detail }) => detail),
    ).toEqual(['Service']);
    expect(unknown.open).toBe(false);
  });
});

describe('a dependency that is not there', () => {
  const metadata =
    'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.0.0, repository: "https://x.test"}\n';

  test('is left out; what it would add is unknown, what is stated stays', async () => {
    const { text, unknown } = await lenient(
      {
        'Chart.yaml': metadata,
        'templates/a.yaml':
          'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  host: {{ .Values.db.host }}\n  port: {{ .Values.db.port }}\n  {{- include "db.labels" . | nindent 2 }}\n',
      },
      'db: {host: h}\n',
    );
    expect(text).toContain(`data:\n  host: h\n  port: ${q}\n  zqunknownqzg: ${q}\n`);
    expect(unknown.open).toBe(true);
    expect(unknown.events.map(({ kind, detail }) => `${kind} ${detail}`)).toEqual([
      'missing-dependency db',
      'undefined-template db.labels',
    ]);
  });

  test('that nobody wants leaves nothing open', async () => {
    const { unknown } = await lenient(
      { 'Chart.yaml': metadata.replace('version: 1.0.0, r', 'condition: db.enabled, version: 1.0.0, r') },
      'db: {enabled: false}\n',
    );
    expect(unknown).toEqual({ events: [], open: false });
  });

  test('a template of it that writes where it likes makes its object uncertain', async () => {
    const { text, unknown } = await lenient({
      'Chart.yaml': metadata,
      'templates/a.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  {{ template "db.labels" . }}\n',
    });
    expect([text.trim(), unknown.open]).toEqual(['', true]);
  });
});

test.each([
  ['fail', '{{ if not .Values.x }}{{ fail "say x" }}{{ end }}', 'fail'],
  ['a template that fails all the same', '{{ break }}', 'left-out'],
  ['text that is no YAML', 'a: [', 'unreadable'],
])('%s: the others stay', async (_, template, kind) => {
  const { text, unknown } = await lenient({
    'templates/a.yaml': `${template}\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n`,
    'templates/b.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: b}\n',
  });
  expect(text).toContain('name: b');
  if (kind !== 'fail') expect(unknown.events.map((event) => event.kind)).toContain(kind);
});

test('a chart that renders is the same without any unknown', async () => {
  const files = {
    'templates/a.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: "{{ .Values.x.y }}"}\n',
  };
  const { text, unknown } = await lenient(files, 'x: {y: z}\n');
  const strict = await renderChart(engine, chart({ 'values.yaml': 'x: {y: z}\n', ...files }));
  expect('documents' in strict && helmTemplateText(strict.documents)).toBe(text);
  expect(unknown).toEqual({ events: [], open: false });
});

test('says where, at which expression, and nothing of a branch that may not be taken', async () => {
  const { unknown } = await lenient({
    'templates/a.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a{{ if .Values.x.y }}{{ .Values.z.a }}{{ end }}\n',
  });
  expect(unknown.events).toEqual([
    {
      kind: 'condition',
      file: 'templates/a.yaml',
      line: 4,
      column: 23,
      expression: '.Values.x.y',
      detail: '',
    },
  ]);
});

test('a chart without an end does not end the others', async () => {
  const endless =
    '{{ define "f" }}{{ if .x }}{{ include "f" . }}{{ include "f" . }}{{ end }}{{ end }}{{ include "f" .Values.x.y }}\n';
  const { text } = await lenient({
    'templates/a.yaml': `${endless}apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n`,
    'templates/b.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: b}\n',
  });
  expect(text).toContain('name: b');
});
