import { describe, expect, test } from 'vitest';
import { readEndpoints } from '../../src/github/endpoints.ts';
import { readEvent, readRepository } from '../../src/github/event.ts';

const base = 'b'.repeat(40);
const head = 'a'.repeat(40);
const zero = '0'.repeat(40);

const pullRequest = {
  action: 'synchronize',
  number: 7,
  pull_request: {
    number: 7,
    user: { login: 'ann' },
    base: { sha: base, ref: 'main', repo: { full_name: 'octo/shop' } },
    head: { sha: head, ref: 'probes', repo: { full_name: 'octo/shop' } },
  },
  repository: { full_name: 'octo/shop', default_branch: 'main' },
  sender: { login: 'ann' },
};
const withHead = (repo: unknown) => ({
  ...pullRequest,
  pull_request: { ...pullRequest.pull_request, head: { sha: head, ref: 'probes', repo } },
});
const read = (name: string | undefined, payload: unknown, env = {}) => {
  const reading = readEvent({ name, payload, env });
  return reading.ok ? reading.event : reading.sentence;
};

describe('pull_request', () => {
  const event = {
    kind: 'pull-request',
    number: 7,
    baseSha: base,
    headSha: head,
    headRepository: 'octo/shop',
    fork: false,
    privileged: false,
    readOnly: null,
  };
  test.each([
    ['of a branch', 'pull_request', pullRequest, {}, {}],
    ['with a privileged token', 'pull_request_target', pullRequest, {}, { privileged: true }],
    [
      'of a fork',
      'pull_request',
      withHead({ full_name: 'eve/shop' }),
      {},
      { fork: true, headRepository: 'eve/shop', readOnly: 'fork' },
    ],
    [
      'of a fork with a privileged token',
      'pull_request_target',
      withHead({ full_name: 'eve/shop' }),
      {},
      { fork: true, headRepository: 'eve/shop', privileged: true },
    ],
    [
      'of a deleted fork',
      'pull_request',
      withHead(null),
      {},
      { fork: true, headRepository: null, readOnly: 'fork' },
    ],
    [
      'in other letters',
      'pull_request',
      withHead({ full_name: 'Octo/Shop' }),
      {},
      { headRepository: 'Octo/Shop' },
    ],
    [
      'of Dependabot',
      'pull_request',
      pullRequest,
      { GITHUB_ACTOR: 'dependabot[bot]' },
      { readOnly: 'dependabot' },
    ],
    [
      'of Dependabot, as the sender',
      'pull_request',
      { ...pullRequest, sender: { login: 'dependabot[bot]' } },
      {},
      { readOnly: 'dependabot' },
    ],
    [
      'of Dependabot, after a push of a person',
      'pull_request',
      { ...pullRequest, pull_request: { ...pullRequest.pull_request, user: { login: 'dependabot[bot]' } } },
      { GITHUB_ACTOR: 'ann' },
      {},
    ],
    [
      'of Dependabot with a privileged token',
      'pull_request_target',
      pullRequest,
      { GITHUB_ACTOR: 'dependabot[bot]' },
      { privileged: true },
    ],
    [
      'with no more than its ref',
      'pull_request',
      {},
      { GITHUB_REF: 'refs/pull/7/merge', GITHUB_REPOSITORY: 'octo/shop' },
      { baseSha: null, headSha: null, headRepository: null, fork: true, readOnly: 'fork' },
    ],
    [
      'with fields of other types',
      'pull_request',
      { number: 7, pull_request: { base: [], head: { sha: 'HEAD; rm', repo: 'octo/shop' } } },
      {},
      { baseSha: null, headSha: null, headRepository: null, fork: true, readOnly: 'fork' },
    ],
  ])('%s', (_, name, payload, env, changes) => {
    expect(read(name, payload, env)).toEqual({ ...event, ...changes });
  });

  test('that was closed leaves nothing to review', () => {
    const closed = { ...pullRequest, action: 'closed' };
    expect(read('pull_request', closed)).toEqual({ kind: 'nothing', reason: 'Pull request #7 is closed.' });
  });

  test.each([null, undefined, 'text', [], { number: '7' }, { number: -1 }, { number: 1.5 }])(
    'without a number: %j',
    (payload) => {
      expect(read('pull_request', payload)).toBe(
        'The pull_request event names no pull request: run the action on one of pull_request, pull_request_target, merge_group, push and workflow_dispatch.',
      );
    },
  );
});

describe('merge_group', () => {
  const group = {
    action: 'checks_requested',
    merge_group: { base_sha: base, head_sha: head, head_ref: 'refs/heads/gh-readonly-queue/main/pr-7' },
  };
  test('compares the group with its base', () => {
    expect(read('merge_group', group)).toEqual({ kind: 'merge-group', baseSha: base, headSha: head });
  });
  test('that was dissolved', () => {
    expect(read('merge_group', { ...group, action: 'destroyed' })).toMatchObject({ kind: 'nothing' });
  });
  test('without commits', () => {
    expect(read('merge_group', { merge_group: { base_sha: base } })).toBe(
      'The merge_group event names no base_sha and head_sha: trigger on `merge_group: { types: [checks_requested] }`.',
    );
  });
});

