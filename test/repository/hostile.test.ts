import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openComparison } from '../../src/repository/open.ts';
import { openPullRequest } from '../../src/repository/pull-request.ts';
import { defaultLimits as limits } from '../../src/text/limits.ts';
import {
  brief,
  canary,
  clone,
  commit,
  git,
  newRepository,
  readText,
  temporaryDirectory,
  write,
} from './support.ts';

/** A repository whose every setting that names a program names ours. */
function hostile() {
  const { script, trace } = canary(temporaryDirectory());
  const repo = newRepository();
  const attributes = '*.yaml diff=evil filter=evil merge=evil\n';
  const base = commit(repo, { '.gitattributes': attributes, 'a.yaml': 'a: 1\n' });
  git(repo, 'switch', '--quiet', '--create', 'feature');
  const head = commit(repo, { 'a.yaml': 'a: 2\n' });
  const programs = [
    'core.fsmonitor',
    'core.pager',
    'core.editor',
    'core.sshCommand',
    'core.askPass',
    'core.gitProxy',
  ];
  const drivers = ['diff.external', 'diff.evil.command', 'diff.evil.textconv', 'filter.evil.clean'];
  const more = [
    'filter.evil.smudge',
    'filter.evil.process',
    'credential.helper',
    'core.alternateRefsCommand',
  ];
  for (const name of [...programs, ...drivers, ...more]) git(repo, 'config', name, script);
  for (const name of ['diff-tree', 'ls-tree', 'ls-files', 'cat-file', 'rev-parse', 'fetch'])
    git(repo, 'config', `alias.${name}`, `!${script}`);
  git(repo, 'config', 'uploadpack.packObjectsHook', script);
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'pre-auto-gc'])
    copyFileSync(script, join(repo, '.git/hooks', hook));
  return { repo, base, head, script, trace };
}

test('the traps of this test do spring when git is used without care', async () => {
  const { repo, trace } = hostile();
  expect(existsSync(trace)).toBe(false);
  try {
    git(repo, 'diff', 'main', 'feature');
  } catch {}
  expect(existsSync(trace)).toBe(true);
});

test('comparing runs no program of the repository', async () => {
  const { repo, trace } = hostile();
  const comparison = await openComparison({ repo, base: 'main', limits });
  expect(comparison.changes.map(brief)).toEqual(['modified a.yaml @1,1 1,1 +[1] -[1]']);
  expect(await readText(comparison.head, 'a.yaml')).toBe('a: 2\n');
  await comparison.close();
  expect(existsSync(trace)).toBe(false);
});

test('neither does reading the working tree', async () => {
  const { repo, trace } = hostile();
  write(repo, { 'a.yaml': 'a: 3\n', 'b.yaml': 'b: 1\n' });
  const comparison = await openComparison({ repo, base: 'main', worktree: true, limits });
  expect(comparison.changes.map(brief)).toEqual([
    'modified a.yaml @1,1 1,1 +[1] -[1]',
    'added b.yaml @0,0 1,1 +[1] -[]',
  ]);
  expect(await readText(comparison.head, 'a.yaml')).toBe('a: 3\n');
  await comparison.close();
  expect(existsSync(trace)).toBe(false);
});

test('nor fetching, nor a promisor remote that runs a program', async () => {
  const { repo, base, head, script, trace } = hostile();
  const source = clone(repo, '--bare');
  git(source, 'config', 'uploadpack.allowFilter', 'true');
  const checkout = clone(source, '--filter=blob:none', '--no-checkout');
  git(checkout, 'config', 'remote.origin.url', `ext::sh -c ${script}`);
  git(checkout, 'config', 'remote.origin.uploadpack', script);
  git(checkout, 'config', 'protocol.ext.allow', 'always');
  git(checkout, 'config', 'core.fsmonitor', script);
  await expect(openComparison({ repo: checkout, base, head, limits })).rejects.toThrow('partial clone');
  const comparison = await openPullRequest({
    repo: checkout,
    baseSha: base,
    headSha: head,
    mergeBase: async () => base,
    remote: { url: `file://${source}`, token: null },
    limits,
  });
  expect(await readText(comparison.base, 'a.yaml')).toBe('a: 1\n');
  await comparison.close();
  expect(existsSync(trace)).toBe(false);
});
