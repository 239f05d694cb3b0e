import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../../src/engines/engine.ts';
import type { Files } from '../memory-tree.ts';
import { chart, gitOps, left, short } from './support.ts';

const engine = openEngine('helm', { instances: 1 });
afterAll(() => engine.close());

const charts: Files = { ...chart('charts/web', 'web'), ...chart('charts/api', 'api') };

function set(generators: string, template: string, spec = ''): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
${spec}  generators:
${generators}  template:
${template}`;
}

const byName = `    metadata: {name: "{{name}}"}
    spec:
      destination: {namespace: "{{name}}"}
      source:
        repoURL: https://github.com/acme/shop
        path: charts/{{name}}
        helm: {values: "tier: {{ tier }}"}
`;

describe('generators', () => {
  test('a list', async () => {
    const list = '  - list:\n      elements: [{name: web, tier: front}, {name: api, tier: back}]\n';
    const found = await gitOps({ ...charts, 'set.yaml': set(list, byName) });
    expect(left(found)).toEqual([]);
    expect(found.releases.map(short)).toMatchObject([
      {
        id: 'argocd:argocd/web',
        folder: 'charts/web',
        namespace: 'web',
        layers: ['tier: front'],
        at: 'set.yaml:8',
      },
      { id: 'argocd:argocd/api', folder: 'charts/api', namespace: 'api', layers: ['tier: back'] },
    ]);
  });

  test('git directories, without the excluded and the hidden ones', async () => {
    const git = `  - git:
      repoURL: https://github.com/acme/shop
      directories:
      - path: charts/*
      - {path: charts/api, exclude: true}
`;
    const template = byName
      .replaceAll('{{name}}', '{{path.basename}}')
      .replace('charts/{{path.basename}}', '"{{path}}"');
    const found = await gitOps({
      ...charts,
      'charts/.x/a': '',
      'charts/web/deep/a': '',
      'set.yaml': set(git, template),
    });
    expect(found.releases.map(short)).toMatchObject([{ id: 'argocd:argocd/web', folder: 'charts/web' }]);
  });

  test('git files, with their fields under dotted names', async () => {
    const git = `  - git:
      repoURL: git@github.com:acme/shop.git
      files: [{path: "conf/*/app.json"}]