describe('push', () => {
  const push = {
    ref: 'refs/heads/release/1',
    before: base,
    after: head,
    deleted: false,
    repository: { full_name: 'octo/shop', default_branch: 'main' },
  };
  const event = { kind: 'push', before: base, after: head, branch: 'release/1', defaultBranch: 'main' };
  test.each([
    ['to a branch', push, event],
    ['of a new branch', { ...push, before: zero }, { ...event, before: null }],
    ['without a default branch', { ...push, repository: null }, { ...event, defaultBranch: null }],
    [
      'of a deletion',
      { ...push, after: zero, deleted: true },
      { kind: 'nothing', reason: 'The branch was deleted.' },
    ],
    [
      'of a tag',
      { ...push, ref: 'refs/tags/v1' },
      { kind: 'nothing', reason: 'A tag was pushed; branches are reviewed.' },
    ],
  ])('%s', (_, payload, expected) => {
    expect(read('push', payload)).toEqual(expected);
  });
  test.each([{}, { ...push, before: 'main' }, { ...push, ref: 7 }])('without its fields: %j', (payload) => {
    expect(read('push', payload)).toBe(
      'The push event names no branch with a commit before and after: trigger on `push: { branches: [...] }`.',
    );
  });
});

describe('workflow_dispatch', () => {
  const event = { kind: 'dispatch', pullRequest: null, base: null, head: null, scope: 'changed' };
  test.each([
    [null, {}],
    [{ inputs: null }, {}],
    [{ inputs: { 'pull-request': '', base: ' ', scope: '' } }, {}],
    [{ inputs: { 'pull-request': '12' } }, { pullRequest: 12 }],
    [{ inputs: { 'pull-request': ' #12 ' } }, { pullRequest: 12 }],
    [{ inputs: { 'pull-request': 12 } }, { pullRequest: 12 }],
    [{ inputs: { base: 'main', head: 'probes' } }, { base: 'main', head: 'probes' }],
    [{ inputs: { scope: 'all' } }, { scope: 'all' }],
  ])('%j', (payload, changes) => {
    expect(read('workflow_dispatch', payload)).toEqual({ ...event, ...changes });
  });
  test.each([
    [
      { 'pull-request': 'twelve' },
      'The input `pull-request` is `twelve`: write the number of a pull request, such as 12.',
    ],
    [
      { 'pull-request': '0' },
      'The input `pull-request` is `0`: write the number of a pull request, such as 12.',
    ],
    [{ scope: '::error::x`\n' }, 'The input `scope` is `::error::x?`: write `changed` or `all`.'],
  ])('%j is explained', (inputs, sentence) => {
    expect(read('workflow_dispatch', { inputs })).toBe(sentence);
  });
});

test.each([
  ['issue_comment', '`issue_comment`'],
  [undefined, 'no event at all'],
  ['__proto__', '`__proto__`'],
])('%s is not supported', (name, told) => {
  expect(read(name, {})).toBe(
    `This action reviews the events pull_request, pull_request_target, merge_group, push and workflow_dispatch; it was started by ${told}.`,
  );
});

test('the repository is the runner’s, else the payload’s', () => {
  const source = { name: 'push', payload: { repository: { full_name: 'octo/shop' } } };
  expect(readRepository({ ...source, env: { GITHUB_REPOSITORY: 'a/b' } })).toEqual({ owner: 'a', repo: 'b' });
  expect(readRepository({ ...source, env: {} })).toEqual({ owner: 'octo', repo: 'shop' });
  expect(readRepository({ ...source, payload: {}, env: { GITHUB_REPOSITORY: '../x/y' } })).toBeNull();
});

test.each([
  [{}, ['https://api.github.com', 'https://api.github.com/graphql', 'https://github.com']],
  [
    { GITHUB_API_URL: 'https://ghe.test/api/v3/', GITHUB_SERVER_URL: 'https://ghe.test' },
    ['https://ghe.test/api/v3', 'https://ghe.test/api/graphql', 'https://ghe.test'],
  ],
  [
    {
      GITHUB_API_URL: 'file:///etc/passwd',
      GITHUB_GRAPHQL_URL: 'https://x.test/graphql',
      GITHUB_SERVER_URL: 'no',
    },
    ['https://api.github.com', 'https://x.test/graphql', 'https://github.com'],
  ],
])('endpoints of %j', (env, [api, graphql, server]) => {
  expect(readEndpoints(env)).toEqual({ api, graphql, server });
});
