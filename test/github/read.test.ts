import { afterEach, describe, expect, test } from 'vitest';
import { isCommentable, parsePatch, readDiff } from '../../src/github/commentable.ts';
import { readMergeBase, readPullRequest } from '../../src/github/read.ts';
import { readViewer } from '../../src/github/viewer.ts';
import { type State, shas, startGitHub, type TestGitHub } from './server.ts';
import { comment, connect, log, requests } from './support.ts';

let github: TestGitHub;
const start = async (changes: Partial<State> = {}, prefix = '') => {
  github = await startGitHub(changes, prefix);
  return connect(github);
};
afterEach(async () => {
  await github?.close();
});

describe('a pull request', () => {
  test.each([
    ['of a branch', false, false, 'octo/shop'],
    ['of a fork', true, true, 'eve/shop'],
    ['of a deleted fork', null, true, null],
  ])('%s', async (_, fork, expected, headRepository) => {
    const client = await start();
    github.state.pullRequest.fork = fork;
    expect(await readPullRequest(client, 7)).toEqual({
      number: 7,
      open: true,
      baseSha: shas.base,
      baseRef: 'main',
      headSha: shas.head,
      headRepository,
      fork: expected,
    });
    // GitHub sends null for a deleted fork, which its description does not allow for.
    if (fork !== null) expect(github.violations).toEqual([]);
  });

  test('that is not there', async () => {
    const client = await start();
    await expect(readPullRequest(client, 8)).rejects.toMatchObject({
      kind: 'not-found',
      status: 404,
      message:
        'Could not read pull request #8: GitHub answered 404 (Not Found). It is not there, or the token lacks the permission `pull-requests: read`.',
    });
    expect(requests(github)).toHaveLength(1);
  });

  test('starts from the merge base', async () => {
    const client = await start();
    expect(await readMergeBase(client, shas.base, shas.head)).toBe(shas.mergeBase);
    expect(github.sent[0]!.path).toBe(`/repos/octo/shop/compare/${shas.base}...${shas.head}`);
    expect(github.violations).toEqual([]);
  });

  test('on Enterprise Server, GraphQL included', async () => {
    const client = await start({}, '/api/v3');
    await readPullRequest(client, 7);
    expect(await readViewer(client)).toBe('github-actions[bot]');
    expect(github.violations).toEqual([]);
  });
});

