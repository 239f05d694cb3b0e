import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayHoldObject, objectsOf } from '../../src/manifest/objects.ts';
import { parseStream } from '../../src/manifest/parse.ts';
import { defaultLimits } from '../../src/text/limits.ts';

const parse = (text: string, limits = {}) => parseStream(text, { ...defaultLimits, ...limits });
const values = (text: string) => parse(text).documents.map(({ value }) => value);

describe('values', () => {
  test.each([
    ['an empty file', '', []],
    ['comments alone', '# nothing\n\n# here\n', []],
    ['a comment-only document', '---\n# nothing\n---\na: 1\n', [null, { a: 1 }]],
    ['a byte order mark', '\uFEFFa: 1\n', [{ a: 1 }]],
    ['CRLF', 'a: 1\r\nb:\r\n  - x\r\n', [{ a: 1, b: ['x'] }]],
    ['documents', 'a: 1\n---\nb: 2\n--- # third\nc: 3\n...\n', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['directives', '%YAML 1.1\n---\na: yes\n', [{ a: true }]],
    ['a marker inside a block scalar', 'a: |\n  x\n  ---\n  y\n', [{ a: 'x\n---\ny\n' }]],
    ['a document after ...', 'a: 1\n...\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['JSON', '{"a": [1, "2", null], "b": {"c": true}}', [{ a: [1, '2', null], b: { c: true } }]],
    ['JSON with tabs', '{\n\t"a": 1,\n\t"b": "on"\n}\n', [{ a: 1, b: 'on' }]],
    ['quotes', 'a: "30"\nb: \'on\'\nc: on\n', [{ a: '30', b: 'on', c: true }]],
    ['keys that are words', 'on: 1\n1: 2\n"on": 3\n', [{ 1: 2, true: 1, on: 3 }]],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', [{ a: 3, b: 2 }]],
    ['aliases', 'a: &x {b: 1}\nc: *x\n', [{ a: { b: 1 }, c: { b: 1 } }]],
    ['a later anchor of the same name', 'a: &x 1\nb: *x\nc: &x 2\nd: *x\n', [{ a: 1, b: 1, c: 2, d: 2 }]],
    ['a merge', 'a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n', [{ a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }]],
    [
      'merges',
      'a: &x {k: 1}\nb: &y {k: 2, l: 2}\nc:\n  <<: [*x, *y]\n',
      [{ a: { k: 1 }, b: { k: 2, l: 2 }, c: { k: 1, l: 2 } }],
    ],
    ['times and dates', 'a: 12:30\nb: 2024-01-02\n', [{ a: '12:30', b: '2024-01-02' }]],
    ['an empty value', 'a:\nb: # none\n', [{ a: null, b: null }]],
  ])('%s', (_, text, expected) => {
    expect(parse(text).problems).toEqual([]);
    expect(values(text)).toEqual(expected);
  });

  test('__proto__ is a key like any other', () => {
    const [value] = values('__proto__: {polluted: yes}\na: {<<: {__proto__: 1}}\n') as [
      Record<string, unknown>,
    ];
    expect(Object.getOwnPropertyNames(value)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('documents that nobody wants are not parsed', () => {
    const { documents, problems } = parseStream(
      'a: [\n---\napiVersion: v1\nkind: Pod\n',
      defaultLimits,
      mayHoldObject,
    );
    expect(problems).toEqual([]);
    expect(documents.map(({ index }) => index)).toEqual([1]);
  });
});

describe('problems', () => {
  test.each([
    ['a tab', 'a:\n\tb: 1\n', 'syntax', 2, 1, 'tabs are not allowed as indentation'],
    ['a map in a scalar', 'a: b: c\n', 'syntax', 1, 4, 'nested mappings are not allowed in compact mappings'],
    ['a second document', 'a: 1\n---\nb: "x\n', 'syntax', 3, 6, 'missing closing "quote'],
    ['an unknown anchor', 'a: 1\nb: *x\n', 'syntax', 2, 4, 'an alias names an anchor that is not there'],
    ['a template line', 'a: 1\n{{- if .Values.x }}\nb: 2\n{{- end }}\n', 'template', 2, 1, null],
    ['a template value', 'a: {{ .Values.x }}\n', 'template', 1, 5, null],
    ['a list as a key', '? [a, b]\n: c\n', 'syntax', 1, 3, 'a map key must be text'],
    ['an alias of itself', 'a: &x [*x]\n', 'limit', 1, 8, 'it expands more than 100 aliases'],
    ['after CRLF', 'a: 1\r\nb: `x\r\n', 'syntax', 2, 4, 'plain value cannot start with reserved character `'],
  ])('%s', (_, text, kind, line, column, message) => {
    const [problem, ...others] = parse(text).problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ kind, line, column });
    if (message !== null) expect(problem?.message).toBe(message);
  });

  test('one broken document leaves the others', () => {
    const { documents, problems } = parse('a: 1\n---\nb: [\n---\nc: 3\n');
    expect(documents.map(({ index, value }) => [index, value])).toEqual([
      [0, { a: 1 }],
      [2, { c: 3 }],
    ]);
    expect(problems).toHaveLength(1);
  });

  test('the number of documents is bounded', () => {
    const { documents, problems } = parse('a: 1\n---\na: 2\n---\na: 3\n', { documents: 2 });
    expect(documents).toHaveLength(2);
    expect(problems).toEqual([
      { kind: 'limit', message: 'it holds more than 2 documents', line: 4, column: 1 },
    ]);
  });
});

describe('hostile text', () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`).join(
    '\n',
  );

  test.each([
    ['laughs', `l0: &l0 lol\n${laughs}\n`, /aliases/],
    ['a large anchor', `a: &a [${'x,'.repeat(20_000)}]\nb: [${'*a,'.repeat(90)}]\n`, /repeat too much/],
    ['open brackets', '['.repeat(100_000), /deeper than 100/],
    ['open braces', '{a: '.repeat(100_000), /deeper than 100/],
    ['dashes', '- '.repeat(100_000), /deeper than 100/],
    ['questions', '? '.repeat(100_000), /deeper than 100/],
    [
      'indentation',
      Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      /deeper than 100/,
    ],
  ])('%s', (_, text, message) => {
    const started = performance.now();
    const { documents, problems } = parse(text);
    expect(documents).toEqual([]);
    expect(problems[0]?.message).toMatch(message);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('a hundred levels are allowed, one more is not', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parse(nested(100)).problems).toEqual([]);
    expect(parse(nested(101)).problems).toHaveLength(1);
    const block = (depth: number) => Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    expect(parse(block(100)).problems).toEqual([]);
    expect(parse(block(101)).problems).toHaveLength(1);
  });

  test('five thousand documents end in time', () => {
    const one = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: |\n    some text\n';
    const text = `${one}---\n`.repeat(5000);
    const started = performance.now();
    expect(parse(text, { documents: 1e6 }).problems).toEqual([]);
    expect(performance.now() - started).toBeLessThan(20_000);
  }, 30_000);

  test('five megabytes without an object cost nothing', () => {
    const started = performance.now();
    expect(parseStream('key: value\n'.repeat(500_000), defaultLimits, mayHoldObject).documents).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test('no text makes it throw, and problems stand on a line of the text', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '>',
    '&x ',
    '*x',
    '<<',
    '!!int ',
    '#',
    '---',
    '...',
    '%',
    ',',
    '?',
    '\t',
    '\r\n',
    '{{',
    '1',
    'kind',
    '\uFEFF',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const lines = text.split('\n').length;
      const { documents, problems } = parse(text);
      for (const { line, column } of problems) {
        expect(line).toBeLessThanOrEqual(lines);
        expect(column).toBeGreaterThan(0);
      }
      for (const document of documents) {
        document.locate(['a', 0, 'kind']);
        objectsOf(document);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('objects', () => {
  const refs = (text: string) =>
    parse(text)
      .documents.flatMap(objectsOf)
      .map(({ ref }) => ref);

  test.each([
    ['a map without kind', 'apiVersion: v2\nname: x\n', []],
    ['a list', '- apiVersion: v1\n', []],
    ['a kustomization', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n', []],
    [
      'an object',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n',
      [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }],
    ],
    [
      'a generated name',
      'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-, namespace: ""}\n',
      [{ apiVersion: 'batch/v1', kind: 'Job', namespace: null, name: 'migrate-' }],
    ],
    [
      'lists in a list',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: PodList\n  items:\n  - metadata: {name: a}\n- {apiVersion: v1, kind: Service, metadata: {name: b}}\n',
      [
        { apiVersion: 'v1', kind: 'Pod', namespace: null, name: 'a' },
        { apiVersion: 'v1', kind: 'Service', namespace: null, name: 'b' },
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(refs(text)).toEqual(expected);
  });

  test('the text of a list item is a document', () => {
    const text =
      'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    spec:\n      a: |\n        x\n          y\n';
    const [object] = parse(text).documents.flatMap(objectsOf);
    const itemText = object!.document.textAt(object!.prefix)!;
    expect(itemText).toBe('apiVersion: v1\nkind: Pod\nspec:\n  a: |\n    x\n      y\n');
    expect(values(itemText)).toEqual([object!.value]);
  });
});

describe('a quoted text of several lines', () => {
  const problems = (text: string) => parse(text).problems.map(({ kind, line }) => [kind, line]);

  test('that goes on at the depth of its key may be read by others', () => {
    expect(problems("a:\n  b: '[\n  1\n  ]'\n")).toEqual([['strict', 2]]);
  });
  test('that goes on deeper is read', () => {
    expect(problems("a:\n  b: '[\n   1\n   ]'\n")).toEqual([]);
  });
  test('that never ends is a mistake', () => {
    expect(problems('a:\n  b: "x\nc: 1\n')).toEqual([['syntax', 3]]);
  });
});
