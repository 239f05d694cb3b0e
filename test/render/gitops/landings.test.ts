import { describe, expect, test } from 'vitest';
import { withLandings } from '../../../src/render/gitops/landings.ts';
import type { Release } from '../../../src/render/gitops/release.ts';

interface Stated extends Partial<Omit<Release, 'declaredAt' | 'source'>> {
  readonly path?: string;
  readonly folder?: string;
}

function release({ path = 'apps/web.yaml', folder = 'web', ...more }: Stated): Release {
  return {
    id: 'argocd:argocd/web',
    declaredAt: { path, line: 1 },
    name: 'web',
    namespace: 'shop',
    cluster: 'in-cluster',
    kubeVersion: null,
    apiVersions: [],
    assumptions: [],
    ...more,
    source: { kind: 'helm', folder, layers: [], replacesDefaults: false },
  };
}

const place = (stated: Stated): string => withLandings([release(stated)])[0]!.landing!.place;

describe('the place of a release', () => {
  const budgets = { id: 'argocd:argocd/budgets', folder: 'budgets', name: 'budgets' };

  test.each<[string, Stated, Stated]>([
    ['one cluster', {}, { ...budgets, path: 'apps/budgets.yaml' }],
    ['one folder of an environment', { path: 'prod/web.yaml' }, { ...budgets, path: 'prod/budgets.yaml' }],
    [
      'names of one environment',
      { id: 'argocd:argocd/web-prod' },
      { ...budgets, id: 'argocd:argocd/budgets-prod' },
    ],
    ['its name in front', { id: 'argocd:argocd/prod-web' }, { ...budgets, id: 'argocd:argocd/prod-budgets' }],
    [
      'its name as the file',
      { path: 'apps/web-qa-eu.yaml' },
      { ...budgets, path: 'apps/budgets-qa-eu.yaml' },
    ],
    [
      'one environment of a helmfile',
      { id: 'helmfile:helmfile.yaml#prod/web' },
      { ...budgets, id: 'helmfile:helmfile.yaml#prod/budgets' },
    ],
    [
      'one cluster of Flux',
      { id: 'flux:a/web', cluster: '' },
      { ...budgets, id: 'flux:a/budgets', cluster: '' },
    ],
  ])('is one for %s', (_, a, b) => {
    expect(place(b)).toBe(place(a));
  });

  test.each<[string, Stated, Stated]>([
    ['two clusters', {}, { ...budgets, cluster: 'other' }],
    ['a cluster that is not stated', { cluster: '' }, { ...budgets, cluster: '' }],
    [
      'a cluster that is filled in later',
      { cluster: '{{ server }}' },
      { ...budgets, cluster: '{{ server }}' },
    ],
    ['two folders of environments', { path: 'prod/web.yaml' }, { ...budgets, path: 'qa/budgets.yaml' }],
    ['two regions', { path: 'prod-eu/web.yaml' }, { ...budgets, path: 'prod-us/budgets.yaml' }],
    ['two clusters by number', { path: 'cluster1/web.yaml' }, { ...budgets, path: 'cluster2/budgets.yaml' }],
    ['names of two', { id: 'argocd:argocd/web-prod' }, { ...budgets, id: 'argocd:argocd/budgets-qa' }],
    [
      'two regions in names',
      { id: 'argocd:argocd/a-us-east-1' },
      { ...budgets, id: 'argocd:argocd/b-us-west-2' },
    ],
    ['an environment and none', { path: 'prod/web.yaml' }, { ...budgets, path: 'budgets.yaml' }],
    [
      'two environments of a helmfile',
      { id: 'helmfile:helmfile.yaml#prod/web' },
      { ...budgets, id: 'helmfile:helmfile.yaml#qa/budgets' },
    ],
    ['two tools', { id: 'flux:argocd/web' }, budgets],
  ])('is not one for %s', (_, a, b) => {
    expect(place(b)).not.toBe(place(a));
  });

  test('is nowhere for what two releases deploy to it alike', () => {
    const twice = [release({}), release({ id: 'argocd:argocd/copy' })];
    const [web, copy, other] = withLandings([...twice, release({ ...budgets })]);
    expect(new Set([web!.landing!.place, copy!.landing!.place, other!.landing!.place]).size).toBe(3);
    const apart = [release({}), release({ id: 'argocd:argocd/copy', name: 'copy' })];
    const [one, second] = withLandings(apart);
    expect(second!.landing!.place).toBe(one!.landing!.place);
  });
});
