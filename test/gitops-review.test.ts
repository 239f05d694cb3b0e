import { afterAll, describe, expect, test } from 'vitest';
import { review } from '../src/pipeline.ts';
import type { Finding } from '../src/review/report.ts';
import { loadConfig, settingsFrom } from '../src/shell/load-settings.ts';
import { type Files, memoryComparison } from './render/memory-tree.ts';
import { nothingAsked, openTestWorld } from './review-support.ts';

const { world, close } = openTestWorld();
afterAll(close);

const settings = settingsFrom(
  { ...nothingAsked, only: ['grace-period-zero', 'budget-selects-nothing', 'budget-removed'] },
  loadConfig('', 'config.yml'),
);

const deployment = (grace: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: ${grace}
      containers: [{name: web, image: "acme/web:1.0"}]
`;

const budget = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
`;

const application = (
  options: string,
  namespace = 'shop',
  name = namespace,
): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  destination: {namespace: ${namespace}}
  source: {repoURL: https://github.com/acme/shop, path: web${options}}
`;

async function findings(base: Files, head: Files): Promise<readonly Finding[]> {
  const own = { names: ['https://github.com/acme/shop'], folder: null };
  const all = { ...settings, render: { ...settings.render, repository: own } };
  return (await review(memoryComparison(base, head), all, world)).findings;
}

const short = ({ ruleId, status, location, onlyWith, releases }: Finding) => [
  `${ruleId} ${status} ${location?.path}:${location?.startLine}`,
  releases.map(({ unit, valuesSet }) => `${unit} ${valuesSet}`),
  onlyWith,
];

describe('a folder that Applications deploy', () => {
  const files: Files = { 'web/a.yaml': deployment(30), 'web/b.yaml': budget };

  test('into two namespaces makes one finding, at the line of the file', async () => {
    const apps = { 'apps/1.yaml': application(''), 'apps/2.yaml': application('', 'more') };
    const found = await findings({ ...files, ...apps }, { ...files, ...apps, 'web/a.yaml': deployment(0) });
    expect(found.map(short)).toEqual([
      [
        'grace-period-zero introduced web/a.yaml:10',
        ['raw:web argocd:argocd/more', 'raw:web argocd:argocd/shop'],
        [],
      ],
    ]);
  });

  test('what only one of them deploys says so', async () => {
    const apps = {
      'apps/1.yaml': application(', directory: {exclude: a.yaml}'),
      'apps/2.yaml': application('', 'more'),
    };
    const found = await findings({ ...files, ...apps }, { ...files, ...apps, 'web/a.yaml': deployment(0) });
    expect(found.map(short)).toEqual([
      ['grace-period-zero introduced web/a.yaml:10', ['raw:web argocd:argocd/more'], ['argocd:argocd/more']],
    ]);
  });

  test('a file that begins to be deployed brings its findings, a new Application of old files does not', async () => {
    const old = { 'web/a.yaml': deployment(0), 'web/b.yaml': budget };
    const before = { ...old, 'apps/1.yaml': application(', directory: {exclude: a.yaml}') };
    const after = { ...old, 'apps/1.yaml': application('') };
    expect((await findings(before, after)).map((each) => short(each)[0])).toEqual([
      'grace-period-zero introduced web/a.yaml:10',
    ]);
    expect((await findings(old, after)).map((each) => short(each)[0])).toEqual([
      'grace-period-zero existing web/a.yaml:10',
    ]);
  });

  test('a budget that ceases to be deployed is removed, though its file is still there', async () => {
    const before = { ...files, 'apps/1.yaml': application('') };
    const after = { ...files, 'apps/1.yaml': application(', directory: {exclude: b.yaml}') };
    expect((await findings(before, after)).map((each) => short(each)[0])).toEqual([
      'budget-removed introduced web/a.yaml:5',
    ]);
  });

  test('a budget without its pods is silent where they stand beside it', async () => {
    const apps = { 'apps/1.yaml': application(', directory: {exclude: a.yaml}') };
    const base = { 'web/a.yaml': deployment(30), ...apps };
    const alone = { ...apps, 'web/b.yaml': budget, 'web/c.yaml': deployment(30).replaceAll('web', 'other') };
    expect((await findings(base, { ...base, 'web/b.yaml': budget })).map((each) => each.ruleId)).toEqual([]);
    expect((await findings(apps, alone)).map((each) => each.ruleId)).toEqual(['budget-selects-nothing']);
  });
});

test('a patch of a HelmRelease that causes a finding is where it points', async () => {
  const release = (grace: number) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: apps}
spec:
  chart: {spec: {chart: charts/web, sourceRef: {kind: GitRepository, name: shop}}}
  postRenderers:
  - kustomize:
      patches:
      - target: {kind: Deployment}
        patch: |
          - op: replace
            path: /spec/template/spec/terminationGracePeriodSeconds
            value: ${grace}
`;
  const files: Files = {
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/templates/a.yaml': deployment(30),
    'source.yaml':
      'apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: shop, namespace: apps}\nspec: {url: https://github.com/acme/shop}\n',
    'release.yaml': release(60),
  };
  expect((await findings(files, { ...files, 'release.yaml': release(0) })).map(short)).toEqual([
    ['grace-period-zero introduced release.yaml:13', ['helm:charts/web flux:apps/web'], []],
  ]);
});
