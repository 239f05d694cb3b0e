import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPullRequest } from '../../src/repository/pull-request.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { brief, commit, git, lines, newRepository, readText, temporaryDirectory, write } from './support.ts';

/**
 * A remote with a pull request: main went on after the branch was made, so that the merge base is neither tip.
 *
 *     root ── mergeBase ── base (main)
 *                    └──── head          merge = what actions/checkout checks out
 */
function pullRequest() {
  const remote = newRepository();
  commit(remote, { 'a.yaml': lines(9), 'untouched.yaml': 'same\n', 'moved.yaml': lines(20, 'm') });
  const mergeBase = commit(remote, { 'other.yaml': 'before\n' });
  git(remote, 'switch', '--quiet', '--create', 'feature');
  const moved = lines(20, 'm').replace('m7\n', 'M7\n');
  commit(remote, { 'a.yaml': lines(9).replace('line 5', 'five') });
  const head = commit(remote, { 'moved.yaml': null, 'dir/moved.yaml': moved });
  git(remote, 'switch', '--quiet', 'main');
  const base = commit(remote, { 'other.yaml': 'after\n' });
  git(remote, 'switch', '--quiet', '--detach', 'main');
  git(remote, 'merge', '--quiet', '--no-edit', 'feature');
  git(remote, 'update-ref', 'refs/pull/1/merge', 'HEAD');
  git(remote, 'switch', '--quiet', 'main');
  return { remote, base, head, mergeBase };
}

type PullRequest = ReturnType<typeof pullRequest>;

const expected = [
  'modified a.yaml @2,7 2,7 +[5] -[5]',
  'renamed dir/moved.yaml from moved.yaml @4,7 4,7 +[7] -[7]',
];

/** As actions/checkout does it: one commit, the merge of the pull request. */
function checkout({ remote }: PullRequest, ...options: string[]): string {
  const directory = temporaryDirectory();
  git(directory, 'init', '--quiet');
  git(directory, 'remote', 'add', 'origin', `file://${remote}`);
  const branches = options.some((option) => option.startsWith('--depth'))
    ? []
    : ['+refs/heads/*:refs/remotes/origin/*'];
  const merge = '+refs/pull/1/merge:refs/remotes/pull/1/merge';
  git(directory, 'fetch', '--quiet', '--no-tags', ...options, 'origin', merge, ...branches);
  git(directory, 'checkout', '--quiet', '--force', 'refs/remotes/pull/1/merge');
  return directory;
}

async function review(pull: PullRequest, repo: string) {
  let asked = 0;
  const comparison = await openPullRequest({
    repo,
    baseSha: pull.base,
    headSha: pull.head,
    mergeBase: async () => {
      asked++;
      return pull.mergeBase;
    },
    remote: { url: `file://${pull.remote}`, token: null },
    limits: defaultLimits,
  });
  const result = {
    changes: comparison.changes.map(brief),
    commits: comparison.commits,
    base: await readText(comparison.base, 'other.yaml'),
    untouched: await readText(comparison.head, 'untouched.yaml'),
    moved: (await readText(comparison.head, 'dir/moved.yaml')).split('\n')[6],
    asked,
  };
  await comparison.close();
  return result;
}

/** Names, sizes and times of everything below `.git`. */
function snapshot(repo: string): string[] {
  const root = join(repo, '.git');
  const entries = readdirSync(root, { recursive: true }) as string[];
  return entries.sort().map((entry) => {
    const stats = statSync(join(root, entry));
    return `${entry} ${stats.size} ${stats.mtimeMs}`;
  });
}

const checkouts: Record<string, (pull: PullRequest) => string> = {
  'one commit deep, the default': (pull) => checkout(pull, '--depth=1'),
  'two commits deep': (pull) => checkout(pull, '--depth=2'),
  'with the whole history': (pull) => checkout(pull),
  'without blobs': (pull) => checkout(pull, '--filter=blob:none'),
  'without blobs, one commit deep': (pull) => checkout(pull, '--filter=blob:none', '--depth=1'),
  'without trees': (pull) => checkout(pull, '--filter=tree:0'),
  'of nothing at all': () => temporaryDirectory(),
};

for (const [name, make] of Object.entries(checkouts))
  test(`a checkout ${name}: compared from the merge base, and left as it was`, async () => {
    const pull = pullRequest();
    const repo = make(pull);
    const before = name === 'of nothing at all' ? [] : snapshot(repo);
    expect(await review(pull, repo)).toEqual({
      changes: expected,
      commits: { base: pull.base, head: pull.head, mergeBase: pull.mergeBase },
      base: 'before\n',
      untouched: 'same\n',
      moved: 'M7',
      asked: /whole|blobs$|trees/.test(name) ? 0 : 1,
    });
    if (before.length > 0) expect(snapshot(repo)).toEqual(before);
  });

test.runIf(process.getuid?.() === 0)('a checkout of another owner, as in container jobs', async () => {
  const pull = pullRequest();
  const repo = checkout(pull, '--depth=1');
  execFileSync('chown', ['-R', '12345', repo]);
  expect((await review(pull, repo)).changes).toEqual(expected);
});

