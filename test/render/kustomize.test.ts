import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { buildKustomization } from '../../src/engines/kustomize.ts';
import type { FieldPath } from '../../src/manifest/field-path.ts';
import { compareUnits, everyUnit } from '../../src/render/compare.ts';
import { uncounted } from '../../src/render/in-turns.ts';
import { Kustomizations } from '../../src/render/kustomize/kustomizations.ts';
import { buildFolder, type FolderBuild } from '../../src/render/kustomize/kustomize.ts';
import { buildSentence } from '../../src/render/kustomize/kustomize-failure.ts';
import { Layout } from '../../src/render/layout.ts';
import type { ChartRenderer } from '../../src/render/renderer.ts';
import type { RenderSettings } from '../../src/render/settings.ts';
import type { Render } from '../../src/render/unit.ts';
import type { FileRead } from '../../src/repository/tree.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { type Files, memoryComparison, memoryTree } from './memory-tree.ts';
import { echoRenderer, settings } from './renderers.ts';

const engine = openEngine('kustomize', { instances: 1 });
afterAll(() => engine.close());

const renderer: ChartRenderer = {
  ...echoRenderer().renderer,
  build: (request) => buildKustomization(engine, request),
};

const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - name: a
          image: acme/a
          livenessProbe: {httpGet: {port: 80}}
