import { describe, expect, test } from 'vitest';
import { isPinned, ownershipOf, repositoryName } from '../../../src/render/gitops/own-repository.ts';

const github = { names: ['https://github.com/acme/shop'], folder: null };
const nobody = { names: [], folder: null };
const folder = { names: [], folder: 'shop' };

describe('whether an address means this repository', () => {
  test.each([
    ['https', 'https://github.com/acme/shop', github, true, 'own'],
    ['https with .git', 'https://github.com/acme/shop.git', github, true, 'own'],
    ['another case and a slash', 'https://GitHub.com/Acme/Shop/', github, true, 'own'],
    ['user information', 'https://bot:secret@github.com/acme/shop.git', github, true, 'own'],
    ['scp form', 'git@github.com:acme/shop.git', github, true, 'own'],
    ['ssh', 'ssh://git@github.com:22/acme/shop.git', github, true, 'own'],
    ['a mirror on another host', 'https://git.acme.io/acme/shop', github, true, 'own'],
    ['its own, though the folder is not there', 'https://github.com/acme/shop', github, false, 'own'],
    ['another owner', 'https://github.com/other/shop', github, true, 'other'],
    ['another name', 'https://github.com/acme/charts', github, true, 'other'],
    ['a registry', 'oci://ghcr.io/acme/charts', github, true, 'other'],
    ['nobody knows, and it is there', 'https://github.com/acme/shop', nobody, true, 'assumed'],
    ['nobody knows, and it is not there', 'https://github.com/acme/shop', nobody, false, 'other'],
    ['the folder has its name', 'https://github.com/acme/shop.git', folder, true, 'own'],
    ['the folder has another name', 'https://github.com/acme/charts.git', folder, true, 'other'],
    ['a placeholder, and it is there', '$' + '{REPO}', github, true, 'assumed'],
    ['a placeholder, and it is not there', '{{ .Values.repo }}', github, false, 'other'],
    ['nothing', '', github, true, 'assumed'],
  ] as const)('%s', (_, address, own, isThere, expected) => {
    expect(ownershipOf(address, own, isThere)).toBe(expected);
  });

  test('longer paths are compared whole', () => {
    expect(repositoryName('https://gitlab.com/acme/team/shop.git')).toBe('acme/team/shop');
    expect(repositoryName('acme/shop')).toBe('acme/shop');
    expect(repositoryName('/')).toBe(null);
  });
});

describe('whether a revision is pinned', () => {
  test.each([
    ['HEAD', false],
    ['main', false],
    ['refs/heads/main', false],
    ['release-1.2', false],
    ['feature/added', false],
    ['v1.2.3', true],
    ['1.2.3-rc.1', true],
    ['1.2.*', true],
    ['^1.2.0', true],
    ['>=1.0.0', true],
    ['*', true],
    ['refs/tags/stable', true],
    ['0123456', true],
    ['9c0033b124e8f7a6d5c4b3a2918070605040302f', true],
  ])('%s: %s', (revision, expected) => {
    expect(isPinned(revision)).toBe(expected);
  });
});
