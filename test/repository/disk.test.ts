import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openComparison, openDirectories } from '../../src/repository/open.ts';
import { defaultLimits as limits } from '../../src/text/limits.ts';
import {
  brief,
  type Content,
  clone,
  commit,
  git,
  lines,
  newRepository,
  readText,
  temporaryDirectory,
  write,
} from './support.ts';

function directory(files: Readonly<Record<string, Content>>): string {
  const root = temporaryDirectory();
  write(root, files);
  return root;
}

test('two directories, without git', async () => {
  const base = directory({
    'a.yaml': lines(20),
    'gone.yaml': 'x',
    'same.yaml': 's',
    'dir/old.yaml': lines(10, 'o'),
  });
  const head = directory({
    'a.yaml': lines(20).replace('line 7\n', 'line 7\nnew\n').replace('line 15\n', ''),
    'same.yaml': 's',
    'new.yaml': '1\n2',
    'dir/new.yaml': lines(10, 'o').replace('o5\n', 'O5\n'),
    '.git/config': 'not looked at',
  });
  const { PATH } = process.env;
  process.env.PATH = temporaryDirectory();
  const comparison = await openDirectories(base, head, limits).finally(() => (process.env.PATH = PATH));
  expect(comparison.commits).toEqual({ base: null, head: null, mergeBase: null });
  expect(comparison.changes.map(brief)).toEqual([
    'modified a.yaml @5,6 5,7 +[8] -[] @12,7 13,6 +[] -[15]',
    'renamed dir/new.yaml from dir/old.yaml @2,7 2,7 +[5] -[5]',
    'deleted gone.yaml @1,1 0,0 +[] -[1]',
    'added new.yaml @0,0 1,2 +[1,2] -[]',
  ]);
  const entries = await comparison.head.list();
  expect(entries.map((entry) => entry.path)).toEqual(['a.yaml', 'dir/new.yaml', 'new.yaml', 'same.yaml']);
  expect(entries[2]).toEqual({
    path: 'new.yaml',
    type: 'file',
    size: 3,
    id: '7a754f414cd8ac6c069ac2e25baff0f55bff8b4a',
  });
  await comparison.close();
});

test('no link is followed, whether file or directory, and nothing outside is read', async () => {
  const secret = directory({ 'secret.yaml': 'password: x\n', 'sub/a.yaml': 'a\n' });
  const root = directory({
    'file.yaml': { link: join(secret, 'secret.yaml') },
    dir: { link: secret },
    loop: { link: '.' },
  });
  const comparison = await openDirectories(directory({}), root, limits);
  expect((await comparison.head.list()).map(({ path, type }) => [path, type])).toEqual([
    ['dir', 'symlink'],
    ['file.yaml', 'symlink'],
    ['loop', 'symlink'],
  ]);
  const refused = (path: string) => `unsafe-path: ${path} is a symbolic link, which is never followed`;
  expect(await readText(comparison.head, 'file.yaml')).toBe(refused('file.yaml'));
  expect(await readText(comparison.head, 'dir/secret.yaml')).toBe(refused('dir'));
  expect(await readText(comparison.head, 'loop/file.yaml')).toBe(refused('loop'));
  expect(await readText(comparison.head, `../${secret.split('/').at(-1)}/secret.yaml`)).toBe('absent');
});

test('a file that becomes a link after it was listed is not followed', async () => {
  const root = directory({ 'a.yaml': 'a\n', 'dir/b.yaml': 'b\n' });
  const secret = directory({ 'b.yaml': 'password: x\n' });
  const { head } = await openDirectories(directory({}), root, limits);
  await head.list();
  write(root, { 'a.yaml': { link: join(secret, 'b.yaml') }, dir: { link: secret } });
  expect(await readText(head, 'a.yaml')).toBe('unsafe-path: a.yaml is not a path that may be read');
  expect(await readText(head, 'dir/b.yaml')).toBe('absent');
});

