import { describe, expect, test } from 'vitest';
import { compareUnits } from '../../src/render/compare.ts';
import type { UnitPair } from '../../src/render/unit.ts';
import { type Files, memoryComparison, memoryTree } from './memory-tree.ts';
import { echoRenderer, settings } from './renderers.ts';

const object = (kind: string, name: string, more = '') =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${more}`;
const web = object('Pod', 'web');
const web2 = object('Pod', 'web', 'spec: {}\n');

async function compare(
  base: Files,
  head: Files,
  renames: Record<string, string> = {},
  more: Partial<typeof settings> = {},
) {
  const { renderer, requests, state } = echoRenderer();
  const comparison = memoryComparison(base, head, renames);
  const result = await compareUnits(comparison, { ...settings, ...more }, renderer);
  expect(requests).toEqual([]);
  expect(state.warmed).toBe(0);
  return result;
}

const names = (unit: UnitPair['base']) =>
  unit?.renders.flatMap(({ manifests }) => manifests.map(({ ref }) => ref.name)) ?? null;
const shape = ({ id, base, head }: UnitPair) => [id, names(base), names(head)];

describe('which raw units a change touches', () => {
  test.each<[string, Files, Files, unknown[]]>([
    ['nothing', { 'a.yaml': web }, { 'a.yaml': web }, []],
    ['the root folder', { 'a.yaml': web }, { 'a.yaml': web2 }, [['raw:.', ['web'], ['web']]]],
    [
      'the whole folder, not the folders below',
      { 'd/a.yaml': web, 'd/b.yml': object('Service', 'b'), 'd/e/c.yaml': object('Pod', 'c') },
      { 'd/a.yaml': web2, 'd/b.yml': object('Service', 'b'), 'd/e/c.yaml': object('Pod', 'c') },
      [['raw:d', ['web', 'b'], ['web', 'b']]],
    ],
    [
      'an added folder',
      {},
      { 'd/a.json': '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"j"}}' },
      [['raw:d', null, ['j']]],
    ],
    [
      'a deleted file',
      { 'd/a.yaml': web, 'd/b.yaml': object('Pod', 'b') },
      { 'd/b.yaml': object('Pod', 'b') },
      [['raw:d', ['web', 'b'], ['b']]],
    ],
    ['a deleted folder', { 'd/a.yaml': web }, {}, [['raw:d', ['web'], null]]],
    [
      'a file that is no manifest',
      { 'd/a.yaml': web, 'd/values.yaml': 'a: 1\n' },
      { 'd/a.yaml': web, 'd/values.yaml': 'a: 2\n' },
      [],
    ],
    ['a workflow', {}, { '.github/workflows/a.yaml': 'on: push\njobs: {}\n' }, []],
    [
      'excluded folders',
      { 'tests/a.yaml': web, 'x/vendor/y/a.yaml': web },
      { 'tests/a.yaml': web2, 'x/vendor/y/a.yaml': web2 },
      [],
    ],
    ['a file that is not YAML', { 'a.txt': web }, { 'a.txt': web2 }, []],
  ])('%s', async (_, base, head, expected) => {
    const { units, notChecked } = await compare(base, head);
    expect(units.map(shape)).toEqual(expected);
    expect(notChecked).toEqual([]);
  });

  test.each<[string, Files, Files, Record<string, string>, unknown[]]>([
    [
      'one file of many, into a folder of its own',
      { 'd/a.yaml': web, 'd/b.yaml': object('Pod', 'b') },
      { 'd/web/a.yaml': web2, 'd/b.yaml': object('Pod', 'b') },
      { 'd/web/a.yaml': 'd/a.yaml' },
      [
        ['raw:d', ['b'], ['b']],
        ['raw:d/web', ['web'], ['web']],
      ],
    ],
    [
      'one file, into a folder that others have',
      { 'd/a.yaml': web, 'd/b.yaml': object('Pod', 'b'), 'e/c.yaml': object('Pod', 'c') },
      { 'e/a.yaml': web2, 'd/b.yaml': object('Pod', 'b'), 'e/c.yaml': object('Pod', 'c') },
      { 'e/a.yaml': 'd/a.yaml' },
      [
        ['raw:d', ['b'], ['b']],
        ['raw:e', ['web', 'c'], ['web', 'c']],
      ],
    ],
    [
      'a file that git takes for another one',
      { 'd/a.yaml': object('Pod', 'a'), 'e/c.yaml': object('Pod', 'c') },
      { 'e/b.yaml': object('Pod', 'b'), 'e/c.yaml': object('Pod', 'c') },
      { 'e/b.yaml': 'd/a.yaml' },
      [
        ['raw:d', ['a'], null],
        ['raw:e', ['c'], ['b', 'c']],
      ],
    ],
  ])('a renamed file goes with its objects: %s', async (_, base, head, renames, expected) => {
    const { units } = await compare(base, head, renames);
    expect(units.map(shape)).toEqual(expected);
  });

  test('a moved folder is the same unit', async () => {
    const { units } = await compare(
      { 'old/a.yaml': web },
      { 'new/a.yaml': web2 },
      { 'new/a.yaml': 'old/a.yaml' },
    );
    expect(units.map(shape)).toEqual([['raw:new', ['web'], ['web']]]);
    expect(units[0]?.base?.renders[0]?.manifests[0]?.locate([])).toMatchObject({
      path: 'old/a.yaml',
      revision: 'base',
    });
  });

  test('a file that moves between folders touches both', async () => {
    const stays = object('Pod', 'stays');
    const { units } = await compare(
      { 'a/x.yaml': web, 'a/s.yaml': stays },
      { 'b/x.yaml': web, 'a/s.yaml': stays },
      { 'b/x.yaml': 'a/x.yaml' },
    );
    expect(units.map(shape)).toEqual([
      ['raw:a', ['stays'], ['stays']],
      ['raw:b', ['web'], ['web']],
    ]);
  });

  test('paths and globs restrict', async () => {
    const base = { 'a/x.yaml': web, 'b/x.yaml': web, 'bb/x.yaml': web };
    const head = { 'a/x.yaml': web2, 'b/x.yaml': web2, 'bb/x.yaml': web2 };
    expect((await compare(base, head, {}, { paths: ['b/'] })).units.map(({ id }) => id)).toEqual(['raw:b']);
    expect((await compare(base, head, {}, { include: ['a/**'] })).units.map(({ id }) => id)).toEqual([
      'raw:a',
    ]);
    expect((await compare(base, head, {}, { exclude: ['b*/**'] })).units.map(({ id }) => id)).toEqual([
      'raw:a',
    ]);
  });

  test('what a kustomization governs is no plain manifest; what it does not name is said', async () => {
    const files = {
      'k/base/kustomization.yaml': 'resources: [a.yaml]\n',
      'k/base/a.yaml': web,
      'k/base/sub/b.yaml': web,
    };
    const head = { ...files, 'k/base/a.yaml': web2, 'k/base/sub/b.yaml': web2 };
    const { units, notChecked } = await compare(files, head);
    expect(units.map(({ id, head }) => [id, head?.renders[0]?.manifests.length])).toEqual([
      ['kustomize:k/base', 1],
    ]);
    expect(notChecked).toEqual([
      {
        unit: 'kustomize:k/base',
        path: 'k/base/sub/b.yaml',
        reason: 'unsupported',
        detail: 'k/base/sub/b.yaml stands among kustomizations, and none of them names it.',
        line: null,
      },
    ]);
  });
});

describe('YAML that a tool fills in', () => {
  const $ = '$';
  const filled = object('Pod', `${$}{NAME}`, `spec: {nodeName: ${$}NODE, hostname: "${$}{HOST}"}\n`);

  test.each(['a.yaml.template', 'a.yaml.tmpl', 'a.yml.tpl', 'a.json.envsubst'])(
    '%s is a manifest',
    async (file) => {
      const { units } = await compare({ [`d/${file}`]: web }, { [`d/${file}`]: filled });
      expect(units.map(shape)).toEqual([['raw:d', ['web'], [`${$}{NAME}`]]]);
      expect(units[0]?.head?.renders[0]?.manifests[0]?.value.spec).toEqual({
        nodeName: `${$}{NODE}`,
        hostname: `${$}{HOST}`,
      });
      expect(units[0]?.head?.renders[0]?.manifests[0]?.locate(['spec', 'nodeName'])).toMatchObject({
        path: `d/${file}`,
        startLine: 5,
      });
    },
  );

  test('what is no YAML yet is no mistake', async () => {
    const lines = `spec:\n${$}{CONTAINERS}\n  a: [\n`;
    const { units } = await compare(
      { 'd/a.yaml.tmpl': web },
      { 'd/a.yaml.tmpl': object('Pod', 'web', lines) },
    );
    expect(units[0]?.head?.renders[0]?.notChecked.map(({ reason, line }) => [reason, line])).toEqual([
      ['unsupported', 6],
    ]);
    const { units: fresh } = await compare({}, { 'd/a.yaml.tmpl': `{{ if .X }}\n${object('Pod', 'web')}` });
    expect(fresh).toEqual([]);
  });

  test.each(['a.tmpl', 'values.yaml.gotmpl', 'a.yaml.bak'])('%s is none', async (file) => {
    expect((await compare({}, { [`d/${file}`]: web })).units).toEqual([]);
  });
});

describe('what cannot be read', () => {
  const broken = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n spec: [\n';
  const template = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.x }}\n';

  async function head(base: Files, files: Files) {
    const { units, notChecked } = await compare(base, files);
    return { render: units[0]?.head?.renders[0], units, notChecked };
  }

  test('a manifest that no longer parses', async () => {
    const { render, units } = await head({ 'a.yaml': web }, { 'a.yaml': broken });
    expect(units[0]?.base?.renders[0]?.state).toBe('ok');
    expect(render?.state).toBe('failed');
    expect(render?.notChecked).toEqual([
      {
        unit: 'raw:.',
        path: 'a.yaml',
        reason: 'parse-failed',
        detail: 'a.yaml:5 is not valid YAML: all mapping items must start at the same column.',
        line: 5,
      },
    ]);
  });

  test('a new manifest that does not parse, beside one that does', async () => {
    const { render } = await head({}, { 'a.yaml': broken, 'b.yaml': object('Pod', 'b') });
    expect(render?.state).toBe('partial');
    expect(render?.notChecked.map(({ path, reason, line }) => [path, reason, line])).toEqual([
      ['a.yaml', 'parse-failed', 5],
    ]);
  });

  test('text of a template engine is nobody’s manifest', async () => {
    expect((await head({}, { 'a.yaml': template })).units).toEqual([]);
    const { render } = await head({ 'b.yaml': web }, { 'a.yaml': template, 'b.yaml': web2 });
    expect(render).toMatchObject({ state: 'partial', notChecked: [] });
  });

  test('unless it was a manifest before', async () => {
    const { render } = await head({ 'a.yaml': web }, { 'a.yaml': template });
    expect(render?.notChecked).toMatchObject([{ reason: 'parse-failed', line: 4 }]);
  });

  test('broken text that was never a manifest', async () => {
    expect((await head({}, { 'a.yaml': '# apiVersion and kind\na: [\n' })).units).toEqual([]);
  });

  test('braces in quotes are placeholders, not templates', async () => {
    const { render } = await head({}, { 'a.yaml': object('Pod', '"{{ name }}"') });
    expect(render?.manifests[0]?.ref.name).toBe('{{ name }}');
  });

  test('SOPS', async () => {
    const secret = `${object('Secret', 's')}data: {p: "ENC[AES256_GCM,data:x]"}\nsops:\n  mac: ENC[x]\n`;
    const all = 'apiVersion: ENC[a]\nkind: ENC[b]\nsops:\n  mac: ENC[x]\n';
    const { render, notChecked } = await head({}, { 'a.yaml': web, 's.yaml': secret });
    expect(render?.state).toBe('ok');
    expect(render?.manifests.map(({ ref }) => ref.kind)).toEqual(['Pod', 'Secret']);
    expect(notChecked).toMatchObject([{ unit: 'raw:.', path: 's.yaml', reason: 'encrypted' }]);
    const hidden = await head({}, { 'a.yaml': web, 's.yaml': all });
    expect(hidden.render).toMatchObject({
      state: 'partial',
      notChecked: [{ path: 's.yaml', reason: 'encrypted' }],
    });
  });

  test('a refused file of a touched folder makes it partial; elsewhere it is said alone', async () => {
    const { renderer } = echoRenderer();
    const comparison = memoryComparison(
      { 'd/a.yaml': web },
      { 'd/a.yaml': web2, 'd/l.yaml': 'x', 'e/l.yaml': 'x', 'e/l.json': 'x' },
    );
    const lfs = { kind: 'refused', reason: 'lfs-pointer', detail: 'It is an LFS pointer.' } as const;
    const tree = memoryTree(
      { 'd/a.yaml': web2, 'd/l.yaml': 'x', 'e/l.yaml': 'x', 'e/l.json': 'x' },
      { refuse: { 'd/l.yaml': lfs, 'e/l.yaml': lfs, 'e/l.json': lfs } },
    );
    const { units, notChecked } = await compareUnits({ ...comparison, head: tree }, settings, renderer);
    expect(units[0]?.head?.renders[0]).toMatchObject({
      state: 'partial',
      notChecked: [{ path: 'd/l.yaml', reason: 'lfs-pointer' }],
    });
    expect(notChecked).toEqual([
      { unit: null, path: 'e/l.yaml', reason: 'lfs-pointer', detail: lfs.detail, line: null },
    ]);
  });

  test('limits', async () => {
    const limited = (limits: object) =>
      compare({}, { 'a.yaml': web, 'b.yaml': web }, {}, { limits: { ...settings.limits, ...limits } });
    for (const limits of [{ unitBytes: 50 }, { documents: 1 }]) {
      const { units } = await limited(limits);
      expect(units[0]?.head?.renders[0]).toMatchObject({
        state: 'failed',
        notChecked: [{ reason: 'too-large' }],
      });
    }
  });
});

test('places of list items', async () => {
  const list =
    'apiVersion: v1\nkind: List\nitems:\n- metadata: {name: a}\n  kind: Pod\n  apiVersion: v1\n  spec:\n    x: 1\n';
  const { units } = await compare({}, { 'a.yaml': list });
  const manifest = units[0]!.head!.renders[0]!.manifests[0]!;
  expect(manifest.locate(['spec', 'x'])).toEqual({
    path: 'a.yaml',
    startLine: 8,
    startColumn: 5,
    endLine: 8,
    endColumn: 9,
    revision: 'head',
    kind: 'manifest',
  });
  expect(manifest.locate(['status'])).toMatchObject({ startLine: 5, kind: 'object' });
  expect(manifest.locate(['spec', 'y'])).toMatchObject({
    startLine: 7,
    startColumn: 3,
    endColumn: 7,
    kind: 'manifest',
  });
});

test('the order in which files are listed changes nothing', async () => {
  const base = { 'd/b.yaml': web, 'd/a.yaml': object('Pod', 'a'), 'c/z.yaml': web };
  const head = { 'd/b.yaml': web2, 'd/a.yaml': object('Pod', 'aa'), 'c/z.yaml': web2 };
  const { renderer } = echoRenderer();
  const [one, two] = await Promise.all(
    [false, true].map(async (reversed) =>
      compareUnits(memoryComparison(base, head, {}, reversed), settings, renderer),
    ),
  );
  expect(JSON.stringify(one)).toBe(JSON.stringify(two));
  expect(one?.units.map(({ id }) => id)).toEqual(['raw:c', 'raw:d']);
});
