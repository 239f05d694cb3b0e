import { describe, expect, test } from 'vitest';
import type { Files } from '../memory-tree.ts';
import { chart, gitOps, left, short } from './support.ts';

const $ = '$';
const web = chart('charts/web', 'web', undefined, 'a: 1\n');

const repository = (spec: string): string => `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shop, namespace: flux-system}
spec: {${spec}}
`;

const own = { 'flux/source.yaml': repository('url: "ssh://git@github.com/acme/shop", ref: {branch: main}') };

function helmRelease(spec = '', chartSpec = ''): string {
  return `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: apps
spec:
  chart:
    spec:
      chart: ./charts/web
      sourceRef: {kind: GitRepository, name: shop, namespace: flux-system}
${chartSpec}${spec}`;
}

async function release(spec: string, files: Files = {}, chartSpec = '') {
  const found = await gitOps({ ...web, ...own, ...files, 'apps/web.yaml': helmRelease(spec, chartSpec) });
  expect(left(found)).toEqual([]);
  return short(found.releases.find(({ source }) => source.kind === 'helm')!);
}

describe('what a HelmRelease deploys', () => {
  test('a chart of this repository', async () => {
    expect(await release('')).toEqual({
      id: 'flux:apps/web',
      at: 'apps/web.yaml:2',
      kind: 'helm',
      folder: 'charts/web',
      layers: [],
      name: 'web',
      namespace: 'apps',
    });
  });

  test.each([
    ['', 'web', 'apps'],
    ['  targetNamespace: edge\n', 'edge-web', 'edge'],
    ['  targetNamespace: edge\n  releaseName: front\n', 'front', 'edge'],
    [
      '  targetNamespace: a-very-lengthy-target-namespace-with-a-nice-object\n',
      'a-very-lengthy-target-namespace-with-a-n-99a51964a98c',
      'a-very-lengthy-target-namespace-with-a-nice-object',
    ],
  ])('%j is released as %s in %s', async (spec, name, namespace) => {
    expect(await release(spec)).toMatchObject({ name, namespace });
  });

  test('values: files of the chart, references in order, inline values, references with a path', async () => {
    const maps = `apiVersion: v1
kind: ConfigMap
metadata: {name: common, namespace: apps}
data:
  values.yaml: |
    b: 1
  count: "3"
`;
    const spec = `  valuesFrom:
  - {kind: ConfigMap, name: common, valuesKey: count, targetPath: replicas}
  - {kind: ConfigMap, name: common}
  - {kind: Secret, name: keys, optional: true}
  - {kind: ConfigMap, name: gone}
  - {kind: ConfigMap, name: gone, optional: true}
  values: {c: 2}
`;
    const files = { 'apps/map.yaml': maps, 'prod.yaml': '' };
    expect(
      await release(spec, files, '      valuesFiles: [charts/web/values.yaml, ./prod.yaml]\n'),
    ).toMatchObject({
      layers: ['charts/web/values.yaml', 'prod.yaml', 'b: 1\n', '{"c":2}', '{"replicas":3}'],
      assumptions: ['`Secret/keys` sets none of these', '`ConfigMap/gone` sets none of these'],
    });
  });

  test("with valuesFiles the chart's own values count only where they are listed", async () => {
    const text = helmRelease('', '      valuesFiles: [prod.yaml]\n');
    const found = await gitOps({ ...web, ...own, 'prod.yaml': '', 'apps/web.yaml': text });
    expect(found.releases[0]?.source).toMatchObject({ layers: ['prod.yaml'], replacesDefaults: true });
  });

  test('a ConfigMap that a kustomization makes of a file', async () => {
    const kustomization = 'configMapGenerator:\n- name: made\n  files: [values.yaml=conf/v.yaml]\n';
    const files = { 'apps/kustomization.yaml': kustomization, 'apps/conf/v.yaml': '' };
    const spec = '  valuesFrom: [{kind: ConfigMap, name: made}]\n';
    expect(await release(spec, files)).toMatchObject({ layers: ['apps/conf/v.yaml'] });
  });

  test('what is done afterwards is assumed to change nothing', async () => {
    const patch = helmRelease('  values: {x: 1}\n').replace(/ {2}chart:[\s\S]*namespace: flux-system}\n/, '');
    const spec = '  postRenderers: [{kustomize: {patches: []}}]\n';
    expect(await release(spec, { 'prod/patch.yaml': patch })).toMatchObject({
      assumptions: ['the patch in `prod/patch.yaml` changes none of these'],
    });
  });
});