`;
    const template = byName
      .replaceAll('{{name}}', '{{app.name}}')
      .replace('{{ tier }}', '{{path[1]}}-{{path.filename}}');
    const files = {
      'conf/p/app.json': '{"app": {"name": "web"}}',
      'conf/q/r/app.json': '[{"app": {"name": "api"}}]',
    };
    const found = await gitOps({ ...charts, ...files, 'set.yaml': set(git, template) });
    expect(found.releases.map(short)).toMatchObject([
      { id: 'argocd:argocd/web', layers: ['tier: p-app.json'] },
      { id: 'argocd:argocd/api', layers: ['tier: q-app.json'] },
    ]);
  });

  test("Go's templates, with Sprig's functions", async () => {
    const git = `  - git:
      repoURL: https://github.com/acme/shop
      directories: [{path: charts/*}]
`;
    const template = byName
      .replaceAll('{{name}}', '{{ .path.basename | lower }}')
      .replace('{{ tier }}', '{{ index .path.segments 0 }}-{{ $.path.path | replace `/` `.` }}');
    const found = await gitOps({ ...charts, 'set.yaml': set(git, template, '  goTemplate: true\n') }, engine);
    expect(left(found)).toEqual([]);
    expect(found.releases.map(short)).toMatchObject([
      { id: 'argocd:argocd/api', layers: ['tier: charts-charts.api'] },
      { id: 'argocd:argocd/web', layers: ['tier: charts-charts.web'] },
    ]);
  });
});

describe('what is not followed', () => {
  test.each([
    [
      'clusters',
      '  - clusters: {}\n',
      '',
      'set.yaml:6 unsupported: Its generator `clusters` is not followed; list, git, matrix and merge are.',
    ],
    [
      'a matrix of one',
      '  - matrix: {generators: [{list: {elements: []}}]}\n',
      '',
      'set.yaml:6 unsupported: Its matrix has not two generators, and Argo CD refuses it.',
    ],
    [
      'a merge without keys',
      '  - merge: {generators: [{list: {elements: []}}, {list: {elements: []}}]}\n',
      '',
      'set.yaml:6 unsupported: Its merge lacks keys or generators, and Argo CD refuses it.',
    ],
    [
      'what is within a matrix, at its line',
      '  - matrix:\n      generators:\n      - list: {elements: [{name: web}]}\n      - pullRequest: {}\n',
      '',
      'set.yaml:9 unsupported: Its generator `pullRequest` is not followed; list, git, matrix and merge are.',
    ],
    [
      'another repository',
      '  - git: {repoURL: "https://github.com/o/x", directories: [{path: "*"}]}\n',
      '',
      'set.yaml:6 remote-source: Its generator looks at another repository or at a pinned revision.',
    ],
    [
      'a patch that is no map',
      '  - list: {elements: [{name: web}]}\n',
      '  templatePatch: "- a"\n',
      'set.yaml:5 unsupported: Its templatePatch is not applied: it is no map.',
    ],
    [
      'a selector of what only the cluster knows',
      '  - matrix: {generators: [{list: {elements: [{x: a}]}}, {clusters: {}}]}\n    selector: {matchLabels: {metadata.labels.env: prod}}\n',
      '',
      'set.yaml:7 unsupported: Its selector asks for what only the cluster knows.',
    ],
  ])('%s', async (_, generators, spec, expected) => {
    const found = await gitOps({ ...charts, 'set.yaml': set(generators, byName, spec) });
    expect(found.releases).toEqual([]);
    expect(left(found)).toEqual([expected]);
  });

  test('a function that the engine does not have', async () => {
    const list = '  - list: {elements: [{name: web}]}\n';
    const template = byName.replaceAll('{{name}}', '{{ .name | slugify }}').replace('{{ tier }}', '1');
    const found = await gitOps(
      { ...charts, 'set.yaml': set(list, template, '  goTemplate: true\n') },
      engine,
    );
    expect(found.releases).toEqual([]);
    expect(left(found)).toEqual([
      'set.yaml:8 unsupported: Its template cannot be evaluated: function "slugify" not defined.',
    ]);
  });

  test('an element that its template cannot do with takes no other with it', async () => {
    const list = '  - list: {elements: [{name: web, at: {x: 1}}, {name: api}, {name: api, at: {x: 2}}]}\n';
    const template = byName.replaceAll('{{name}}', '{{ .name }}').replace('{{ tier }}', '{{ .at.x }}');
    const found = await gitOps(
      { ...charts, 'set.yaml': set(list, template, '  goTemplate: true\n') },
      engine,
    );
    expect(found.releases.map(short)).toMatchObject([{ layers: ['tier: 1'] }, { layers: ['tier: 2'] }]);
    expect(left(found)).toEqual([
      'set.yaml:8 unsupported: Its template cannot be evaluated: at <.at.x>: error calling include: nil pointer evaluating interface {}.x.',
    ]);
  });

  test('a parameter that is not there, where the set needs it', async () => {
    const list = '  - list: {elements: [{name: web, tier: a}, {name: api}]}\n';
    const template = byName.replaceAll('{{name}}', '{{ .name }}').replace('{{ tier }}', '{{ .tier }}');
    const options = '  goTemplate: true\n  goTemplateOptions: ["missingkey=error"]\n';
    const found = await gitOps({ ...charts, 'set.yaml': set(list, template, options) }, engine);
    expect(found.releases.map(short)).toMatchObject([{ layers: ['tier: a'] }]);
    expect(left(found)).toEqual([
      'set.yaml:9 unsupported: Its template cannot be evaluated: it names a parameter that is not there.',
    ]);
  });

  test('a huge list is cut, and that is said', async () => {
    const elements = Array.from({ length: 1200 }, (_, i) => `{name: web, tier: "${i}"}`).join(', ');
    const found = await gitOps({
      ...charts,
      'set.yaml': set(`  - list: {elements: [${elements}]}\n`, byName),
    });
    expect(found.releases).toHaveLength(1000);
    expect(left(found)).toEqual([
      'set.yaml:5 too-large: It makes 1200 Applications; the first 1000 were looked at.',
    ]);
  });

  test('names of prototypes are no parameters', async () => {
    const list = '  - list: {elements: [{name: web, __proto__: x}]}\n';
    const template = byName.replace('{{ tier }}', '{{constructor}}{{toString}}');
    const found = await gitOps({ ...charts, 'set.yaml': set(list, template) });
    expect(found.releases.map(short)).toMatchObject([{ layers: ['tier: {{constructor}}{{toString}}'] }]);
  });
});
