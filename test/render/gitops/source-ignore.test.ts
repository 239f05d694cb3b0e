import { describe, expect, test } from 'vitest';
import { sourceIgnore } from '../../../src/render/gitops/source-ignore.ts';

const root = (text: string) => [{ folder: '.', text }];

describe('what Flux leaves out of a repository', () => {
  test.each<[string, string, string, boolean]>([
    ['a name, wherever it stands', 'a.yaml', 'x/a.yaml', true],
    ['a folder with all that is below it', 'x/', 'd/x/a.yaml', true],
    ['a folder is no file', 'x/', 'd/x', false],
    ['a path from the root', '/x', 'x/a.yaml', true],
    ['only from the root', '/x', 'd/x/a.yaml', false],
    ['a path of more steps counts from the root', 'd/x', 'd/x/a.yaml', true],
    ['and only from there', 'd/x', 'e/d/x/a.yaml', false],
    ['any folders', '**/x', 'e/d/x', true],
    ['any folders on the way', 'e/**/x.yaml', 'e/d/f/x.yaml', true],
    ['everything', '/*', 'e/d.yaml', true],
    ['everything but one folder', '/*\n!/deploy', 'deploy/a.yaml', false],
    ['the last word counts', '!/deploy\n/*', 'deploy/a.yaml', true],
    ['a star stays within a name', '/x*.yaml', 'x/a.yaml', false],
    ['a comment', '# a.yaml', 'a.yaml', false],
    ['spaces behind it do not count', 'a.yaml  ', 'a.yaml', true],
    ['two stars in a name are nothing', 'x/a**', 'x/ab', false],
  ])('%s', (_, text, path, expected) => {
    expect(sourceIgnore(root(text), null)(path)).toBe(expected);
  });

  test('a file in a folder speaks of what is below it', () => {
    const isIgnored = sourceIgnore([{ folder: 'd', text: '/a.yaml' }], null);
    expect([isIgnored('d/a.yaml'), isIgnored('a.yaml'), isIgnored('d/d/a.yaml')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('its own list holds where nobody states one', () => {
    const paths = ['.github/a.yaml', 'cloudbuild.yaml', 'd/.sops.yaml', 'a.yaml', '.git/a.yaml'];
    expect(paths.filter(sourceIgnore([], null))).toEqual([
      '.github/a.yaml',
      'cloudbuild.yaml',
      'd/.sops.yaml',
      '.git/a.yaml',
    ]);
    expect(paths.filter(sourceIgnore(root('x'), null))).toEqual(['.git/a.yaml']);
    expect(paths.filter(sourceIgnore([], 'a.yaml'))).toEqual(['.github/a.yaml', 'a.yaml', '.git/a.yaml']);
  });

  test('what the source states wins over the files', () => {
    expect(sourceIgnore(root('a.yaml'), '!a.yaml')('a.yaml')).toBe(false);
  });
});
