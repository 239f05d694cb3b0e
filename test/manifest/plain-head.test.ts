import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { objectsOf, quietObject } from '../../src/manifest/objects.ts';
import { parseStream } from '../../src/manifest/parse.ts';
import { plainHead } from '../../src/manifest/plain-head.ts';
import { defaultLimits } from '../../src/text/limits.ts';

const parsedRefs = (text: string) =>
  parseStream(text, defaultLimits)
    .documents.flatMap(objectsOf)
    .map(({ ref }) => ref);

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  namespace: "shop"\ndata:\n  a: b\n';
const web = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web' };

describe('the head of an object, read off its lines', () => {
  test.each([
    ['plain', head],
    ['with comments and blank lines', `# a\n\n${head.replace('metadata:\n', 'metadata:\n\n  # b\n')}`],
    ['in another order', 'metadata:\n    namespace: shop\n    name: web\nkind: ConfigMap\napiVersion: v1\n'],
    ['with lists at the top level', `${head}list:\n- name: other\n- kind: other\n`],
    ['with texts', `${head.replace('  name', '  annotations:\n    a: |\n      name: x\n  name')}`],
  ])('%s', (_name, text) => {
    expect(plainHead(text)).toEqual(web);
    expect(parsedRefs(text)).toEqual([web]);
  });

  test('without a namespace', () => {
    expect(plainHead(head.replace(/ {2}namespace.*\n/, ''))).toEqual({ ...web, namespace: null });
  });

  test.each([
    ['a flow map', '{apiVersion: v1, kind: ConfigMap, metadata: {name: web}}'],
    ['metadata in flow style', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n'],
    ['a quoted key', `${head}"kind": Deployment\n`],
    ['a complex key', `${head}? kind\n: Deployment\n`],
    ['a key twice', `${head}kind: Deployment\n`],
    ['a name twice', head.replace('  name', '  name: other\n  name')],
    ['a name that is no word', head.replace('name: web', 'name: "a b"')],
    ['a name that is a constant', head.replace('name: web', 'name: yes')],
    ['a name with a comment', head.replace('name: web', 'name: web # c')],
    ['a name on the next line', head.replace('name: web', 'name:\n    web')],
    ['a namespace that is empty', head.replace('namespace: "shop"', 'namespace:')],
    ['a merge', head.replace('  name', '  <<: *a\n  name')],
    ['a generated name', head.replace('name: web', 'generateName: web')],
    ['a quoted text on several lines', `text: "\nkind: Deployment\n"\n${head}`],
    ['no object', 'a: b\n'],
    ['nothing', ''],
  ])('not from %s', (_name, text) => {
    expect(plainHead(text)).toBeNull();
  });

  test('is what parsing finds, whatever stands around it', () => {
    const piece = fc.constantFrom(
      ...[
        'apiVersion: v1',
        'kind: ConfigMap',
        'kind: "Secret"',
        'metadata:',
        '  name: web',
        '  namespace: a',
      ],
      ...[
        '    name: deep',
        '  labels:',
        '    a: b',
        '  text: |',
        '    kind: x',
        'data:',
        '- a',
        '  - name: b',
      ],
      ...[
        '# c',
        '',
        '   ',
        'list:',
        'spec: {a: b}',
        '  name: "x"',
        '  "name": y',
        'a: "b',
        'c"',
        '  name: &a z',
      ],
    );
    const texts = fc.array(piece, { maxLength: 12 }).map((lines) => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(texts, (text) => {
        const ref = plainHead(text);
        const { documents, problems } = parseStream(text, defaultLimits);
        if (ref === null || problems.length > 0) return;
        expect(documents.flatMap(objectsOf).map((object) => object.ref)).toEqual([ref]);
      }),
      { seed: 20261126, numRuns: 20_000 },
    );
  });
});

describe('an object of a quiet kind', () => {
  test('has its value, text and places when they are asked for', () => {
    const object = quietObject(head, defaultLimits)!;
    expect(object.ref).toEqual(web);
    expect(object.value).toEqual(parseStream(head, defaultLimits).documents[0]!.value);
    expect(object.document.text).toBe(head);
    expect(object.document.locate(['data', 'a'])).toMatchObject({
      startLine: 7,
      startColumn: 3,
      exact: true,
    });
  });

  test('of which our reader of YAML can make nothing keeps its head', () => {
    const object = quietObject(`${head}  c: *nothing\n`, defaultLimits)!;
    expect(object.value).toEqual({ apiVersion: 'v1', kind: 'ConfigMap' });
  });

  test('is none of another kind', () => {
    expect(quietObject(head.replace('ConfigMap', 'Deployment'), defaultLimits)).toBeNull();
  });
});
