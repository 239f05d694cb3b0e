import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { renderChart } from '../../src/engines/helm.ts';
import { chart } from './charts.ts';

const engine = openEngine('helm', { instances: 1 });
afterAll(() => engine.close());

/**
 * What Helm makes of a document beside a Service, whose place in the install order tells the document's kind: the
 * documents in order, or the error.
 */
async function outcome(document: string) {
  const result = await renderChart(engine, {
    ...chart({
      'templates/a.yaml': '{{ .Values.document }}',
      'templates/b.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: b}\n',
      'values.yaml': JSON.stringify({ document }),
    }),
  });
  // The comment that speaks of hooks moves the end of what is open.
  if ('error' in result) return result.error.message.replace(/line \d+/, 'line …');
  return result.documents.map(({ kind, file, text }) => `${kind} ${file} ${text.replace(hook, '')}`);
}

/** In a document that speaks of hooks every line is left to Helm's own reader of YAML. */
const hook = '\n# helm.sh/hook';

const asHelmReadsIt = async (document: string) => {
  expect(await outcome(document)).toEqual(await outcome(document + hook));
};

describe('the head of a document is what Helm’s own reader of YAML finds', () => {
  const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';
  test.each([
    ['plain', head],
    ['quoted', head.replace('ConfigMap', '"ConfigMap"')],
    ['with annotations', `${head}  annotations:\n    a: "1"\n    b: true\n    c: |\n      x\n`],
    ['with empty annotations', `${head}  annotations:\n    {}\n`],
    ['with annotations that are no text', `${head}  annotations:\n    a: [1]\n`],
    ['with annotations that are a list', `${head}  annotations:\n  - a\n`],
    ['with a name that is a number', head.replace('name: a', 'name: 1')],
    ['with a name that is a map', head.replace('name: a', 'name: {a: 1}')],
    ['with a name below its key', head.replace('name: a', 'name:\n    a')],
    ['without a name', head.replace('name: a', 'labels: {}')],
    ['with metadata that is a list', head.replace('  name: a', '- a')],
    ['with metadata that is a text', head.replace('metadata:\n  name: a', 'metadata: a')],
    ['with nothing in metadata', head.replace('  name: a\n', '')],
    ['with a kind in another case', `${head}Kind: Namespace\n`],
    ['with a name in another case', `${head}  NAME: {a: 1}\n`],
    ['with a key twice', `${head}kind: Namespace\n`],
    ['with a kind that is a constant', head.replace('ConfigMap', 'yes')],
    ['with an alias', `${head}data: &a {b: c}\nmore: *a\n`],
    ['with an alias of nothing', `${head}data: *a\n`],
    ['with texts', `${head}data:\n  a: |-\n    x: y: z\n\n    - [\n  b: >\n    x\n`],
    ['with a text whose first line is deeper', `${head}data:\n  a: |\n      x\n    y\n`],
    ['with a text after blank lines', `${head}data:\n  a: |\n     \n    y\n`],
    ['with a text after a tab', `${head}data:\n  a: |\n\ty\n`],
    ['with lists', `${head}data:\n- a\n- b: c\n  d: e\n-\n  - f\n- - g\n  - h\n`],
    ['with a list after a map', `${head}data:\n  a: b\n  - c\n`],
    ['with a map after a list', `${head}data:\n- a\nb: c\n`],
    ['with flow lists', `${head}data: ["a", b, 'c']\nmore: [a, b\n`],
    ['with comments', `# a\n${head}data: # b\n  a: b # c\n  # d\n  c: "d" # e\n`],
    ['with a colon in a value', `${head}data:\n  a: b: c\n`],
    ['with a colon at the end of a value', `${head}data:\n  a: b:\n`],
    ['with a value on more lines', `${head}data:\n  a: b\n    c\n`],
    ['with an open quote', `${head}data:\n  a: "b\n  c: d"\n`],
    ['with escapes', `${head}data:\n  a: "\\"b\\n\\x41\\q"\n  c: 'it''s'\n`],
    ['with a wrong indentation', `${head}data:\n    a: b\n  c: d\n`],
    ['with a deeper line', `${head}data:\n  a: b\n   c: d\n`],
    ['with numbers that JSON lacks', `${head}data:\n  a: .inf\n`],
    ['with numbers', `${head}data:\n  a: 1e999\n  b: 0x1F\n  c: 1_000\n  d: 2020-01-01\n  e: -1\n`],
    ['with null keys', `${head}null: a\n`],
    ['with other keys', `${head}8080: a\ntrue: b\n"x": c\n? d\n: e\n`],
    ['with a tag', `${head}data: !!binary a\n`],
    ['with a control character', `${head}data: a\u0007b\n`],
    ['with a next line character', `${head}data: a\u0085b\n`],
    ['with a tab', `${head}data:\ta\n`],
    ['that is a list', '- a\n- b\n'],
    ['that is a text', 'a\n'],
    ['with an end mark', `${head}...\nmore: {\n`],
    ['in a flow map', '{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n'],
  ])('%s', (_name, document) => asHelmReadsIt(document));

  test('whatever stands below', async () => {
    await fc.assert(fc.asyncProperty(documents(), asHelmReadsIt), { seed: 20261126, numRuns: 2_000 });
  }, 60_000);
});

