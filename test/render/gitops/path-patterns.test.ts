import { describe, expect, test } from 'vitest';
import { argoGlob } from '../../../src/render/gitops/argocd-glob.ts';
import { doubleStarMatcher, pathspec, segmentMatcher } from '../../../src/render/gitops/path-patterns.ts';

describe('patterns as each tool reads them', () => {
  test.each([
    ['a/*', 'a/b', 'a/b/c'],
    ['a/[b-d]?', 'a/cx', 'a/ex'],
    ['a/[^b]', 'a/c', 'a/b'],
    ['a\\*', 'a*', 'ab'],
    ['a/**', 'a/b', 'a/b/c'],
  ])("Go's path.Match: %s", (pattern, yes, no) => {
    const matches = segmentMatcher(pattern);
    expect([matches(yes), matches(no)]).toEqual([true, false]);
  });

  test.each([
    ['a/*.json', 'a/b/c.json', 'a/c.yaml'],
    ['/a/b/', 'a/b/c', 'a/c'],
    ['a/[!b].yaml', 'a/c.yaml', 'a/b.yaml'],
  ])('git ls-files: %s', (pattern, yes, no) => {
    const matches = pathspec(pattern);
    expect([matches(yes), matches(no)]).toEqual([true, false]);
  });

  test.each([
    ['a/**/x.yaml', 'a/x.yaml', 'a/b/y.yaml'],
    ['a/**/x.yaml', 'a/b/c/x.yaml', 'b/x.yaml'],
    ['**/x.yaml', 'x.yaml', 'ax.yaml'],
    ['a/*.yaml', 'a/b.yaml', 'a/b/c.yaml'],
    ['a**/x', 'ab/x', 'a/b/x'],
  ])('doublestar: %s', (pattern, yes, no) => {
    const matches = doubleStarMatcher(pattern);
    expect([matches(yes), matches(no)]).toEqual([true, false]);
  });

  test.each([
    ['{a,b}/*', 'b/c/d', 'c/d'],
    ['{a,{b,c}}', 'c', 'd'],
    ['{x,}y', 'y', 'z'],
    ['[!a-c]', 'd', 'b'],
    ['\\{a\\}', '{a}', 'a'],
  ])('gobwas/glob: %s', (pattern, yes, no) => {
    const matches = argoGlob(pattern)!;
    expect([matches(yes), matches(no)]).toEqual([true, false]);
  });

  test.each(['[a-zA-Z]', '[', '[]', 'a[!', '[b-a]'])('gobwas/glob does not compile %s', (pattern) => {
    expect(argoGlob(pattern)).toBe(null);
  });

  test.each(['', '[', 'a\\', '*'.repeat(100_000)])(
    'what is malformed or long matches nothing: %#',
    (pattern) => {
      for (const matches of [segmentMatcher, pathspec, doubleStarMatcher])
        expect(matches(pattern)('x/y')).toBe(false);
    },
  );

  test('no pattern takes long', () => {
    const [pattern, path] = [`${'*a'.repeat(200)}b`, 'a'.repeat(2_000)];
    for (const matches of [segmentMatcher, pathspec, doubleStarMatcher])
      expect(matches(pattern)(path)).toBe(false);
    expect(argoGlob(`${'{*a,*}'.repeat(100)}b`)!(path)).toBe(false);
  });
});
