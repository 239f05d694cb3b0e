import { describe, expect, test } from 'vitest';
import { renderComparison, renderTree } from '../../../src/render/render.ts';
import type { RenderedUnit, UnitPair } from '../../../src/render/unit.ts';
import { type Files, memoryComparison, memoryTree } from '../memory-tree.ts';
import { settings } from '../renderers.ts';
import { shop } from './support.ts';

const refused = async () => {
  throw new Error('no engine was expected to be asked');
};
const engine = { warm: () => {}, call: refused, close: async () => {} };
const engines = { helm: engine, kustomize: engine };

const object = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${more}}\nspec: {selector: {app: ${name}}}\n`;

const application = (
  source: string,
  name = 'web',
  namespace = 'shop',
): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  destination: {namespace: ${namespace}}
  source: {repoURL: https://github.com/acme/shop, ${source}}
`;

const names = (unit: RenderedUnit | null) =>
  unit?.renders.map(({ valuesSet, manifests }) => [
    valuesSet,
    manifests.map(({ ref, origin }) => {
      const file = origin.kind === 'raw' ? origin.path : '';
      return `${file} ${ref.name}`;
    }),
  ]) ?? null;

const both = ({ id, base, head }: UnitPair) => [id, names(base), names(head)];

async function compare(base: Files, head: Files, renames = {}) {
  const all = { ...settings, repository: shop };
  const found = await renderComparison(memoryComparison(base, head, renames), all, engines);
  return { ...found, short: found.units.filter(({ id }) => !id.startsWith('raw:apps')).map(both) };
}

async function audit(files: Files) {
  const { units } = await renderTree(memoryTree(files), { ...settings, repository: shop }, engines);
  return units.filter(({ id }) => !id.startsWith('raw:apps')).map((unit) => [unit.id, names(unit)]);
}

const web = 'argocd:argocd/web';

describe('what an Application takes of a folder', () => {
  const files: Files = {
    'd/a.yaml': object('a'),
    'd/b.json': '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "b"}}',
    'd/c.txt': object('c'),
    'd/s/e.yml': object('e'),
    'd/s/t/f.yaml': object('f'),
  };
  const taken = async (options: string) => {
    const units = await audit({ ...files, 'apps/web.yaml': application(`path: d${options}`) });
    const [, sets] = units.find(([id]) => id === 'raw:d') ?? [];
    return (sets as [string, string[]][] | undefined)?.flatMap(([, own]) =>
      own.map((each) => each.split(' ')[0]),
    );
  };

  test.each([
    ['its own files', '', ['d/a.yaml', 'd/b.json']],
    [
      'every file below it',
      ', directory: {recurse: true}',
      ['d/a.yaml', 'd/b.json', 'd/s/e.yml', 'd/s/t/f.yaml'],
    ],
    ['what is included', ', directory: {include: "*.json"}', ['d/b.json']],
    [
      'a star goes on over folders',
      ', directory: {recurse: true, include: "s*l"}',
      ['d/s/e.yml', 'd/s/t/f.yaml'],
    ],
    [
      'several patterns',
      ', directory: {recurse: true, include: "{*.json,s/*.yml}"}',
      ['d/b.json', 'd/s/e.yml'],
    ],
    [
      'what is excluded is not, though it is included',
      ', directory: {include: "*", exclude: "a.*"}',
      ['d/b.json'],
    ],
    [
      'a pattern that does not compile excludes nothing',
      ', directory: {exclude: "[a-z0-9].yaml"}',
      ['d/a.yaml', 'd/b.json'],
    ],
    [
      'a pattern that does not compile includes nothing',
      ', directory: {include: "[a-z0-9].yaml"}',
      undefined,
    ],
  ])('%s', async (_, options, expected) => {
    expect(await taken(options)).toEqual(expected);
  });

  test('what the folder itself overrides', async () => {
    const override = { 'd/.argocd-source.yaml': 'directory: {recurse: true, include: "s/t/*"}\npath: x\n' };
    const units = await audit({ ...files, ...override, 'apps/web.yaml': application('path: d') });
    expect(units.find(([id]) => id === 'raw:d')).toEqual(['raw:d', [[web, ['d/s/t/f.yaml f']]]]);
  });

  test('no file that says it is to be skipped', async () => {
    const skipped = `# +argocd:skip-file-rendering\n${object('x')}`;
    expect(
      await audit({ 'd/a.yaml': object('a'), 'd/x.yaml': skipped, 'apps/web.yaml': application('path: d') }),
    ).toEqual([['raw:d', [[web, ['d/a.yaml a']]]]]);
  });
});

