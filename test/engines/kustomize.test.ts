import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import {
  type BuildStep,
  buildKustomization,
  type KustomizeBuild,
  kustomizeBuildText,
} from '../../src/engines/kustomize.ts';

const engine = openEngine('kustomize', { instances: 1 });
afterAll(() => engine.close());

type Files = Readonly<Record<string, string>>;

function build(files: Files, path = 'o', by = engine): Promise<KustomizeBuild> {
  const input = Object.entries(files).map(([name, text]) => ({
    path: name,
    bytes: new TextEncoder().encode(text),
  }));
  return buildKustomization(by, { path, files: input, trace: true });
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: a
        image: acme/a
`;

/** `path=step` of each field that a step set, `-path=step` of each that it took away. */
function steps({ documents }: KustomizeBuild): string[] {
  const told = (step: BuildStep | null) =>
    step === null ? 'read' : `${step.file} ${step.kind}[${step.index}]`;
  return documents.flatMap(({ set, gone }) => [
    ...set.map(({ path, step }) => `${path.join('.')} = ${told(step)}`),
    ...gone.map(({ path, step }) => `-${path.join('.')} = ${told(step)}`),
  ]);
}

describe('the same bytes as kustomize build', () => {
  const root = fileURLToPath(new URL('../../fixtures/kustomize/', import.meta.url));
  const files = Object.fromEntries(
    readdirSync(join(root, 'head'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(join(root, 'head'), path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );

  test.each(['dev', 'prod'])('overlay %s of the example', async (overlay) => {
    const { documents, error } = await build(files, `overlays/${overlay}`);
    expect(error).toBeNull();
    expect(kustomizeBuildText(documents)).toBe(
      readFileSync(join(root, 'expected', `${overlay}.yaml`), 'utf8'),
    );
  });

  test('annotations that a kustomization asks for stay in the output', async () => {
    const { documents } = await build({
      'o/kustomization.yaml': 'resources: [d.yaml]\nbuildMetadata: [originAnnotations]\n',
      'o/d.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    });
    expect(documents.map(({ text }) => text)).toEqual([
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    config.kubernetes.io/origin: |\n      path: d.yaml\n  name: a\n',
    ]);
  });
});

describe('who set a field', () => {
  test.each<[string, string, readonly string[]]>([
    ['nobody', '', []],
    ['namePrefix', 'namePrefix: a-\n', ['metadata.name = o/kustomization.yaml PrefixTransformer[0]']],
    ['namespace', 'namespace: a\n', ['metadata.namespace = o/kustomization.yaml NamespaceTransformer[0]']],
    [
      'the second image',
      'images:\n- {name: b, newTag: x}\n- {name: acme/a, newTag: x}\n',
      ['spec.template.spec.containers.0.image = o/kustomization.yaml ImageTagTransformer[1]'],
    ],
    [
      'replicas',
      'replicas: [{name: web, count: 3}]\n',
      ['spec.replicas = o/kustomization.yaml ReplicaCountTransformer[0]'],
    ],
    [
      'labels and annotations',
      'labels: [{pairs: {x: z}}]\ncommonAnnotations: {p: q}\n',
      [
        'metadata.labels = o/kustomization.yaml LabelTransformer[0]',
        'metadata.annotations = o/kustomization.yaml AnnotationsTransformer[0]',
        'spec.template.metadata = o/kustomization.yaml AnnotationsTransformer[0]',
      ],
    ],
    [
      'an added field, and one taken away',
      'patches:\n- patch: "- {op: remove, path: /spec/replicas}"\n  target: {kind: Deployment}\n- patch: "- {op: add, path: /spec/paused, value: true}"\n  target: {kind: Deployment}\n',
      [
        'spec.paused = o/kustomization.yaml PatchTransformer[1]',
        '-spec.replicas = o/kustomization.yaml PatchTransformer[0]',
      ],
    ],
    [
      'each strategic merge patch by itself, and containers by their name',
      'patchesStrategicMerge:\n- |-\n  {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {paused: true}}\n- |-\n  {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: z, image: z}]}}}}\n',
      [
        'spec.template.spec.containers.0 = o/kustomization.yaml PatchStrategicMergeTransformer[1]',
        'spec.paused = o/kustomization.yaml PatchStrategicMergeTransformer[0]',
      ],
    ],
  ])('%s', async (_, fields, expected) => {
    const built = await build({
      'o/kustomization.yaml': `resources: [d.yaml]\n${fields}`,
      'o/d.yaml': deployment,
    });
    expect(built.error).toBeNull();
    expect(steps(built)).toEqual(expected);
  });

  test('a name that follows a renamed object is still the work of its author', async () => {
    const built = await build({
      'o/kustomization.yaml': 'resources: [d.yaml]\nconfigMapGenerator: [{name: c, literals: [a=b]}]\n',
      'o/d.yaml': deployment.replace('image:', 'envFrom: [{configMapRef: {name: c}}]\n        image:'),
    });
    const [map, web] = built.documents;
    expect(map).toMatchObject({ file: null, maker: { kind: 'ConfigMapGenerator', index: 0 } });
    expect(web).toMatchObject({ file: 'o/d.yaml', ordinal: 0, set: [] });
    expect(web?.text).toContain('name: c-');
  });

  test('the file and the place in it of an object of a list', async () => {
    const { documents } = await build({
      'o/kustomization.yaml': 'resources: [../b]\nsortOptions: {order: fifo}\n',
      'b/kustomization.yaml': 'resources: [l.yaml]\n',
      'b/l.yaml':
        'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n',
    });
    expect(documents.map(({ file, ordinal }) => [file, ordinal])).toEqual([
      ['b/l.yaml', 0],
      ['b/l.yaml', 1],
    ]);
  });
});

describe('what would have to be fetched or run is left out', () => {
  const patch = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: far}\nspec: {replicas: 2}\n';

  test.each<[string, string, readonly unknown[]]>([
    [
      'a file of the web',
      'resources: [d.yaml, "https://example.com/x.yaml"]\n',
      [{ file: 'o/kustomization.yaml', entry: 'https://example.com/x.yaml', kind: 'remote', shapes: false }],
    ],
    [
      'a repository, with and without a scheme',
      'resources: [d.yaml, "github.com/a/b//c?ref=v1", "git@example.com:a/b.git"]\n',
      [
        { file: 'o/kustomization.yaml', entry: 'github.com/a/b//c?ref=v1', kind: 'remote', shapes: false },
        { file: 'o/kustomization.yaml', entry: 'git@example.com:a/b.git', kind: 'remote', shapes: false },
      ],
    ],
    [
      'a component',
      'resources: [d.yaml]\ncomponents: ["https://github.com/a/b//c"]\n',
      [{ file: 'o/kustomization.yaml', entry: 'https://github.com/a/b//c', kind: 'remote', shapes: true }],
    ],
    [
      'a Helm chart',
      'resources: [d.yaml]\nhelmCharts: [{name: redis, repo: "https://example.com"}]\n',
      [{ file: 'o/kustomization.yaml', entry: 'redis', kind: 'helm', shapes: false }],
    ],
    [
      'functions',
      'resources: [d.yaml]\ngenerators: [f.yaml]\ntransformers: [f.yaml]\nvalidators: [f.yaml]\n',
      [
        { file: 'o/f.yaml', entry: 'Fn', kind: 'function', shapes: false },
        { file: 'o/f.yaml', entry: 'Fn', kind: 'function', shapes: true },
        { file: 'o/f.yaml', entry: 'Fn', kind: 'function', shapes: false },
      ],
    ],
  ])('%s', async (_, fields, leftOut) => {
    const built = await build({
      'o/kustomization.yaml': fields,
      'o/d.yaml': deployment,
      'o/f.yaml':
        'apiVersion: x/v1\nkind: Fn\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: "exec: {path: /bin/sh}"\n',
    });
    expect(built.error).toBeNull();
    expect(built.documents.map(({ file }) => file)).toEqual(['o/d.yaml']);
    expect(built.leftOut).toEqual(leftOut);
    expect(built.dropped).toEqual([]);
  });

  test('a patch for it is dropped; without it the same patch is a mistake', async () => {
    const files = { 'o/d.yaml': deployment, 'o/p.yaml': patch };
    const fields = 'resources: [d.yaml]\npatches: [{path: p.yaml}]\n';
    const remote = await build({
      ...files,
      'o/kustomization.yaml': fields.replace('[', '["https://x.dev/a", '),
    });
    expect(remote.error).toBeNull();
    expect(remote.documents).toHaveLength(1);
    expect(remote.dropped.map(({ step }) => step)).toEqual([
      { file: 'o/kustomization.yaml', kind: 'PatchTransformer', index: 0 },
    ]);
    const local = await build({ ...files, 'o/kustomization.yaml': fields });
    expect(local.error).toMatchObject({
      message: expect.stringContaining(
        'no resource matches strategic merge patch "Deployment.v1.apps/far.[noNs]"',
      ),
      step: { file: 'o/kustomization.yaml', kind: 'PatchTransformer', index: 0 },
      reason: 'render-failed',
    });
  });
});

describe('hostile kustomizations', () => {
  test.each<[string, Files, string]>([
    [
      'a cycle',
      { 'o/kustomization.yaml': 'resources: [../b]', 'b/kustomization.yaml': 'resources: [../o]' },
      'cycle',
    ],
    ['itself', { 'o/kustomization.yaml': 'resources: [.]' }, 'cycle detected'],
    ['the root above', { 'o/kustomization.yaml': 'resources: [../../../etc/passwd]' }, "doesn't exist"],
    [
      'an absolute path',
      { 'o/kustomization.yaml': 'configMapGenerator: [{name: a, files: [/etc/passwd]}]' },
      "doesn't exist",
    ],
    [
      'a file beside the root',
      { 'o/kustomization.yaml': 'resources: [../d.yaml]', 'd.yaml': deployment },
      "is not in or below '/o'",
    ],
    ['no YAML', { 'o/kustomization.yaml': 'resources: [' }, 'invalid Kustomization'],
    [
      'two kustomizations',
      { 'o/kustomization.yaml': 'namePrefix: a', 'o/Kustomization': 'namePrefix: b' },
      'multiple',
    ],
    ['nothing', {}, "'/o' doesn't exist"],
  ])('%s is an error', async (_, files, words) => {
    const { error, documents } = await build(files);
    expect(documents).toEqual([]);
    expect(error?.message).toContain(words);
    expect(error?.reason).toBe('render-failed');
  });

  test('a build that doubles at every step ends at its limits, and the next request is served', async () => {
    const limited = openEngine('kustomize', { instances: 1, deadlineMs: 4000, memoryMiB: 256 });
    const files: Record<string, string> = {
      'l0/kustomization.yaml': 'resources: [d.yaml]',
      'l0/d.yaml': deployment,
    };
    for (let level = 1; level <= 24; level += 1) {
      const side = (name: string) => `resources: [../l${level - 1}]\nnamePrefix: ${name}${level}-\n`;
      files[`a${level}/kustomization.yaml`] = side('a');
      files[`b${level}/kustomization.yaml`] = side('b');
      files[`l${level}/kustomization.yaml`] = `resources: [../a${level}, ../b${level}]\n`;
    }
    const { error } = await build(files, 'l24', limited);
    expect(['timed-out', 'out-of-memory']).toContain(error?.reason);
    const next = await build(
      { 'o/kustomization.yaml': 'resources: [d.yaml]', 'o/d.yaml': deployment },
      'o',
      limited,
    );
    expect(next.documents).toHaveLength(1);
    await limited.close();
  });
});

test('an answer does not depend on what came before', async () => {
  const plain = {
    'o/kustomization.yaml': 'resources: [d.yaml]\npatches: [{path: p.yaml}]\n',
    'o/d.yaml': deployment,
    'o/p.yaml': deployment.replace('replicas: 1', 'paused: true').replace('name: a', 'name: b'),
  };
  // A schema in which containers are no keyed list.
  const schema = {
    definitions: {
      x: {
        type: 'object',
        'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
      },
    },
  };
  const own = {
    ...plain,
    'o/kustomization.yaml': `${plain['o/kustomization.yaml']}openapi: {path: s.json}\n`,
    'o/s.json': JSON.stringify(schema),
  };
  const alone = openEngine('kustomize', { instances: 1 });
  const first = await build(plain, 'o', alone);
  const other = await build(own, 'o', alone);
  const again = await build(plain, 'o', alone);
  await alone.close();
  expect(kustomizeBuildText(first.documents)).toContain('name: a\n');
  expect(kustomizeBuildText(other.documents)).not.toContain('name: a\n');
  expect(again).toEqual(first);
});
