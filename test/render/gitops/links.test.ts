import { describe, expect, test } from 'vitest';
import { realPath } from '../../../src/render/gitops/links.ts';

const links = new Map([
  ['a/values.yaml', '../shared/values.yaml'],
  ['a/twice.yaml', 'values.yaml'],
  ['conf', 'shared'],
  ['deep/conf', '../conf'],
  ['out.yaml', '../../etc/passwd'],
  ['abs.yaml', '/etc/passwd'],
  ['x', 'y'],
  ['y', 'x'],
  ['self', 'self/self'],
]);

describe('links are followed within the tree, by name alone', () => {
  test.each([
    ['plain.yaml', 'plain.yaml'],
    ['a/values.yaml', 'shared/values.yaml'],
    ['a/twice.yaml', 'shared/values.yaml'],
    ['conf/b.yaml', 'shared/b.yaml'],
    ['deep/conf/b.yaml', 'shared/b.yaml'],
    ['out.yaml', 'out.yaml'],
    ['abs.yaml', 'abs.yaml'],
    ['x', 'x'],
    ['self', 'self'],
  ])('%s', (path, expected) => {
    expect(realPath(path, links)).toBe(expected);
  });
});
