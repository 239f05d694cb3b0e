import { describe, expect, test } from 'vitest';
import type { Files } from '../memory-tree.ts';
import { chart, gitOps, left, short } from './support.ts';

const web = chart('charts/web', 'web');

/** An Application whose source is given, line by line, below `spec.source`. */
function application(source: string, more = ''): string {
  const indented = source
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
  namespace: argocd
spec:
  destination: {namespace: shop}
  source:
    repoURL: https://github.com/acme/shop.git
${indented}
${more}`;
}

test('a pattern that Argo CD cannot read is said', async () => {
  const options = (glob: string) =>
    application(`path: d\ndirectory:\n  recurse: true\n  exclude: '${glob}'\n`);
  const of = async (glob: string) => {
    const found = await gitOps({ 'd/a.yaml': '', 'apps/web.yaml': options(glob) });
    return [found.releases.map(({ id }) => id), left(found)];
  };
  expect(await of('{a,b}/[a-z]*')).toEqual([['argocd:argocd/web'], []]);
  expect(await of('[a-zA-Z].yaml')).toEqual([
    ['argocd:argocd/web'],
    [
      'apps/web.yaml:13 parse-failed: `[a-zA-Z].yaml` is no pattern that Argo CD can read, and matches nothing.',
    ],
  ]);
});

async function layersOf(source: string, files: Files = {}) {
  const found = await gitOps({
    ...web,
    ...files,
    'apps/web.yaml': application(`path: charts/web\n${source}`),
  });
  expect(left(found)).toEqual([]);
  const [release] = found.releases.map(short);
  return { layers: release?.layers, ...(release?.assumptions && { assumptions: release.assumptions }) };
}

describe('what an Application deploys', () => {
  test('a chart, under the name of the Application', async () => {
    const found = await gitOps({ ...web, 'apps/web.yaml': application('path: ./charts/web/') });
    expect(found.releases.map(short)).toEqual([
      {
        id: 'argocd:argocd/web',
        at: 'apps/web.yaml:2',
        kind: 'helm',
        folder: 'charts/web',
        layers: [],
        name: 'web',
        namespace: 'shop',
      },
    ]);
  });

  test('release name, namespace, Kubernetes and API versions of its own', async () => {
    const helm =
      'helm:\n  releaseName: front\n  namespace: edge\n  kubeVersion: "1.31"\n  apiVersions: [a/v1/B]\n';
    const found = await gitOps({ ...web, 'apps/web.yaml': application(`path: charts/web\n${helm}`) });
    const [release] = found.releases;
    expect([release?.name, release?.namespace, release?.kubeVersion, release?.apiVersions]).toEqual([
      'front',
      'edge',
      '1.31',
      ['a/v1/B'],
    ]);
  });

  test.each<[string, string, Files, string]>([
    ['a folder with a chart', 'path: charts/web', web, 'helm'],
    ['a kustomization', 'path: k', { 'k/kustomization.yaml': '{}' }, 'kustomize'],
    [
      'a kustomization beside a chart',
      'path: c',
      { ...chart('c', 'c'), 'c/kustomization.yaml': '{}' },
      'kustomize',
    ],
    ['a folder of manifests', 'path: d', { 'd/a.yaml': '' }, 'directory'],
    ['what the source says it is', 'path: charts/web\ndirectory: {recurse: true}', web, 'directory'],
  ])('%s', async (_, source, files, kind) => {
    const found = await gitOps({ ...web, ...files, 'apps/web.yaml': application(source) });
    expect(found.releases.map((release) => release.source.kind)).toEqual([kind]);
  });

  test('the seam for Kustomize: the folder with the options as written', async () => {
    const found = await gitOps({
      ...web,
      'k/kustomization.yaml': '{}',
      'apps/web.yaml': application('path: k\nkustomize: {namePrefix: a-, images: [x=y:1]}'),
    });
    expect(found.releases[0]?.source).toMatchObject({
      kind: 'kustomize',
      folder: 'k',
      tool: 'argocd',
      options: { namePrefix: 'a-', images: ['x=y:1'] },
      variables: null,
    });
  });
});

describe('values in the order in which Helm merges them', () => {
  test('files, inline values, parameters, strings, files as values', async () => {
    const source = `helm:
  fileParameters:
  - {name: motd, path: motd.txt}
  parameters:
  - {name: text, value: "5", forceString: true}
  - {name: number, value: "5"}
  - {name: "hosts[1]", value: b}
  values: |
    hosts: [a, x]
  valueFiles: [values.yaml, ../../prod.yaml]
`;
    const { layers } = await layersOf(source, {
      'prod.yaml': 'a: 1\n',
      'charts/web/motd.txt': 'hi, {you}\n',
    });
    expect(layers).toEqual([
      'charts/web/values.yaml',
      'prod.yaml',
      'hosts: [a, x]\n',
      '{"number":5,"hosts":["a","b"],"text":"5","motd":"hi, {you}\\n"}',
    ]);
  });

  test('files beside the chart that override the source', async () => {
    const source = `helm:
  releaseName: web
  valueFiles: [values.yaml]
  valuesObject: {a: 1}
  parameters: [{name: tag, value: "1"}]
`;
    const files = {
      'charts/web/.argocd-source.yaml': 'path: elsewhere\nhelm: {valueFiles: null, valuesObject: {b: 2}}\n',
      'charts/web/.argocd-source-web.yaml':
        'helm:\n  releaseName: front\n  parameters:\n  - {name: tag, value: "2"}\n',
      'charts/web/.argocd-source-api.yaml': 'helm: {releaseName: other}\n',
    };
    const found = await gitOps({
      ...web,
      ...files,
      'apps/web.yaml': application(`path: charts/web\n${source}`),
    });
    const [release] = found.releases;
    expect(release && short(release)).toMatchObject({
      name: 'front',
      layers: ['{"a":1}', '{"b":2}', '{"tag":2}'],
    });
    const layers = release?.source.kind === 'helm' ? release.source.layers : [];
    const last = layers.at(-1);
    expect(typeof last === 'object' && last.locate(['tag'], {} as never, 2)).toMatchObject({
      path: 'charts/web/.argocd-source-web.yaml',
      startLine: 4,
    });
  });

  test('valuesObject wins over values', async () => {
    const { layers } = await layersOf('helm:\n  values: "a: 1"\n  valuesObject: {a: 2, __proto__: {b: 3}}\n');
    expect(layers).toEqual(['{"a":2,"__proto__":{"b":3}}']);
  });

  test.each<[string, string, Files, unknown]>([
    ['from the root', '/conf/p.yaml', { 'conf/p.yaml': '' }, { layers: ['conf/p.yaml'] }],
    [
      'a pattern',
      '../../conf/*.yaml',
      { 'conf/b.yaml': '', 'conf/a.yaml': '', 'conf/x/c.yaml': '' },
      { layers: ['conf/a.yaml', 'conf/b.yaml'] },
    ],
    ['the build environment', '$ARGOCD_APP_NAME.yaml', {}, { layers: ['charts/web/web.yaml'] }],
    [
      'an address',
      'https://u:p@acme.io/v.yaml?t=1',
      {},
      { layers: [], assumptions: ['`https://acme.io/v.yaml` sets none of these'] },
    ],
    ['one that is not there', 'gone.yaml', {}, { layers: ['charts/web/gone.yaml'] }],
    [
      'a variable that nobody knows',
      '$' + '{ENV}.yaml',
      {},
      { layers: [], assumptions: ['`$' + '{ENV}.yaml` sets none of these'] },
    ],
  ])('a values file: %s', async (_, file, files, expected) => {
    expect(await layersOf(`helm: {valueFiles: [${JSON.stringify(file)}]}`, files)).toEqual(expected);
  });

  test('a missing values file that may be missing', async () => {
    const helm = 'helm: {ignoreMissingValueFiles: true, valueFiles: [gone.yaml, values.yaml]}';
    expect(await layersOf(helm)).toEqual({ layers: ['charts/web/values.yaml'] });
  });

  test('values files of other sources', async () => {
    const sources = `  sources:
  - repoURL: https://github.com/acme/shop
    path: charts/web
    helm:
      valueFiles: [$here/conf/p.yaml, $there/q.yaml]
  - {repoURL: "https://github.com/acme/shop", ref: here}
  - {repoURL: "https://github.com/acme/secrets", ref: there}
`;
    const text = application('').replace(/ {2}source:[\s\S]*/, sources);
    const found = await gitOps({ ...web, 'conf/p.yaml': '', 'apps/web.yaml': text });
    expect(left(found)).toEqual([]);
    expect(found.releases.map(short)).toMatchObject([
      {
        id: 'argocd:argocd/web',
        layers: ['conf/p.yaml'],
        assumptions: ['`q.yaml` of `https://github.com/acme/secrets` sets none of these'],
      },
    ]);
  });

  test('two sources that deploy are two releases', async () => {
    const source = (folder: string) => `  - {repoURL: "https://github.com/acme/shop", path: ${folder}}\n`;
    const text = application('').replace(
      / {2}source:[\s\S]*/,
      `  sources:\n${source('charts/web')}${source('charts/api')}`,
    );
    const found = await gitOps({ ...web, ...chart('charts/api', 'api'), 'apps/web.yaml': text });
    expect(found.releases.map(({ id }) => id)).toEqual(['argocd:argocd/web[0]', 'argocd:argocd/web[1]']);
  });
});

