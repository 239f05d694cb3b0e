import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import {
  type HelmError,
  type HelmRenderRequest,
  helmTemplateText,
  type LineOrigin,
  type RenderedDocument,
  renderChart,
} from '../../src/engines/helm.ts';
import { chart, syntheticCases, syntheticChart, syntheticRequest } from './charts.ts';

const engine = openEngine('helm', { instances: 1 });
afterAll(() => engine.close());

async function documents(request: HelmRenderRequest): Promise<readonly RenderedDocument[]> {
  const result = await renderChart(engine, request);
  if ('error' in result) throw new Error(result.error.message);
  return result.documents;
}

async function failure(request: HelmRenderRequest): Promise<HelmError> {
  const result = await renderChart(engine, request);
  if (!('error' in result)) throw new Error('it rendered');
  return result.error;
}

/** "line → file:line" with the expression and the callers, for the one document of a chart with one template. */
async function traced(files: Record<string, string>, values = ''): Promise<string[]> {
  const [document] = await documents({ ...chart(files, { 'values.yaml': values }), trace: true });
  return document!.text.split('\n').map((line, i) => `${line} ← ${place(document!.origins[i]!)}`);
}

function place(origin: LineOrigin | null): string {
  if (origin === null) return 'unknown';
  const { file, line, literal, action, value, callers } = origin;
  const calls = callers.map((c) => ` < ${c.file}:${c.line}`).join('');
  const wrote = action === null ? '' : ` {${action}}`;
  const there = value === null ? '' : ` @ ${value.file}:${value.line}`;
  return `${file}:${line}${literal ? '' : ' !'}${wrote}${there}${calls}`.replaceAll('templates/', '');
}

describe('the same bytes as helm template', () => {
  test.each(syntheticCases)('synthetic chart, $name', async ({ name, values, settings }) => {
    const expected = readFileSync(join(syntheticChart, 'expected', `${name}.yaml`), 'utf8');
    const request = { ...syntheticRequest(values), ...settings };
    expect(helmTemplateText(await documents(request))).toBe(expected);
    expect(helmTemplateText(await documents({ ...request, trace: true }))).toBe(expected);
  });

  test('nothing rendered is one empty line', async () => {
    expect(helmTemplateText(await documents(chart({ 'templates/a.yaml': '{{- /* nothing */}}' })))).toBe(
      '\n',
    );
  });

  test('Helm’s own version and default Kubernetes version are told', async () => {
    const template = 'a: {{ .Capabilities.HelmVersion.Version }} {{ .Capabilities.KubeVersion.Version }}';
    const [document] = await documents(chart({ 'templates/a.yaml': template }));
    const { upstream } = JSON.parse(readFileSync('dist/engines/engines.json', 'utf8')).helm;
    expect(document!.text).toMatch(new RegExp(`^a: ${upstream['helm.sh/helm/v4']} v1\\.\\d+\\.0$`));
  });

  test('warnings are told beside the documents', async () => {
    const deprecated = 'apiVersion: v2\nname: web\nversion: 0.1.0\ndeprecated: true\n';
    const result = await renderChart(engine, chart({ 'Chart.yaml': deprecated, 'templates/a.yaml': 'a: 1' }));
    expect(result).toMatchObject({ warnings: ['this chart is deprecated'] });
  });
});

