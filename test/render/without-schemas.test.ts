import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { buildKustomization, type KustomizeBuildRequest } from '../../src/engines/kustomize.ts';
import { uncounted } from '../../src/render/in-turns.ts';
import { Kustomizations } from '../../src/render/kustomize/kustomizations.ts';
import { buildFolder } from '../../src/render/kustomize/kustomize.ts';
import { withoutSchemas } from '../../src/render/kustomize/without-schemas.ts';
import { Layout } from '../../src/render/layout.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { type Files, memoryTree } from './memory-tree.ts';

const engine = openEngine('kustomize', { instances: 1 });
afterAll(() => engine.close());

/** A schema whose description is as long as those of real operators, on two lines. */
const schema = `          type: object
          description: ${'long '.repeat(2_500)}
`;

const definition = (inside: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
${inside}      served: true
      storage: true
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: operator
spec:
  replicas: 2
`;

const lean = (text: string) => {
  const bytes = withoutSchemas(new TextEncoder().encode(text));
  return bytes === null ? null : new TextDecoder().decode(bytes);
};

const emptied = definition('\n\n').replace('openAPIV3Schema:', 'openAPIV3Schema: {}');

describe('a schema goes, its lines stay', () => {
  test.each([
    { name: 'alone', text: definition(schema), left: emptied },
    {
      name: 'between other objects',
      text: `${deployment}---\n${definition(schema)}---\n${deployment}`,
      left: `${deployment}---\n${emptied}---\n${deployment}`,
    },
    {
      name: 'with a comment that stands further left',
      text: definition(schema.replace('\n', '\n# a note\n')),
      left: definition('\n\n\n').replace('openAPIV3Schema:', 'openAPIV3Schema: {}'),
    },
    {
      name: 'of each version',
      text: `${definition(schema)}    - name: v2\n      schema:\n        openAPIV3Schema:\n${schema}`,
      left: `${emptied}    - name: v2\n      schema:\n        openAPIV3Schema: {}\n\n\n`,
    },
  ])('$name', ({ text, left }) => {
    expect(lean(text)).toBe(left);
  });
});

describe('left as it is', () => {
  test.each([
    { name: 'a small file', text: definition('          type: object\n') },
    { name: 'an object of another kind', text: definition(schema).replace(/^kind:.*$/m, 'kind: Widget') },
    {
      name: 'a definition in a text',
      text: `kind: ConfigMap\ndata:\n  crd: |\n${definition(schema).replace(/^/gm, '    ')}`,
    },
    {
      name: 'a schema beside a definition',
      text: `${definition('          {}\n').replace(/ +openAPIV3Schema:\n/, '')}---\nkind: Widget\nopen:\n  openAPIV3Schema:\n${schema}`,
    },
  ])('$name', ({ text }) => {
    expect(lean(text)).toBeNull();
  });
});

/** What was rendered, and how many bytes each build was given. */
async function built(files: Files) {
  const source = memoryTree(files);
  const layout = new Layout(source, await source.list(), () => true);
  const kustomizations = await Kustomizations.read(layout, defaultLimits);
  const given: number[] = [];
  const build = (request: KustomizeBuildRequest) => {
    given.push(request.files.reduce((sum, { bytes }) => sum + bytes.length, 0));
    return buildKustomization(engine, request);
  };
  const render = await buildFolder(
    { kustomizations, folder: 'app', unit: 'app', revision: 'head', fields: null, substitute: null },
    {
      limits: defaultLimits,
      build,
      onRender: () => {},
      turns: uncounted,
      builds: new Map(),
      builtObjects: new Map(),
    },
  );
  return { render, sizes: given, builds: given.map((bytes) => (bytes > schema.length ? 'whole' : 'lean')) };
}

describe('a kustomization', () => {
  const crd = `${definition(schema)}---\n${deployment}`;

  test('is built without schemas, and the other lines of the file are where they were', async () => {
    const { render, builds } = await built({
      'app/kustomization.yaml': 'resources: [operator.yaml]\n',
      'app/operator.yaml': crd,
    });
    expect(builds).toEqual(['lean']);
    expect(render.state).toBe('ok');
    const operator = render.manifests.find(({ ref }) => ref.kind === 'Deployment')!;
    expect(operator.locate(['spec', 'replicas'])).toMatchObject({ path: 'app/operator.yaml', startLine: 22 });
    expect(crd.split('\n')[21]).toBe('  replicas: 2');
  });

  const wanting = `patches:
  - target: {kind: CustomResourceDefinition}
    patch: |
      - {op: remove, path: /spec/versions/0/schema/openAPIV3Schema/description}
`;

  // Beside what is left out, a step that finds nothing ends no build.
  test.each([
    { beside: 'nothing else', resources: '[operator.yaml]' },
    { beside: 'a remote base', resources: "[operator.yaml, 'https://github.com/acme/base?ref=v1']" },
  ])('keeps a schema that a patch wants, beside $beside', async ({ resources }) => {
    const { render, builds } = await built({
      'app/kustomization.yaml': `resources: ${resources}\n${wanting}`,
      'app/operator.yaml': crd,
    });
    expect(builds).toEqual(['lean', 'whole']);
    expect(render.notChecked.filter(({ reason }) => reason !== 'remote-source')).toEqual([]);
    expect(render.manifests.map(({ ref }) => ref.kind)).toEqual(['CustomResourceDefinition', 'Deployment']);
  });

  test('keeps only the schemas that the kustomization of such a patch reaches', async () => {
    const other = definition(schema).replaceAll('widgets', 'gadgets').replace('Widget', 'Gadget');
    const { render, sizes } = await built({
      'app/kustomization.yaml': 'resources: [../wanting, gadgets.yaml]\n',
      'app/gadgets.yaml': other,
      'wanting/kustomization.yaml': `resources: [operator.yaml]\n${wanting}`,
      'wanting/operator.yaml': crd,
    });
    const schemas = sizes.map((bytes) => Math.floor(bytes / schema.length));
    expect([render.state, schemas]).toEqual(['ok', [0, 1]]);
  });

  test('is built whole where a patch of what it builds on wants a schema of its own', async () => {
    const { render, sizes } = await built({
      'app/kustomization.yaml': 'resources: [operator.yaml, ../other]\ncomponents: [../patching]\n',
      'app/operator.yaml': crd,
      'other/kustomization.yaml': 'resources: [gadgets.yaml]\n',
      'other/gadgets.yaml': definition(schema).replaceAll('widgets', 'gadgets').replace('Widget', 'Gadget'),
      'patching/kustomization.yaml': `kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n${wanting}`,
    });
    const schemas = sizes.map((bytes) => Math.floor(bytes / schema.length));
    expect([render.state, schemas]).toEqual(['ok', [0, 0, 2]]);
  });

  test.each([
    { use: 'a generated ConfigMap', more: 'configMapGenerator: [{name: c, files: [operator.yaml]}]\n' },
    { use: 'the kinds that name others', more: 'crds: [operator.yaml]\n' },
  ])('keeps the schemas of a file that is $use as well', async ({ more }) => {
    const { builds } = await built({
      'app/kustomization.yaml': `resources: [operator.yaml]\n${more}`,
      'app/operator.yaml': crd,
    });
    expect(builds[0]).toBe('whole');
  });
});