`;

const tree: Files = {
  'base/kustomization.yaml':
    'resources: [web.yaml]\nconfigMapGenerator:\n  - name: c\n    files: [k=c.txt]\n',
  'base/web.yaml': web,
  'base/c.txt': 'x',
  'comp/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas: [{name: web, count: 4}]\n',
  'dev/kustomization.yml': 'bases: [../base]\nnamePrefix: dev-\n',
  'prod/Kustomization':
    'resources: [../base]\ncomponents: [../comp]\npatches: [{path: p.yaml}]\nconfigurations: [conf.yaml]\n',
  'prod/p.yaml': web.replace('replicas: 1', 'replicas: 2'),
  'prod/conf.yaml': 'namePrefix: []\n',
  'prod/README.md': 'x',
};

async function compare(base: Files, head: Files, renames = {}, more: Partial<RenderSettings> = {}) {
  return compareUnits(memoryComparison(base, head, renames), { ...settings, ...more }, renderer);
}

const edited = (files: Files, path: string, text = `${files[path]}\n`): Files => ({ ...files, [path]: text });

describe('which kustomizations a change touches', () => {
  test.each<[string, string, readonly string[]]>([
    ['a resource of a base', 'base/web.yaml', ['kustomize:dev', 'kustomize:prod']],
    ['a file of a generator', 'base/c.txt', ['kustomize:dev', 'kustomize:prod']],
    ['a base', 'base/kustomization.yaml', ['kustomize:dev', 'kustomize:prod']],
    ['an overlay', 'dev/kustomization.yml', ['kustomize:dev']],
    ['a component', 'comp/kustomization.yaml', ['kustomize:prod']],
    ['a patch', 'prod/p.yaml', ['kustomize:prod']],
    ['a configuration', 'prod/conf.yaml', ['kustomize:prod']],
    ['prose', 'prod/README.md', []],
  ])('%s', async (_, path, expected) => {
    const { units, notChecked } = await compare(tree, edited(tree, path));
    expect(units.map(({ id }) => id)).toEqual(expected);
    expect(notChecked).toEqual([]);
    for (const { base, head } of units) {
      expect(base?.renders.map(({ state }) => state)).toEqual(['ok']);
      expect(head?.renders.map(({ state }) => state)).toEqual(['ok']);
    }
  });

  test('a file that is gone touches what named it', async () => {
    const { 'prod/p.yaml': _, ...rest } = tree;
    const head = edited(rest, 'prod/Kustomization', 'resources: [../base]\n');
    const { units } = await compare(tree, head);
    expect(units.map(({ id }) => id)).toEqual(['kustomize:prod']);
  });

  test('an overlay that moved is compared with itself; one that is gone or new stands alone', async () => {
    const { 'dev/kustomization.yml': dev, ...rest } = tree;
    const moved = { ...rest, 'qa/kustomization.yml': dev! };
    const renames = { 'qa/kustomization.yml': 'dev/kustomization.yml' };
    const sides = async (base: Files, head: Files, how = {}) =>
      (await compare(base, head, how)).units.map((pair) => [pair.id, pair.base?.path, pair.head?.path]);
    expect(await sides(tree, moved, renames)).toEqual([['kustomize:qa', 'dev', 'qa']]);
    expect(await sides(tree, rest)).toEqual([['kustomize:dev', 'dev', undefined]]);
    expect(await sides(rest, tree)).toEqual([['kustomize:dev', undefined, 'dev']]);
  });

  test('a kustomization of what was plain before is compared with that', async () => {
    const base = { 'deploy/web.yaml': web, 'deploy/other.yaml': web.replace('web', 'other') };
    const head = {
      'k/base/kustomization.yaml': 'resources: [web.yaml]\n',
      'k/base/web.yaml': web,
      'k/prod/kustomization.yaml': 'resources: [../base]\n',
      'deploy/other.yaml': base['deploy/other.yaml'],
    };
    const { units } = await compare(base, head, { 'k/base/web.yaml': 'deploy/web.yaml' });
    const names = (unit: (typeof units)[number]['base']) =>
      unit?.renders[0]?.manifests.map(({ ref, origin }) => [ref.name, origin.kind]);
    expect(units.map(({ id, base: older, head: newer }) => [id, names(older), names(newer)])).toEqual([
      ['kustomize:k/prod', [['web', 'raw']], [['web', 'kustomize']]],
      [
        'raw:deploy',
        [
          ['other', 'raw'],
          ['web', 'raw'],
        ],
        [['other', 'raw']],
      ],
    ]);
  });

  test('an overlay that is excluded uses nothing', async () => {
    const files = {
      'base/kustomization.yaml': 'resources: [web.yaml]',
      'base/web.yaml': web,
      'test/o/kustomization.yaml': 'resources: [../../base]',
    };
    const { units } = await compare(files, edited(files, 'base/web.yaml'));
    expect(units.map(({ id }) => id)).toEqual(['kustomize:base']);
  });

  test('what no kustomization deploys is said, if it is a manifest', async () => {
    const base = {
      ...tree,
      'base/more/x.yaml': web,
      'base/values.yaml': 'a: 1\n',
      'alone/kustomization.yaml': 'kind: Component\nresources: [x.yaml]\n',
      'alone/x.yaml': web,
    };
    const head = edited(edited(edited(base, 'base/more/x.yaml'), 'base/values.yaml'), 'alone/x.yaml');
    const { units, notChecked } = await compare(base, head);
    expect(units).toEqual([]);
    expect(notChecked.map(({ unit, detail }) => [unit, detail])).toEqual([
      [
        'kustomize:alone',
        'alone/x.yaml belongs to a component that no kustomization of the repository uses.',
      ],
      ['kustomize:base', 'base/more/x.yaml stands among kustomizations, and none of them names it.'],
    ]);
  });

  test('a file outside the folder is built as Flux does, and is no plain manifest', async () => {
    const files = {
      'shared/web.yaml': web,
      'shared/values.yaml': 'a: 1\n',
      'prod/kustomization.yaml': 'resources: [../shared/web.yaml]\n',
    };
    const { units } = await compare(files, edited(files, 'shared/web.yaml'));
    expect(units.map(({ id, head }) => [id, head?.renders[0]?.state])).toEqual([['kustomize:prod', 'ok']]);
    const [manifest] = units[0]!.head!.renders[0]!.manifests;
    expect(manifest?.locate(['spec', 'replicas'])).toMatchObject({ path: 'shared/web.yaml', startLine: 6 });
    const all = await everyUnit(memoryTree(files), settings, renderer);
    expect(all.units.map(({ id }) => id)).toEqual(['kustomize:prod']);
  });

  test('a Flux object in a file of that name is no kustomization; a template of one is left alone', async () => {
    const flux = 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n';
    const files = {
      'flux/kustomization.yaml': flux,
      'flux/web.yaml': web,
      'template/kustomization.yaml': 'namePrefix: {{ name }}\nresources: [web.yaml]\n',
      'template/web.yaml': web,
    };
    const head = edited(edited(files, 'flux/web.yaml'), 'template/web.yaml');
    const { units, notChecked } = await compare(files, head);
    expect(units.map(({ id }) => id)).toEqual(['raw:flux']);
    expect(notChecked.map(({ path }) => path)).toEqual(['template/web.yaml']);
  });

  test('an audit builds each overlay once; a restriction keeps those that reach it', async () => {
    const all = await everyUnit(memoryTree(tree), settings, renderer);
    expect(all.units.map(({ id }) => id)).toEqual(['kustomize:dev', 'kustomize:prod']);
    const some = await everyUnit(memoryTree(tree), { ...settings, paths: ['comp'] }, renderer);
    expect(some.units.map(({ id }) => id)).toEqual(['kustomize:prod']);
  });
});

async function built(
  files: Files,
  folder = 'o',
  more: Partial<FolderBuild> = {},
  refuse: Readonly<Record<string, FileRead>> = {},
): Promise<Render> {
  const source = memoryTree(files, { refuse });
  const kustomizations = await Kustomizations.read(
    new Layout(source, await source.list(), () => true),
    more.kustomizations?.limits ?? defaultLimits,
  );
  const request = {
    folder,
    unit: `kustomize:${folder}`,
    revision: 'head',
    fields: null,
    substitute: null,
  } as const;
  return buildFolder(
    { ...request, ...more, kustomizations },
    {
      limits: kustomizations.limits,
      build: renderer.build,
      onRender: () => {},
      turns: uncounted,
      builds: new Map(),
      builtObjects: new Map(),
    },
  );
}

const place = (render: Render, path: FieldPath, kind = 'Deployment'): string => {
  const at = render.manifests.find(({ ref }) => ref.kind === kind)?.locate(path);
  return at ? `${at.path}:${at.startLine}:${at.startColumn}-${at.endColumn} ${at.kind}` : 'nowhere';
};

describe('where a field stands', () => {
  const containers = ['spec', 'template', 'spec', 'containers'];
  const files: Files = {
    'b/kustomization.yaml': 'resources:\n  - web.yaml\n',
    'b/web.yaml': `# first\n${web}`,
    'o/kustomization.yaml': `namespace: shop
nameSuffix: -x
resources:
  - ../b
replicas:
  - name: web
    count: 3
commonLabels:
  team: shop
images:
  - name: acme/a
    digest: sha256:1234
configMapGenerator:
  - name: one
    literals: [a=b]
  - name: two
    literals: [a=b]
patches:
  - path: p.yaml
  - target: {kind: Deployment}
    patch: |-
      - op: add
        path: /metadata/annotations
        value:
          a: one
          b/c: two
      - op: remove
        path: /spec/template/spec/containers/1/livenessProbe
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        paused: true
        minReadySeconds: 5
`,
    'o/p.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {more: x}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  minReadySeconds: 9
  template:
    spec:
      terminationGracePeriodSeconds: null
      containers:
        - name: side
          image: side
        - name: a
          env:
            - {name: A, value: "1"}
