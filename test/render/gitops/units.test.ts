import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../../src/engines/engine.ts';
import type { FieldPath } from '../../../src/manifest/field-path.ts';
import { renderComparison, renderTree } from '../../../src/render/render.ts';
import type { Render, UnitPair } from '../../../src/render/unit.ts';
import { type Files, memoryComparison, memoryTree } from '../memory-tree.ts';
import { settings } from '../renderers.ts';
import { chart, shop } from './support.ts';

const engine = openEngine('helm', { instances: 2 });
const engines = { helm: engine, kustomize: openEngine('kustomize', { instances: 1 }) };
afterAll(() => Promise.all([engine.close(), engines.kustomize.close()]));

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      terminationGracePeriodSeconds: {{ .Values.grace }}
      {{- with .Values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
`;
const web = chart('charts/web', 'web', deployment, 'grace: 30\nreplicas: 1\n');

const application = (
  helm: string,
  name = 'web',
  path = 'charts/web',
): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  destination: {namespace: shop}
  source:
    repoURL: https://github.com/acme/shop
    path: ${path}
${helm}`;

const grace: FieldPath = ['spec', 'template', 'spec', 'terminationGracePeriodSeconds'];
const replicas: FieldPath = ['spec', 'replicas'];

async function compare(base: Files, head: Files, more = {}) {
  const all = { ...settings, repository: shop, ...more };
  return renderComparison(memoryComparison(base, head), all, engines);
}

const sets = ({ id, base, head }: UnitPair) => [
  id,
  base?.renders.map(({ valuesSet }) => valuesSet) ?? null,
  head?.renders.map(({ valuesSet }) => valuesSet) ?? null,
];

function held(render: Render | undefined, path: FieldPath) {
  const [manifest] = render?.manifests ?? [];
  const at = manifest?.locate(path);
  const value = path.reduce<unknown>((map, key) => (map as Record<string, unknown>)?.[key], manifest?.value);
  return [value, at && `${at.path}:${at.startLine}:${at.startColumn}-${at.endColumn} ${at.kind}`];
}

async function head(files: Files, path: FieldPath) {
  const { units } = await renderTree(memoryTree(files), { ...settings, repository: shop }, engines);
  const unit = units.find(({ kind }) => kind === 'helm');
  return held(unit?.renders[0], path);
}

describe('a value of an Application is found at its line', () => {
  const from = (helm: string, more: Files = {}) => ({ ...web, ...more, 'apps/web.yaml': application(helm) });

  test.each<[string, Files, FieldPath, unknown[]]>([
    [
      'a block of values',
      from('    helm:\n      values: |\n        # why\n        replicas: 4\n        grace: 45\n'),
      grace,
      [45, 'apps/web.yaml:13:9-18 values'],
    ],
    [
      'a map of values',
      from('    helm:\n      valuesObject:\n        grace: 45\n'),
      grace,
      [45, 'apps/web.yaml:11:9-18 values'],
    ],
    [
      'a folded text, which has no lines of its own',
      from('    helm:\n      values: "grace: 45"\n'),
      grace,
      [45, 'apps/web.yaml:10:7-26 values'],
    ],
    [
      'a parameter',
      from('    helm:\n      parameters:\n      - name: replicas\n        value: "4"\n'),
      replicas,
      [4, 'apps/web.yaml:12:9-19 values'],
    ],
    [
      'a values file',
      from('    helm: {valueFiles: [../../prod.yaml]}\n', { 'prod.yaml': 'x: 1\ngrace: 45\n' }),
      grace,
      [45, 'prod.yaml:2:1-10 values'],
    ],
    [
      'a parameter over a values file',
      from('    helm: {valueFiles: [values.yaml], parameters: [{name: grace, value: "5"}]}\n'),
      grace,
      [5, 'apps/web.yaml:9:66-76 values'],
    ],
    ["the chart's own value", from(''), grace, [30, 'charts/web/values.yaml:1:1-10 values']],
    [
      'a block that one action prints',
      from('    helm:\n      values: |\n        affinity:\n          nodeAffinity: {x: 1}\n'),
      ['spec', 'template', 'spec', 'affinity', 'nodeAffinity'],
      [{ x: 1 }, 'charts/web/templates/a.yaml:10:7-44 template'],
    ],
  ])('%s', async (_, files, path, expected) => {
    expect(await head(files, path)).toEqual(expected);
  });

  test("what replaces the chart's own values leaves nothing of them", async () => {
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: apps}
spec:
  chart: {spec: {chart: charts/web, valuesFiles: [prod.yaml], sourceRef: {kind: GitRepository, name: shop}}}
`;
    const files = { ...web, 'prod.yaml': 'replicas: 2\n', 'apps/web.yaml': release };
    expect(await head(files, replicas)).toEqual([2, 'prod.yaml:1:1-12 values']);
    expect((await head(files, grace))[0]).toBe(null);
  });
});

describe('what a change touches', () => {
  const values = (grace: number, note = '') => `    helm:\n      values: |\n        grace: ${grace}${note}\n`;
  const prod = application('    helm: {valueFiles: [/conf/prod.yaml]}\n', 'prod');
  const files: Files = {
    ...web,
    ...chart('charts/api', 'api', deployment, 'grace: 1\nreplicas: 1\n'),
    'charts/web/values-x.yaml': '',
    'conf/prod.yaml': 'grace: 60\n',
    'apps/prod.yaml': prod,
    'apps/web.yaml': application(values(45)),
  };
  const both = ['argocd:argocd/prod', 'argocd:argocd/web'];

  test.each<[string, Files, unknown[]]>([
    ['an inline value', { 'apps/web.yaml': application(values(15)) }, [['helm:charts/web', both, both]]],
    ['a values file', { 'conf/prod.yaml': 'grace: 15\n' }, [['helm:charts/web', both, both]]],
    ['the chart', { 'charts/web/values.yaml': 'grace: 5\nreplicas: 1\n' }, [['helm:charts/web', both, both]]],
    ['nothing of what is released', { 'apps/web.yaml': `${application(values(45))}    info: x\n` }, []],
    ['another file', { 'README.md': 'x' }, []],
    [
      'another chart',
      { 'apps/web.yaml': application(values(45), 'web', 'charts/api') },
      [
        ['helm:charts/api', ['default'], ['argocd:argocd/web']],
        ['helm:charts/web', both, ['argocd:argocd/prod']],
      ],
    ],
    [
      'a new Application of a chart that was released before',
      { 'apps/more.yaml': application('', 'more') },
      [['helm:charts/web', both, ['argocd:argocd/more', ...both]]],
    ],
  ])('%s', async (_, change, expected) => {
    const { units } = await compare(files, { ...files, ...change });
    expect(units.filter(({ id }) => id.startsWith('helm:')).map(sets)).toEqual(expected);
  });

  test('the first Application of a chart is held against its values sets of before', async () => {
    const before = { ...web, 'charts/web/values-x.yaml': 'grace: 9\n' };
    const { units } = await compare(before, { ...before, 'apps/web.yaml': application('') });
    expect(units.filter(({ id }) => id.startsWith('helm:')).map(sets)).toEqual([
      ['helm:charts/web', ['default', 'charts/web/values-x.yaml'], ['argocd:argocd/web']],
    ]);
  });

  test('what the configuration states wins', async () => {
    const releases = [{ chart: 'charts/web', values: [], name: 'own', namespace: null }];
    const { units } = await compare(
      files,
      { ...files, 'charts/web/values.yaml': 'grace: 5\n' },
      { releases },
    );
    expect(units.map(sets)).toEqual([['helm:charts/web', ['default'], ['default']]]);
  });

  test('of many releases those are rendered that are touched, and a few beside them', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [
        `apps/a${10 + i}.yaml`,
        application(`    helm: {valueFiles: [/conf/${10 + i}.yaml]}\n`, `a${10 + i}`),
      ]),
    );
    const conf = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`conf/${10 + i}.yaml`, 'grace: 50\n']),
    );
    const before = { ...web, ...many, ...conf };
    const one = await compare(before, { ...before, 'conf/55.yaml': 'grace: 5\n' });
    expect(one.units[0]?.head?.renders.map(({ valuesSet }) => valuesSet)).toContain('argocd:argocd/a55');
    expect(one.units[0]?.head?.renders).toHaveLength(8);
    expect(one.notChecked).toEqual([]);
    const all = await compare(before, {
      ...before,
      'charts/web/values.yaml': 'grace: 1\nreplicas: 2\n',
      'conf/69.yaml': 'grace: 5\n',
    });
    expect(all.units[0]?.head?.renders.map(({ valuesSet }) => valuesSet)).toContain('argocd:argocd/a69');
    expect(all.notChecked.map(({ detail }) => detail)).toEqual([
      'It has 60 values sets; the 50 nearest to the change were rendered.',
    ]);
  });

  test('base and head show the same releases, though a file of one is new', async () => {
    const list = Array.from({ length: 12 }, (_, i) => `a${10 + i}`);
    const apps = list.map((name) => [
      `apps/${name}.yaml`,
      application(`    helm: {ignoreMissingValueFiles: true, valueFiles: [/conf/${name}.yaml]}\n`, name),
    ]);
    const before = { ...web, ...Object.fromEntries(apps) };
    const { units } = await compare(before, { ...before, 'conf/a21.yaml': 'grace: 5\n' });
    const [, base, head] = sets(units[0]!);
    expect(base).toEqual(head);
    expect(head).toContain('argocd:argocd/a21');
    expect(head).toHaveLength(8);
  });

  test('a block of values that is no YAML is told at its line', async () => {
    const broken = application('    helm:\n      values: |\n        grace: 1\n        a: [1\n');
    const { units } = await compare(files, { ...files, 'apps/web.yaml': broken });
    const render = units[0]?.head?.renders.find(({ valuesSet }) => valuesSet === 'argocd:argocd/web');
    expect(render?.notChecked.map(({ path, line, reason }) => [path, line, reason])).toEqual([
      ['apps/web.yaml', 12, 'render-failed'],
    ]);
  });

  test('an assumption goes with the render', async () => {
    const files = {
      ...web,
      'apps/web.yaml': application('    helm: {valueFiles: ["https://x.io/v.yaml"]}\n'),
    };
    const { units } = await compare(files, { ...files, 'charts/web/values.yaml': 'grace: 5\n' });
    expect(units[0]?.head?.renders.map(({ assumptions }) => assumptions)).toEqual([
      [{ text: '`https://x.io/v.yaml` sets none of these', path: 'apps/web.yaml', line: 2 }],
    ]);
  });
});