describe('the same bytes each time', () => {
  const random = chart({
    'templates/a.yaml': [
      'keys: {{ keys (dict "a" 1 "b" 2 "c" 3 "d" 4 "e" 5) | join "," }}',
      'int: {{ randInt 0 1000000 }}',
      'shuffled: {{ shuffle "abcdefghijklmnopqrstuvwxyz" }}',
      'now: {{ now | date "2006-01-02T15:04:05Z07:00" }} {{ now | unixEpoch }}',
      'text: {{ randAlphaNum 20 }} {{ uuidv4 }} {{ randBytes 8 }}',
      'hash: {{ bcrypt "secret" }} {{ htpasswd "user" "secret" }}',
      'ca: {{ (genCA "test" 1).Cert | sha256sum }}',
    ].join('\n'),
  });

  test('whatever was rendered before, and in a new engine too', async () => {
    const alone = openEngine('helm', { instances: 1 });
    const first = await renderChart(alone, random);
    await alone.close();
    await renderChart(engine, syntheticRequest());
    expect(await renderChart(engine, random)).toEqual(first);
    expect(await renderChart(engine, random)).toEqual(first);
  });

  test('maps too, whatever was read before', async () => {
    const values = Array.from({ length: 40 }, (_, i) => `k${i * 7}: {a: ${i}, b: [${i}]}`).join('\n');
    const maps = chart({
      'values.yaml': values,
      'templates/a.yaml':
        'a: {{ keys .Values | join "," }}\nb: {{ values .Values | toJson }}\nc: {{ .Values }}',
    });
    const alone = openEngine('helm', { instances: 1 });
    const first = await renderChart(alone, maps);
    await alone.close();
    await renderChart(engine, syntheticRequest(['values-production.yaml']));
    expect(await renderChart(engine, maps)).toEqual(first);
    expect(await renderChart(engine, maps)).toEqual(first);
  });

  test('although a chart changes its values while it renders', async () => {
    const changing = chart({
      'values.yaml': 'a: {b: [1]}\n',
      'templates/a.yaml':
        '{{ $_ := set .Values.a "c" 2 }}{{ $_ := unset .Values.a "b" }}a: {{ toJson .Values }}',
    });
    const first = await documents(changing);
    expect(first[0]!.text).toBe('a: {"a":{"c":2}}');
    expect(await documents(changing)).toEqual(first);
  });

  test('although a template defines what another chart defines otherwise', async () => {
    const defining = (text: string) =>
      chart({
        'templates/_a.tpl': `{{ define "x" }}${text}{{ end }}`,
        'templates/a.yaml': 'a: {{ include "x" . }}',
      });
    for (const text of ['1', '2', '1']) {
      expect((await documents(defining(text)))[0]!.text).toBe(`a: ${text}`);
    }
  });

  test('the seed and the clock decide', async () => {
    const template = 'a: {{ randAlphaNum 20 }}\nb: {{ now | date "2006-01-02" }}';
    const text = async (options: object) => {
      const other = openEngine('helm', { instances: 1, ...options });
      const result = await renderChart(other, chart({ 'templates/a.yaml': template }));
      await other.close();
      return helmTemplateText('error' in result ? [] : result.documents);
    };
    const [one, two] = await Promise.all([text({ seed: 1 }), text({ seed: 2, clock: Date.UTC(2031, 4, 6) })]);
    expect(one).toContain('b: 2020-01-01\n');
    expect(two).toContain('b: 2031-05-06\n');
    expect(one.split('\n')[2]).not.toBe(two.split('\n')[2]);
  });
});