test('the checkout need not be a clone of the remote that is fetched from', async () => {
  const pull = pullRequest();
  const fork = newRepository();
  commit(fork, { 'unrelated.yaml': 'x\n' });
  expect((await review(pull, fork)).changes).toEqual(expected);
});

test('only the missing content is fetched', async () => {
  const pull = pullRequest();
  const repo = checkout(pull, '--depth=1');
  const directory = temporaryDirectory();
  const { RUNNER_TEMP } = process.env;
  process.env.RUNNER_TEMP = directory;
  try {
    const comparison = await openPullRequest({
      repo,
      baseSha: pull.base,
      headSha: pull.head,
      mergeBase: async () => pull.mergeBase,
      remote: { url: `file://${pull.remote}`, token: null },
      limits: defaultLimits,
    });
    const view = join(directory, readdirSync(directory)[0]!);
    const own = join(view, 'objects', 'info', 'alternates');
    expect(readFileSync(own, 'utf8')).toBe(`${repo}/.git/objects\n`);
    const packed = execFileSync('sh', [
      '-c',
      `for i in ${view}/objects/pack/*.idx; do git show-index < $i; done`,
    ]);
    const ids = packed
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[1]);
    const blobs = ids.filter((id) => git(pull.remote, 'cat-file', '-t', id!) === 'blob');
    expect(blobs.sort()).toEqual(
      ['a.yaml', 'moved.yaml']
        .map((path) => git(pull.remote, 'rev-parse', `${pull.mergeBase}:${path}`))
        .sort(),
    );
    await comparison.close();
    expect(readdirSync(directory)).toEqual([]);
  } finally {
    if (RUNNER_TEMP === undefined) delete process.env.RUNNER_TEMP;
    else process.env.RUNNER_TEMP = RUNNER_TEMP;
  }
});

test('a server that refuses: the token goes in one header, and never into the message or an argument', async () => {
  const pull = pullRequest();
  const headers: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers.authorization);
    response.writeHead(403).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/owner/name`;
  const { PATH } = process.env;
  const bin = recordingGit();
  process.env.PATH = `${bin}:${PATH}`;
  const opened = openPullRequest({
    repo: checkout(pull, '--depth=1'),
    baseSha: pull.base,
    headSha: pull.head,
    mergeBase: async () => pull.mergeBase,
    remote: { url, token: 'ghs_secret' },
    limits: defaultLimits,
  });
  const error = await opened.catch((reason: Error) => reason).finally(() => (process.env.PATH = PATH));
  expect(error).toMatchObject({ name: 'RepositoryError', kind: 'unavailable' });
  expect((error as Error).message).toContain('git fetch from 127.0.0.1');
  expect((error as Error).message).not.toContain('ghs_secret');
  expect(new Set(headers)).toEqual(
    new Set([`basic ${Buffer.from('x-access-token:ghs_secret').toString('base64')}`]),
  );
  const args = readFileSync(join(bin, 'args'), 'utf8');
  expect(args).toContain('fetch');
  expect(args).not.toMatch(/ghs_secret|eC1hY2Nlc3/);
});

/** A directory with a `git` that notes its arguments and goes on as the real one. */
function recordingGit(): string {
  const bin = mkdtempSync(join(tmpdir(), 'recording-git-'));
  onTestFinished(() => execFileSync('rm', ['-rf', bin]) as unknown as undefined);
  const real = execFileSync('sh', ['-c', 'command -v git']).toString().trim();
  write(bin, { git: `#!/bin/sh\necho "$@" >> '${bin}/args'\nexec '${real}' "$@"\n` });
  execFileSync('chmod', ['+x', join(bin, 'git')]);
  return bin;
}

test('a remote that is gone, and ids that are none', async () => {
  const pull = pullRequest();
  const repo = checkout(pull, '--depth=1');
  const options = {
    repo,
    baseSha: pull.base,
    headSha: pull.head,
    mergeBase: async () => pull.mergeBase,
    remote: { url: 'file:///nowhere/at/all', token: null },
    limits: defaultLimits,
  };
  await expect(openPullRequest(options)).rejects.toThrow(/^git fetch from a local repository failed: /);
  await expect(openPullRequest({ ...options, headSha: '--upload-pack=x' })).rejects.toThrow(
    'not a commit id: "--upload-pack=x"',
  );
  await expect(openPullRequest({ ...options, mergeBase: async () => 'main' })).rejects.toThrow(
    'not a commit id: "main"',
  );
});

test('runs no longer than it may', async () => {
  const pull = pullRequest();
  const server = createServer(() => {}); // never answers
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/owner/name`;
  const opened = openPullRequest({
    repo: checkout(pull, '--depth=1'),
    baseSha: pull.base,
    headSha: pull.head,
    mergeBase: async () => pull.mergeBase,
    remote: { url, token: null, signal: AbortSignal.timeout(300) },
    limits: defaultLimits,
  });
  await expect(opened).rejects.toThrow('git was stopped: out of time');
});