test('links are followed to files of the repository, and the files are looked at there', async () => {
  const files = {
    'd/a.yaml': null,
    'd/b.yaml': null,
    'd/c.yaml': null,
    'common/a.yaml': object('a'),
    'common/b.yaml': object('b'),
    'apps/web.yaml': application('path: d'),
  };
  const links = new Map([
    ['d/a.yaml', '../common/a.yaml'],
    ['d/b.yaml', '../common'],
    ['d/c.yaml', '/etc/passwd'],
  ]);
  const tree = { ...memoryTree(files), links: async () => links };
  const { units } = await renderTree(tree, { ...settings, repository: shop }, engines);
  expect(units.filter(({ id }) => !id.startsWith('raw:apps')).map((unit) => [unit.id, names(unit)])).toEqual([
    ['raw:common', [['default', ['common/b.yaml b']]]],
    ['raw:d', [[web, ['common/a.yaml a']]]],
  ]);
  // What leads out of the repository may hold more.
  expect(units.find(({ id }) => id === 'raw:d')?.renders[0]?.state).toBe('partial');
});

describe('a file is looked at once', () => {
  const files: Files = {
    'd/a.yaml': object('a'),
    'd/b.yaml': object('b'),
    'd/s/e.yaml': object('e'),
    'x/f.yaml': object('f'),
  };

  test('without an Application as before', async () => {
    expect(await audit(files)).toEqual([
      ['raw:d', [['default', ['d/a.yaml a', 'd/b.yaml b']]]],
      ['raw:d/s', [['default', ['d/s/e.yaml e']]]],
      ['raw:x', [['default', ['x/f.yaml f']]]],
    ]);
  });

  test('what an Application leaves stays plain, beside it', async () => {
    const app = application('path: d, directory: {exclude: b.yaml}');
    expect(await audit({ ...files, 'apps/web.yaml': app })).toEqual([
      ['raw:d', [[web, ['d/a.yaml a']]]],
      ['raw:d (others)', [['default', ['d/b.yaml b']]]],
      ['raw:d/s', [['default', ['d/s/e.yaml e']]]],
      ['raw:x', [['default', ['x/f.yaml f']]]],
    ]);
  });

  test('Applications of one folder, and of a folder within another, are sets of one unit', async () => {
    const apps = {
      'apps/1.yaml': application('path: d, directory: {recurse: true}'),
      'apps/2.yaml': application('path: d', 'two', 'other'),
      'apps/3.yaml': application('path: d/s', 'three'),
    };
    expect((await audit({ ...files, ...apps })).slice(0, 2)).toEqual([
      [
        'raw:d',
        [
          ['argocd:argocd/two', ['d/a.yaml a', 'd/b.yaml b']],
          [web, ['d/a.yaml a', 'd/b.yaml b', 'd/s/e.yaml e']],
          ['argocd:argocd/three', ['d/s/e.yaml e']],
        ],
      ],
      ['raw:x', [['default', ['x/f.yaml f']]]],
    ]);
  });

  test('what a chart or a kustomization holds stays theirs', async () => {
    const app = application('path: d, directory: {recurse: true}');
    const more = {
      'd/k/kustomization.yaml': 'resources: [g.yaml]\n',
      'd/k/g.yaml': object('g'),
      'apps/web.yaml': app,
    };
    const kustomize = {
      ...engine,
      call: async () => ({ header: { documents: [], steps: [], skips: [], dropped: [] }, blobs: [] }),
    };
    const { units } = await renderTree(
      memoryTree({ ...files, ...more }),
      { ...settings, repository: shop },
      { helm: engine, kustomize },
    );
    const unit = units.find(({ id }) => id === 'raw:d');
    expect(names(unit!)).toEqual([[web, ['d/a.yaml a', 'd/b.yaml b', 'd/s/e.yaml e']]]);
    expect(unit?.renders[0]?.state).toBe('partial');
    expect(units.map(({ id }) => id)).toContain('kustomize:d/k');
  });

  test('what a chart holds is no manifest', async () => {
    const app = application('path: d, directory: {recurse: true}');
    const chart = { 'd/chart/Chart.yaml': 'name: c\nversion: 1.0.0\n', 'd/chart/values.yaml': 'a: 1\n' };
    const helm = { ...engine, call: async () => ({ header: { documents: [], warnings: [] }, blobs: [] }) };
    const { units } = await renderTree(
      memoryTree({ ...files, ...chart, 'apps/web.yaml': app }),
      { ...settings, repository: shop },
      { helm, kustomize: engine },
    );
    const [render] = units.find(({ id }) => id === 'raw:d')?.renders ?? [];
    expect([render?.state, render?.manifests.length]).toEqual(['ok', 3]);
  });

  test('Jsonnet is not checked, and what it makes may be there', async () => {
    const app = application('path: d');
    const { units } = await renderTree(
      memoryTree({
        'd/a.yaml': object('a'),
        'd/x.jsonnet': '{}',
        'd/y.libsonnet': '{}',
        'apps/web.yaml': app,
      }),
      { ...settings, repository: shop },
      engines,
    );
    const [render] = units.find(({ id }) => id === 'raw:d')?.renders ?? [];
    expect(render?.state).toBe('partial');
    expect(render?.notChecked.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      'd/x.jsonnet unsupported',
    ]);
  });
});

