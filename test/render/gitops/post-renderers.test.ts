import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../../src/engines/engine.ts';
import { type FieldPath, valueAt } from '../../../src/manifest/field-path.ts';
import { renderComparison, renderTree } from '../../../src/render/render.ts';
import type { Render } from '../../../src/render/unit.ts';
import { type Files, memoryComparison, memoryTree } from '../memory-tree.ts';
import { settings } from '../renderers.ts';
import { chart, shop } from './support.ts';

const engines = {
  helm: openEngine('helm', { instances: 1 }),
  kustomize: openEngine('kustomize', { instances: 1 }),
};
afterAll(() => Promise.all([engines.helm.close(), engines.kustomize.close()]));

const template = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      terminationGracePeriodSeconds: {{ .Values.grace }}
      containers:
      - name: main
        image: acme/web:1
        lifecycle: {preStop: {sleep: {seconds: 5}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
`;

const release = (renderers: string, version = 'v2'): string => `apiVersion: helm.toolkit.fluxcd.io/${version}
kind: HelmRelease
metadata: {name: web, namespace: apps}
spec:
  chart: {spec: {chart: charts/web, sourceRef: {kind: GitRepository, name: shop}}}
${renderers}`;

const source = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shop, namespace: apps}
spec: {url: https://github.com/acme/shop}
`;

const files = (renderers: string, more: Files = {}, version = 'v2'): Files => ({
  ...chart('charts/web', 'web', template, 'grace: 30\nreplicas: 2\n'),
  'flux/source.yaml': source,
  'flux/web.yaml': release(renderers, version),
  ...more,
});

async function rendered(tree: Files): Promise<Render> {
  const { units } = await renderTree(memoryTree(tree), { ...settings, repository: shop }, engines);
  return units.find(({ id }) => id === 'helm:charts/web')!.renders[0]!;
}

function held({ manifests }: Render, path: FieldPath) {
  const manifest = manifests.find(({ ref }) => ref.kind === 'Deployment');
  const at = manifest?.locate(path);
  return [
    valueAt(manifest?.value, path),
    at && `${at.path}:${at.startLine}:${at.startColumn}-${at.endColumn}`,
  ];
}

const pod: FieldPath = ['spec', 'template', 'spec'];
const grace: FieldPath = [...pod, 'terminationGracePeriodSeconds'];
const main: FieldPath = [...pod, 'containers', 0];

describe('what a post-renderer does is done, and found at its line', () => {
  const merge = `  postRenderers:
  - kustomize:
      patches:
      - patch: |
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web}
          spec:
            template:
              spec:
                terminationGracePeriodSeconds: 5
                containers:
                - name: main
                  lifecycle: null
`;

  test.each<[string, FieldPath, unknown[]]>([
    ['what a merge patch sets', grace, [5, 'flux/web.yaml:16:17-49']],
    ['what it takes away', [...main, 'lifecycle', 'preStop'], [undefined, 'flux/web.yaml:19:19-34']],
    ['what it leaves', ['spec', 'replicas'], [2, 'charts/web/values.yaml:2:1-12']],
    ['what is nowhere', [...main, 'startupProbe'], [undefined, 'charts/web/templates/a.yaml:10:7-19']],
  ])('%s', async (_, path, expected) => {
    const render = await rendered(files(merge));
    expect(held(render, path)).toEqual(expected);
    expect([render.state, render.assumptions, render.notChecked]).toEqual(['ok', undefined, []]);
  });

  test.each<[string, string, FieldPath, unknown[]]>([
    [
      'a list of operations',
      `      patches:
      - target: {kind: Deployment}
        patch: |
          - op: replace
            path: /spec/replicas
            value: 7
`,
      ['spec', 'replicas'],
      [7, 'flux/web.yaml:13:13-21'],
    ],
    [
      'an image',
      '      images:\n      - name: acme/web\n        newTag: "2"\n',
      [...main, 'image'],
      ['acme/web:2', 'flux/web.yaml:10:9-20'],
    ],
  ])('%s', async (_, renderer, path, expected) => {
    expect(held(await rendered(files(`  postRenderers:\n  - kustomize:\n${renderer}`)), path)).toEqual(
      expected,
    );
  });

  test('a map and operations of older versions', async () => {
    const older = `  postRenderers:
  - kustomize:
      patchesStrategicMerge:
      - apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec: {replicas: 4}
      patchesJson6902:
      - target: {kind: Deployment, name: web}
        patch: [{op: remove, path: /spec/template/spec/terminationGracePeriodSeconds}]
`;
    const render = await rendered(files(older, {}, 'v2beta2'));
    expect(held(render, ['spec', 'replicas'])[0]).toBe(4);
    expect(held(render, grace)[0]).toBe(undefined);
    expect(held(render, ['spec', 'replicas'])[1]).toMatch(/^flux\/web\.yaml:/);
  });

  test('one after the other', async () => {
    const patch = (count: number, target: string) => `  - kustomize:
      patches:
      - target: {kind: Deployment, labelSelector: ${target}}
        patch: '[{"op": "add", "path": "/metadata/labels", "value": {"step": "${count}"}}, {"op": "replace", "path": "/spec/replicas", "value": ${count}}]'
`;
    const two = `  postRenderers:\n${patch(5, '"!step"')}${patch(6, 'step=5')}${patch(7, 'step=5')}`;
    expect(held(await rendered(files(two)), ['spec', 'replicas'])[0]).toBe(6);
  });

  test('what every object is given', async () => {
    const common = '  commonMetadata:\n    labels: {team: a}\n    annotations: {tier: b}\n';
    const render = await rendered(files(common));
    expect(held(render, ['metadata', 'labels', 'team'])).toEqual(['a', 'flux/web.yaml:7:14-21']);
    expect(held(render, ['metadata', 'annotations', 'tier'])).toEqual(['b', 'flux/web.yaml:8:19-26']);
    expect(held(render, ['spec', 'template', 'metadata'])[0]).toBe(undefined);
  });

  test('an object that a patch deletes is gone', async () => {
    const gone = `  postRenderers:
  - kustomize:
      patches:
      - patch: |
          apiVersion: v1
          kind: Service
          metadata: {name: web}
          $patch: delete
`;
    const { manifests } = await rendered(files(gone));
    expect(manifests.map(({ ref }) => ref.kind)).toEqual(['Deployment']);
  });

  test('a patch that is changed touches the chart', async () => {
    const base = files(merge);
    const head = files(merge.replace('Seconds: 5', 'Seconds: 6'));
    const all = { ...settings, repository: shop };
    const { units } = await renderComparison(memoryComparison(base, head), all, engines);
    const unit = units.find(({ id }) => id === 'helm:charts/web');
    expect([unit?.base, unit?.head].map((side) => held(side!.renders[0]!, grace)[0])).toEqual([5, 6]);
  });

  test('what it set has its line as its cause, and what it left has a value', async () => {
    const { manifests } = await rendered(files(merge));
    const proof = { take: () => true, isChanged: () => false };
    const causes = [grace, ['spec', 'replicas']].map((path) => manifests[1]?.causeOf?.(path, proof));
    const lines = (await Promise.all(causes)).map(
      (cause) => `${cause?.location?.path}:${cause?.location?.startLine}`,
    );
    expect(lines).toEqual(['flux/web.yaml:16', 'charts/web/values.yaml:2']);
  });
});

describe('what cannot be done is assumed', () => {
  const patch = (name: string, body = 'spec: {replicas: 7}') => `  postRenderers:
  - kustomize:
      patches:
      - patch: |
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: ${name}}
          ${body}
`;
  const assumption = [{ text: 'its postRenderers change none of these', path: 'flux/web.yaml', line: 7 }];

  test('a patch of an object that is not there', async () => {
    const render = await rendered(files(patch('other')));
    expect(held(render, ['spec', 'replicas'])[0]).toBe(2);
    expect(render.assumptions).toEqual(assumption);
    expect(render.notChecked).toMatchObject([{ path: 'flux/web.yaml', line: 7, reason: 'render-failed' }]);
  });

  test.each<[string, string, string, string]>([
    [
      'what a patch says is not told',
      `  postRenderers:\n  - kustomize:\n      patches:\n      - target: {kind: Deployment}\n        patch: '[{"op": "remove", "path": "/spec/x"}, {"op": "add", "path": "/y", "value": "s3cret"}]'\n`,
      '',
      'Its postRenderers cannot be applied: ',
    ],
    [
      'two objects of one name',
      patch('web'),
      '\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n',
      'Its postRenderers cannot be applied: the chart renders Service.v1.[noGrp]/web.[noNs] twice.',
    ],
  ])('%s', async (_, renderers, more, expected) => {
    const render = await rendered(files(renderers, { 'charts/web/templates/a.yaml': `${template}${more}` }));
    expect(render.assumptions).toMatchObject([{ text: assumption[0]!.text }]);
    const [{ detail = '' } = {}] = render.notChecked;
    expect(detail).toContain(expected);
    expect(detail).not.toMatch(/s3cret|objects\//);
  });

  test('a hook that has the name of another object is left as it is', async () => {
    const hook =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {helm.sh/hook: pre-install}}\n';
    const render = await rendered(files(patch('web'), { 'charts/web/templates/b.yaml': hook }));
    expect([held(render, ['spec', 'replicas'])[0], render.assumptions]).toEqual([7, undefined]);
    expect(render.manifests).toHaveLength(3);
  });

  describe('where the chart does not render as it stands', () => {
    const lenient = (more: string) => ({
      'charts/web/templates/b.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {${more}}\ndata: {key: {{ required "host" .Values.host }}}\n`,
    });

    test('a patch is applied beside what is not known', async () => {
      const render = await rendered(files(patch('web'), lenient('name: conf')));
      expect([render.lenient, render.assumptions]).toEqual([true, undefined]);
      expect(held(render, ['spec', 'replicas'])[0]).toBe(7);
      const map = render.manifests.find(({ ref }) => ref.kind === 'ConfigMap');
      expect(valueAt(map?.value, ['data', 'key'])).toBe('{{ ? }}');
    });

    test('what is empty beside it stays unknown, and what a patch takes away is gone', async () => {
      const change = (text: string) =>
        text
          .replace('      containers:', '      initContainers:\n      hostAliases:\n      containers:')
          .replace('acme/web:1', '{{ required "host" .Values.host }}');
      const renderers = (more: string) =>
        `  postRenderers:\n  - kustomize:\n      images: [{name: x, newTag: "2"}]\n${more}`;
      const take = `      patches:\n      - target: {kind: Deployment}\n        patch: '[{"op": "remove", "path": "/spec/template/spec/hostAliases"}]'\n`;
      const of = async (more: string) => {
        const render = await rendered(
          files(renderers(more), { 'charts/web/templates/a.yaml': change(template) }),
        );
        return ['initContainers', 'hostAliases'].map((name) => held(render, [...pod, name])[0]);
      };
      expect(await of('')).toEqual(['{{ ? }}', '{{ ? }}']);
      expect(await of(take)).toEqual(['{{ ? }}', undefined]);
    });

    const merge = patch('web');
    const target = (selector: string, path: string) =>
      `  postRenderers:\n  - kustomize:\n      patches:\n      - target: {${selector}}\n        patch: '[{"op": "replace", "path": "${path}", "value": 7}]'\n`;
    const named = (template: string) =>
      template.replace('{name: web}', '{name: {{ required "host" .Values.host }}}');
    const listed = (template: string) =>
      template.replace('name: main', 'name: {{ required "host" .Values.host }}');

    test.each<[string, string, (template: string) => string, unknown]>([
      ['a name that is not known', merge, named, false],
      ['a target that goes by kind', target('kind: Deployment', '/spec/replicas'), named, true],
      ['a target that goes by name', target('kind: Deployment, name: web', '/spec/replicas'), named, false],
      ['a target of another kind', target('kind: Job, name: web', '/spec/replicas'), named, true],
      ['a target that goes by labels', target('labelSelector: a=b', '/spec/replicas'), named, false],
      [
        'a place in a list',
        target('kind: Deployment', '/spec/template/spec/containers/0/image'),
        listed,
        false,
      ],
      [
        'items by their names',
        patch('web', 'spec: {template: {spec: {containers: [{name: main}]}}}'),
        listed,
        false,
      ],
      [
        'images',
        '  postRenderers:\n  - kustomize:\n      images: [{name: acme/web, newTag: "2"}]\n',
        named,
        true,
      ],
    ])('%s', async (_, renderers, change, isApplied) => {
      const render = await rendered(files(renderers, { 'charts/web/templates/a.yaml': change(template) }));
      expect([render.lenient, render.assumptions === undefined]).toEqual([true, isApplied]);
      if (!isApplied) expect(render.assumptions).toMatchObject([{ text: assumption[0]!.text }]);
    });
  });
});

test("Helm's hooks are no part of it where the release says so", async () => {
  const hook = {
    'charts/web/templates/b.yaml': template
      .replace('{name: web}', '{name: hook, annotations: {helm.sh/hook: pre-install}}')
      .split('---')[0]!,
  };
  const patch = `  postRenderers:
  - kustomize:
      patches:
      - target: {kind: Deployment}
        patch: '[{"op": "replace", "path": "/spec/replicas", "value": 7}]'
`;
  const replicas = async (strategy: string) => {
    const { manifests } = await rendered(files(`${strategy}${patch}`, hook));
    return manifests.flatMap(({ ref, value }) =>
      ref.kind === 'Deployment' ? [`${ref.name} ${valueAt(value, ['spec', 'replicas'])}`] : [],
    );
  };
  expect((await replicas('')).sort()).toEqual(['hook 7', 'web 7']);
  expect((await replicas('  postRenderStrategy: nohooks\n')).sort()).toEqual(['hook 2', 'web 7']);
});