describe('the diff', () => {
  test('comes page after page, from the host that was configured', async () => {
    const client = await start({ pageSize: 1 });
    const diff = await readDiff(client, 7);
    expect([...diff]).toEqual([
      [
        'deploy.yaml',
        [
          { oldStart: 1, oldLines: 6, newStart: 1, newLines: 7, added: [4, 5], deleted: [4] },
          { oldStart: 39, oldLines: 7, newStart: 40, newLines: 7, added: [44], deleted: [43] },
        ],
      ],
      ['values.yaml', [{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 1, added: [1], deleted: [] }]],
      ['big.yaml', null],
      ['moved.yaml', []],
    ]);
    expect(requests(github)).toHaveLength(4);
    expect(github.violations).toEqual([]);
  });

  test('says where a comment may stand, as the server does', async () => {
    const client = await start();
    const diff = await readDiff(client, 7);
    const lines = (path: string, side: 'LEFT' | 'RIGHT') =>
      Array.from({ length: 60 }, (_, index) => index + 1).filter((line) =>
        isCommentable(diff, comment('x', line, { path, side })),
      );
    expect(lines('deploy.yaml', 'RIGHT')).toEqual([1, 2, 3, 4, 5, 6, 7, 40, 41, 42, 43, 44, 45, 46]);
    expect(lines('deploy.yaml', 'LEFT')).toEqual([4, 43]);
    expect(lines('values.yaml', 'RIGHT')).toEqual([1]);
    for (const path of ['big.yaml', 'moved.yaml', 'no.yaml']) expect(lines(path, 'RIGHT')).toEqual([]);
    const range = (startLine: number, line: number) => isCommentable(diff, comment('x', line, { startLine }));
    expect([range(1, 7), range(40, 46), range(7, 40), range(5, 4), range(0, 3)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test.each([
    ['', []],
    [
      '@@ -1 +1 @@\n-a\n+b',
      [{ oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, added: [1], deleted: [1] }],
    ],
    [
      '@@ -1,2 +0,0 @@\n-@@ a\n-b\n',
      [{ oldStart: 1, oldLines: 2, newStart: 0, newLines: 0, added: [], deleted: [1, 2] }],
    ],
    ['@@ -1,2 +1,2 @@\n a', null],
    ['@@ -1 +1 @@\n a\n b', null],
    ['no header\n+a', null],
    ['@@ -1 +1 @@\n*a', null],
  ])('patch %j', (patch, hunks) => {
    expect(parsePatch(patch)).toEqual(hunks);
  });
});

describe('whose token it is', () => {
  const refused = { status: 403, message: 'Resource not accessible by integration' };
  test('GraphQL says', async () => {
    expect(await readViewer(await start({ viewer: 'release-bot[bot]' }))).toBe('release-bot[bot]');
    expect(requests(github)).toEqual(['POST /graphql']);
  });
  test('REST says when GraphQL does not', async () => {
    const client = await start({ viewer: 'ann' });
    github.fault = ({ template }) => (template === '/graphql' ? { status: 502 } : undefined);
    expect(await readViewer(client)).toBe('ann');
    expect(requests(github)).toEqual(['POST /graphql', 'GET /user']);
  });
  test('both refuse a workflow’s token', async () => {
    const client = await start();
    github.fault = ({ template }) => (template === '/graphql' ? refused : undefined);
    expect(await readViewer(client)).toBe('github-actions[bot]');
  });
  test('is not guessed when GraphQL gave no answer', async () => {
    const client = await start();
    github.fault = ({ template }) => (template === '/graphql' ? { status: 502 } : undefined);
    await expect(readViewer(client)).rejects.toMatchObject({ kind: 'forbidden' });
  });
});

describe('the client', () => {
  test('repeats a read that failed, twice at most', async () => {
    const client = await start();
    github.fault = (_, nth) => (nth < 3 ? { status: 503 } : undefined);
    expect((await readPullRequest(client, 7)).number).toBe(7);
    github.fault = () => ({ broken: 'inside' });
    await expect(readPullRequest(client, 7)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(client.requests()).toBe(6);
    expect(requests(github)).toHaveLength(6);
  });

  test('waits for a rate limit, all waits together within bounds', async () => {
    const client = await start();
    const limit = {
      status: 403,
      message: 'You have exceeded a secondary rate limit',
      headers: { 'retry-after': '50' },
    };
    github.fault = (_, nth) => (nth === 1 ? limit : undefined);
    expect((await readPullRequest(client, 7)).number).toBe(7);
    github.fault = () => limit;
    await expect(readPullRequest(client, 7)).rejects.toMatchObject({
      kind: 'rate-limited',
      message:
        'Could not read pull request #7: GitHub answered 403 (You have exceeded a secondary rate limit). The rate limit of the token is used up for now.',
    });
    // 50 s of 120 s were waited once; then once more, and a third time is too long.
    expect(requests(github)).toHaveLength(2 + 2);
    await expect(readPullRequest(client, 7)).rejects.toMatchObject({ kind: 'rate-limited' });
    expect(requests(github)).toHaveLength(5);
  });

  test('gives up on a server that does not answer', async () => {
    await start();
    const never = () => new Promise<Response>(() => {});
    const hanging = (_: unknown, init?: RequestInit) =>
      Promise.race([
        never(),
        new Promise<Response>((_, reject) => {
          init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason));
        }),
      ]);
    const client = connect(github, { fetch: hanging as typeof fetch, requestSeconds: 0.01 });
    await expect(readPullRequest(client, 7)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(client.requests()).toBe(3);
  });

  test('logs no commands of others and no token', async () => {
    const client = await start();
    github.fault = () => ({ status: 422, message: '\n::set-output name=a::b ##[group]x' });
    log.length = 0;
    await expect(readPullRequest(client, 7)).rejects.toMatchObject({ kind: 'unprocessable' });
    expect(log.join('\n')).not.toMatch(/^\s*::|##\[|test-token/m);
    expect(log.join('\n')).toContain('GET /repos/octo/shop/pulls/7 - 422');
  });

  test('lets a mistake of ours through', async () => {
    await start();
    const client = connect(github);
    const broken = { ...client, octokit: {} } as typeof client;
    await expect(readPullRequest(broken, 7)).rejects.toThrow(TypeError);
  });
});
