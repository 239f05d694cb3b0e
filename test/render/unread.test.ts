import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { Mentions } from '../../src/render/helm/mentions.ts';
import { renderComparison } from '../../src/render/render.ts';
import type { FileChange } from '../../src/text/change.ts';
import { type Files, memoryComparison } from './memory-tree.ts';
import { settings } from './renderers.ts';

const engine = openEngine('helm', { instances: 1 });
const engines = { helm: engine, kustomize: engine };
afterAll(() => engine.close());

const chart: Files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'web/values.yaml':
    'replicas: 3\nimage:\n  repository: shop\n  tag: "1"\nextra: {a: 1}\ncond:\n  on: false\n  x: 1\n',
  'web/values-prod.yaml': 'replicas: 5\n',
  'web/templates/web.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  replicas: "{{ .Values.replicas }}"
  image: {{ .Values.image.repository }}:{{ .Values.image.tag }}
  {{- if .Values.cond.on }}
  extra: {{ toYaml .Values.extra | quote }}
  {{- end }}
  {{- range $key, $value := .Values.ranged }}
  {{ $key }}: {{ $value }}
  {{- end }}
`,
};

/** Keys that are told unread when the lines of `added` come at the end of a file (or its part, by what stands there). */
async function unread(head: Files, base: Files = chart): Promise<readonly string[]> {
  const comparison = memoryComparison(base, head);
  const changes = comparison.changes.map((change): FileChange => {
    const before = new Set(String(base[change.path] ?? '').split('\n'));
    const lines = String(head[change.path] ?? '').split('\n');
    const added = lines.flatMap((line, index) => (before.has(line) ? [] : [index + 1]));
    const hunk = { newStart: 1, newLines: lines.length, added, deleted: [] };
    return { ...change, hunks: [hunk as unknown as FileChange['hunks'][number]] };
  });
  const { units } = await renderComparison({ ...comparison, changes }, settings, engines);
  const told = units.find(({ id }) => id === 'helm:web')?.head?.unread ?? [];
  return told.map(
    ({ path, key, near, startLine, startColumn, endColumn, valuesSets }) =>
      `${path}:${startLine}:${startColumn}-${endColumn} ${key.join('.')}${near === null ? '' : ` ~ ${near}`} [${valuesSets}]`,
  );
}

const values = chart['web/values.yaml'] as string;
const withValues = (text: string): Files => ({ ...chart, 'web/values.yaml': text });

describe('a value that nothing reads', () => {
  test.each<[string, Files, string]>([
    [
      'a new key',
      withValues(`${values}unheard: 1\n`),
      'web/values.yaml:9:1-11 unheard [default,web/values-prod.yaml]',
    ],
    [
      'a slip of the pen',
      withValues(values.replace('replicas: 3', 'replicas: 3\nreplicsa: 4')),
      'web/values.yaml:2:1-12 replicsa ~ replicas [default,web/values-prod.yaml]',
    ],
    [
      'below a map whose other keys are read',
      withValues(values.replace('  tag:', '  tagg: "2"\n  tag:')),
      'web/values.yaml:4:3-12 image.tagg ~ tag [default,web/values-prod.yaml]',
    ],
    [
      'a whole new section, told once',
      withValues(`${values}unheard:\n  of: {this: 1}\n`),
      'web/values.yaml:9:1-8 unheard [default,web/values-prod.yaml]',
    ],
    [
      'in a values set of its own',
      { ...chart, 'web/values-prod.yaml': 'replicas: 5\nunheard: true\n' },
      'web/values-prod.yaml:2:1-14 unheard [web/values-prod.yaml]',
    ],
    [
      'a key named like a prototype’s',
      withValues(`${values}toString: 1\n`),
      'web/values.yaml:9:1-12 toString [default,web/values-prod.yaml]',
    ],
  ])('%s', async (_, head, expected) => {
    expect(await unread(head)).toEqual([expected]);
  });

  const silent = async (head: Files, base?: Files) => expect(await unread(head, base)).toEqual([]);

  test.each<[string, Files]>([
    ['a key that is read', withValues(values.replace('replicas: 3', 'replicas: 4'))],
    [
      'below a map that is printed whole, if at all',
      withValues(values.replace('{a: 1}', '{a: 1, unheard: 2}')),
    ],
    ['below a map that is ranged over', withValues(`${values}ranged:\n  unheard: 1\n`)],
    ['under a condition that is false', withValues(values.replace('  x: 1', '  x: 1\n  extra: 2'))],
    ['a name that some template mentions', withValues(`${values}repository: 1\n`)],
    ['a global', withValues(`${values}global:\n  unheard: 1\n`)],
    ['tags of dependencies', withValues(`${values}tags:\n  unheard: true\n`)],
    ['an example', { ...chart, 'web/ci/test-values.yaml': 'unheard: 1\n' }],
    ['values without anything to alter', withValues(`${values}unheard: {}\n`)],
    ['a comment', withValues(`${values}# unheard: 1\n`)],
    ['the prototype', withValues(`${values}__proto__: {polluted: 1}\n`)],
    [
      'a chart that takes its values whole',
      {
        ...withValues(`${values}unheard: 1\n`),
        'web/templates/all.yaml': '# {{ toYaml .Values.image }}{{ $v := .Values }}\n',
      },
    ],
    [
      'a values set that does not render',
      { ...withValues(`${values}unheard: 1\n`), 'web/values-bad.yaml': 'image: 1\n' },
    ],
    [
      'what only a condition of a dependency reads',
      {
        ...withValues(`${values}cache:\n  enabled: false\n`),
        'web/Chart.yaml':
          'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: cache, version: 1.0.0, condition: cache.enabled}]\n',
        'web/charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 1.0.0\n',
      },
    ],
    [
      'a packed dependency',
      { ...withValues(`${values}unheard: 1\n`), 'web/charts/cache-1.0.0.tgz': new Uint8Array([0]) },
    ],
  ])('not %s', async (_, head) => silent(head));

  test('not a line that only moved', async () => {
    const base = withValues(`unheard: 1\n${values}`);
    await silent(withValues(`${values}unheard:  1\n`), base);
  });

  test('a huge file ends soon', async () => {
    const many = Array.from({ length: 400 }, (_, index) => `unheard${index}: ${index}`).join('\n');
    expect((await unread(withValues(`${values}${many}\n`))).length).toBeLessThan(30);
  });
});

test('expressions that nothing closes cost no more than others', () => {
  const files = [
    {
      path: 'templates/a.yaml',
      repositoryPath: null,
      id: '',
      bytes: new TextEncoder().encode('{{'.repeat(500_000)),
    },
  ];
  expect(new Mentions(files).mayBeUnread(['a'])).toBe(true);
});
