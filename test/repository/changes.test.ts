import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openComparison } from '../../src/repository/open.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { brief, type Content, clone, commit, git, lines, newRepository } from './support.ts';

async function changes(
  before: Readonly<Record<string, Content>>,
  after: Readonly<Record<string, Content>>,
  limits = defaultLimits,
): Promise<string[]> {
  const repo = newRepository();
  const base = commit(repo, before);
  commit(repo, after);
  return changesOf(repo, base, limits);
}

async function changesOf(repo: string, base: string, limits = defaultLimits): Promise<string[]> {
  const comparison = await openComparison({ repo, base, limits });
  await comparison.close();
  return comparison.changes.map(brief);
}

test('added, changed and deleted lines, with three lines of context', async () => {
  const after = lines(20).replace('line 7\n', 'line 7\nnew\n').replace('line 15\n', '');
  expect(await changes({ 'a.yaml': lines(20) }, { 'a.yaml': after })).toEqual([
    'modified a.yaml @5,6 5,7 +[8] -[] @12,7 13,6 +[] -[15]',
  ]);
});

test('added, deleted and emptied files', async () => {
  const before = { 'gone.yaml': 'a: 1\nb: 2\n', 'emptied.yaml': 'a: 3\n' };
  const after = { 'gone.yaml': null, 'emptied.yaml': '', 'new.yaml': 'x: 1\ny: 2', 'void.yaml': '' };
  expect(await changes(before, after)).toEqual([
    'modified emptied.yaml @1,1 0,0 +[] -[1]',
    'deleted gone.yaml @1,2 0,0 +[] -[1,2]',
    'added new.yaml @0,0 1,2 +[1,2] -[]',
    'added void.yaml',
  ]);
});

test('renames, unchanged and changed', async () => {
  const before = { 'a.yaml': lines(10, 'a'), 'b.yaml': lines(10, 'b') };
  const after = {
    'a.yaml': null,
    'b.yaml': null,
    'dir/a.yaml': lines(10, 'a'),
    'dir/c.yaml': lines(10, 'b').replace('b5', 'c5'),
  };
  expect(await changes(before, after)).toEqual([
    'renamed dir/a.yaml from a.yaml',
    'renamed dir/c.yaml from b.yaml @2,7 2,7 +[5] -[5]',
  ]);
});

test('binary files have no lines', async () => {
  const before = { 'a.bin': new Uint8Array([1, 0, 2]) };
  const after = { 'a.bin': new Uint8Array([1, 0, 3]), 'b.bin': new Uint8Array([0]) };
  expect(await changes(before, after)).toEqual(['modified a.bin binary', 'added b.bin binary']);
});

test('CRLF, a byte order mark, a lone CR and no last line feed count as git counts them', async () => {
  const before = {
    'bom.yaml': '\uFEFFa: 1\nb: 2\n',
    'cr.yaml': 'a\rb\nc\n',
    'crlf.yaml': 'a\r\nb\r\nc',
    'eof.yaml': 'a',
  };
  const after = {
    'bom.yaml': 'a: 1\nb: 2\n',
    'cr.yaml': 'a\rb\nd\n',
    'crlf.yaml': 'a\r\nB\r\nc',
    'eof.yaml': 'a\n',
  };
  expect(await changes(before, after)).toEqual([
    'modified bom.yaml @1,2 1,2 +[1] -[1]',
    'modified cr.yaml @1,2 1,2 +[2] -[2]',
    'modified crlf.yaml @1,3 1,3 +[2] -[2]',
    'modified eof.yaml @1,1 1,1 +[1] -[1]',
  ]);
});

test('odd names survive, and cannot pass for a patch', async () => {
  const names = [
    'with space.yaml',
    'ünïcode/日本.yaml',
    '"quoted".yaml',
    'tab\there',
    ' lead',
    'b/ b/x',
    '-dash',
  ];
  const forged = 'x\ndiff --git a/f b/f\n@@ -1 +1,9 @@\n+evil';
  const after = Object.fromEntries([...names, forged].map((name) => [name, 'a\nb\n']));
  const before = Object.fromEntries([...names, forged].map((name) => [name, 'a\n']));
  const expected = [...names, forged].sort().map((name) => `modified ${name} @1,1 1,2 +[2] -[]`);
  expect(await changes(before, after)).toEqual(expected);
});

test('content that looks like a patch is content', async () => {
  const after =
    'diff --git a/x b/x\n@@ -1 +1,3 @@\n--- a/x\n+++ b/x\nBinary files a and b differ\n\\ No newline\n\n';
  expect(await changes({}, { 'a.txt': after })).toEqual(['added a.txt @0,0 1,7 +[1,2,3,4,5,6,7] -[]']);
  expect(await changes({ 'a.txt': after, b: '1\n' }, { 'a.txt': null, b: '2\n' })).toEqual([
    'deleted a.txt @1,7 0,0 +[] -[1,2,3,4,5,6,7]',
    'modified b @1,1 1,1 +[1] -[1]',
  ]);
});

