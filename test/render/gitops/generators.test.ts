import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../../src/engines/engine.ts';
import { withUnknowns } from '../../../src/render/gitops/parameter-texts.ts';
import { goText } from '../../../src/render/gitops/parameters.ts';
import type { Files } from '../memory-tree.ts';
import { chart, gitOps, left, short } from './support.ts';

const engine = openEngine('helm', { instances: 1 });
afterAll(() => engine.close());

const $ = '$';

const tree: Files = {
  ...chart('charts/web', 'web'),
  ...chart('charts/api', 'api'),
  'conf/p.yaml': 'env: p\nregion: eu\n',
  'conf/q.yaml': 'env: q\nregion: us\n',
};

function set(generators: string, values: string, more = ''): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
${more}  generators:
${generators}  template:
    metadata: {name: "${values}"}
    spec:
      destination: {namespace: x}
      source: {repoURL: https://github.com/acme/shop, path: charts/web}
`;
}

/** The names of the Applications that a set makes, which hold its parameters. */
async function names(generators: string, values: string, isGo = false): Promise<readonly string[]> {
  const text = set(generators, values, isGo ? '  goTemplate: true\n' : '');
  const found = await gitOps({ ...tree, 'set.yaml': text }, engine);
  return [...left(found), ...found.releases.map(({ id }) => id.replace('argocd:argocd/', ''))];
}

const list = (elements: string) => `{list: {elements: [${elements}]}}`;
const repo = 'repoURL: https://github.com/acme/shop';
const folders = `{git: {${repo}, directories: [{path: "charts/*"}]}}`;
const files = (path: string, more = '') => `{git: {${repo}, files: [{path: "${path}"}]${more}}}`;
const of = (kind: string, generators: readonly string[], more = '') =>
  `  - ${kind}: {generators: [${generators.join(', ')}]${more}}\n`;

describe('a matrix', () => {
  test.each<[string, readonly string[], string, boolean, readonly string[]]>([
    [
      'is every pair of two generators, the first one outermost',
      [list('{a: "1"}, {a: "2"}'), folders],
      '{{a}}-{{path.basename}}',
      false,
      ['1-api', '1-web', '2-api', '2-web'],
    ],
    [
      'fills the second with what the first found',
      [list('{env: q}, {env: none}'), files('conf/{{env}}.yaml')],
      '{{env}}-{{region}}',
      false,
      ['q-us'],
    ],
    [
      "with Go's templates too",
      [list('{env: q, m: {x: 1}}'), files('conf/{{ .env }}.yaml')],
      '{{ .env }}-{{ .region }}-{{ .m.x }}-{{ .path.filename }}',
      true,
      ['q-us-1-q.yaml'],
    ],
    [
      "lets the first win with Go's templates, map by map",
      [list('{m: {a: 1, b: 2}}'), list('{m: {a: 3, c: 4}}')],
      '{{ .m.a }}{{ .m.b }}{{ .m.c }}',
      true,
      ['124'],
    ],
    [
      'is refused without them where both give another text',
      [list('{a: "1"}'), list('{a: "2"}')],
      '{{a}}',
      false,
      [
        'set.yaml:6 unsupported: Both generators of its matrix give `a`, which Argo CD takes only where they agree.',
      ],
    ],
    [
      'makes elements of what the first one holds',
      [list('{apps: [{id: web}, {id: api}]}'), '{list: {elementsYaml: "{{ .apps | toJson }}"}}'],
      '{{ .id }}',
      true,
      ['web', 'api'],
    ],
    [
      'may hold another one',
      [list('{a: "1"}'), `{matrix: {generators: [${list('{b: "2"}, {b: "3"}')}, ${list('{c: "{{a}}"}')}]}}`],
      '{{a}}{{b}}{{c}}',
      false,
      ['121', '131'],
    ],
    [
      'keeps values of two git generators apart by their prefix',
      [files('conf/*.yaml', ', pathParamPrefix: f'), folders],
      '{{f.path.filename}}-{{path.basename}}',
      false,
      ['p.yaml-api', 'p.yaml-web', 'q.yaml-api', 'q.yaml-web'],
    ],
  ])('%s', async (_, generators, values, isGo, expected) => {
    expect(await names(of('matrix', generators), values, isGo)).toEqual(expected);
  });
});

describe('a merge', () => {
  const base = list('{k: a, v: "1", w: x}, {k: b, v: "2"}');

  test.each<[string, readonly string[], string, readonly string[]]>([
    [
      'puts what has the same key on top',
      [base, list('{k: a, v: "9"}')],
      ', mergeKeys: [k]',
      ['a9x', 'b2{{w}}'],
    ],
    [
      'leaves what the first one has not',
      [base, list('{k: z, v: "9"}')],
      ', mergeKeys: [k]',
      ['a1x', 'b2{{w}}'],
    ],
    [
      'is refused where a key stands twice',
      [base, list('{k: a}, {k: a}')],
      ', mergeKeys: [k]',
      [
        'set.yaml:6 unsupported: Its merge has two sets of parameters with the same keys, and Argo CD refuses it.',
      ],
    ],
  ])('%s', async (_, generators, more, expected) => {
    expect(await names(of('merge', generators, more), '{{k}}{{v}}{{w}}')).toEqual(expected);
  });
});

describe('what is hostile', () => {
  test('a matrix within the second one is not followed', async () => {
    const deep = (inner: string) => `{matrix: {generators: [${list('{a: "1"}')}, ${inner}]}}`;
    expect(
      await names(of('matrix', [list('{b: "1"}'), deep(deep(list('{c: "1"}')))]), '{{a}}{{b}}{{c}}'),
    ).toEqual([
      'set.yaml:6 unsupported: Its generator `matrix` is not followed; list, git, matrix and merge are.',
    ]);
  });

  test('combinations that give nothing are ended', async () => {
    const many = (key: string) => list(Array.from({ length: 1000 }, (_, i) => `{${key}: "${i}"}`).join(', '));
    const inner = `{matrix: {generators: [${many('b')}, {list: {elements: [{c: "{{a}}{{b}}"}]}, selector: {matchLabels: {c: none}}}]}}`;
    expect(await names(of('matrix', [many('a'), inner]), '{{a}}')).toEqual([
      'set.yaml:6 too-large: Its generators are combined more often than is followed.',
    ]);
  });

  test('many quotes without an end', () => {
    const text = `{{ .name ${'"a"'.repeat(10_000)}`;
    expect(withUnknowns(text, ['name'])).toBe(text);
  });
});

describe('what belongs to a generator', () => {
  test('a selector, of lists and files', async () => {
    const selector = (text: string) =>
      `  - list: {elements: [{a: x}, {a: w, b: "1"}, {a: z}]}\n    selector: ${text}\n`;
    expect(await names(selector('{matchLabels: {a: w}}'), '{{a}}')).toEqual(['w']);
    expect(
      await names(selector('{matchExpressions: [{key: a, operator: In, values: [x, z]}]}'), '{{a}}'),
    ).toEqual(['x', 'z']);
    expect(await names(selector('{matchExpressions: [{key: b, operator: DoesNotExist}]}'), '{{a}}')).toEqual([
      'x',
      'z',
    ]);
    expect(
      await names(selector('{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}'), '{{a}}'),
    ).toEqual(['w', 'z']);
  });

  test('values, filled with what it found', async () => {
    const git = (text: string) =>
      `  - git: {${repo}, directories: [{path: charts/*}], values: {v: "${text}"}}\n`;
    expect(await names(git('{{path.basename}}-x'), '{{values.v}}')).toEqual(['api-x', 'web-x']);
    expect(await names(git('{{ .path.basename | upper }}'), '{{ .values.v }}', true)).toEqual(['API', 'WEB']);
  });

  test('values within a matrix, of its own parameters and of the other ones', async () => {
    const git = (own: string, other: string) =>
      of('matrix', [
        list('{a: "1"}'),
        `{git: {${repo}, directories: [{path: charts/web}], values: {own: "${own}", other: "${other}"}}}`,
      ]);
    expect(await names(git('{{path.basename}}', '{{a}}'), '{{values.own}}-{{values.other}}')).toEqual([
      'web-1',
    ]);
    const go = git('{{ .path.basename }}', '{{ .a }}');
    expect(await names(go, '{{ .values.own }}-{{ .values.other }}', true)).toEqual(['web-1']);
  });

  test('a template of its own, filled up from the one of the set', async () => {
    const own =
      '  - list:\n      elements: [{id: a}]\n      template:\n        metadata: {}\n        spec:\n          source: {path: charts/api}\n';
    const found = await gitOps({ ...tree, 'set.yaml': set(own, '{{id}}') }, engine);
    expect(found.releases.map(short)).toMatchObject([
      { id: 'argocd:argocd/a', folder: 'charts/api', namespace: 'x' },
    ]);
  });
});

describe('clusters in a matrix', () => {
  test.each<[string, string, boolean, readonly string[]]>([
    ['their names are placeholders', '{{name}}-{{path.basename}}', false, ['{{name}}-api', '{{name}}-web']],
    [
      "with Go's templates",
      '{{ .name | lower }}-{{ .path.basename }}',
      true,
      [`${$}{name}-api`, `${$}{name}-web`],
    ],
    [
      'a line that they decide is unknown as a whole',
      '{{ if eq .name `x` }}a{{ end }}{{ .path.basename }}',
      true,
      [`${$}{name}`],
    ],
  ])('%s', async (_, values, isGo, expected) => {
    const found = await names(of('matrix', [folders, '{clusters: {}}']), values, isGo);
    expect(found).toEqual(expected);
  });

  test('a longer text that they decide is not followed', async () => {
    const values =
      '\n        helm:\n          values: |\n            a: 1\n            {{ if .name }}b: 2{{ end }}\n';
    const text = `${set(of('matrix', [folders, '{clusters: {}}']), '{{ .path.basename }}', '  goTemplate: true\n').replace(/source: {(.*), (path.*)}/, 'source:\n        $1\n        $2')}${values.slice(1)}`;
    const found = await gitOps({ ...tree, 'set.yaml': text }, engine);
    expect([found.releases, left(found)]).toEqual([
      [],
      [
        'set.yaml:8 unsupported: Its template cannot be evaluated: what only the cluster knows decides what it says.',
      ],
    ]);
  });

  test('as one list, which only a destination depends on', async () => {
    const generators = of('matrix', [folders, '{clusters: {flatList: true}}']);
    const text = set(generators, '{{ .path.basename }}', '  goTemplate: true\n').replace(
      'namespace: x',
      'namespace: x, server: "{{ range .clusters }}{{ .server }}{{ end }}"',
    );
    const found = await gitOps({ ...tree, 'set.yaml': text }, engine);
    expect(found.releases.map(({ id }) => id)).toEqual(['argocd:argocd/api', 'argocd:argocd/web']);
  });

  test('their own values are known', async () => {
    const generators = of('matrix', ['{clusters: {values: {tier: gold, at: "{{server}}"}}}', folders]);
    expect(await names(generators, '{{values.tier}}-{{values.at}}-{{path.basename}}')).toEqual([
      'gold-{{server}}-api',
      'gold-{{server}}-web',
    ]);
  });

  test('a merge that goes by them is not followed', async () => {
    const matrix = `{matrix: {generators: [{clusters: {}}, ${folders}]}}`;
    expect(await names(of('merge', [matrix, list('{name: a}')], ', mergeKeys: [name]'), '{{name}}')).toEqual([
      'set.yaml:6 unsupported: Its merge goes by what only the cluster knows.',
    ]);
  });

  test('a path that they name is not followed', async () => {
    const generators = of('matrix', ['{clusters: {}}', files('conf/{{name}}.yaml')]);
    expect(await names(generators, '{{env}}')).toEqual([
      'set.yaml:6 unsupported: Its generator is not followed: it asks for what only the cluster knows.',
    ]);
  });

  test.each([
    ['{{ .name }}', `{{ \`${$}{name}\` }}`],
    ['{{- $.metadata.labels.env -}}', `{{- \`${$}{metadata.labels.env}\` -}}`],
    ['{{ index .metadata.labels "env" }}', `{{ \`${$}{metadata.labels}\` }}`],
    ['{{ printf "%s-%s" .a .name }}', `{{ \`${$}{name}\` }}`],
    ['{{ .a.name }} {{ "name" | upper }}', `{{ .a.name }} {{ \`${$}{name}\` }}`],
    ['{{ toJson . }}', `{{ \`${$}{name}\` }}`],
    ['{{ .a }}{{ .b.c }}', '{{ .a }}{{ .b.c }}'],
    ['{{ if .name }}x{{ end }}', null],
    ['{{ $x := .name }}{{ $x }}', null],
    ['{{ with . }}x{{ end }}', null],
  ])('%s', (text, expected) => {
    expect(withUnknowns(text, ['name', 'metadata'])).toBe(expected);
  });
});

describe('a patch of the template', () => {
  const patched = async (patch: string, values = '{id: web, big: "yes"}') => {
    const lines = patch
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n');
    const text = set(
      `  - list: {elements: [${values}]}\n`,
      '{{ .id }}',
      `  goTemplate: true\n  templatePatch: |\n${lines}\n`,
    );
    return gitOps({ ...tree, 'set.yaml': text }, engine);
  };

  test('is evaluated and merged', async () => {
    const found = await patched(
      'spec:\n  destination: {namespace: "{{ .id }}"}\n  source:\n    helm:\n      values: |\n        size: {{ .big }}',
    );
    expect(left(found)).toEqual([]);
    expect(found.releases.map(short)).toMatchObject([{ namespace: 'web', layers: ['size: yes\n'] }]);
  });

  test('its lines are found', async () => {
    const found = await patched(
      'spec:\n{{- if .big }}\n  source:\n    helm:\n      values: |\n        size: 1\n{{- end }}',
    );
    const [layer] = found.releases.flatMap(({ source }) => (source.kind === 'helm' ? source.layers : []));
    expect(typeof layer === 'object' && layer.locate(['size'], { startLine: 1 } as never, 1)).toMatchObject({
      path: 'set.yaml',
      startLine: 12,
      startColumn: 13,
    });
  });

  test('that gives nothing changes nothing', async () => {
    const found = await patched('{{ if eq .big "no" }}spec: {source: {path: charts/api}}{{ end }}');
    expect(found.releases.map(short)).toMatchObject([{ folder: 'charts/web' }]);
  });

  test('takes away with null, and leaves the project', async () => {
    const found = await patched('spec: {destination: null, project: other}');
    expect(found.releases.map(short)).toMatchObject([{ folder: 'charts/web', namespace: null }]);
  });
});

describe('numbers as Go prints them', () => {
  test.each([
    [1, '1'],
    [123456, '123456'],
    [1e6, '1e+06'],
    [123456789012, '1.23456789012e+11'],
    [0.5, '0.5'],
    [0.00001, '1e-05'],
    [-2000000, '-2e+06'],
    [null, '<nil>'],
    [true, 'true'],
  ])('%s', (value, expected) => expect(goText(value)).toBe(expected));
});