`,
  };

  test.each<[string, FieldPath, string]>([
    ['as it was read', ['kind'], 'b/web.yaml:3:1-17 manifest'],
    ['the object', [], 'b/web.yaml:3:1-17 object'],
    ['a name with a suffix', ['metadata', 'name'], 'o/kustomization.yaml:2:1-15 kustomization'],
    ['the namespace', ['metadata', 'namespace'], 'o/kustomization.yaml:1:1-16 kustomization'],
    ['replicas', ['spec', 'replicas'], 'o/kustomization.yaml:7:5-13 kustomization'],
    ['a label', ['metadata', 'labels', 'team'], 'o/kustomization.yaml:9:3-13 kustomization'],
    ['a digest', [...containers, 1, 'image'], 'o/kustomization.yaml:12:5-24 kustomization'],
    [
      'a field of a patch file, in its second document',
      [...containers, 1, 'env', 0, 'value'],
      'o/p.yaml:19:25-35 manifest',
    ],
    ['a container that a patch adds', [...containers, 0, 'image'], 'o/p.yaml:16:11-22 manifest'],
    ['a container that a patch only names', [...containers, 1, 'name'], 'b/web.yaml:12:11-18 manifest'],
    [
      'a line of an operation that is written inline',
      ['metadata', 'annotations', 'b/c'],
      'o/kustomization.yaml:26:11-19 kustomization',
    ],
    [
      'a line of a patch that is written inline',
      ['spec', 'paused'],
      'o/kustomization.yaml:34:9-21 kustomization',
    ],
    ['the later of two patches', ['spec', 'minReadySeconds'], 'o/kustomization.yaml:35:9-27 kustomization'],
    [
      'what a merge took away',
      ['spec', 'template', 'spec', 'terminationGracePeriodSeconds'],
      'o/p.yaml:13:7-42 manifest',
    ],
    [
      'what an operation took away',
      [...containers, 1, 'livenessProbe', 'periodSeconds'],
      'o/kustomization.yaml:28:9-61 kustomization',
    ],
    ['what was never there: the parent', [...containers, 1, 'lifecycle'], 'b/web.yaml:12:11-18 manifest'],
    [
      'what was never there in what a patch adds',
      [...containers, 0, 'lifecycle'],
      'o/p.yaml:15:11-21 manifest',
    ],
  ])('%s', async (_, path, expected) => {
    const render = await built(files);
    expect(render.notChecked).toEqual([]);
    expect(place(render, path)).toBe(expected);
  });

  test('a generated object stands where it is generated', async () => {
    const fields = files['o/kustomization.yaml'] as string;
    const render = await built({
      ...files,
      'o/kustomization.yaml': fields.slice(0, fields.indexOf('patches:')),
    });
    const maps = render.manifests.filter(({ ref }) => ref.kind === 'ConfigMap');
    expect(maps.map((map) => [map.ref.name.slice(0, 3), map.locate(['data', 'a'])?.startLine])).toEqual([
      ['one', 14],
      ['two', 16],
    ]);
  });

  test('every line that has a part in a field', async () => {
    const render = await built(files);
    const deployment = render.manifests.find(({ ref }) => ref.kind === 'Deployment')!;
    const lines = deployment.linesOf(['spec', 'minReadySeconds']).map(({ path, line }) => `${path}:${line}`);
    expect(lines).toEqual(['b/web.yaml:3', 'b/web.yaml:2', 'b/web.yaml:6', 'o/kustomization.yaml:35']);
  });

  test('what is renamed or filled in afterwards stands where it was written', async () => {
    const render = await built({
      'o/kustomization.yaml':
        'resources: [role.yaml, web.yaml]\nnamePrefix: x-\ntransformers: [labels.yaml]\nconfigMapGenerator: [{name: conf, literals: [a=b]}]\npatches: [{path: p.yaml}]\n',
      'o/role.yaml':
        'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: me}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\nsubjects:\n  - kind: ServiceAccount\n    name: me\n',
      'o/web.yaml': web,
      'o/p.yaml': web.replace('image: acme/a', 'envFrom: [{configMapRef: {name: conf}}]'),
      'o/labels.yaml':
        'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels:\n  a: b\n  team: shop\nfieldSpecs: [{path: metadata/labels, create: true}]\n',
    });
    expect(place(render, ['subjects', 0, 'name'], 'RoleBinding')).toBe('o/role.yaml:11:5-13 manifest');
    expect(place(render, [...containers, 0, 'envFrom', 0, 'configMapRef', 'name'])).toBe(
      'o/p.yaml:12:37-47 manifest',
    );
    expect(place(render, ['metadata', 'labels', 'team'])).toBe('o/labels.yaml:6:3-13 manifest');
  });

  test('a value that only looks like the patch’s is the base’s own', async () => {
    const render = await built({
      ...files,
      'o/kustomization.yaml': 'resources: [../b]\npatches: [{path: p.yaml}]\n',
      'o/p.yaml': web.replace('acme/a', 'acme/b'),
    });
    expect(place(render, ['spec', 'replicas'])).toBe('b/web.yaml:7:3-14 manifest');
    expect(place(render, [...containers, 0, 'image'])).toBe('o/p.yaml:12:11-24 manifest');
  });
});

describe('what is left out', () => {
  const local = { 'o/web.yaml': web };

  test('a remote base: the rest is built, the patch for it is said to be dropped', async () => {
    const render = await built({
      ...local,
      'o/kustomization.yaml':
        'resources:\n  - https://user:secret@example.com/a.yaml?token=secret&ref=v1\n  - web.yaml\npatches:\n  - path: p.yaml\n',
      'o/p.yaml': web.replace('name: web', 'name: far'),
    });
    expect(render.state).toBe('partial');
    expect(render.manifests.map(({ ref }) => ref.name)).toEqual(['web']);
    expect(render.notChecked).toEqual([
      {
        unit: 'kustomize:o',
        path: 'o/kustomization.yaml',
        reason: 'remote-source',
        detail:
          'o/kustomization.yaml:2 takes https://example.com/a.yaml?ref=v1 from outside the repository; it was left out.',
        line: 2,
      },
      {
        unit: 'kustomize:o',
        path: 'o/kustomization.yaml',
        reason: 'remote-source',
        detail:
          'o/kustomization.yaml:5 (PatchTransformer) found nothing to change; it may be meant for what was left out.',
        line: 5,
      },
    ]);
  });

  test('a chart and a function', async () => {
    const render = await built({
      ...local,
      'o/kustomization.yaml':
        'resources: [web.yaml]\nhelmCharts:\n  - name: redis\n    repo: https://example.com\ngenerators: [g.yaml]\n',
      'o/g.yaml': 'apiVersion: v1\nkind: ksops\nmetadata: {name: a}\n',
    });
    expect(render.state).toBe('partial');
    expect(render.notChecked.map(({ detail, line }) => [detail, line])).toEqual([
      ['o/kustomization.yaml:3 inflates the Helm chart redis; it was left out.', 3],
      ['o/g.yaml runs the function ksops; it was left out.', null],
    ]);
  });

  test.each<[string, string, string]>([
    [
      'a component',
      'components:\n  - https://example.com/c\n',
      'o/kustomization.yaml:3 takes https://example.com/c from outside the repository; it was left out, and nothing that it may change was judged.',
    ],
    [
      'a function that transforms',
      'transformers: [g.yaml]\n',
      'o/g.yaml runs the function ksops; it was left out, and nothing that it may change was judged.',
    ],
  ])('%s may change every object: none is judged', async (_, fields, detail) => {
    const render = await built({
      ...local,
      'o/kustomization.yaml': `resources: [web.yaml]\n${fields}`,
      'o/g.yaml': 'apiVersion: v1\nkind: ksops\nmetadata: {name: a}\n',
    });
    expect([render.state, render.manifests]).toEqual(['failed', []]);
    expect(render.notChecked.map((entry) => entry.detail)).toEqual([detail]);
  });

  test('a remote patch ends the build, and is no mistake', async () => {
    const render = await built({
      ...local,
      'o/kustomization.yaml': 'resources: [web.yaml]\npatches:\n  - path: https://example.com/p.yaml\n',
    });
    expect(render.state).toBe('failed');
    expect(render.notChecked.map(({ reason, line }) => [reason, line])).toEqual([['remote-source', 3]]);
  });

  test.each<[string, Files, string, string, Readonly<Record<string, FileRead>>?]>([
    [
      'a path that leaves the repository',
      { 'o/kustomization.yaml': 'resources: [../../../etc/passwd]' },
      'unsafe-path',
      'o/kustomization.yaml:1 leads out of the repository.',
    ],
    [
      'an absolute path',
      { 'o/kustomization.yaml': 'resources: [/etc/passwd]' },
      'unsafe-path',
      'o/kustomization.yaml:1 leads out of the repository.',
    ],
    [
      'a symbolic link',
      { 'o/kustomization.yaml': 'resources: [a.yaml]', 'o/a.yaml': null },
      'unsafe-path',
      'o/kustomization.yaml:1 leads through a symbolic link.',
    ],
    [
      'a folder behind a link',
      { 'o/kustomization.yaml': 'resources: [../l/base]', l: null },
      'unsafe-path',
      'o/kustomization.yaml:1 leads through a symbolic link.',
    ],
    [
      'a file that is kept elsewhere',
      { 'o/kustomization.yaml': 'configMapGenerator: [{name: a, files: [big.bin]}]', 'o/big.bin': 'x' },
      'lfs-pointer',
      'o/big.bin is an LFS pointer.',
      { 'o/big.bin': { kind: 'refused', reason: 'lfs-pointer', detail: 'o/big.bin is an LFS pointer.' } },
    ],
  ])('%s is no broken build', async (_, files, reason, detail, refuse = {}) => {
    const render = await built(files, 'o', {}, refuse);
    expect(render.state).toBe('failed');
    expect(render.notChecked).toEqual([expect.objectContaining({ reason, detail })]);
  });

  test('more than may be read', async () => {
    const files = { ...local, 'o/kustomization.yaml': 'resources: [web.yaml]' };
    const source = memoryTree(files);
    const limits = { ...defaultLimits, unitBytes: 50 };
    const kustomizations = await Kustomizations.read(
      new Layout(source, await source.list(), () => true),
      limits,
    );
    const render = await built(files, 'o', { kustomizations });
    expect(render.notChecked.map(({ reason, detail }) => [reason, detail])).toEqual([
      ['too-large', 'The files of the kustomization exceed 50 bytes.'],
    ]);
  });
});

describe('a kustomization that is broken', () => {
  test.each<[string, Files, string, number | null, string]>([
    [
      'a resource that is not there',
      { 'o/kustomization.yaml': 'resources:\n  - a.yaml\n' },
      'o/kustomization.yaml',
      2,
      "accumulating resources from 'a.yaml': 'o/a.yaml' doesn't exist",
    ],
    [
      'a base that is not there',
      {
        'o/kustomization.yaml': 'resources: [../b]\n',
        'b/kustomization.yaml': 'resources:\n  - x.yaml\n  - ../c\n',
        'b/x.yaml': web,
      },
      'b/kustomization.yaml',
      3,
      "accumulating resources from '../c': 'c' doesn't exist",
    ],
    [
      'a resource that is no YAML',
      {
        'o/kustomization.yaml': 'resources: [../b]\n',
        'b/kustomization.yaml': 'resources: [x.yaml]\n',
        'b/x.yaml': 'apiVersion: v1\nkind: X\n  a: b\n',
      },
      'b/x.yaml',
      3,
      "accumulating resources from 'x.yaml': MalformedYAMLError: yaml: line 3: mapping values are not allowed in this context in File: x.yaml",
    ],
    [
      'a field that Kustomize does not know',
      {
        'o/kustomization.yaml': 'resources: [../b]\n',
        'b/kustomization.yaml': 'namePrefix: a-\nresorces: [x.yaml]\n',
      },
      'b/kustomization.yaml',
      2,
      'invalid Kustomization: json: unknown field "resorces"',
    ],
    [
      'a patch without an object',
      {
        'o/kustomization.yaml': 'resources: [web.yaml]\npatches:\n  - path: p.yaml\n',
        'o/web.yaml': web,
        'o/p.yaml': web.replace('name: web', 'name: wob'),
      },
      'o/kustomization.yaml',
      3,
      'no resource matches strategic merge patch "Deployment.v1.apps/wob.[noNs]": no matches for Id Deployment.v1.apps/wob.[noNs]; failed to find unique target for patch Deployment.v1.apps/wob.[noNs]',
    ],
    [
      'replicas of nobody',
      {
        'o/kustomization.yaml':
          'resources: [web.yaml]\nreplicas:\n  - {name: web, count: 1}\n  - {name: wob, count: 1}\n',
        'o/web.yaml': web,
      },
      'o/kustomization.yaml',
      4,
      'resource with name wob does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]',
    ],
    [
      'two objects of one name',
      {
        'o/kustomization.yaml': 'resources:\n  - web.yaml\n  - more.yaml\n',
        'o/web.yaml': web,
        'o/more.yaml': web,
      },
      'o/kustomization.yaml',
      3,
      "merging resources from 'more.yaml': may not add resource with an already registered id: Deployment.v1.apps/web.[noNs]",
    ],
    [
      'a generator that merges with nothing',
      {
        'o/kustomization.yaml':
          'resources: [web.yaml]\nconfigMapGenerator:\n  - {name: env, behavior: merge, literals: [a=b]}\n',
        'o/web.yaml': web,
      },
      'o/kustomization.yaml',
      3,
      'merging from generator: id ConfigMap/env does not exist; cannot merge or replace',
    ],
  ])('%s', async (_, files, path, line, detail) => {
    const render = await built(files);
    expect(render).toMatchObject({ state: 'failed', manifests: [] });
    expect(render.notChecked).toEqual([{ unit: 'kustomize:o', path, reason: 'render-failed', detail, line }]);
  });

  test('what a patch, a generator or an object holds is not repeated', async () => {
    const secret = 'hunter2';
    const render = await built({
      'o/kustomization.yaml': `secretGenerator:\n  - name: s\n    literals: [${secret}]\n`,
    });
    expect(render.state).toBe('failed');
    expect(JSON.stringify(render.notChecked)).not.toContain(secret);
    expect(
      buildSentence(`x with config: \`\na: ${secret}\n\`: bad [patch: "${secret}"]: map[a:${secret}]`),
    ).toBe('x: bad the patch: …');
  });
});

