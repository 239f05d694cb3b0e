import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../../src/engines/engine.ts';
import type { FieldPath } from '../../../src/manifest/field-path.ts';
import { renderComparison } from '../../../src/render/render.ts';
import type { Render } from '../../../src/render/unit.ts';
import { type Files, memoryComparison } from '../memory-tree.ts';
import { settings } from '../renderers.ts';
import { chart, shop } from './support.ts';

const engines = {
  helm: openEngine('helm', { instances: 1 }),
  kustomize: openEngine('kustomize', { instances: 1 }),
};
afterAll(() => Promise.all([engines.helm.close(), engines.kustomize.close()]));

const $ = '$';
const grace: FieldPath = ['spec', 'template', 'spec', 'terminationGracePeriodSeconds'];

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      terminationGracePeriodSeconds: {{ .Values.grace }}
`;

const release = (values = '', from = 'GitRepository'): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {chart: charts/web, sourceRef: {kind: ${from}, name: shop, namespace: flux-system}}}
${values}`;

const values = (number: number | string): string => `  values:\n    grace: ${number}\n`;
const overlay = 'namespace: shop\nresources: [../base]\npatches: [{path: values.yaml}]\n';

const patch = (number: number): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
${values(number)}`;

const files: Files = {
  ...chart('charts/web', 'web', deployment, 'grace: 30\n'),
  'flux/source.yaml':
    'apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: shop, namespace: flux-system}\nspec: {url: https://github.com/acme/shop}\n',
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml': release(values(40)),
  'prod/kustomization.yaml': overlay,
  'prod/values.yaml': patch(60),
  'staging/kustomization.yaml': overlay,
  'staging/values.yaml': patch(50),
};

async function compare(base: Files, change: Files) {
  const all = { ...settings, repository: shop };
  return renderComparison(memoryComparison(base, { ...base, ...change }), all, engines);
}

function held(render: Render): string {
  const [manifest] = render.manifests;
  const at = manifest?.locate(grace);
  const value = grace.reduce<unknown>((map, key) => (map as Record<string, unknown>)?.[key], manifest?.value);
  return `${render.valuesSet}: ${value} ${at?.path}:${at?.startLine}`;
}

async function chartOf(base: Files, change: Files) {
  const { units } = await compare(base, change);
  const unit = units.find(({ id }) => id === 'helm:charts/web');
  return [unit?.base?.renders.map(held) ?? null, unit?.head?.renders.map(held) ?? null];
}

describe('a HelmRelease that overlays patch', () => {
  const [prod, staging] = [
    'flux:shop/web: 60 prod/values.yaml:6',
    'flux:shop/web (staging): 50 staging/values.yaml:6',
  ];

  test('counts with the values of each overlay, at their lines', async () => {
    expect(await chartOf(files, { 'staging/values.yaml': patch(5) })).toEqual([
      [prod, staging],
      [prod, 'flux:shop/web (staging): 5 staging/values.yaml:6'],
    ]);
  });

  test('a value of the base that nobody patches', async () => {
    const base = { ...files, 'prod/kustomization.yaml': 'namespace: shop\nresources: [../base]\n' };
    const [, head] = await chartOf(base, { 'base/web.yaml': release(values(4)) });
    expect(head).toEqual(['flux:shop/web: 4 base/web.yaml:7', staging]);
  });

  test('with the variables of the Kustomization that deploys it', async () => {
    const kustomization = (value: number) => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: prod, namespace: flux-system}
spec:
  path: ./prod
  sourceRef: {kind: GitRepository, name: shop}
  postBuild:
    substitute:
      GRACE: "${value}"
`;
    const base = {
      ...chart('charts/web', 'web', deployment, 'grace: 30\n'),
      'flux/source.yaml': files['flux/source.yaml']!,
      'prod/kustomization.yaml': 'resources: [web.yaml]\n',
      'prod/web.yaml': release(values(`${$}{GRACE}`)),
      'flux/prod.yaml': kustomization(60),
    };
    expect(await chartOf(base, { 'flux/prod.yaml': kustomization(5) })).toEqual([
      ['flux:web: 60 flux/prod.yaml:9'],
      ['flux:web: 5 flux/prod.yaml:9'],
    ]);
  });

  test('with post-renderers, where they stand', async () => {
    const renderers = (value: number) => `  postRenderers:
  - kustomize:
      patches:
      - target: {kind: Deployment}
        patch: |
          - op: replace
            path: /spec/template/spec/terminationGracePeriodSeconds
            value: ${value}
`;
    const of = (value: number) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
${renderers(value)}`;
    const base = { ...files, 'base/web.yaml': release(renderers(40)), 'prod/values.yaml': of(60) };
    expect(await chartOf(base, { 'base/web.yaml': release(renderers(4)) })).toEqual([
      ['flux:shop/web: 60 prod/values.yaml:12', 'flux:shop/web (staging): 40 base/web.yaml:13'],
      ['flux:shop/web: 60 prod/values.yaml:12', 'flux:shop/web (staging): 4 base/web.yaml:13'],
    ]);
  });

  test('with the patches of the Kustomization that deploys a plain folder', async () => {
    const kustomization = (value: number) => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: prod, namespace: flux-system}
spec:
  path: ./prod
  sourceRef: {kind: GitRepository, name: shop}
  patches:
  - target: {kind: HelmRelease}
    patch: |
      - op: add
        path: /spec/values
        value: {grace: ${value}}
`;
    const base = {
      ...chart('charts/web', 'web', deployment, 'grace: 30\n'),
      'flux/source.yaml': files['flux/source.yaml']!,
      'prod/web.yaml': release(),
      'flux/prod.yaml': kustomization(60),
    };
    expect(await chartOf(base, { 'flux/prod.yaml': kustomization(5) })).toEqual([
      ['flux:web: 60 flux/prod.yaml:12'],
      ['flux:web: 5 flux/prod.yaml:12'],
    ]);
  });

  test('what a kustomization does that cannot be built is assumed to be nothing', async () => {
    const broken = { 'prod/kustomization.yaml': 'resources: [web.yaml]\npatches: [{path: gone.yaml}]\n' };
    const base = {
      ...chart('charts/web', 'web', deployment, 'grace: 30\n'),
      'flux/source.yaml': files['flux/source.yaml']!,
      'prod/web.yaml': release(values(40)),
    };
    const assumptions = async (more: Files) => {
      const { units } = await compare({ ...base, ...more }, { 'prod/web.yaml': release(values(4)) });
      const [render] = units.find(({ id }) => id === 'helm:charts/web')?.head?.renders ?? [];
      return [held(render!), render?.assumptions?.map(({ text }) => text)];
    };
    expect(await assumptions({})).toEqual(['flux:web: 4 prod/web.yaml:7', undefined]);
    expect(await assumptions(broken)).toEqual([
      'flux:web: 4 prod/web.yaml:7',
      ['the kustomization in `prod` changes nothing of it'],
    ]);
  });

  test('a chart of another repository is said once, though only a patch changed', async () => {
    const remote = { ...files, 'base/web.yaml': release(values(40), 'HelmRepository') };
    const { notChecked } = await compare(remote, {
      'staging/values.yaml': patch(5),
      'prod/values.yaml': patch(6),
    });
    expect(notChecked.map(({ path, line, detail }) => `${path}:${line} ${detail}`)).toEqual([
      'base/web.yaml:5 Its chart `charts/web` is not in this repository: `HelmRepository/shop` is no Git repository. The same is true of 1 more release.',
    ]);
    expect(
      (await compare(remote, { 'flux/source.yaml': `${files['flux/source.yaml']}\n` })).notChecked,
    ).toEqual([]);
  });

  test('a new object of a folder brings no other one into what was not checked', async () => {
    const from = (name: string) =>
      release(values(40), 'HelmRepository').replace('{name: web}', `{name: ${name}}`);
    const base: Files = {
      'flux/apps.yaml': `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: ./apps, sourceRef: {kind: GitRepository, name: shop}}
`,
      'flux/source.yaml': files['flux/source.yaml']!,
      'apps/web/web.yaml': from('web'),
    };
    const { notChecked } = await compare(base, { 'apps/api/api.yaml': from('api') });
    expect(notChecked.map(({ path }) => path)).toEqual(['apps/api/api.yaml']);
  });

  test('values of a generated ConfigMap stand in their file', async () => {
    const from = '  valuesFrom: [{kind: ConfigMap, name: values}]\n';
    const references =
      'nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - {path: spec/valuesFrom/name, kind: HelmRelease}\n';
    const base = {
      ...files,
      'base/web.yaml': release(from),
      'prod/kustomization.yaml':
        'resources: [../base]\nconfigurations: [names.yaml]\nconfigMapGenerator: [{name: values, files: [values.yaml=more.yaml]}]\n',
      'prod/names.yaml': references,
      'prod/more.yaml': 'grace: 60\n',
    };
    const [, head] = await chartOf(base, { 'prod/more.yaml': 'grace: 6\n' });
    expect(head).toContain('flux:web: 6 prod/more.yaml:1');
  });
});