describe('variables that a Kustomization puts in', () => {
  const kustomization = (name: string, post: string): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: flux-system}
spec:
  path: ./apps
  sourceRef: {kind: GitRepository, name: shop}
${post}`;
  const spec = `  values: {replicas: "${$}{replicas}", tier: "${$}{tier:=front}", key: "${$}{key}"}\n`;
  const layers = (text: string) => ({ layers: [text] });

  test('inline', async () => {
    const post = '  postBuild: {substitute: {replicas: "3"}}\n';
    expect(await release(spec, { 'flux/k.yaml': kustomization('apps', post) })).toMatchObject(
      layers('{"replicas":3,"tier":"front","key":null}'),
    );
  });

  test('from a ConfigMap of the tree, and from a Secret that nobody sees', async () => {
    const post = `  postBuild:
    substituteFrom: [{kind: ConfigMap, name: vars}, {kind: Secret, name: keys}]
`;
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars}\ndata: {replicas: "4"}\n';
    const files = { 'flux/k.yaml': kustomization('apps', post), 'flux/map.yaml': map };
    const unknown = `{"replicas":4,"tier":"${$}{tier:=front}","key":"${$}{key}"}`;
    expect(await release(spec, files)).toMatchObject(layers(unknown));
  });

  test('two that disagree leave it unknown', async () => {
    const of = (replicas: string) => `  postBuild: {substitute: {replicas: "${replicas}", key: x}}\n`;
    const files = { 'flux/a.yaml': kustomization('a', of('1')), 'flux/b.yaml': kustomization('b', of('2')) };
    expect(await release(spec, files)).toMatchObject(
      layers(`{"replicas":"${$}{replicas}","tier":"front","key":"x"}`),
    );
  });

  test('none that substitutes leaves everything as written', async () => {
    const written = `{"replicas":"${$}{replicas}","tier":"${$}{tier:=front}","key":"${$}{key}"}`;
    expect(await release(spec, { 'flux/k.yaml': kustomization('apps', '') })).toMatchObject(layers(written));
  });

  test('the seam for Kustomize: folder, options and variables', async () => {
    const post = '  prune: true\n  namePrefix: a-\n  postBuild: {substitute: {a: "1"}}\n';
    const found = await gitOps({
      ...web,
      ...own,
      'apps/x.yaml': '',
      'flux/k.yaml': kustomization('apps', post),
    });
    expect(found.releases[0]).toMatchObject({
      id: 'flux:flux-system/apps',
      source: {
        kind: 'kustomize',
        folder: 'apps',
        tool: 'flux',
        options: { namePrefix: 'a-' },
        variables: new Map([['a', '1']]),
      },
    });
  });
});

describe('what is not followed is said at its line', () => {
  test.each<[string, Files, string]>([
    [
      'a chart of a registry',
      { 'apps/web.yaml': helmRelease().replace('GitRepository', 'HelmRepository') },
      'apps/web.yaml:9 remote-source: Its chart `./charts/web` is not in this repository: `HelmRepository/shop` is no Git repository.',
    ],
    [
      'another repository',
      { 'apps/web.yaml': helmRelease(), 'flux/source.yaml': repository('url: "https://github.com/o/x"') },
      'apps/web.yaml:9 remote-source: Its chart `./charts/web` is not in this repository: the GitRepository `shop` is another repository.',
    ],
    [
      'a pinned source',
      {
        'apps/web.yaml': helmRelease(),
        'flux/source.yaml': repository('url: "https://github.com/acme/shop", ref: {tag: v1}'),
      },
      'apps/web.yaml:9 remote-source: Its chart `./charts/web` is not in this repository: the GitRepository `shop` is pinned to another revision.',
    ],
    [
      'a way out of the repository',
      { 'apps/web.yaml': helmRelease().replace('./charts/web', '../../x') },
      'apps/web.yaml:9 remote-source: Its chart `../../x` is not in this repository: there is no chart in `../../x` here.',
    ],
    [
      'an artifact',
      {
        'apps/web.yaml': helmRelease().replace(
          / {2}chart:[\s\S]*/,
          '  chartRef: {kind: OCIRepository, name: web}\n',
        ),
      },
      'apps/web.yaml:7 remote-source: Its chart comes from `OCIRepository/web`, which is not in this repository.',
    ],
  ])('%s', async (_, files, expected) => {
    const found = await gitOps({ ...web, ...own, ...files });
    expect(found.releases).toEqual([]);
    expect(left(found)).toEqual([expected]);
  });

  test('a source that nobody describes is assumed to be this repository', async () => {
    const found = await gitOps({ ...web, 'apps/web.yaml': helmRelease() });
    expect(found.releases.map(short)).toMatchObject([
      { assumptions: ['the GitRepository `shop` is this repository'] },
    ]);
  });
});