test('a file that becomes a link is shown as ended and begun, and the next file keeps its lines', async () => {
  const before = { 'a.yaml': 'a\nb\n', 'b.yaml': 'x\n' };
  const after = { 'a.yaml': { link: 'b.yaml' }, 'b.yaml': 'y\n' };
  expect(await changes(before, after)).toEqual([
    'modified a.yaml @1,2 0,0 +[] -[1,2] @0,0 1,1 +[1] -[]',
    'modified b.yaml @1,1 1,1 +[1] -[1]',
  ]);
});

test('a changed submodule has no lines', async () => {
  const [library, repo] = [newRepository(), newRepository()];
  commit(library, { 'a.yaml': 'a\n' });
  git(repo, 'submodule', '--quiet', 'add', `file://${library}`, 'lib');
  const base = commit(repo, { 'z.yaml': '1\n' });
  const next = commit(library, { 'a.yaml': 'b\n' });
  git(repo, '-C', 'lib', 'fetch', '--quiet');
  git(repo, '-C', 'lib', 'checkout', '--quiet', next);
  commit(repo, { 'z.yaml': '2\n' });
  expect(await changesOf(repo, base)).toEqual(['modified lib binary', 'modified z.yaml @1,1 1,1 +[1] -[1]']);
});

test('a file above the limit counts as binary, whatever its content', async () => {
  const limits = { ...defaultLimits, fileBytes: 100 };
  const before = { 'large.yaml': lines(50), 'small.yaml': 'a\n' };
  const after = { 'large.yaml': `${lines(50)}x\n`, 'small.yaml': 'b\n' };
  expect(await changes(before, after, limits)).toEqual([
    'modified large.yaml binary',
    'modified small.yaml @1,1 1,1 +[1] -[1]',
  ]);
});

test('more than 20,000 changed lines count as binary', async () => {
  expect(await changes({ a: '' }, { a: lines(20_001), b: lines(2) })).toEqual([
    'modified a binary',
    'added b @0,0 1,2 +[1,2] -[]',
  ]);
});

test('attributes and settings of the checkout change nothing', async () => {
  const repo = newRepository();
  const base = commit(repo, { '.gitattributes': '*.yaml -diff\n', 'a.yaml': lines(9), 'b.yaml': 'x\n' });
  commit(repo, { 'a.yaml': lines(9).replace('line 5', 'x'), 'c.yaml': 'x\n', 'b.yaml': null });
  const settings = {
    'diff.noprefix': 'true',
    'diff.context': '0',
    'diff.renames': 'false',
    'color.ui': 'always',
  };
  for (const [name, value] of Object.entries(settings)) git(repo, 'config', name, value);
  expect(await changesOf(repo, base)).toEqual([
    'modified a.yaml @2,7 2,7 +[5] -[5]',
    'renamed c.yaml from b.yaml',
  ]);
});

test('names objects by SHA-256 too', async () => {
  const repo = newRepository('--object-format=sha256');
  const base = commit(repo, { a: '1\n' });
  commit(repo, { a: '2\n' });
  expect(await changesOf(repo, base)).toEqual(['modified a @1,1 1,1 +[1] -[1]']);
});

test('a bare repository and a linked worktree', async () => {
  const repo = newRepository();
  const base = commit(repo, { a: '1\n' });
  commit(repo, { a: '2\n' });
  git(repo, 'worktree', 'add', '--quiet', 'linked', 'HEAD');
  for (const place of [clone(repo, '--bare'), `${repo}/linked`])
    expect(await changesOf(place, base)).toEqual(['modified a @1,1 1,1 +[1] -[1]']);
});

test('works inside a hook, where git names another repository in the environment', async () => {
  const repo = newRepository();
  const base = commit(repo, { a: '1\n' });
  commit(repo, { a: '2\n' });
  process.env.GIT_DIR = '/nowhere';
  try {
    const comparison = await openComparison({ repo, base, limits: defaultLimits });
    await comparison.close();
    expect(comparison.changes.map(brief)).toEqual(['modified a @1,1 1,1 +[1] -[1]']);
  } finally {
    delete process.env.GIT_DIR;
  }
});

test.runIf(process.getuid?.() === 0)(
  'reads a repository of another owner, as in container jobs',
  async () => {
    const repo = newRepository();
    const base = commit(repo, { a: '1\n' });
    commit(repo, { a: '2\n' });
    execFileSync('chown', ['-R', '12345', repo]);
    expect(await changesOf(repo, base)).toEqual(['modified a @1,1 1,1 +[1] -[1]']);
  },
);
