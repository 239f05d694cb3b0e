import { describe, expect, test } from 'vitest';
import type { HelmError, HelmRenderRequest } from '../../src/engines/helm.ts';
import { compareUnits, everyUnit } from '../../src/render/compare.ts';
import { mayShapeRender } from '../../src/render/helm/charts.ts';
import { sourceOf } from '../../src/render/helm/documents.ts';
import { sentenceOf } from '../../src/render/helm/helm-errors.ts';
import type { RenderSettings } from '../../src/render/settings.ts';
import type { Render, UnitPair } from '../../src/render/unit.ts';
import { type Files, memoryComparison, memoryTree } from './memory-tree.ts';
import { echoRenderer, settings } from './renderers.ts';

const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;

/** A chart of one template. */
function chart(folder: string, name: string, more: Files = {}, metadata = ''): Files {
  return {
    [`${folder}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.2.3\n${metadata}`,
    [`${folder}/values.yaml`]: 'a: 1\n',
    [`${folder}/templates/pod.yaml`]: pod(name),
    ...Object.fromEntries(Object.entries(more).map(([path, text]) => [`${folder}/${path}`, text])),
  };
}

async function compare(
  base: Files,
  head: Files,
  more: Partial<RenderSettings> = {},
  {
    renames = {},
    fail,
  }: { renames?: Record<string, string>; fail?: Parameters<typeof echoRenderer>[0] } = {},
) {
  const { renderer, requests, state } = echoRenderer(fail);
  const result = await compareUnits(
    memoryComparison(base, head, renames),
    { ...settings, ...more },
    renderer,
  );
  return { ...result, requests, state };
}

const sets = ({ id, base, head }: UnitPair) => [
  id,
  base?.renders.map(({ valuesSet }) => valuesSet) ?? null,
  head?.renders.map(({ valuesSet }) => valuesSet) ?? null,
];
const change = (files: Files, path: string, text = `${files[path]}# changed\n`): Files => ({
  ...files,
  [path]: text,
});

describe('which charts a change touches', () => {
  const web = chart('charts/web', 'web', {
    'README.md': 'x',
    'values-prod.yaml': 'a: 2\n',
    'templates/NOTES.txt': 'x',
    'tests/a_test.yaml': 'x',
    'icon.png': 'x',
    'charts/sub/Chart.yaml': 'name: sub\n',
    'charts/sub/templates/a.yaml': pod('sub'),
    'charts/sub/README.md': 'x',
    'crds/c.yaml': pod('crd'),
  });
  const all = { ...web, ...chart('charts/api', 'api'), 'other.yaml': pod('other') };

  test.each<[string, string, string[]]>([
    ['a template', 'charts/web/templates/pod.yaml', ['helm:charts/web']],
    ['the values', 'charts/web/values.yaml', ['helm:charts/web']],
    ['a values file', 'charts/web/values-prod.yaml', ['helm:charts/web']],
    ['Chart.yaml', 'charts/web/Chart.yaml', ['helm:charts/web']],
    ['a subchart', 'charts/web/charts/sub/templates/a.yaml', ['helm:charts/web']],
    ['the notes', 'charts/web/templates/NOTES.txt', ['helm:charts/web']],
    ['a custom resource definition', 'charts/web/crds/c.yaml', ['helm:charts/web']],
    ['prose', 'charts/web/README.md', []],
    ['prose of a subchart', 'charts/web/charts/sub/README.md', []],
    ['a unit test', 'charts/web/tests/a_test.yaml', []],
    ['a picture', 'charts/web/icon.png', []],
    ['a manifest elsewhere', 'other.yaml', ['raw:.']],
  ])('%s', async (_, path, expected) => {
    const { units, state, requests } = await compare(all, change(all, path));
    expect(units.map(({ id }) => id)).toEqual(expected);
    expect(state.warmed > 0).toBe(expected.some((id) => id.startsWith('helm:')));
    expect(requests.length > 0).toBe(state.warmed > 0);
  });

  test.each([
    ['templates/a.yaml', true],
    ['templates/readme.md', false],
    ['values.yaml', true],
    ['files/README.md', true],
    ['config/app.json', true],
    ['LICENSE', false],
    ['README.md.gotmpl', false],
    ['Chart.lock', false],
    ['charts/a.tgz', true],
    ['.helmignore', true],
    ['docs/x.yaml', false],
  ])('%s may shape a render: %s', (path, expected) => {
    expect(mayShapeRender(path)).toBe(expected);
  });

  test('an excluded chart is not a unit, nor are its files raw', async () => {
    const files = chart('fixtures/web', 'web');
    expect((await compare(files, change(files, 'fixtures/web/templates/pod.yaml'))).units).toEqual([]);
    const more = { exclude: ['charts/**'] };
    expect((await compare(all, change(all, 'charts/web/templates/pod.yaml'), more)).units).toEqual([]);
  });

  test('a chart at the root of the repository', async () => {
    const files = Object.fromEntries(
      Object.entries(chart('x', 'web')).map(([path, text]) => [path.slice(2), text]),
    );
    const { units } = await compare(files, change(files, 'templates/pod.yaml'));
    expect(units.map(sets)).toEqual([['helm:.', ['default'], ['default']]]);
  });

  test('new and deleted charts', async () => {
    const other = { 'x.txt': '' };
    expect((await compare(other, { ...other, ...web })).units.map(sets)).toEqual([
      ['helm:charts/web', null, ['default', 'charts/web/values-prod.yaml']],
    ]);
    expect((await compare({ ...other, ...web }, other)).units.map(sets)).toEqual([
      ['helm:charts/web', ['default', 'charts/web/values-prod.yaml'], null],
    ]);
  });

  test('libraries are not units, but touch their dependents', async () => {
    const common = chart('library/common', 'common', {}, 'type: library\n');
    const files = {
      ...common,
      ...chart(
        'charts/web',
        'web',
        {},
        'dependencies:\n- {name: common, version: 1.x.x, repository: "file://../../library/common"}\n',
      ),
      ...chart(
        'charts/api',
        'api',
        {},
        'dependencies:\n- {name: web, version: ^1.0.0, repository: "https://charts.example/"}\n',
      ),
      ...chart(
        'charts/old',
        'old',
        {},
        'dependencies:\n- {name: web, version: ^2.0.0, repository: "https://charts.example/"}\n',
      ),
    };
    const { units } = await compare(files, change(files, 'library/common/templates/pod.yaml'));
    expect(units.map(({ id }) => id)).toEqual(['helm:charts/api', 'helm:charts/web']);
  });
});

describe('renamed charts', () => {
  const old = chart('charts/old', 'web', { 'values-prod.yaml': 'a: 2\n' });
  const moved = chart('charts/new', 'web', { 'values-prod.yaml': 'a: 3\n' });

  test.each([
    ['by git', { 'charts/new/Chart.yaml': 'charts/old/Chart.yaml' }],
    ['by name', {}],
  ])('%s', async (_, renames) => {
    const { units, requests } = await compare(old, moved, {}, { renames });
    const both = ['default', 'charts/new/values-prod.yaml'];
    expect(units.map(sets)).toEqual([['helm:charts/new', both, both]]);
    expect(new Set(requests.map(({ releaseName }) => releaseName))).toEqual(new Set(['web']));
    expect(units[0]?.base?.renders[0]?.manifests[0]?.locate([])).toMatchObject({
      path: 'charts/old/templates/pod.yaml',
      revision: 'base',
    });
  });

  test('not where two charts carry the name', async () => {
    const { units } = await compare(old, { ...moved, ...chart('charts/other', 'web') });
    expect(units.map(({ id, base, head }) => [id, base !== null, head !== null])).toEqual([
      ['helm:charts/new', false, true],
      ['helm:charts/old', true, false],
      ['helm:charts/other', false, true],
    ]);
  });
});

describe('values sets', () => {
  const files = chart('c', 'web', {
    'values-prod.yaml': 'p: 1\n',
    'values.staging.yml': 's: 1\n',
    'values/eu.yaml': 'e: 1\n',
    'values/deep/no.yaml': 'n: 1\n',
    'environments/dev.yaml': 'd: 1\n',
    'ci/small-values.yaml': 'c: 1\n',
    'ci/notes.yaml': 'c: 1\n',
    'values.schema.json': '{}',
    'valuesx.yaml': 'x: 1\n',
  });
  const conventional = [
    'default',
    'c/ci/small-values.yaml',
    'c/environments/dev.yaml',
    'c/values-prod.yaml',
    'c/values.staging.yml',
    'c/values/eu.yaml',
  ];
  const touch = change(files, 'c/templates/pod.yaml', pod('other'));

  test('by convention', async () => {
    const { units, requests } = await compare(files, touch);
    expect(units.map(sets)).toEqual([['helm:c', conventional, conventional]]);
    expect(requests.map(({ values }) => values.map(({ name }) => name).join()).sort()).toEqual(
      [...conventional, ...conventional].map((name) => (name === 'default' ? '' : name)).sort(),
    );
    expect(
      requests.map(({ releaseName, namespace, kubeVersion, trace }) => [
        releaseName,
        namespace,
        kubeVersion,
        trace,
      ]),
    ).toEqual(requests.map(() => ['web', 'default', 'v1.34.0', true]));
  });

  test('as the configuration says', async () => {
    const releases = [
      { chart: './c/', values: ['c/values-prod.yaml', 'values/eu.yaml'], name: 'shop', namespace: 'prod' },
      { chart: 'c', values: [], name: null, namespace: 'prod' },
      { chart: 'c', values: ['gone.yaml'], name: null, namespace: 'prod' },
    ];
    const { units, requests } = await compare(files, touch, { releases });
    const expected = ['default', 'c/values-prod.yaml+c/values/eu.yaml', 'gone.yaml'];
    expect(units.map(sets)).toEqual([['helm:c', expected, expected]]);
    expect(units[0]?.head?.namespace).toBe('prod');
    expect(requests.map(({ releaseName, namespace }) => `${releaseName} ${namespace}`).sort()).toEqual([
      'shop prod',
      'shop prod',
      'web prod',
      'web prod',
    ]);
    expect(units[0]?.head?.renders[2]).toMatchObject({
      state: 'failed',
      notChecked: [{ path: 'gone.yaml', reason: 'render-failed' }],
    });
  });

  test('a stated values file outside the chart touches it', async () => {
    const outside = { ...files, 'env/prod.yaml': 'a: 1\n' };
    const releases = [{ chart: 'c', values: ['env/prod.yaml'], name: null, namespace: null }];
    const changed = change(outside, 'env/prod.yaml');
    expect((await compare(outside, changed, { releases })).units.map(sets)).toEqual([
      ['helm:c', ['env/prod.yaml'], ['env/prod.yaml']],
    ]);
    expect((await compare(outside, changed)).units).toEqual([]);
  });

  test('what did not change is rendered once for both sides', async () => {
    const { units, requests } = await compare(files, change(files, 'c/values-prod.yaml', 'a: 77\n'));
    expect(requests).toHaveLength(conventional.length + 1);
    expect(units[0]?.base?.renders[0]?.manifests[0]?.locate([])?.revision).toBe('base');
    expect(units[0]?.head?.renders[0]?.manifests[0]?.locate([])?.revision).toBe('head');
  });

  describe('files that only .Files can bring in', () => {
    const crd = { 'c/crds/shop.yaml': 'kind: CustomResourceDefinition\n' };
    const paths = (list: readonly { readonly path: string }[] | undefined) => list?.map(({ path }) => path);

    test('stay where they are', async () => {
      const { requests } = await compare({}, { ...files, ...crd });
      expect(paths(requests[0]?.files)).toEqual([
        'Chart.yaml',
        'templates/pod.yaml',
        'values.schema.json',
        'values.yaml',
      ]);
      expect(requests[0]?.withheld).toEqual(
        expect.arrayContaining(['ci/notes.yaml', 'crds/shop.yaml', 'values-prod.yaml']),
      );
    });

    test('go along where a template names .Files, but for the CRDs', async () => {
      const reading = { 'c/templates/c.yaml': '{{ .Files.Get "README.md" }}', 'c/README.md': 'x' };
      const { requests } = await compare({}, { ...files, ...crd, ...reading });
      expect(paths(requests[0]?.files)).toContain('README.md');
      expect(requests[0]?.withheld).toEqual(['crds/shop.yaml']);
    });

    test('are no links, which may stand for whole folders', async () => {
      const { units } = await compare({}, { ...files, 'c/templates': null, 'c/more': null });
      expect(units[0]?.head?.renders[0]?.notChecked.map(({ reason, path }) => `${reason} ${path}`)).toEqual([
        'unsafe-path c/more',
        'unsafe-path c/templates',
      ]);
    });

    test('go along in a second try where a template looks all the same', async () => {
      const error = { message: '', file: null, line: null, column: null, reason: 'withheld' } as const;
      const fail = ({ withheld }: HelmRenderRequest) => (withheld?.length === 0 ? null : error);
      const { units, requests } = await compare({ ...files, ...crd }, { ...touch, ...crd }, {}, { fail });
      const whole = requests.filter(({ withheld }) => withheld?.length === 0);
      expect(whole).toHaveLength(2 * conventional.length);
      expect(paths(whole[0]?.files)).toContain('crds/shop.yaml');
      expect(units[0]?.head?.renders.map(({ state }) => state)).toEqual(conventional.map(() => 'ok'));
    });
  });

  test('the number of sets is bounded and the rest is said', async () => {
    const { units, notChecked } = await compare(files, touch, {
      limits: { ...settings.limits, valuesSets: 2 },
    });
    expect(units.map(sets)).toEqual([['helm:c', conventional.slice(0, 2), conventional.slice(0, 2)]]);
    expect(notChecked).toEqual([
      {
        unit: 'helm:c',
        path: null,
        reason: 'too-large',
        detail: 'It has 6 values sets; the 2 nearest to the change were rendered.',
        line: null,
      },
    ]);
  });

  test('an encrypted values file', async () => {
    const { units } = await compare(
      {},
      { ...chart('c', 'web'), 'c/values-prod.yaml': 'a: ENC[x]\nsops:\n  mac: ENC[y]\n' },
    );
    expect(
      units[0]?.head?.renders.map(({ valuesSet, state, notChecked }) => [
        valuesSet,
        state,
        notChecked[0]?.reason,
      ]),
    ).toEqual([
      ['default', 'ok', undefined],
      ['c/values-prod.yaml', 'failed', 'encrypted'],
    ]);
  });
});

describe('dependencies', () => {
  const dependency = (text: string) => `dependencies:\n- ${text}\n`;
  const redis = 'name: redis, version: ^1.0.0, repository: "https://user:secret@charts.example/"';

  test.each<[string, Files, string, string[]]>([
    [
      'file://',
      chart('lib/common', 'common'),
      '{name: common, version: 1.x, repository: "file://../../lib/common"}',
      ['charts/common/Chart.yaml', 'charts/common/templates/pod.yaml', 'charts/common/values.yaml'],
    ],
    [
      'of the same name in the repository',
      chart('other/redis', 'redis'),
      `{${redis}}`,
      ['charts/redis/Chart.yaml', 'charts/redis/templates/pod.yaml', 'charts/redis/values.yaml'],
    ],
    [
      'vendored as a folder',
      { 'charts/web/charts/r/Chart.yaml': 'name: redis\nversion: 9.9.9\n' },
      `{${redis}}`,
      ['charts/r/Chart.yaml'],
    ],
    [
      'vendored as an archive',
      { 'charts/web/charts/redis-1.0.0.tgz': 'x' },
      `{${redis}}`,
      ['charts/redis-1.0.0.tgz'],
    ],
    [
      'vendored before the repository’s own',
      { ...chart('other/redis', 'redis'), 'charts/web/charts/redis-1.0.0.tgz': 'x' },
      `{${redis}}`,
      ['charts/redis-1.0.0.tgz'],
    ],
    [
      'under two aliases, copied once',
      chart('other/redis', 'redis'),
      `{${redis}, alias: a}\n- {${redis}, alias: b}`,
      ['charts/redis/Chart.yaml', 'charts/redis/templates/pod.yaml', 'charts/redis/values.yaml'],
    ],
  ])('%s', async (_, more, text, expected) => {
    const { requests } = await compare(
      { 'x.txt': '' },
      { ...chart('charts/web', 'web', {}, dependency(text)), ...more },
      { paths: ['charts/web'] },
    );
    const request = requests.find(({ releaseName }) => releaseName === 'web');
    expect(request?.files.map(({ path }) => path).filter((path) => path.startsWith('charts/'))).toEqual(
      expected,
    );
  });

  test.each<[string, Files, string, string]>([
    [
      'nowhere',
      {},
      `{${redis}}`,
      'The dependency redis (^1.0.0 of https://charts.example/) is not in the repository.',
    ],
    [
      'of another version',
      chart('other/redis', 'redis'),
      '{name: redis, version: ~1.1.0, repository: "https://charts.example"}',
      'The dependency redis (~1.1.0 of https://charts.example) is not in the repository.',
    ],
    [
      'outside the repository',
      {},
      '{name: x, version: "1", repository: "file://../../../x"}',
      'The dependency x (1 of file://../../../x) is not in the repository.',
    ],
    [
      'the chart itself',
      {},
      '{name: web, version: "1", repository: "file://../web"}',
      'The dependency web (1 of file://../web) is not in the repository.',
    ],
  ])('missing: %s', async (_, more, text, detail) => {
    const { units, requests } = await compare(
      { 'x.txt': '' },
      { ...chart('charts/web', 'web', {}, dependency(text)), ...more },
      { paths: ['charts/web'] },
    );
    const asked = requests.filter(({ releaseName }) => releaseName === 'web');
    expect(asked.map(({ lenient }) => lenient)).toEqual([true]);
    const web = units.find(({ id }) => id === 'helm:charts/web');
    expect(web?.head?.renders).toMatchObject([
      {
        valuesSet: 'default',
        manifests: [{ ref: { kind: 'Pod' } }],
        ignores: [],
        state: 'partial',
        lenient: true,
        notChecked: [
          {
            unit: 'helm:charts/web',
            path: 'charts/web/Chart.yaml',
            reason: 'missing-dependency',
            detail: `${detail} What does not depend on it was checked.`,
            line: null,
          },
        ],
      },
    ]);
  });

  test('dependencies of dependencies, and circles end', async () => {
    const files = {
      ...chart('a', 'a', {}, dependency('{name: b, version: 1.x, repository: "file://../b"}')),
      ...chart('b', 'b', {}, dependency('{name: c, version: 1.x, repository: "file://../c"}')),
      ...chart('c', 'c', {}, dependency('{name: a, version: 1.x, repository: "file://../a"}')),
    };
    const { requests } = await compare({}, files);
    const paths = requests.find(({ releaseName }) => releaseName === 'a')?.files.map(({ path }) => path);
    expect(paths?.filter((path) => path.endsWith('Chart.yaml'))).toEqual([
      'Chart.yaml',
      'charts/b/Chart.yaml',
      'charts/b/charts/c/Chart.yaml',
    ]);
  });

  test.each<[string, Files, string]>([
    [
      'archives: the newest that fits',
      {
        'redis-1.0.0.tgz': 'old',
        'redis-1.9.0.tgz': 'new',
        'redis-2.0.0.tgz': 'x',
        'redis-cluster-1.9.9.tgz': 'x',
      },
      'charts/redis-1.9.0.tgz',
    ],
    ['an unpacked chart', { 'redis/Chart.yaml': 'name: redis\nversion: 1.5.0\n' }, 'charts/redis/Chart.yaml'],
  ])('a folder of charts that were fetched before: %s', async (_, outside, expected) => {
    const files = chart('charts/web', 'web', {}, dependency(`{${redis}}`));
    const { requests } = await compare({}, files, { chartsDir: memoryTree(outside) });
    expect(requests[0]?.files.map(({ path }) => path)).toContain(expected);
  });
});

describe('what Helm refuses', () => {
  const files = chart('charts/web', 'web');
  const error = (part: Partial<HelmError>): HelmError => ({
    message: 'no',
    file: null,
    line: null,
    column: null,
    reason: 'render-failed',
    ...part,
  });

  test.each<[string, Partial<HelmError>, Partial<Render['notChecked'][number]>]>([
    [
      'a template',
      {
        file: 'templates/pod.yaml',
        line: 3,
        message: 'execution error at (web/templates/pod.yaml:3:4): image is required',
      },
      {
        path: 'charts/web/templates/pod.yaml',
        line: 3,
        reason: 'render-failed',
        detail: 'image is required',
      },
    ],
    [
      'frames',
      {
        message:
          'web/templates/x.yaml:1:3\n  executing "x" at <include "y" .>:\n    error calling include:\nweb/templates/pod.yaml:2:13\n  executing "y" at <.Values.x.y>:\n    nil pointer evaluating interface {}.y',
      },
      {
        path: 'charts/web/templates/pod.yaml',
        line: 2,
        detail: 'at <.Values.x.y>: error calling include: nil pointer evaluating interface {}.y',
      },
    ],
    ['the chart', {}, { path: 'charts/web/Chart.yaml', line: null, detail: 'no' }],
    [
      'a dependency',
      { reason: 'missing-dependency', missing: ['a', 'b'] },
      {
        path: 'charts/web/Chart.yaml',
        reason: 'missing-dependency',
        detail: 'The dependencies a, b cannot be had.',
      },
    ],
    [
      'time',
      { reason: 'timed-out' },
      { path: null, reason: 'timed-out', detail: 'Rendering charts/web with default took longer than 30 s.' },
    ],
    [
      'memory',
      { reason: 'out-of-memory' },
      {
        reason: 'out-of-memory',
        detail: 'Rendering charts/web with default needed more than 1024 MiB of memory.',
      },
    ],
    ['a crash', { reason: 'crashed' }, { reason: 'unsupported' }],
  ])('%s', async (_, part, expected) => {
    const { units } = await compare({}, files, {}, { fail: () => error(part) });
    expect(units[0]?.head?.renders).toMatchObject([
      { state: 'failed', notChecked: [{ unit: 'helm:charts/web', ...expected }] },
    ]);
  });

  test('one chart that fails leaves the others', async () => {
    const { units } = await compare(
      {},
      { ...files, ...chart('charts/api', 'api') },
      {},
      { fail: ({ releaseName }) => (releaseName === 'web' ? error({ reason: 'timed-out' }) : null) },
    );
    expect(units.map(({ id, head }) => [id, head?.renders[0]?.state])).toEqual([
      ['helm:charts/api', 'ok'],
      ['helm:charts/web', 'failed'],
    ]);
  });

  test('a template that cannot be read', async () => {
    const linked = { ...files, 'charts/web/templates/_x.tpl': null, 'charts/web/README.md': null };
    const { units } = await compare({}, linked);
    const trouble = { path: 'charts/web/templates/_x.tpl', reason: 'unsafe-path' };
    expect(units[0]?.head?.renders).toMatchObject([{ state: 'partial', notChecked: [trouble] }]);
    const { units: broken } = await compare({}, linked, {}, { fail: () => error({}) });
    expect(broken[0]?.head?.renders).toMatchObject([{ state: 'failed', notChecked: [trouble] }]);
  });

  test('limits', async () => {
    for (const limits of [{ chartBytes: 10 }, { documents: 0 }]) {
      const { units } = await compare({}, files, { limits: { ...settings.limits, ...limits } });
      expect(units[0]?.head?.renders).toMatchObject([
        { state: 'failed', notChecked: [{ reason: 'too-large' }] },
      ]);
    }
  });

  test.each([
    ['parse error at (web/templates/a.yaml:1): missing value for if', 'missing value for if'],
    [
      'YAML parse error on web/a.yaml: error converting YAML to JSON: yaml: line 3: no',
      'YAML parse error on web/a.yaml: yaml: line 3: no',
    ],
    [`${'x'.repeat(400)}`, `${'x'.repeat(299)}…`],
  ])('%s', (message, expected) => {
    expect(sentenceOf(message)).toBe(expected);
  });
});

test.each([
  ['web/templates/a.yaml', 'templates/a.yaml', []],
  ['web/charts/redis/templates/a.yaml', 'charts/redis/templates/a.yaml', ['redis']],
  ['web/charts/a/charts/b/templates/charts/x.yaml', 'charts/a/charts/b/templates/charts/x.yaml', ['a', 'b']],
])('the source %s', (source, template, subcharts) => {
  expect(sourceOf(source)).toEqual({ template, subcharts });
});

test('release names follow the rules of DNS', async () => {
  const name = async (text: string) => (await compare({}, chart('c', text))).requests[0]?.releaseName;
  expect(await name('My_App.x')).toBe('my-app-x');
  expect(await name(`${'a'.repeat(52)}-b`)).toBe('a'.repeat(52));
  expect(await name('--')).toBe('release');
});

test('objects of a release without a stated namespace', async () => {
  const files = { ...chart('c', 'web'), 'c/templates/pod.yaml': `${pod('web')}  namespace: default\n` };
  const ref = (units: readonly UnitPair[]) => units[0]?.head?.renders[0]?.manifests[0];
  const { units } = await compare({}, files);
  expect(ref(units)?.ref.namespace).toBeNull();
  expect(ref(units)?.origin).toEqual({
    kind: 'helm',
    chart: 'c',
    template: 'templates/pod.yaml',
    hook: false,
    inventedRelease: 'web',
  });
  const releases = [{ chart: 'c', values: [], name: 'shop', namespace: 'default' }];
  const stated = await compare({}, files, { releases });
  expect(ref(stated.units)?.ref.namespace).toBe('default');
  expect(ref(stated.units)?.origin).toMatchObject({ inventedRelease: null });
});

test('an audit renders every unit', async () => {
  const { renderer } = echoRenderer();
  const files = {
    ...chart('charts/web', 'web'),
    ...chart('charts/lib', 'lib', {}, 'type: library\n'),
    'deploy/a.yaml': pod('a'),
    'deploy/values.yaml': 'a: 1\n',
    'k/kustomization.yaml': 'resources: [a.yaml]',
    'k/a.yaml': pod('k'),
  };
  const { units, notChecked, renders, files: read } = await everyUnit(memoryTree(files), settings, renderer);
  expect(units.map(({ id }) => id)).toEqual(['helm:charts/web', 'kustomize:k', 'raw:deploy']);
  expect(notChecked).toEqual([]);
  expect([renders, read]).toEqual([3, 10]);
  const one = await everyUnit(memoryTree(files), { ...settings, paths: ['deploy/a.yaml'] }, renderer);
  expect(one.units.map(({ id }) => id)).toEqual(['raw:deploy']);
  const template = { ...settings, paths: ['charts/web/templates/pod.yaml'] };
  const two = await everyUnit(memoryTree(files), template, renderer);
  expect(two.units.map(({ id }) => id)).toEqual(['helm:charts/web']);
});

test('the order in which files are listed changes nothing', async () => {
  const base = {
    ...chart('charts/web', 'web', {
      'values-b.yaml': 'b: 1\n',
      'values-a.yaml': 'a: 1\n',
      'templates/z.yaml': pod('z'),
    }),
    ...chart('charts/api', 'api'),
  };
  const head = change(change(base, 'charts/web/values.yaml'), 'charts/api/values.yaml');
  const outcomes = await Promise.all(
    [false, true].map((reversed) =>
      compareUnits(memoryComparison(base, head, {}, reversed), settings, echoRenderer().renderer),
    ),
  );
  expect(JSON.stringify(outcomes[0])).toBe(JSON.stringify(outcomes[1]));
});