describe("the destination's namespace", () => {
  const files = {
    'd/a.yaml': object('a', ', namespace: shop'),
    'd/b.yaml': object('b'),
    'd/c.yaml': object('c', ', namespace: x'),
    'd/d.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: d}\n',
    'd/e.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: e}\n',
  };
  const placed = async (...namespaces: string[]) => {
    const apps = namespaces.map((each, i) => [`apps/${i}.yaml`, application('path: d', `n${i}`, each)]);
    const { units } = await renderTree(
      memoryTree({ ...files, ...Object.fromEntries(apps) }),
      { ...settings, repository: shop },
      engines,
    );
    const unit = units.find(({ id }) => id === 'raw:d');
    return unit?.renders.map(({ manifests }) => manifests.map(({ ref }) => ref.namespace));
  };

  test.each<[string, string[], unknown[]]>([
    ['holds for what names none and may stand in one', ['shop'], [['shop', 'shop', 'x', null, null]]],
    ['leaves what names another one', ['more'], [['shop', 'more', 'x', null, null]]],
    ['that is filled in later is not known', ['"{{ns}}"'], [['shop', null, 'x', null, null]]],
    [
      'of several Applications: an object is one in all of them',
      ['shop', 'x'],
      [
        [null, null, 'x', null, null],
        ['shop', null, null, null, null],
      ],
    ],
  ])('%s', async (_, namespaces, expected) => {
    expect(await placed(...namespaces)).toEqual(expected);
  });

  test('a finding points at the line of the file', async () => {
    const { units } = await renderTree(
      memoryTree({ ...files, 'apps/web.yaml': application('path: d') }),
      { ...settings, repository: shop },
      engines,
    );
    const [first] = units.find(({ id }) => id === 'raw:d')?.renders[0]?.manifests ?? [];
    expect(first?.locate(['spec', 'selector', 'app'])).toMatchObject({
      path: 'd/a.yaml',
      startLine: 4,
      startColumn: 19,
    });
  });

  test('another one at base makes no other object', async () => {
    const app = (namespace: string) => ({ 'apps/web.yaml': application('path: d', 'web', namespace) });
    const all = { ...settings, repository: shop };
    const { units } = await renderComparison(
      memoryComparison({ ...files, ...app('old') }, { ...files, ...app('new') }),
      all,
      engines,
    );
    const unit = units.find(({ id }) => id === 'raw:d');
    const [base, head] = [unit?.base, unit?.head].map(
      (side) => side?.renders[0]?.manifests[1]?.ref.namespace,
    );
    expect([base, head]).toEqual(['new', 'new']);
  });
});

