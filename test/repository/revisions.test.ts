import { expect, test } from 'vitest';
import { openComparison, openRevision } from '../../src/repository/open.ts';
import { defaultLimits as limits } from '../../src/text/limits.ts';
import { brief, clone, commit, git, newRepository, temporaryDirectory } from './support.ts';

/** main went on after `feature` left it; HEAD is feature. */
function branched() {
  const repo = newRepository();
  const fork = commit(repo, { a: '1\n' });
  git(repo, 'switch', '--quiet', '--create', 'feature');
  const feature = commit(repo, { b: '1\n' });
  git(repo, 'switch', '--quiet', 'main');
  const main = commit(repo, { a: '2\n' });
  git(repo, 'switch', '--quiet', 'feature');
  return { repo, fork, feature, main };
}

test('compares three-dot, by default with the default branch', async () => {
  const { repo, fork, feature, main } = branched();
  const comparison = await openComparison({ repo, limits });
  await comparison.close();
  expect(comparison.commits).toEqual({ base: main, head: feature, mergeBase: fork });
  expect(comparison.baseRevision).toEqual({ name: 'main', commit: main, chosen: 'default-branch' });
  expect(comparison.changes.map(brief)).toEqual(['added b @0,0 1,1 +[1] -[]']);
});

test('the default branch of a clone is that of its origin', async () => {
  const { repo, main } = branched();
  git(repo, 'branch', '--move', 'main', 'trunk');
  git(repo, 'symbolic-ref', 'HEAD', 'refs/heads/trunk');
  const copy = clone(repo);
  git(copy, 'switch', '--quiet', 'feature');
  const comparison = await openComparison({ repo: copy, limits });
  await comparison.close();
  expect(comparison.baseRevision).toEqual({ name: 'origin/trunk', commit: main, chosen: 'default-branch' });
});

test('base and head as asked, by branch, tag, short id or expression, from a subdirectory', async () => {
  const { repo, fork, feature, main } = branched();
  git(repo, 'tag', 'v1', main);
  for (const base of ['main', 'v1', main.slice(0, 10), 'main~0', 'refs/heads/main']) {
    const comparison = await openComparison({ repo, base, head: 'feature', limits });
    await comparison.close();
    expect(comparison.commits).toEqual({ base: main, head: feature, mergeBase: fork });
    expect(comparison.baseRevision.chosen).toBe('asked');
  }
});

async function failure(open: Promise<unknown>): Promise<string> {
  const error = await open.catch((reason: unknown) => reason);
  const { kind, message } = error as { kind: string; message: string };
  return `${kind}: ${message}`;
}

test('an unknown revision: what to write instead', async () => {
  const { repo } = branched();
  expect(await failure(openComparison({ repo, base: 'nope', limits }))).toBe(
    'usage: unknown revision "nope": write a branch, a tag or a commit that this repository has',
  );
  const copy = clone(repo);
  expect(await failure(openComparison({ repo: copy, base: 'main', limits }))).toBe(
    'usage: unknown revision "main": did you mean origin/main?',
  );
  const shallow = clone(repo, '--depth=1');
  expect(await failure(openComparison({ repo: shallow, base: 'main', limits }))).toBe(
    'usage: unknown revision "main": this clone is shallow and may not have it; run `git fetch --unshallow`, or in a workflow set fetch-depth: 0 (the action itself fetches what it needs)',
  );
});

test('a revision cannot be an option, a range or a path', async () => {
  const { repo } = branched();
  const instead = 'write a branch, a tag or a commit';
  for (const rev of ['--output=x', '-h', '', 'a\nb'])
    expect(await failure(openRevision({ repo, rev, limits }))).toBe(
      `usage: unknown revision ${JSON.stringify(rev)}: ${instead}`,
    );
  for (const rev of ['main..feature', 'HEAD:b', '^main', 'main feature'])
    expect(await failure(openRevision({ repo, rev, limits }))).toBe(
      `usage: unknown revision ${JSON.stringify(rev)}: ${instead} that this repository has`,
    );
});

test('no merge base', async () => {
  const { repo } = branched();
  git(repo, 'switch', '--quiet', '--orphan', 'island');
  commit(repo, { c: '1\n' });
  expect(await failure(openComparison({ repo, limits }))).toBe(
    'usage: no merge base of main and HEAD: their histories are unrelated: name another --base',
  );
  const shallow = clone(branched().repo, '--depth=1', '--no-single-branch');
  git(shallow, 'switch', '--quiet', 'feature');
  expect(await failure(openComparison({ repo: shallow, base: 'origin/main', limits }))).toBe(
    'usage: no merge base of origin/main and HEAD: this clone is shallow: run `git fetch --unshallow`, or in a workflow set fetch-depth: 0',
  );
});

test('no default branch, no commit, no repository, no directory', async () => {
  const { repo } = branched();
  git(repo, 'branch', '--move', 'main', 'odd');
  expect(await failure(openComparison({ repo, limits }))).toMatch(
    /^usage: no default branch found \(looked for origin\/HEAD, .*main, master\): name the base with --base$/,
  );
  expect(await failure(openRevision({ repo: newRepository(), limits }))).toMatch(
    /^usage: unknown revision "HEAD"/,
  );
  const plain = temporaryDirectory();
  const instead =
    'name a checkout or a bare repository, or compare two folders with --base-dir and --head-dir';
  expect(await failure(openRevision({ repo: plain, limits }))).toBe(
    `usage: not a git repository: ${plain} (${instead})`,
  );
  expect(await failure(openRevision({ repo: `${plain}/none`, limits }))).toBe(
    `usage: not a git repository: ${plain}/none (${instead})`,
  );
});

test('git is not installed', async () => {
  const { repo } = branched();
  const { PATH } = process.env;
  process.env.PATH = temporaryDirectory();
  const message = await failure(openComparison({ repo, limits })).finally(() => (process.env.PATH = PATH));
  expect(message).toBe('unavailable: git not found: install Git 2.31 or newer, or add it to PATH');
});

test('a blobless clone compares what it has, and says how to get the rest', async () => {
  const source = newRepository();
  const base = commit(source, { a: 'old\n', b: 'same\n' });
  const head = commit(source, { a: 'new\n', c: 'x\n' });
  const repo = clone(source, '--filter=blob:none');
  expect(await failure(openComparison({ repo, base, limits }))).toBe(
    `unavailable: this partial clone lacks the content of one changed file: run \`git diff ${base} ${head}\` once, git then fetches it`,
  );
  git(repo, 'diff', base, head);
  const comparison = await openComparison({ repo, base, limits });
  await comparison.close();
  expect(comparison.changes.map(brief)).toEqual([
    'modified a @1,1 1,1 +[1] -[1]',
    'added c @0,0 1,1 +[1] -[]',
  ]);
});
