import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { FieldPath } from '../../src/manifest/field-path.ts';
import { valueAt } from '../../src/manifest/field-path.ts';
import { parseStream } from '../../src/manifest/parse.ts';
import { defaultLimits } from '../../src/text/limits.ts';

function place(text: string, path: FieldPath, document = 0): string {
  const at = parseStream(text, defaultLimits).documents[document]!.locate(path);
  if (at === null) return 'nowhere';
  const { startLine, startColumn, endLine, endColumn, exact, found } = at;
  return `${startLine}:${startColumn}-${endLine}:${endColumn}${exact ? '' : ` (parent ${found})`}`;
}

const deployment = `# a comment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, tier: "front end"}
spec:
  replicas: 3   # three
  template:
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: web
          image: web:1
          args: [serve, --fast]
          command:
          - sh
          - -c
          - |
            sleep 5
            exit

          env: []
        - image: sidecar:1
          resources:
      volumes:
      -
        name: data
`;

const inPod = (...path: FieldPath): FieldPath => ['spec', 'template', 'spec', ...path];

describe('a deployment', () => {
  test.each<[string, FieldPath, string]>([
    ['the object: its kind', [], '3:1-3:17'],
    ['a scalar: from key to value', inPod('terminationGracePeriodSeconds'), '11:7-11:40'],
    ['a scalar before a comment', ['spec', 'replicas'], '8:3-8:14'],
    ['a map: its key', ['metadata'], '4:1-4:9'],
    ['a list: its key', inPod('containers'), '12:7-12:17'],
    ['an item that is a map: its first pair', inPod('containers', 0), '13:11-13:20'],
    ['an item below its dash', inPod('volumes', 0), '28:9-28:19'],
    ['a field of an item', inPod('containers', 0, 'image'), '14:11-14:23'],
    ['a flow list: its key', inPod('containers', 0, 'args'), '15:11-15:15'],
    ['an item of a flow list', inPod('containers', 0, 'args', 1), '15:25-15:31'],
    ['an item that is a block scalar', inPod('containers', 0, 'command', 2), '19:13-21:17'],
    ['a value in a flow map', ['metadata', 'labels', 'tier'], '6:22-6:39'],
    ['an empty list: its key', inPod('containers', 0, 'env'), '23:11-23:14'],
    ['an empty value: its key', inPod('containers', 1, 'resources'), '25:11-25:20'],
    [
      'an absent field of a container',
      inPod('containers', 0, 'livenessProbe', 'httpGet'),
      '13:11-13:20 (parent 5)',
    ],
    ['below an empty value', inPod('containers', 1, 'resources', 'limits'), '25:11-25:20 (parent 6)'],
    ['an item that is not there', inPod('containers', 2), '12:7-12:17 (parent 4)'],
    ['below a scalar', ['spec', 'replicas', 'x'], '8:3-8:14 (parent 2)'],
    ['an absent field of the root', ['status', 'x'], '3:1-3:17 (parent 0)'],
    ['a number where a key is', ['spec', 0], '7:1-7:5 (parent 1)'],
  ])('%s', (_, path, expected) => {
    expect(place(deployment, path)).toBe(expected);
  });

  test('CRLF and a byte order mark change no place', () => {
    const other = `\uFEFF${deployment.replaceAll('\n', '\r\n')}`;
    for (const path of [[], inPod('containers', 0, 'command', 2), ['metadata'], ['spec', 'replicas']]) {
      expect(place(other, path)).toBe(place(deployment, path));
    }
  });
});

