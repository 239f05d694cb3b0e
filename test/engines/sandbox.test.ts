import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import {
  type HelmError,
  type HelmRenderRequest,
  helmTemplateText,
  renderChart,
} from '../../src/engines/helm.ts';
import { chart } from './charts.ts';

const MiB = 1024 * 1024;
const hasty = openEngine('helm', { instances: 1, deadlineMs: 1500, memoryMiB: 256 });
const patient = openEngine('helm', { instances: 1, deadlineMs: 20_000, memoryMiB: 256 });
afterAll(() => Promise.all([hasty.close(), patient.close()]));

/** The sentence of the failure, or the text. */
async function outcome(request: HelmRenderRequest, engine = patient): Promise<string | HelmError> {
  const result = await renderChart(engine, request);
  return 'error' in result
    ? result.error
    : helmTemplateText(result.documents).split('\n').slice(2).join('\n');
}

const template = (text: string) => chart({ 'templates/a.yaml': text });
const recursion = (call: string) => template(`{{ define "r" }}${call}{{ end }}{{ template "r" . }}`);
const tooLong = { reason: 'timed-out', message: 'Rendering the chart ran longer than 1.5 s.' };
const tooMuch = {
  reason: 'out-of-memory',
  message: 'Rendering the chart needed more than 256 MiB of memory.',
};

describe('each ends in a clear failure, and the next chart renders', () => {
  const cases: [string, HelmRenderRequest, object][] = [
    [
      'a loop without end',
      template('{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}'),
      tooLong,
    ],
    ['a list of 100 million numbers', template('{{ range until 100000000 }}{{ end }}'), tooMuch],
    ['a text of 4 GB', template('{{ repeat 2000000000 "xx" }}'), tooMuch],
    [
      'texts that pile up',
      template('{{ $s := repeat 1000000 "x" }}{{ range until 100000 }}{{ $s = print $s $s }}{{ end }}'),
      tooMuch,
    ],
    ['a document of 300 MB', template('{{ range until 300 }}{{ repeat 1000000 "x" }}{{ end }}'), tooMuch],
    [
      'include of itself',
      recursion('{{ include "r" . }}'),
      { message: expect.stringContaining('nested reference name: r') },
    ],
    [
      'template of itself',
      recursion('{{ template "r" . }}'),
      { message: expect.stringContaining('exceeded maximum template depth') },
    ],
    [
      'tpl of itself',
      chart({ 'templates/a.yaml': '{{ tpl .Values.t . }}' }, { 'v.yaml': 't: "{{ tpl .Values.t . }}"' }),
      tooLong,
    ],
    [
      'brackets 200,000 deep',
      chart({ 'templates/a.yaml': 'a: 1' }, { 'v.yaml': '['.repeat(200_000) }),
      { message: expect.stringContaining('v.yaml') },
    ],
    [
      'YAML aliases that explode',
      chart({ 'templates/a.yaml': '{{ toYaml .Values }}' }, { 'v.yaml': laughs() }),
      { message: expect.stringContaining('excessive aliasing') },
    ],
    [
      'a values file of 200 MB',
      chart({ 'templates/a.yaml': 'a: 1' }, { 'v.yaml': `a: ${'x'.repeat(200 * MiB)}` }),
      tooMuch,
    ],
    [
      'an archive that unpacks to 200 MB',
      chart({ 'charts/db-1.tgz': archive(200 * MiB) }),
      { reason: 'too-large', message: 'the chart with its archives unpacked is larger than 100 MiB' },
    ],
    [
      'archives that unpack to 120 MB together',
      chart({ 'charts/a-1.tgz': archive(60 * MiB), 'charts/b-1.tgz': archive(60 * MiB) }),
      { reason: 'too-large' },
    ],
    [
      'files of 120 MB',
      chart({ 'files/a': new Uint8Array(60 * MiB), 'files/b': new Uint8Array(60 * MiB) }),
      { reason: 'too-large' },
    ],
    [
      'a schema on the web',
      chart({ 'values.schema.json': '{"$ref": "http://169.254.169.254/x.json"}' }),
      {
        message: expect.stringContaining(
          'refers to http://169.254.169.254/x.json, which is not fetched here',
        ),
      },
    ],
    [
      'a schema on the disk',
      chart({ 'values.schema.json': '{"$ref": "file:///etc/passwd"}' }),
      { message: expect.stringContaining('refers to the file file:///etc/passwd, which is not read here') },
    ],
    [
      'a regular expression of 1 MB',
      chart({ 'templates/a.yaml': '{{ regexMatch (repeat 1000 "(a{1000})") "a" }}' }),
      { reason: expect.any(String) },
    ],
  ];

  test.each(cases)('%s', async (_name, request, expected) => {
    const engine = expected === tooLong ? hasty : patient;
    expect(await outcome(request, engine)).toMatchObject(expected);
    expect(await outcome(template('a: {{ .Release.Name }}'), engine)).toBe('a: release-name\n');
  });
});

describe('a chart learns nothing of the machine', () => {
  const cases: [string, string, string][] = [
    ['lookup', 'a: {{ lookup "v1" "Secret" "" "" | toJson }}', 'a: {}\n'],
    ['DNS', 'a: "{{ getHostByName "localhost" }}"', 'a: ""\n'],
    [
      'files outside',
      'a: {{ print (.Files.Get "/etc/passwd") (.Files.Get "../../etc/passwd") | quote }}',
      'a: ""\n',
    ],
    ['file patterns outside', 'a: {{ (.Files.Glob "/etc/*").AsConfig | quote }}', 'a: "{}"\n'],
    ['os paths', 'a: {{ osBase "/etc/passwd" }}', 'a: passwd\n'],
  ];

  test.each(cases)('%s', async (_name, text, expected) => {
    expect(await outcome(template(text))).toBe(expected);
  });

  test.each(['env', 'expandenv'])('%s is no function', async (name) => {
    const error = await outcome(template(`a: {{ ${name} "PATH" }}`));
    expect(error).toMatchObject({ message: expect.stringContaining(`function "${name}" not defined`) });
  });
});

test('memory does not pile up in the process', async () => {
  const big = template(
    '{{ $a := list }}{{ range until 60 }}{{ $a = append $a (repeat 1000000 "x") }}{{ end }}a: {{ len $a }}',
  );
  for (let i = 0; i < 3; i++) await outcome(big);
  const before = process.memoryUsage.rss();
  for (let i = 0; i < 12; i++) expect(await outcome(big)).toBe('a: 60\n');
  expect((process.memoryUsage.rss() - before) / MiB).toBeLessThan(400);
}, 30_000);

/** A values file of nine levels with nine aliases each. */
function laughs(): string {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
  );
  return ['l0: &l0 [ha]', ...levels].join('\n');
}

/** A gzipped tar with one file of zeros, as a chart archive has it. */
function archive(size: number): Uint8Array {
  const header = Buffer.alloc(512);
  header.write('db/zeros', 0);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('ustar\u000000', 257);
  header.write('0', 156);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return gzipSync(Buffer.concat([header, Buffer.alloc(size + 1024)]), { level: 1 });
}