describe('what is not followed is said at its line', () => {
  test.each([
    [
      'a chart of a registry',
      'chart: redis\ntargetRevision: 1.2.3',
      'apps/web.yaml:10 remote-source: The chart `redis` of `https://github.com/acme/shop.git` is not in this repository.',
    ],
    [
      'a pinned revision',
      'path: charts/web\ntargetRevision: v1.2.3',
      'apps/web.yaml:11 remote-source: It deploys the pinned revision `v1.2.3`, not what stands in this tree.',
    ],
    [
      'a folder that is not there',
      'path: charts/gone',
      'apps/web.yaml:10 render-failed: There is no folder `charts/gone`.',
    ],
    [
      'a way out of the repository',
      'path: ../../etc',
      'apps/web.yaml:10 unsafe-path: `../../etc` leaves the repository.',
    ],
    [
      'a values file outside of the repository',
      'path: charts/web\nhelm: {valueFiles: [../../../etc/passwd]}',
      'apps/web.yaml:11 unsafe-path: The values file `../../../etc/passwd` lies outside the repository, where Argo CD refuses it.',
    ],
    [
      'a plugin',
      'path: charts/web\nplugin: {name: x}',
      'apps/web.yaml:8 unsupported: A config management plugin makes its manifests.',
    ],
  ])('%s', async (_, source, expected) => {
    const found = await gitOps({ ...web, 'apps/web.yaml': application(source) });
    expect(found.releases).toEqual([]);
    expect(left(found)).toEqual([expected]);
  });

  test('another repository, without the user information of its address', async () => {
    const text = application('path: charts/web').replace(
      'https://github.com/acme/shop',
      'https://me:pw@github.com/o/x',
    );
    expect(left(await gitOps({ ...web, 'apps/web.yaml': text }))).toEqual([
      'apps/web.yaml:9 remote-source: It deploys from another repository, `https://github.com/o/x.git`.',
    ]);
  });
});

test('a repository that nobody knows is assumed to be this one where the folder is there', async () => {
  const unknown = { names: [], folder: null };
  const found = await gitOps({ ...web, 'apps/web.yaml': application('path: charts/web') }, null, unknown);
  expect(found.releases.map(short)).toMatchObject([
    { assumptions: ['`https://github.com/acme/shop.git` is this repository'] },
  ]);
});

test('Applications of one name in several files are told apart, the first keeps its name', async () => {
  const files = {
    ...web,
    'a/web.yaml': application('path: charts/web'),
    'b/web.yaml': application('path: charts/web\nhelm: {releaseName: other}'),
    'c/web.yaml': application('path: charts/web'),
  };
  const found = await gitOps(files);
  expect(found.releases.map(({ id }) => id)).toEqual(['argocd:argocd/web', 'argocd:argocd/web (b/web.yaml)']);
});