/** Documents that are nearly the plain kind: lines of all sorts, at all indentations, with a few characters changed. */
function documents(): fc.Arbitrary<string> {
  const word = fc.constantFrom('a', 'kind', 'name', 'metadata', 'x-y', 'apiVersion', 'annotations', 'on');
  const scalar = fc.constantFrom(
    ...[
      'b',
      '"c d"',
      "'e'",
      '1',
      'true',
      '',
      '|',
      '>-',
      '|2',
      '{}',
      '[]',
      '[a, "b"]',
      '{a: b}',
      'f: g',
      'h #i',
    ],
    ...['"j', '-', '- k', '-l', '*m', '&n o', '!p q', '%r', '@s', '`t', '"u\\v"', 'w # x', 'ä', ':', 'y:'],
  );
  const line = fc
    .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom('', '', '- ', '- - '), word, scalar)
    .map(([indent, dash, key, value]) => `${' '.repeat(indent)}${dash}${key}: ${value}`);
  const other = fc
    .tuple(
      fc.integer({ min: 0, max: 8 }),
      fc.constantFrom('', '-', '- a', '# c', 'text', '{}', '[]', '"q": r'),
    )
    .map(([indent, content]) => `${' '.repeat(indent)}${content}`);
  const head = fc.constantFrom(
    'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a',
    'apiVersion: v1\nkind: Namespace\nmetadata:\n  annotations:\n    b: c\n  name: a\ndata:\n  d:\n  - e: f',
    'kind: Namespace',
  );
  const body = fc.array(fc.oneof({ weight: 3, arbitrary: line }, other), { maxLength: 6 });
  return fc.tuple(head, body).map(([first, lines]) => [first, ...lines, ''].join('\n'));
}

describe('files that were withheld', () => {
  const withheld = (template: string, values = '') => ({
    ...chart({ 'templates/a.yaml': template, 'values.yaml': values }),
    withheld: ['crds/a.yaml', 'files/b.txt'],
  });

  test.each([
    ['.Files.Get', 'a: {{ .Files.Get "files/b.txt" }}'],
    ['.Files.GetBytes', 'a: {{ .Files.GetBytes "files/b.txt" | len }}'],
    ['.Files.Lines', '{{ range .Files.Lines "files/b.txt" }}a{{ end }}'],
    ['.Files.Glob', 'a: {{ range $path, $_ := .Files.Glob "crds/*" }}{{ $path }}{{ end }}'],
    ['.Files.AsConfig', 'a: {{ .Files.AsConfig }}'],
    ['.Files.AsSecrets', 'a: {{ .Files.AsSecrets }}'],
    ['a variable', '{{ $f := .Files }}a: {{ $f.Get "x" }}'],
    ['all of them', 'a: {{ range $path, $_ := .Files }}{{ $path }}{{ end }}'],
    ['toYaml', 'a: {{ toYaml .Files }}'],
    ['print', 'a: {{ print .Files }}'],
    ['len', 'a: {{ len .Files }}'],
    ['index', 'a: {{ index .Files "files/b.txt" }}'],
    ['a text in the values', '{{ tpl .Values.t . }}', `t: 'a: {{ .Files.Get "x" }}'`],
  ])('are asked for by %s', async (_name, template, values = '') => {
    const result = await renderChart(engine, withheld(template, values));
    expect(result).toMatchObject({ error: { reason: 'withheld' } });
  });

  test.each([
    ['nothing', 'a: 1'],
    ['a condition that is false', 'a: 1{{ if false }}{{ .Files.Get "x" }}{{ end }}'],
    ['a name for them', 'a: 1{{ $f := .Files }}'],
    ['whether there are any', 'a: {{ if .Files }}1{{ end }}'],
  ])('are not asked for by %s', async (_name, template) => {
    const result = await renderChart(engine, withheld(template));
    expect(result).toMatchObject({ documents: [{ text: 'a: 1' }] });
  });

  test('of one chart do not hide another’s', async () => {
    const request = chart({
      'templates/a.yaml': 'a: {{ .Files.Get "b.txt" }}',
      'b.txt': 'here',
      'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n',
    });
    const result = await renderChart(engine, { ...request, withheld: ['charts/sub/crds/a.yaml'] });
    expect(result).toMatchObject({ documents: [{ text: 'a: here' }] });
  });
});