describe('who wrote each line', () => {
  test('literal text, expressions and blank lines', async () => {
    const template =
      'a: 1\n\n{{ if .Values.b }}\nb: {{ .Values.b | quote }}\n{{ end }}\n{{ .Values.key }}: x';
    expect(await traced({ 'templates/a.yaml': template }, 'b: 2\nkey: k')).toEqual([
      'a: 1 ← a.yaml:1',
      ' ← a.yaml:2',
      ' ← a.yaml:3',
      'b: "2" ← a.yaml:4 {.Values.b | quote}',
      ' ← a.yaml:5',
      'k: x ← a.yaml:6 ! {.Values.key}',
    ]);
  });

  test('range, with and several documents of one file, sorted by kind', async () => {
    const template = [
      '{{- range $i, $name := .Values.names }}',
      '---',
      'kind: {{ if eq $i 0 }}Deployment{{ else }}Service{{ end }}',
      '{{- with $name }}',
      'name: {{ . }}',
      '{{- end }}',
      '{{- end }}',
    ].join('\n');
    const rendered = await documents({
      ...chart({ 'templates/a.yaml': template }, { 'values.yaml': 'names: [one, two]' }),
      trace: true,
    });
    const lines = rendered.map((d) =>
      d.text.split('\n').map((line, i) => `${line} ← ${place(d.origins[i]!)}`),
    );
    expect(lines).toEqual([
      ['kind: Service ← a.yaml:3', 'name: two ← a.yaml:5 {.}'],
      ['kind: Deployment ← a.yaml:3', 'name: one ← a.yaml:5 {.}', ' ← a.yaml:2'],
    ]);
  });

  test('include with nindent leads into the helper', async () => {
    const helper = '{{ define "labels" -}}\napp: web\nversion: {{ .Values.v }}\napp2: web\n{{- end }}';
    const template =
      'a:\n  {{- include "labels" . | nindent 2 }}\nb: {{ include "labels" . | trunc 8 | quote }}';
    expect(await traced({ 'templates/_h.tpl': helper, 'templates/a.yaml': template }, 'v: 7')).toEqual([
      'a: ← a.yaml:1',
      '  app: web ← _h.tpl:2 < a.yaml:2',
      '  version: 7 ← _h.tpl:3 {.Values.v} < a.yaml:2',
      '  app2: web ← _h.tpl:4 < a.yaml:2',
      'b: "app: web" ← a.yaml:3 {include "labels" . | trunc 8 | quote}',
    ]);
  });

  test('equal lines of one include keep apart', async () => {
    const helper = '{{ define "ports" -}}\n- port: 1\n  name: a\n- port: 1\n  name: a\n{{- end }}';
    const template = 'ports:\n{{ include "ports" . | indent 2 }}';
    const [, ...lines] = await traced({ 'templates/_h.tpl': helper, 'templates/a.yaml': template });
    expect(lines.map((line) => line.replace(/.*_h.tpl:(\d).*/, '$1'))).toEqual(['2', '3', '4', '5']);
  });

  test('a value that a helper made is found in the helper, inside quotes too', async () => {
    const helper = '{{ define "image" }}{{ printf "%s:%s" .Values.repo .Values.tag }}{{ end }}';
    const template = 'image: "{{ include "image" . }}"\nquoted: {{ include "image" . | quote }}';
    expect(
      await traced({ 'templates/_h.tpl': helper, 'templates/a.yaml': template }, 'repo: r\ntag: "1"'),
    ).toEqual([
      'image: "r:1" ← a.yaml:1 {printf "%s:%s" .Values.repo .Values.tag} @ _h.tpl:1',
      'quoted: "r:1" ← a.yaml:2 {printf "%s:%s" .Values.repo .Values.tag} @ _h.tpl:1',
    ]);
  });

  test('a toYaml block points at its expression', async () => {
    const template = 'resources:\n  {{- toYaml .Values.resources | nindent 2 }}\nend: 1';
    expect(await traced({ 'templates/a.yaml': template }, 'resources: {limits: {cpu: 1}}')).toEqual([
      'resources: ← a.yaml:1',
      '  limits: ← a.yaml:2 ! {toYaml .Values.resources | nindent 2}',
      '    cpu: 1 ← a.yaml:2 ! {toYaml .Values.resources | nindent 2}',
      'end: 1 ← a.yaml:3',
    ]);
  });

  test('text given to tpl is placed at the call, a helper that it includes in the helper', async () => {
    const files = {
      'templates/_h.tpl': '{{ define "name" }}\nname: {{ .Chart.Name }}\n{{ end }}',
      'templates/a.yaml': 'a: 1\n{{ tpl .Values.text . }}',
    };
    expect(
      await traced(files, 'text: |-\n  b: {{ .Release.Name }}\n  {{- include "name" . }}\n  c: 2'),
    ).toEqual([
      'a: 1 ← a.yaml:1',
      'b: release-name ← a.yaml:2 ! {tpl .Values.text .}',
      'name: web ← _h.tpl:2 {.Chart.Name} < a.yaml:2',
      ' ← a.yaml:2 ! {tpl .Values.text .}',
      'c: 2 ← a.yaml:2 ! {tpl .Values.text .}',
    ]);
  });

  test('template calls and defines in the same file', async () => {
    const template =
      '{{ define "outer" }}o: 1\n{{ template "inner" . }}{{ end }}{{ define "inner" }}i: {{ .Values.i }}{{ end -}}\nx: 1\n{{ template "outer" . }}';
    expect(await traced({ 'templates/a.yaml': template }, 'i: 3')).toEqual([
      'x: 1 ← a.yaml:3',
      'o: 1 ← a.yaml:1 < a.yaml:4',
      'i: 3 ← a.yaml:2 {.Values.i} < a.yaml:2 < a.yaml:4',
    ]);
  });

  test('files of aliased, packed and nested charts keep their own path', async () => {
    const rendered = await documents({
      ...syntheticRequest(['values-production.yaml']),
      includeCrds: true,
      trace: true,
    });
    const files = rendered.map(({ kind, source, file }) => `${kind} ${source} ← ${file}`);
    expect(files).toEqual(
      expect.arrayContaining([
        'crd synthetic/charts/cache/crds/caches.yaml ← charts/cache-1.2.0.tgz!/crds/caches.yaml',
        'manifest synthetic/charts/backend/templates/web.yaml ← charts/web-app/templates/web.yaml',
        'manifest synthetic/charts/frontend/templates/web.yaml ← charts/web-app/templates/web.yaml',
        'manifest synthetic/charts/cache/templates/cache.yaml ← charts/cache-1.2.0.tgz!/templates/cache.yaml',
      ]),
    );
    const web = rendered.find((d) => d.source.includes('backend'))!;
    expect(place(web.origins[web.text.split('\n').indexOf('    nested: "true"')]!)).toBe(
      'charts/web-app/_labels.tpl:4 < charts/web-app/web.yaml:5',
    );
    const crd = rendered.find((d) => d.kind === 'crd' && d.source.includes('widgets'))!;
    expect(crd.origins).toHaveLength(crd.text.split('\n').length);
    expect(place(crd.origins[3]!)).toBe('crds/widgets.yaml:4');
  });

  test('every line that shows has an origin', async () => {
    const rendered = await documents({ ...syntheticRequest(), includeCrds: true, trace: true });
    for (const { text, origins } of rendered) {
      expect(origins).toHaveLength(text.split('\n').length);
      const blank = text.split('\n').map((line) => line.trim() === '');
      expect(origins.filter((origin, i) => origin === null && !blank[i])).toEqual([]);
    }
  });

  test('untraced documents have none', async () => {
    for (const { origins } of await documents(syntheticRequest())) expect(origins).toEqual([]);
  });
});