describe('a helmfile', () => {
  const files: Files = {
    ...web,
    ...chart('charts/api', 'api', deployment, 'grace: 1\nreplicas: 1\n'),
    'svc/web/helmfile.yaml': 'releases:\n- {name: web, chart: ../../charts/web, values: [values.yaml]}\n',
    'svc/web/values.yaml': 'grace: 60\n',
    'svc/api/helmfile.yaml': 'releases:\n- {name: api, chart: ../../charts/api, values: [values.yaml]}\n',
    'svc/api/values.yaml': 'grace: 60\n',
  };

  test.each<[string, Files, unknown[]]>([
    [
      'a values file',
      { 'svc/web/values.yaml': 'grace: 6\n' },
      [['helm:charts/web', ['svc/web'], ['svc/web']]],
    ],
    ['a chart', { 'charts/api/values.yaml': 'grace: 2\n' }, [['helm:charts/api', ['svc/api'], ['svc/api']]]],
    [
      'a new helmfile of another folder',
      { 'svc/new/helmfile.yaml': 'releases:\n- {name: new, chart: ../../charts/web}\n' },
      [['helm:charts/web', ['svc/web'], ['svc/new', 'svc/web']]],
    ],
  ])('%s', async (_, change, expected) => {
    const { units } = await compare(files, { ...files, ...change });
    const short = (names: unknown) =>
      (names as string[]).map((name) => /^helmfile:(.*)\/helmfile\.yaml#/.exec(name)?.[1] ?? name);
    expect(units.map(sets).map(([id, base, head]) => [id, short(base), short(head)])).toEqual(expected);
  });
});

describe('an app of apps', () => {
  const parent = (inner: string): string => `{{- range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ .name }}, namespace: argocd}
spec:
  destination: {namespace: {{ .name }}}
  source:
    repoURL: https://github.com/acme/shop
    path: {{ .path }}
    helm:
${inner}{{- end }}
`;
  const block = '      values: |\n        # of {{ .name }}\n        grace: {{ $.Values.grace }}\n';
  const root = chart('apps', 'apps', parent(block), 'grace: 45\napps:\n- {name: web, path: charts/web}\n');

  test('a value of the parent is followed to the workload of the child, and back to its line', async () => {
    const changed = { ...root, 'apps/values.yaml': 'grace: 5\napps:\n- {name: web, path: charts/web}\n' };
    const { units } = await compare({ ...web, ...root }, { ...web, ...changed });
    expect(units.map(sets)).toEqual([
      ['helm:apps', ['default'], ['default']],
      ['helm:charts/web', ['argocd:argocd/web'], ['argocd:argocd/web']],
    ]);
    expect(held(units[1]?.head?.renders[0], grace)).toEqual([5, 'apps/values.yaml:1:1-9 values']);
  });

  test('a map of values, printed by one action', async () => {
    const object = '      valuesObject: {{- toYaml .values | nindent 8 }}\n';
    const values = 'apps:\n- name: web\n  path: charts/web\n  values:\n    grace: 5\n';
    const { units } = await compare({ ...web }, { ...web, ...chart('apps', 'apps', parent(object), values) });
    const unit = units.find(({ id }) => id === 'helm:charts/web');
    expect(held(unit?.head?.renders[0], grace)).toEqual([5, 'apps/values.yaml:5:5-13 values']);
  });

  test('from a chart that an Application names, to any depth', async () => {
    const second = chart('more', 'more', parent(block), 'grace: 1\napps:\n- {name: web, path: charts/web}\n');
    const first = chart('apps', 'apps', parent(block), 'grace: 33\napps:\n- {name: more, path: more}\n');
    const files = {
      ...web,
      ...first,
      ...second,
      'root.yaml': application('    helm: {values: "grace: 44"}\n', 'root', 'apps'),
    };
    const { units } = await renderTree(memoryTree(files), { ...settings, repository: shop }, engines);
    expect(
      units
        .filter(({ kind }) => kind === 'helm')
        .map(({ id, renders }) => [id, renders.map(({ valuesSet }) => valuesSet)]),
    ).toEqual([
      ['helm:apps', ['argocd:argocd/root']],
      ['helm:charts/web', ['argocd:argocd/web']],
      ['helm:more', ['argocd:argocd/more']],
    ]);
    const rendered = units.find(({ id }) => id === 'helm:charts/web');
    expect(held(rendered?.renders[0], grace)).toEqual([44, 'root.yaml:9:12-31 values']);
  });

  test('a circle ends', async () => {
    const circle = (name: string, other: string) =>
      chart(
        name,
        name,
        parent(block),
        `grace: 7\napps:\n- {name: ${other}, path: ${other}}\n- {name: ${name}, path: ${name}}\n`,
      );
    const files = { ...circle('a', 'b'), ...circle('b', 'a') };
    const { units } = await renderTree(memoryTree(files), { ...settings, repository: shop }, engines);
    expect(
      units
        .filter(({ kind }) => kind === 'helm')
        .map(({ id, renders }) => [id, renders.map(({ valuesSet }) => valuesSet)]),
    ).toEqual([
      ['helm:a', ['argocd:argocd/a']],
      ['helm:b', ['argocd:argocd/b']],
    ]);
  });
});
