import { expect, test } from 'vitest';
import { withValue } from '../../src/manifest/edit.ts';
import type { FieldPath } from '../../src/manifest/field-path.ts';

test.each<[string, string, FieldPath, unknown, string | null]>([
  ['a scalar', 'a: 1 # why\nb: 2\n', ['a'], 3, 'a: 3 # why\nb: 2\n'],
  ['a quoted scalar', 'a:\n  b: "x"\n', ['a', 'b'], 'y: "z"', 'a:\n  b: "y: \\"z\\""\n'],
  ['in a list', 'a:\n- 1\n- 2\n', ['a', 1], 7, 'a:\n- 1\n- 7\n'],
  ['in a flow map', 'a: {b: 1, c: 2}\n', ['a', 'b'], 5, 'a: {b: 5, c: 2}\n'],
  ['a block text', 'a: |\n  x\n  y\nb: 1\n', ['a'], 'x\nz\n', 'a: "x\\nz\\n"\nb: 1\n'],
  ['a key without a value', 'a:\nb: 1\n', ['a'], true, 'a: true\nb: 1\n'],
  ['behind a marker', '# c\n---\na: 1\n', ['a'], 2, '# c\n---\na: 2\n'],
  ['behind a byte order mark', '\uFEFFa: 1\n', ['a'], 2, 'a: 2\n'],
  ['the last of two', 'a: 1\na: 2\n', ['a'], 3, 'a: 1\na: 3\n'],
  ['a key that is not there', 'a: 1\n', ['b'], 2, null],
  ['the prototype', 'a: 1\n', ['__proto__'], 2, null],
  ['what is no YAML', 'a: [1\n', ['a'], 2, null],
  ['nothing', '', ['a'], 2, null],
  ['a text too deep', `a: ${'['.repeat(200)}${']'.repeat(200)}\n`, ['a'], 2, null],
])('%s', (_, text, path, value, expected) => {
  expect(withValue(text, path, value, 100)).toBe(expected);
});