describe('failures are told in Helm’s words, with their place', () => {
  const cases: [string, Record<string, string>, Record<string, string>, Partial<HelmError>][] = [
    [
      'fail',
      { 'templates/a.yaml': 'a: 1\nb: {{ fail "no\\nway" }}' },
      {},
      {
        message: 'execution error at (web/templates/a.yaml:2:6): no\nway',
        file: 'templates/a.yaml',
        line: 2,
        column: 7,
      },
    ],
    [
      'required in a helper',
      {
        'templates/_h.tpl': '\n{{ define "x" }}{{ required "give v" .Values.v }}{{ end }}',
        'templates/a.yaml': '{{ include "x" . }}',
      },
      {},
      {
        message: 'execution error at (web/templates/a.yaml:1:3): give v',
        file: 'templates/a.yaml',
        line: 1,
        column: 4,
      },
    ],
    [
      'a nil pointer in a helper',
      {
        'templates/_h.tpl': '\n{{ define "x" }}{{ .Values.a.b.c }}{{ end }}',
        'templates/a.yaml': '{{ include "x" . }}',
      },
      {},
      { file: 'templates/_h.tpl', line: 2, column: 27 },
    ],
    [
      'a template that does not parse',
      { 'templates/a.yaml': 'a: 1\n\n{{ if }}' },
      {},
      {
        message: 'parse error at (web/templates/a.yaml:3): missing value for if',
        file: 'templates/a.yaml',
        line: 3,
        column: null,
      },
    ],
    [
      'output that is no YAML',
      { 'templates/a.yaml': 'a: 1\nb: [' },
      {},
      {
        file: 'templates/a.yaml',
        message: expect.stringContaining('YAML parse error on web/templates/a.yaml'),
      },
    ],
    [
      'values that are no YAML',
      { 'templates/a.yaml': 'a: 1' },
      { 'live.yaml': 'a: 1\nb: [1' },
      { file: 'live.yaml', message: expect.stringContaining('failed to parse live.yaml') },
    ],
    [
      'a subchart’s values that are no YAML',
      {
        'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 0.1.0',
        'charts/db/values.yaml': 'a: 1\na b: [\n',
      },
      {},
      {
        file: 'charts/db/values.yaml',
        message: expect.stringMatching(/^error unpacking subchart db in web: cannot load values.yaml/),
      },
    ],
    [
      'no Chart.yaml',
      { 'Chart.yaml': 'name: web' },
      {},
      { message: 'validation: chart.metadata.version is required', file: 'Chart.yaml' },
    ],
    [
      'values against the schema',
      { 'values.schema.json': '{"required": ["size"]}', 'templates/a.yaml': 'a: 1' },
      {},
      { message: expect.stringContaining("- at '': missing property 'size'"), file: null },
    ],
    [
      'a library chart',
      { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\ntype: library' },
      {},
      { message: 'library charts are not installable', reason: 'unsupported' },
    ],
    [
      'missing dependencies',
      {
        'Chart.yaml':
          'apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies: [{name: db, version: 1.0.0}, {name: mq, version: 1.0.0}]',
      },
      {},
      {
        message:
          "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: db, mq",
        reason: 'missing-dependency',
        missing: ['db', 'mq'],
      },
    ],
    [
      'a Kubernetes version that the chart refuses',
      { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\nkubeVersion: <1.20.0-0' },
      {},
      {
        message: expect.stringMatching(
          /^chart requires kubeVersion: <1.20.0-0 which is incompatible with Kubernetes v/,
        ),
      },
    ],
    [
      'an archive that is none',
      { 'charts/db-1.0.0.tgz': 'not gzip' },
      {},
      { file: 'charts/db-1.0.0.tgz', message: 'error unpacking subchart db-1.0.0.tgz: unexpected EOF' },
    ],
  ];

  test.each(cases)('%s', async (_name, files, values, expected) => {
    const error = await failure(chart(files, values));
    expect(error).toMatchObject({ reason: 'render-failed', ...expected });
  });

  test('output that is no YAML leads to its template line when traced', async () => {
    const template = 'kind: A\n---\n{{ range until 2 }}\nkind: B\n{{ end }}\nb: {{ .Values.b }}\nc: 1';
    const request = { ...chart({ 'templates/a.yaml': template }, { 'v.yaml': 'b: "x: y: z"' }), trace: true };
    expect(await failure(request)).toMatchObject({ file: 'templates/a.yaml', line: 6, column: null });
  });

  test('a file that is not there at all', async () => {
    const error = await failure({ files: [], values: [] });
    expect(error).toMatchObject({ message: 'Chart.yaml file is missing', reason: 'render-failed' });
  });

  test('an empty archive', async () => {
    const error = await failure(chart({ 'charts/db-1.0.0.tgz': gzipSync(new Uint8Array(1024)) }));
    expect(error).toMatchObject({
      message: expect.stringContaining('no files in chart archive'),
      file: 'charts/db-1.0.0.tgz',
    });
  });
});