test('a deploying tool may add fields and fill in texts', async () => {
  const files = {
    'o/kustomization.yaml': 'resources: [web.yaml]\nimages: [{name: x, newTag: v1}]\n',
    'o/web.yaml': web.replace('acme/a', '$' + '{IMAGE}'),
  };
  const render = await built(files, 'o', {
    fields: { namePrefix: 'a-', images: [{ name: 'acme/b', newTag: '2' }] },
    substitute: (text) => text.replace('$' + '{IMAGE}', 'acme/b'),
  });
  const [deployment] = render.manifests;
  expect(deployment?.ref.name).toBe('a-web');
  expect(deployment?.text).toContain('image: acme/b\n');
});

test('a deploying tool may state a kustomization where there is none', async () => {
  const files = { 'apps/web.yaml': web, 'apps/more/p.yaml': web.replace('replicas: 1', 'replicas: 7') };
  const fields = { resources: ['web.yaml'], patches: [{ path: 'more/p.yaml' }], namespace: 'shop' };
  const render = await built(files, 'apps', { fields });
  expect([render.state, render.manifests.map(({ ref }) => ref.namespace)]).toEqual(['ok', ['shop']]);
  expect(place(render, ['spec', 'replicas'])).toBe('apps/web.yaml:6:3-14 manifest');
  expect(place(render, ['metadata', 'namespace'])).toBe('apps/web.yaml:3:1-9 manifest');
});