describe('odd documents', () => {
  test.each<[string, string, FieldPath, string]>([
    ['the second document', 'a: 1\n---\nkind: X\nb: 2\n', ['b'], '4:1-4:5'],
    ['a key twice: the last', 'a: 1\nb: 2\na: 3\n', ['a'], '3:1-3:5'],
    ['an alias', 'a: &x 1\nb: *x\n', ['b'], '2:1-2:6'],
    ['behind an alias', 'a: &x\n  c: 1\nb: *x\n', ['b', 'c'], '2:3-2:7'],
    ['behind a merge', 'a: &x\n  c: 1\nb:\n  <<: *x\n  d: 2\n', ['b', 'c'], '2:3-2:7'],
    ['beside a merge', 'a: &x\n  c: 1\nb:\n  <<: *x\n  c: 2\n', ['b', 'c'], '5:3-5:7'],
    ['a key that is a word', 'data:\n  on: x\n', ['data', 'true'], '2:3-2:8'],
    ['a quoted key', 'data:\n  "a.b/c": x\n', ['data', 'a.b/c'], '2:3-2:13'],
    ['JSON', '{"kind": "X",\n "a": [1,\n  {"b": 2}]}', ['a', 1, 'b'], '3:4-3:10'],
    ['a folded scalar', 'a: one\n  two\nb: 1\n', ['a'], '1:1-2:6'],
    ['no map at all', 'text\n', ['a'], '1:1-1:5 (parent 0)'],
    ['an empty document', '---\n', ['a'], '1:4-1:4 (parent 0)'],
    ['no kind: the first key', 'a: 1\nb: 2\n', [], '1:1-1:5'],
  ])('%s', (_, text, path, expected) => {
    expect(place(text, path, text.includes('\n---\n') ? 1 : 0)).toBe(expected);
  });

  test('shared text is told', () => {
    const [document] = parseStream('a: &x\n  c: 1\nb: *x\n', defaultLimits).documents;
    expect(document!.locate(['b', 'c'])?.shared).toBe(true);
    expect(document!.locate(['a', 'c'])?.shared).toBe(false);
  });

  test('the way to a field', () => {
    const [document] = parseStream('a:\n  b:\n    - c\n', defaultLimits).documents;
    expect(document!.locateAlong(['a', 'b', 0, 'd']).map(({ startLine }) => startLine)).toEqual([1, 1, 2, 3]);
  });
});

/** Every leaf of a value. */
function* leaves(value: unknown, path: FieldPath = []): Generator<FieldPath> {
  if (value === null || typeof value !== 'object') yield path;
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* leaves(item, [...path, index]);
  else for (const [key, item] of Object.entries(value)) yield* leaves(item, [...path, key]);
}

const key = fc.oneof(
  fc.stringMatching(/^[a-z][a-zA-Z0-9./_-]{0,8}$/),
  fc.constantFrom('on', '1', '__proto__', ' x', 'a: b'),
);
const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('yes', '0777', 'a\nb\n', ' # x'),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
  ),
}));

describe('random documents', () => {
  test('values come back as they were written', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), fc.constantFrom(2, 4), (value, indentSeq, indent) => {
        const text = stringify(value, { version: '1.1', indentSeq, indent, aliasDuplicateObjects: false });
        const { documents, problems } = parseStream(text, defaultLimits);
        expect(problems).toEqual([]);
        expect(documents[0]?.value ?? null).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('every leaf is located on the lines that hold it, and nothing else of the document', () => {
    fc.assert(
      fc.property(
        fc.dictionary(key, tree, { maxKeys: 4 }),
        fc.boolean(),
        fc.constantFrom('any', 'flow'),
        (value, indentSeq, style) => {
          const text = stringify(value, {
            version: '1.1',
            indentSeq,
            collectionStyle: style as 'any',
            aliasDuplicateObjects: false,
          });
          const [document] = parseStream(text, defaultLimits).documents;
          for (const path of leaves(value)) {
            const at = document!.locate(path);
            expect(at?.exact).toBe(true);
            const lines = text.split('\n').slice(at!.startLine - 1, at!.endLine);
            lines[lines.length - 1] = lines.at(-1)!.slice(0, at!.endColumn - 1);
            lines[0] = lines[0]!.slice(at!.startColumn - 1);
            const dedented = [
              lines[0],
              ...lines
                .slice(1)
                .map((line) =>
                  line.slice(Math.min(at!.startColumn - 1, line.length - line.trimStart().length)),
                ),
            ];
            const source = dedented.join('\n');
            const leaf = valueAt(value, path);
            if (typeof leaf === 'string' && leaf.includes('\n')) continue;
            const step = path.at(-1)!;
            const read = parseStream(
              typeof step === 'number' ? `- ${source}\n` : `${source}\n`,
              defaultLimits,
            ).documents[0];
            expect(valueAt(read?.value, [typeof step === 'number' ? 0 : step])).toEqual(leaf);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