describe('objects that release one another', () => {
  const application = (name: string, path: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  source: {repoURL: https://github.com/acme/shop, path: ${path}}
`;

  test('an Application that an overlay points to another chart', async () => {
    const to = (chart: string) =>
      `resources: [web.yaml]\npatches:\n- target: {kind: Application}\n  patch: |\n    - {op: replace, path: /spec/source/path, value: charts/${chart}}\n`;
    const base = {
      ...chart('charts/web', 'web', deployment, 'grace: 30\n'),
      ...chart('charts/api', 'api', deployment, 'grace: 20\n'),
      'apps/kustomization.yaml': to('web'),
      'apps/web.yaml': application('web', 'charts/api'),
    };
    const { units } = await compare(base, { 'apps/kustomization.yaml': to('api') });
    const sets = units.map(({ id, head }) => [id, head?.renders.map(({ valuesSet }) => valuesSet)]);
    expect(sets).toEqual([
      ['helm:charts/api', ['argocd:argocd/web']],
      ['helm:charts/web', ['default']],
      ['kustomize:apps', ['default']],
    ]);
  });

  test('a circle of them ends', async () => {
    const base = {
      'a/kustomization.yaml': 'resources: [x.yaml]\nnamePrefix: a-\n',
      'a/x.yaml': application('x', 'b'),
      'b/kustomization.yaml': 'resources: [y.yaml]\nnamePrefix: b-\n',
      'b/y.yaml': application('y', 'a'),
    };
    const { units } = await compare(base, { 'a/x.yaml': `${application('x', 'b')}# x\n` });
    expect(units.map(({ id, head }) => [id, head?.renders.map(({ valuesSet }) => valuesSet)])).toEqual([
      ['kustomize:a', ['argocd:argocd/b-y']],
    ]);
  });
});
