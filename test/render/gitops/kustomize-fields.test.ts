import { describe, expect, test } from 'vitest';
import { statedFields } from '../../../src/render/gitops/kustomize-fields.ts';
import type { KustomizeSource } from '../../../src/render/gitops/release.ts';

function stated(
  tool: KustomizeSource['tool'],
  options: KustomizeSource['options'],
  own: unknown = {},
  isThere: (component: string) => boolean = () => true,
) {
  const places = { ignores: [], locate: () => null, locateLine: () => null, locateVariable: () => null };
  const source = {
    kind: 'kustomize',
    folder: 'k',
    tool,
    options,
    variables: null,
    closed: true,
    places,
  } as const;
  return statedFields(source, own, isThere);
}

describe('options of Argo CD, as `kustomize edit` writes them', () => {
  test.each<[string, KustomizeSource['options'], unknown, unknown]>([
    ['nothing', {}, { namePrefix: 'x-' }, {}],
    [
      'names and the namespace that is stated, not the destination',
      { namePrefix: 'a-', nameSuffix: '-b', namespace: 'shop', version: 'v5' },
      { namePrefix: 'x-' },
      { namePrefix: 'a-', nameSuffix: '-b', namespace: 'shop' },
    ],
    [
      'an image with a tag',
      { images: ['web:2'] },
      { images: [{ name: 'db', newTag: '1' }] },
      {
        images: [
          { name: 'db', newTag: '1' },
          { name: 'web', newTag: '2' },
        ],
      },
    ],
    [
      'an image takes the place of the one of its name',
      { images: ['web:2'] },
      { images: [{ name: 'web', newName: 'acme/web', newTag: '1' }] },
      { images: [{ name: 'web', newTag: '2' }] },
    ],
    [
      'a renamed image of a registry with a port, and a digest',
      { images: ['web=eu.io:5000/acme/web@sha256:ab', 7] },
      {},
      { images: [{ name: 'web', newName: 'eu.io:5000/acme/web', digest: 'sha256:ab' }] },
    ],
    [
      'replicas, in the place of those of the name',
      {
        replicas: [
          { name: 'web', count: '3' },
          { name: 'api', count: 2 },
          { name: 'x', count: 'y' },
        ],
      },
      { replicas: [{ name: 'web', count: 1 }] },
      {
        replicas: [
          { name: 'web', count: 3 },
          { name: 'api', count: 2 },
        ],
      },
    ],
    [
      'labels that select',
      { commonLabels: { team: 'a', n: 1 } },
      { commonLabels: { app: 'web' } },
      { commonLabels: { app: 'web', team: 'a', n: '1' } },
    ],
    [
      'labels that do not',
      { commonLabels: { team: 'a' }, labelWithoutSelector: true, labelIncludeTemplates: true },
      {},
      { labels: [{ pairs: { team: 'a' }, includeSelectors: false, includeTemplates: true }] },
    ],
    ['annotations', { commonAnnotations: { a: 'b' } }, {}, { commonAnnotations: { a: 'b' } }],
    [
      'patches after those of the folder',
      { patches: [{ patch: 'p', target: { kind: 'Deployment' }, foreign: 1 }, 'x'] },
      { Patches: [{ path: 'own.yaml' }] },
      { patches: [{ path: 'own.yaml' }, { patch: 'p', target: { kind: 'Deployment' } }] },
    ],
    ['components', { components: ['../c', 1] }, {}, { components: ['../c'] }],
    ['not of this shape', { images: 'web:2', replicas: {}, patches: null, commonLabels: [] }, {}, {}],
  ])('%s', (_, options, own, expected) => {
    expect(stated('argocd', options, own).fields).toEqual(expected);
  });

  test('a component that may be missing', () => {
    const options = { components: ['../c', '../gone'], ignoreMissingComponents: true };
    expect(stated('argocd', options, {}, (each) => each === '../c').fields).toEqual({ components: ['../c'] });
  });
});

describe('fields of a Flux Kustomization, as its generator writes them', () => {
  test.each<[string, KustomizeSource['options'], unknown, unknown]>([
    [
      'names and the namespace',
      { namePrefix: 'a-', nameSuffix: '-b', targetNamespace: 'shop' },
      { namespace: 'x' },
      { namePrefix: 'a-', nameSuffix: '-b', namespace: 'shop' },
    ],
    [
      'of an image only what is stated changes',
      { images: [{ name: 'web', newTag: '2' }] },
      { images: [{ name: 'web', newName: 'acme/web', digest: 'sha256:ab' }] },
      { images: [{ name: 'web', newName: 'acme/web', newTag: '2' }] },
    ],
    [
      'a new name keeps the version',
      { images: [{ name: 'web', newName: 'acme/web' }] },
      { images: [{ name: 'web', newTag: '1' }] },
      { images: [{ name: 'web', newName: 'acme/web', newTag: '1' }] },
    ],
    [
      'patches of all three kinds, each inline',
      {
        patches: [{ patch: 'p', path: '/etc/passwd' }],
        patchesStrategicMerge: [{ kind: 'Deployment' }],
        patchesJson6902: [{ patch: [{ op: 'remove', path: '/a' }], target: { kind: 'Job' } }],
      },
      {},
      {
        patches: [{ patch: 'p' }],
        patchesStrategicMerge: ['{"kind":"Deployment"}'],
        patchesJson6902: [{ patch: '[{"op":"remove","path":"/a"}]', target: { kind: 'Job' } }],
      },
    ],
    [
      'labels of the objects, not of their pods',
      { commonMetadata: { labels: { app: 'web' } } },
      {},
      { labels: [{ pairs: { app: 'web' }, includeSelectors: false, includeTemplates: false }] },
    ],
  ])('%s', (_, options, own, expected) => {
    expect(stated('flux', options, own).fields).toEqual(expected);
  });
});

test('each field leads back to the option that states it', () => {
  const options = {
    namespace: 'shop',
    images: ['web:2', 'db:1'],
    patches: [{ patch: 'p' }],
    commonLabels: { a: 'b' },
  };
  const own = { images: [{ name: 'db', newTag: '0' }], patches: [{ path: 'own.yaml' }] };
  const fields = stated('argocd', options, own);
  expect(fields.originOf(['namespace'])).toEqual(['namespace']);
  expect(fields.originOf(['images', 0, 'newTag'])).toEqual(['images', 1, 'newTag']);
  expect(fields.originOf(['images', 1])).toEqual(['images', 0]);
  expect(fields.originOf(['patches', 0])).toBe(null);
  expect(fields.originOf(['patches', 1, 'patch'])).toEqual(['patches', 0, 'patch']);
  expect(fields.originOf(['commonLabels', 'a'])).toEqual(['commonLabels', 'a']);
  expect(fields.originOf(['resources'])).toBe(null);
});

test('names of prototypes are names like any other', () => {
  const hostile = JSON.parse(
    '{"commonLabels":{"__proto__":"x","constructor":"y"},"__proto__":{"namePrefix":"evil-"}}',
  );
  const { fields } = stated('argocd', hostile, JSON.parse('{"commonLabels":{"__proto__":"old"}}'));
  expect(Object.keys(fields)).toEqual(['commonLabels']);
  expect(JSON.stringify(fields)).toBe('{"commonLabels":{"__proto__":"x","constructor":"y"}}');
  expect(({} as Record<string, unknown>).namePrefix).toBeUndefined();
});