test('large files and LFS pointers are refused, and a missing directory is said', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
  const root = directory({ 'large.yaml': 'x'.repeat(200), 'p.yaml': pointer });
  const { head, changes } = await openDirectories(directory({}), root, { ...limits, fileBytes: 100 });
  expect(changes.map(brief)).toEqual(['added large.yaml binary', 'added p.yaml binary']);
  expect(await readText(head, 'large.yaml')).toBe(
    'too-large: large.yaml has 200 bytes, more than the 100 that one file may have',
  );
  expect(await readText(head, 'p.yaml')).toMatch(/^lfs-pointer: /);
  await expect(openDirectories(root, join(root, 'none'), limits)).rejects.toThrow(
    `not a directory that can be read: ${join(root, 'none')}`,
  );
});

test('the working tree: changed, deleted, untracked and renamed files, ignored ones left out', async () => {
  const repo = newRepository();
  const before = {
    '.gitignore': '*.log\n',
    'a.yaml': lines(9),
    'gone.yaml': 'g\n',
    'old.yaml': lines(10, 'o'),
  };
  const base = commit(repo, before);
  write(repo, { 'a.yaml': lines(9).replace('line 5', 'five'), 'gone.yaml': null, 'debug.log': 'x' });
  write(repo, { 'old.yaml': null, 'new.yaml': lines(10, 'o').replace('o5', 'O5'), 'staged.yaml': 's\n' });
  git(repo, 'add', 'staged.yaml');
  const comparison = await openComparison({ repo, worktree: true, limits });
  expect(comparison.commits).toEqual({ base, head: null, mergeBase: base });
  expect(comparison.changes.map(brief)).toEqual([
    'modified a.yaml @2,7 2,7 +[5] -[5]',
    'deleted gone.yaml @1,1 0,0 +[] -[1]',
    'renamed new.yaml from old.yaml @2,7 2,7 +[5] -[5]',
    'added staged.yaml @0,0 1,1 +[1] -[]',
  ]);
  expect(await readText(comparison.head, 'new.yaml')).toContain('O5');
  expect(await readText(comparison.head, 'gone.yaml')).toBe('absent');
  expect(await readText(comparison.base, 'gone.yaml')).toBe('g\n');
  await comparison.close();
});

test('links, submodules and repositories inside the working tree', async () => {
  const [library, repo] = [newRepository(), newRepository()];
  commit(library, { 'a.yaml': 'a\n' });
  git(repo, 'submodule', '--quiet', 'add', `file://${library}`, 'lib');
  commit(repo, { link: { link: 'lib' } });
  git(repo, 'clone', '--quiet', library, 'nested');
  const { changes, head, close } = await openComparison({ repo, worktree: true, limits });
  expect(changes.map(brief)).toEqual(['added nested binary']);
  expect(await readText(head, 'lib/a.yaml')).toMatch(/^submodule: lib is/);
  expect(await readText(head, 'nested/a.yaml')).toMatch(/^submodule: nested is/);
  expect(await readText(head, 'link/a.yaml')).toMatch(/^unsafe-path: link is/);
  await close();
});

test('line endings made by the checkout are no change, and changed files keep their lines', async () => {
  const repo = newRepository();
  commit(repo, { 'a.yaml': lines(3), 'b.yaml': lines(9) });
  const checkedOut = (text: string) => text.replaceAll('\n', '\r\n');
  write(repo, { 'a.yaml': checkedOut(lines(3)), 'b.yaml': checkedOut(lines(9).replace('line 5', 'five')) });
  const comparison = await openComparison({ repo, worktree: true, limits });
  expect(comparison.changes.map(brief)).toEqual(['modified b.yaml @2,7 2,7 +[5] -[5]']);
  await comparison.close();
});

test('a sparse checkout has deleted nothing', async () => {
  const repo = newRepository();
  commit(repo, { 'in/a.yaml': 'a\n', 'out/b.yaml': 'b\n' });
  git(repo, 'sparse-checkout', 'set', 'in');
  expect(existsSync(join(repo, 'out'))).toBe(false);
  const comparison = await openComparison({ repo, worktree: true, limits });
  expect(comparison.changes).toEqual([]);
  expect(await readText(comparison.head, 'out/b.yaml')).toBe('b\n');
  await comparison.close();
});

test('a bare repository has no working tree', async () => {
  const repo = newRepository();
  commit(repo, { a: '1\n' });
  const bare = clone(repo, '--bare');
  await expect(openComparison({ repo: bare, worktree: true, limits })).rejects.toThrow(
    `no working tree: ${bare} is a bare repository; name --head instead`,
  );
});
