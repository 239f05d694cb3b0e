import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../../src/engines/engine.ts';
import type { FieldPath } from '../../../src/manifest/field-path.ts';
import { renderComparison, renderTree } from '../../../src/render/render.ts';
import type { Render, UnitPair } from '../../../src/render/unit.ts';
import { type Files, memoryComparison, memoryTree } from '../memory-tree.ts';
import { settings } from '../renderers.ts';
import { shop } from './support.ts';

const engines = {
  helm: openEngine('helm', { instances: 1 }),
  kustomize: openEngine('kustomize', { instances: 1 }),
};
afterAll(() => Promise.all([engines.helm.close(), engines.kustomize.close()]));

const $ = '$';
const grace: FieldPath = ['spec', 'template', 'spec', 'terminationGracePeriodSeconds'];

const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  template:
    spec:
      terminationGracePeriodSeconds: ${$}{GRACE:=30}
      containers: [{name: a, image: acme/a}]
`;

const kustomization = (spec: string, name = 'web', path = 'web'): string => `# of the cluster
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: flux-system}
spec:
  path: ./${path}
  sourceRef: {kind: GitRepository, name: shop}
${spec}`;

const source = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shop, namespace: flux-system}
spec: {url: https://github.com/acme/shop}
`;

const application = (options: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  destination: {namespace: shop}
  source:
    repoURL: https://github.com/acme/shop
    path: web
    kustomize:
${options}`;

const files: Files = {
  'web/kustomization.yaml': 'resources: [web.yaml]\n',
  'web/web.yaml': web,
  'flux/source.yaml': source,
};

async function head(more: Files) {
  const all = { ...files, ...more };
  const { units, notChecked } = await renderTree(memoryTree(all), { ...settings, repository: shop }, engines);
  return { unit: units.find(({ kind }) => kind === 'kustomize'), units, notChecked };
}

async function compareAll(base: Files, change: Files) {
  const all = { ...settings, repository: shop };
  return renderComparison(memoryComparison(base, { ...base, ...change }), all, engines);
}

async function compare(base: Files, change: Files) {
  const { units } = await compareAll(base, change);
  return units.filter(({ id }) => !id.startsWith('raw:'));
}

function held(render: Render | undefined, path: FieldPath) {
  const [manifest] = render?.manifests ?? [];
  const at = manifest?.locate(path);
  const value = path.reduce<unknown>((map, key) => (map as Record<string, unknown>)?.[key], manifest?.value);
  return [value, at && `${at.path}:${at.startLine}:${at.startColumn}-${at.endColumn}`];
}

const sets = ({ id, base, head }: { id: string } & Pick<UnitPair, 'base' | 'head'>) => [
  id,
  base?.renders.map(({ valuesSet }) => valuesSet) ?? null,
  head?.renders.map(({ valuesSet }) => valuesSet) ?? null,
];

describe('what an object adds is found at its line', () => {
  const patched = (key: string, indent: string) =>
    `${indent}${key}:\n${indent}- patch: |\n${indent}    apiVersion: apps/v1\n${indent}    kind: Deployment\n${indent}    metadata: {name: web}\n${indent}    spec: {replicas: 7}\n`;
  const operation =
    '  patches:\n  - target: {kind: Deployment}\n    patch: |\n      - op: add\n        path: /spec/replicas\n        value: 7\n';

  test.each<[string, string, FieldPath, unknown[]]>([
    [
      'a variable',
      kustomization('  postBuild:\n    substitute:\n      GRACE: "5"\n'),
      grace,
      [5, 'flux/web.yaml:10:7-17'],
    ],
    [
      'its default',
      kustomization('  postBuild: {substitute: {A: "5"}}\n'),
      grace,
      [30, 'web/web.yaml:8:7-50'],
    ],
    [
      'a patch of Flux',
      kustomization(patched('patches', '  ')),
      ['spec', 'replicas'],
      [7, 'flux/web.yaml:13:7-26'],
    ],
    ['a JSON patch', kustomization(operation), ['spec', 'replicas'], [7, 'flux/web.yaml:13:9-17']],
    [
      'a patch of Argo CD',
      application(patched('patches', '      ')),
      ['spec', 'replicas'],
      [7, 'flux/web.yaml:15:11-30'],
    ],
    [
      'an annotation of every object',
      kustomization('  commonMetadata:\n    annotations:\n      tier: front\n'),
      ['metadata', 'annotations', 'tier'],
      ['front', 'flux/web.yaml:10:7-18'],
    ],
    [
      'which its pods do not get',
      kustomization('  commonMetadata:\n    annotations:\n      tier: front\n'),
      ['spec', 'template', 'metadata'],
      [undefined, 'web/web.yaml:6:3-11'],
    ],
    [
      'replicas',
      application('      replicas:\n      - name: web\n        count: 7\n'),
      ['spec', 'replicas'],
      [7, 'flux/web.yaml:12:9-17'],
    ],
    [
      'the namespace',
      kustomization('  targetNamespace: edge\n'),
      ['metadata', 'namespace'],
      ['edge', 'flux/web.yaml:8:3-24'],
    ],
    ['a field of the folder', kustomization(''), ['spec', 'replicas'], [2, 'web/web.yaml:5:3-14']],
  ])('%s', async (_, object, path, expected) => {
    const { unit } = await head({ 'flux/web.yaml': object });
    expect(held(unit?.renders[0], path)).toEqual(expected);
  });

  test('a variable of a ConfigMap', async () => {
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars}\ndata:\n  GRACE: "5"\n';
    const from = kustomization('  postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}\n');
    const { unit } = await head({ 'flux/web.yaml': from, 'flux/vars.yaml': map });
    expect(held(unit?.renders[0], grace)).toEqual([5, 'flux/vars.yaml:5:3-13']);
  });

  test('what a Secret may hold is unknown', async () => {
    const from = kustomization('  postBuild: {substituteFrom: [{kind: Secret, name: vars}]}\n');
    const { unit } = await head({ 'flux/web.yaml': from });
    expect(held(unit?.renders[0], grace)).toEqual([`${$}{GRACE:=30}`, 'web/web.yaml:8:7-50']);
  });

  test('a variable that makes no YAML is said', async () => {
    const { unit } = await head({
      'flux/web.yaml': kustomization('  postBuild: {substitute: {GRACE: "[5"}}\n'),
    });
    expect(unit?.renders[0]).toMatchObject({ state: 'partial', manifests: [] });
    expect(unit?.renders[0]?.notChecked).toEqual([
      {
        unit: 'kustomize:web',
        path: 'web/web.yaml',
        reason: 'unsupported',
        detail: 'An object is no YAML any more once its variables are put in.',
        line: null,
      },
    ]);
  });
});

test('texts of the kustomization stay texts when an object adds to it', async () => {
  const labels = 'labels: [{pairs: {on: "yes", y: "012"}}]\n';
  const { unit } = await head({
    'web/kustomization.yaml': `resources: [web.yaml]\n${labels}`,
    'flux/web.yaml': kustomization('  namePrefix: a-\n'),
  });
  expect(unit?.renders[0]?.state).toBe('ok');
  expect(unit?.renders[0]?.manifests[0]?.value.metadata).toEqual({
    labels: { on: 'yes', y: '012' },
    name: 'a-web',
  });
});

describe('which units a change touches', () => {
  const variable = (value: number) => kustomization(`  postBuild: {substitute: {GRACE: "${value}"}}\n`);
  const base = { ...files, 'flux/web.yaml': variable(60) };
  const both = ['flux:flux-system/web'];

  test.each<[string, Files, unknown[]]>([
    ['a variable', { 'flux/web.yaml': variable(5) }, [['kustomize:web', both, both]]],
    ['what has no part in a build', { 'flux/web.yaml': `${variable(60)}  interval: 1h\n` }, []],
    [
      'a resource',
      { 'web/web.yaml': web.replace('replicas: 2', 'replicas: 3') },
      [['kustomize:web', both, both]],
    ],
    [
      'a second release',
      { 'flux/more.yaml': kustomization('', 'more') },
      [['kustomize:web', both, ['flux:flux-system/more', ...both]]],
    ],
    [
      'the first release of a folder that another one uses',
      {
        'all/kustomization.yaml': 'resources: [../web]\n',
        'flux/web.yaml': kustomization('', 'all', 'all'),
      },
      [['kustomize:all', null, ['flux:flux-system/all']]],
    ],
  ])('%s', async (_, change, expected) => {
    expect((await compare(base, change)).map(sets)).toEqual(expected);
  });

  test('a base that is released by itself is a unit beside the overlay that uses it', async () => {
    const { units } = await head({
      'all/kustomization.yaml': 'resources: [../web]\n',
      'flux/web.yaml': kustomization(''),
    });
    expect(units.filter(({ kind }) => kind === 'kustomize').map(({ id }) => id)).toEqual([
      'kustomize:all',
      'kustomize:web',
    ]);
  });
});

describe('a folder without a kustomization that Flux deploys', () => {
  const plain: Files = {
    'flux/source.yaml': source,
    'flux/web.yaml': kustomization(
      '  targetNamespace: shop\n  postBuild: {substitute: {GRACE: "5"}}\n',
      'web',
      'apps',
    ),
    'apps/web.yaml': web,
    'apps/deep/more.yml': web.replace('name: web', 'name: more'),
    'apps/notes.yaml': 'a: 1\n',
    'apps/own/kustomization.yaml': 'resources: [x.yaml]\n',
    'apps/own/x.yaml': web.replace('name: web', 'name: own'),
    'apps/own/left.yaml': web.replace('name: web', 'name: left'),
  };

  test('is one unit of every file, down to folders that have one', async () => {
    const { units } = await renderTree(memoryTree(plain), { ...settings, repository: shop }, engines);
    expect(units.map(({ id }) => id)).toEqual(['kustomize:apps', 'raw:flux']);
    const [render] = units[0]!.renders;
    expect([render?.valuesSet, render?.state]).toEqual(['flux:flux-system/web', 'ok']);
    expect(render?.manifests.map(({ ref }) => `${ref.namespace}/${ref.name}`).sort()).toEqual([
      'shop/more',
      'shop/own',
      'shop/web',
    ]);
    expect(held(render, grace)[0]).toBe(5);
  });

  test('a change below it is judged there and nowhere else', async () => {
    const change = { 'apps/deep/more.yml': `${plain['apps/deep/more.yml']}\n` };
    const { units } = await compareAll(plain, change);
    expect(units.map(({ id }) => id)).toEqual(['kustomize:apps']);
  });

  test('what was plain before is what it is compared with', async () => {
    const { 'flux/web.yaml': added, ...base } = plain;
    const { units } = await compareAll(base, { 'flux/web.yaml': added! });
    const before = units.find(({ id }) => id === 'kustomize:apps')?.base;
    expect([before?.kind, before?.renders[0]?.manifests.map(({ ref }) => ref.name).sort()]).toEqual([
      'raw',
      ['more', 'web'],
    ]);
    expect(units.map(({ id }) => id)).toEqual(['kustomize:apps', 'raw:flux']);
  });

  const namesOf = (unit: UnitPair['head'] | undefined) =>
    unit?.renders[0]?.manifests.map(({ ref }) => ref.name).sort();

  test('without what the repository leaves out', async () => {
    const ignored = { ...plain, '.sourceignore': '# not yet\n/apps/deep/\n' };
    const { units } = await renderTree(memoryTree(ignored), { ...settings, repository: shop }, engines);
    expect(namesOf(units.find(({ id }) => id === 'kustomize:apps'))).toEqual(['own', 'web']);
    // What is left out is deployed by somebody else, if at all.
    expect(units.map(({ id }) => id)).toContain('raw:apps/deep');
  });

  test('without what the source leaves out', async () => {
    const stated = { 'flux/source.yaml': `${source.trimEnd().replace(/}$/, ', ignore: "web.yaml\\n"}')}\n` };
    const { units } = await compareAll(plain, stated);
    const unit = units.find(({ id }) => id === 'kustomize:apps');
    expect([namesOf(unit?.base), namesOf(unit?.head)]).toEqual([
      ['more', 'own', 'web'],
      ['more', 'own'],
    ]);
  });

  test('a change of what is left out touches it', async () => {
    const { units } = await compareAll(plain, { 'apps/.sourceignore': 'web.yaml\n' });
    const unit = units.find(({ id }) => id === 'kustomize:apps');
    expect([namesOf(unit?.base), namesOf(unit?.head)]).toEqual([
      ['more', 'own', 'web'],
      ['more', 'own'],
    ]);
  });

  test('more than somebody deploys stays plain', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1001 }, (_, i) => [`apps/many/${i}.yaml`, 'a: 1\n']),
    );
    const { units } = await renderTree(
      memoryTree({ ...plain, ...many }),
      { ...settings, repository: shop },
      engines,
    );
    expect(units.map(({ id }) => id)).toEqual([
      'kustomize:apps/own',
      'raw:apps',
      'raw:apps/deep',
      'raw:flux',
    ]);
  });
});

describe('what is hostile', () => {
  test.each([
    ['a patch of a file outside', application('      patches:\n      - path: ../../etc/passwd\n')],
    ['a component outside', kustomization('  components: [../../../etc]\n')],
    ['a component of an address', kustomization('  components: ["https://evil.example/x"]\n')],
    ['a patch that is none', kustomization('  patches: [{patch: "a: [", target: {kind: Deployment}}]\n')],
    [
      'an object of prototypes',
      kustomization('  images: [{name: __proto__, newName: constructor}]\n  patches: {__proto__: 1}\n'),
    ],
  ])('%s reads nothing outside and harms no other unit', async (_, object) => {
    const other = { 'other/kustomization.yaml': 'resources: [o.yaml]\n', 'other/o.yaml': web };
    const { units } = await head({ 'flux/web.yaml': object, ...other });
    const states = units
      .filter(({ kind }) => kind === 'kustomize')
      .map(({ id, renders }) => [id, renders.length]);
    expect(states).toEqual([
      ['kustomize:other', 1],
      ['kustomize:web', 1],
    ]);
    expect(units.find(({ id }) => id === 'kustomize:other')?.renders[0]?.state).toBe('ok');
    const said = units.flatMap(({ renders }) => renders.flatMap(({ notChecked }) => notChecked));
    expect(JSON.stringify(said)).not.toContain('root:');
  });

  test('of many releases of a folder the nearest are built', async () => {
    const releases = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`flux/${i + 10}.yaml`, kustomization('', `web-${i + 10}`)]),
    );
    const base = { ...files, ...releases };
    const change = { 'flux/69.yaml': kustomization('  targetNamespace: edge\n', 'web-69') };
    const { units, notChecked } = await compareAll(base, change);
    const unit = units.find(({ id }) => id === 'kustomize:web');
    expect(unit?.head?.renders.map(({ valuesSet }) => valuesSet)).toContain('flux:flux-system/web-69');
    expect(unit?.head?.renders).toHaveLength(50);
    expect(notChecked.map(({ detail }) => detail)).toEqual([
      'It is released 60 times; the 50 nearest to the change were built.',
    ]);
  });
});