test('a set of Applications of folders: a folder that is new is new, and no other one is touched', async () => {
  const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
  generators:
  - matrix:
      generators:
      - git: {repoURL: https://github.com/acme/shop, directories: [{path: teams/*}]}
      - list: {elements: [{env: prod}, {env: test}]}
  template:
    metadata: {name: '{{path.basename}}-{{env}}'}
    spec:
      destination: {namespace: '{{path.basename}}'}
      source: {repoURL: https://github.com/acme/shop, path: '{{path}}'}
`;
  const base = { 'apps/set.yaml': set, 'teams/a/x.yaml': object('x') };
  const { short } = await compare(base, { ...base, 'teams/b/z.yaml': object('z') });
  const own = ['teams/b/z.yaml z'];
  expect(short).toEqual([
    [
      'raw:teams/b',
      null,
      [
        ['argocd:argocd/b-prod', own],
        ['argocd:argocd/b-test', own],
      ],
    ],
  ]);
});

describe('base against head', () => {
  const files: Files = { 'd/a.yaml': object('a'), 'd/b.yaml': object('b'), 'd/s/e.yaml': object('e') };
  const app = (options: string, path = 'd') => ({ 'apps/web.yaml': application(`path: ${path}${options}`) });
  const all = ['d/a.yaml a', 'd/b.yaml b', 'd/s/e.yaml e'];
  const own = all.slice(0, 2);

  test.each<[string, Files, Files, unknown[]]>([
    [
      'recurse turned on',
      app(''),
      app(', directory: {recurse: true}'),
      [['raw:d', [[web, own]], [[web, all]]]],
    ],
    [
      'recurse turned off',
      app(', directory: {recurse: true}'),
      app(''),
      [['raw:d', [[web, all]], [[web, own]]]],
    ],
    [
      'an exclude dropped',
      app(', directory: {exclude: "b*"}'),
      app(''),
      [['raw:d', [[web, own.slice(0, 1)]], [[web, own]]]],
    ],
    ['the path moved', app(''), app('', 'd/s'), [['raw:d/s', [[web, own]], [[web, all.slice(2)]]]]],
    [
      'a new Application is held against what stood there',
      {},
      app(''),
      [['raw:d', [['default', own]], [[web, own]]]],
    ],
    ['an Application that is gone', app(''), {}, []],
    [
      'another namespace',
      app(''),
      { 'apps/web.yaml': application('path: d', 'web', 'b') },
      [['raw:d', [[web, own]], [[web, own]]]],
    ],
    [
      'nothing of what is deployed',
      app(''),
      { 'apps/web.yaml': `${application('path: d')}  project: x\n` },
      [],
    ],
  ])('%s', async (_, base, head, expected) => {
    expect((await compare({ ...files, ...base }, { ...files, ...head })).short).toEqual(expected);
  });

  test('what another Application deployed and this one takes over is no news', async () => {
    const base = { ...files, ...app(''), 'apps/e.yaml': application('path: d/s', 'e') };
    const head = { ...files, ...app(', directory: {recurse: true}') };
    expect((await compare(base, head)).short).toEqual([['raw:d', [[web, all]], [[web, all]]]]);
  });

  test('a file that is taken, changed', async () => {
    const base = { ...files, ...app(', directory: {recurse: true}') };
    const head = { ...base, 'd/s/e.yaml': `${object('e')}# more\n` };
    expect((await compare(base, head)).short).toEqual([['raw:d', [[web, all]], [[web, all]]]]);
  });

  test('a file that is encrypted is said to be', async () => {
    const secret = `${object('s').replace('Service', 'Secret')}data: {p: "ENC[AES256_GCM,data:x]"}\nsops:\n  mac: ENC[x]\n`;
    const base = { ...files, ...app('') };
    const { notChecked } = await compare(base, { ...base, 'd/s.yaml': secret });
    expect(notChecked.map(({ path, reason }) => `${path} ${reason}`)).toEqual(['d/s.yaml encrypted']);
  });

  test('a file that is left, changed', async () => {
    const base = { ...files, ...app(', directory: {exclude: b.yaml}') };
    const head = { ...base, 'd/b.yaml': `${object('b')}# more\n` };
    expect((await compare(base, head)).short).toEqual([
      ['raw:d (others)', [['default', [own[1]]]], [['default', [own[1]]]]],
    ]);
  });

  test('a file that is left from now on is held against what it was', async () => {
    const base = { ...files, ...app('') };
    const head = { ...files, ...app(', directory: {exclude: b.yaml}'), 'd/b.yaml': `${object('b')}# more\n` };
    expect((await compare(base, head)).short).toEqual([
      ['raw:d', [[web, own]], [[web, own.slice(0, 1)]]],
      ['raw:d (others)', [['default', [own[1]]]], [['default', [own[1]]]]],
    ]);
  });

  test('a file that was left and is taken is no file of the rest', async () => {
    const base = { ...files, ...app(', directory: {exclude: b.yaml}') };
    const head = { ...files, ...app(''), 'd/b.yaml': `${object('b')}# more\n` };
    expect((await compare(base, head)).short).toEqual([['raw:d', [[web, own.slice(0, 1)]], [[web, own]]]]);
  });

  test('a folder that moves with its Application', async () => {
    const base = { ...files, ...app('') };
    const head = {
      'new/a.yaml': object('a'),
      'new/b.yaml': object('b'),
      'd/s/e.yaml': object('e'),
      ...app('', 'new'),
    };
    const moved = { 'new/a.yaml': 'd/a.yaml', 'new/b.yaml': 'd/b.yaml' };
    expect((await compare(base, head, moved)).short).toEqual([
      ['raw:new', [[web, own]], [[web, ['new/a.yaml a', 'new/b.yaml b']]]],
    ]);
  });

  test('a new Application of a folder that moves is held against what stood there', async () => {
    const head = {
      'new/a.yaml': object('a'),
      'new/b.yaml': object('b'),
      'd/s/e.yaml': object('e'),
      ...app('', 'new'),
    };
    const moved = { 'new/a.yaml': 'd/a.yaml', 'new/b.yaml': 'd/b.yaml' };
    expect((await compare(files, head, moved)).short).toEqual([
      ['raw:new', [['default', own]], [[web, ['new/a.yaml a', 'new/b.yaml b']]]],
    ]);
  });
});
