import { describe, expect, test } from 'vitest';
import { uncheckedResource } from '../../src/resources/check.ts';
import { inventoryOf } from '../../src/resources/inventory.ts';
import { pairResources, sameContainer } from '../../src/resources/pairing.ts';
import type { Resource } from '../../src/resources/resource.ts';
import { workloadOf } from '../../src/resources/workload.ts';
import { manifestsOf, resourcesOf, workload } from './support.ts';

/** `base → head (by)`, objects as `Kind/name`. */
function pairs(base: readonly Resource[], head: readonly Resource[]): string[] {
  const name = (resource: Resource | null): string =>
    resource === null ? '–' : `${resource.ref.kind}/${resource.ref.name}`;
  return pairResources(base, head).map((pair) => `${name(pair.base)} → ${name(pair.head)} (${pair.by})`);
}

function paired(base: string, head: string): string[] {
  return pairs(resourcesOf(base), resourcesOf(head));
}

const named = (kind: string, name: string, apiVersion = 'v1'): string =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n`;

describe('identity', () => {
  test('is group, kind, namespace and name; the version is no part of it', () => {
    expect(
      paired(
        named('HorizontalPodAutoscaler', 'web', 'autoscaling/v2beta2'),
        named('HorizontalPodAutoscaler', 'web', 'autoscaling/v2'),
      ),
    ).toEqual(['HorizontalPodAutoscaler/web → HorizontalPodAutoscaler/web (identity)']);
  });

  test('another group is another object', () => {
    expect(
      paired(named('Ingress', 'web', 'extensions/v1beta1'), named('Ingress', 'web', 'networking.k8s.io/v1')),
    ).toEqual(['– → Ingress/web (null)', 'Ingress/web → – (null)']);
  });

  test('an unset namespace is not any namespace', () => {
    const inNamespace = 'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n';
    expect(paired(named('Service', 'web'), inNamespace)).toEqual([
      '– → Service/web (null)',
      'Service/web → – (null)',
    ]);
  });

  test('order follows head, then what only base has', () => {
    const base = named('Service', 'a') + named('Service', 'b') + named('Service', 'c');
    expect(paired(base, named('Service', 'c') + named('Service', 'd') + named('Service', 'a'))).toEqual([
      'Service/c → Service/c (identity)',
      '– → Service/d (null)',
      'Service/a → Service/a (identity)',
      'Service/b → – (null)',
    ]);
  });
});

describe('several documents with one identity', () => {
  const objectsOf = (files: Record<string, string>) => manifestsOf(files).map(uncheckedResource);
  const replicas = (count: number): string => `${workload('web')}  replicas: ${count}\n`;
  const places = (base: readonly Resource[], head: readonly Resource[]) =>
    pairResources(base, head).map(({ base, head, by }) => {
      const at = (resource: Resource | null) => {
        const { spec } = (resource?.manifest.value ?? {}) as { spec?: { replicas?: number } };
        return spec?.replicas ?? null;
      };
      return [at(base), at(head), by];
    });

  test('belong together by their file, and are never certain', () => {
    const base = objectsOf({ 'deploy/dev.yaml': replicas(1), 'deploy/prod.yaml': replicas(2) });
    const head = objectsOf({ 'deploy/dev.yaml': replicas(10), 'deploy/prod.yaml': replicas(20) });
    expect(places(base, head)).toEqual([
      [1, 10, 'likeness'],
      [2, 20, 'likeness'],
    ]);
  });

  test('in one file they belong together in order', () => {
    expect(places(resourcesOf(replicas(1) + replicas(2)), resourcesOf(replicas(10) + replicas(20)))).toEqual([
      [1, 10, 'likeness'],
      [2, 20, 'likeness'],
    ]);
  });

  test('where their number changes, the last wins', () => {
    expect(places(resourcesOf(replicas(1) + replicas(2)), resourcesOf(replicas(10)))).toEqual([
      [2, 10, 'likeness'],
      [1, null, null],
    ]);
    const base = objectsOf({ 'deploy/web.yaml': replicas(1) });
    const head = objectsOf({ 'deploy/a.yaml': replicas(10), 'deploy/b.yaml': replicas(20) });
    expect(places(base, head)).toEqual([
      [null, 10, null],
      [1, 20, 'likeness'],
    ]);
  });

  test('nothing of their unit may be called absent', () => {
    const complete = (text: string) => inventoryOf('raw:deploy', resourcesOf(text), true, null).complete;
    expect(complete(workload('web') + workload('api'))).toBe(true);
    expect(complete(workload('web') + workload('web'))).toBe(false);
    expect(complete(workload('web') + workload('web', { namespace: 'shop' }))).toBe(true);
  });
});

describe('what is left pairs by likeness', () => {
  test('across workload kinds by name and namespace', () => {
    const rollout = { kind: 'Rollout', apiVersion: 'argoproj.io/v1alpha1' };
    expect(paired(workload('web'), workload('web', rollout))).toEqual([
      'Deployment/web → Rollout/web (likeness)',
    ]);
    expect(
      paired(workload('web', { namespace: 'a' }), workload('web', { ...rollout, namespace: 'b' })),
    ).toEqual(['– → Rollout/web (null)', 'Deployment/web → – (null)']);
  });

  test('an object that stays is no candidate', () => {
    const job = workload('web', {
      kind: 'Job',
      apiVersion: 'batch/v1',
      containers: ['migrate=acme/migrate:1'],
    });
    expect(paired(workload('web'), workload('web') + job)).toEqual([
      'Deployment/web → Deployment/web (identity)',
      '– → Job/web (null)',
    ]);
  });

  test('only where it is unique on both sides', () => {
    const other = { kind: 'StatefulSet', containers: ['x=x:1'] };
    const rollout = { kind: 'Rollout', apiVersion: 'argoproj.io/v1alpha1', containers: ['y=y:1'] };
    expect(paired(workload('web') + workload('web', other), workload('web', rollout))).toEqual([
      '– → Rollout/web (null)',
      'Deployment/web → – (null)',
      'StatefulSet/web → – (null)',
    ]);
  });

  test('without the hash that Kustomize appends', () => {
    expect(paired(named('ConfigMap', 'web-5f8m2ht9kc'), named('ConfigMap', 'web-g4hk79bdcm'))).toEqual([
      'ConfigMap/web-5f8m2ht9kc → ConfigMap/web-g4hk79bdcm (likeness)',
    ]);
    expect(paired(named('ConfigMap', 'web-5f8m2ht9kc'), named('Secret', 'web-g4hk79bdcm'))).toHaveLength(2);
  });

  test('words of ten letters are no hash', () => {
    expect(paired(named('ConfigMap', 'api-production'), named('ConfigMap', 'api-monitoring'))).toEqual([
      '– → ConfigMap/api-monitoring (null)',
      'ConfigMap/api-production → – (null)',
    ]);
  });

  test('generateName in order', () => {
    const job = (prefix: string): string =>
      `---\napiVersion: batch/v1\nkind: Job\nmetadata: {generateName: ${prefix}}\n`;
    const base = resourcesOf(job('migrate-') + job('migrate-'));
    const head = resourcesOf(job('migrate-') + job('migrate-') + job('migrate-') + job('other-'));
    const result = pairResources(base, head);
    expect(result.map(({ base, by }) => [base, by])).toEqual([
      [base[0], 'likeness'],
      [base[1], 'likeness'],
      [null, null],
      [null, null],
    ]);
    expect(inventoryOf('raw:deploy', head, true, null).complete).toBe(true);
  });

  describe('by containers', () => {
    const shop = ['shop=registry.example:5000/acme/shop:1', 'proxy=envoy@sha256:0123'];

    test.each([
      ['the same', ['shop=registry.example:5000/acme/shop:2', 'proxy=envoy:3@sha256:45']],
      ['one container fewer', ['shop=registry.example:5000/acme/shop:2']],
      ['one container more', [...shop, 'log=fluent-bit:1']],
    ])('%s', (_, containers) => {
      expect(paired(workload('old', { containers: shop }), workload('new', { containers }))).toEqual([
        'Deployment/old → Deployment/new (likeness)',
      ]);
    });

    test.each([
      ['another kind', { kind: 'StatefulSet', containers: shop }],
      ['another namespace', { namespace: 'b', containers: shop }],
      ['another image', { containers: ['shop=registry.example:5000/acme/cart:1', 'proxy=envoy:1'] }],
      ['only a sidecar in common', { containers: ['cart=acme/cart:1', 'proxy=envoy:1'] }],
    ])('not with %s', (_, options) => {
      const base = workload('old', { namespace: 'a', containers: shop });
      const head = workload('new', { namespace: 'a', ...options });
      expect(pairResources(resourcesOf(base), resourcesOf(head)).map(({ by }) => by)).toEqual([null, null]);
    });

    test('the best match of several', () => {
      const heads =
        workload('worse', { containers: ['shop=registry.example:5000/acme/shop:2'] }) +
        workload('better', { containers: shop });
      expect(paired(workload('old', { containers: shop }), heads)).toEqual([
        '– → Deployment/worse (null)',
        'Deployment/old → Deployment/better (likeness)',
      ]);
    });

    test('none of two that match equally', () => {
      const heads = workload('one', { containers: shop }) + workload('two', { containers: shop });
      expect(paired(workload('old', { containers: shop }), heads)).toEqual([
        '– → Deployment/one (null)',
        '– → Deployment/two (null)',
        'Deployment/old → – (null)',
      ]);
    });
  });
});

describe('containers', () => {
  const one = (options: Parameters<typeof workload>[1]) =>
    workloadOf(resourcesOf(workload('web', options))[0]!)!;

  test('are the same by name', () => {
    const [here, there] = [one({ containers: ['a=a', 'b=b'] }), one({ containers: ['b=x', 'a=y'] })];
    expect(sameContainer(here, 'a', there)?.path).toEqual(['spec', 'template', 'spec', 'containers', 1]);
  });

  test('one unmatched on each side counts as the same', () => {
    const [here, there] = [one({ containers: ['a=a', 'b=b'] }), one({ containers: ['b=x', 'c=y'] })];
    expect(sameContainer(here, 'a', there)?.name).toBe('c');
    expect(sameContainer(there, 'c', here)?.name).toBe('a');
  });

  test('two unmatched on a side are not', () => {
    expect(
      sameContainer(one({ containers: ['a=a', 'b=b'] }), 'a', one({ containers: ['c=c'] })),
    ).toBeUndefined();
  });

  test('an init container is never the same as one that runs', () => {
    const here = one({ containers: ['a=a', 'b=b'] });
    expect(sameContainer(here, 'b', one({ containers: ['a=a'], init: ['wait=w'] }))).toBeUndefined();
  });
});
