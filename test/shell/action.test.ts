import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commit, git, temporaryDirectory } from '../repository/support.ts';
import {
  checkout,
  demo,
  oneError,
  posted,
  pullRequest,
  pullRequestPayload,
  run,
  slowStop,
  type TestPullRequest,
} from './action-support.ts';

const title = '`web` has 2 s to stop: `preStop` takes 60 s of a 45 s grace period';
const lookedAt = /^1 release unit, \d renders?, 1 workload in \d+\.\d s\.\n\n\*\*Pod lifecycle: 1 error\*\*/;
const writes = (requests: readonly string[]) =>
  requests.filter((request) => /^(POST|PATCH|DELETE|PUT)/.test(request) && request !== 'POST /graphql');

/** One comment and one summary say it, the job summary and the outputs too. */
function expectPosted(pull: TestPullRequest, done: Awaited<ReturnType<typeof run>>): void {
  expect(done.exitCode).toBe(1);
  expect(posted(pull).comments).toEqual([expect.stringContaining(`❌ **${title}**`)]);
  expect(posted(pull).summaries).toEqual([expect.stringContaining('**Pod lifecycle: 1 error**')]);
  expect(done.summary).toMatch(lookedAt);
  expect(done.annotations).toEqual([]);
  expect(done.outputs).toMatchObject({
    conclusion: 'fail',
    introduced: 1,
    worsened: 0,
    fixed: 0,
    existing: 0,
  });
}

/** No pull request to write to: annotations, and the job summary has the finding in full. */
function expectTold(pull: TestPullRequest, done: Awaited<ReturnType<typeof run>>): void {
  expect(done.exitCode).toBe(1);
  expect(posted(pull)).toEqual({ comments: [], summaries: [] });
  expect(done.annotations).toEqual([
    expect.objectContaining({ level: 'error', title, file: 'deploy/web.yaml', startLine: 24 }),
  ]);
  expect(done.summary).toMatch(lookedAt);
  expect(done.summary).toContain(`❌ **${title}**`);
  expect(done.outputs.conclusion).toBe('fail');
}

describe('pull_request', () => {
  const checkouts: Record<string, (pull: TestPullRequest) => string> = {
    'one commit of the merge': (pull) => checkout(pull),
    'the whole history': (pull) => checkout(pull, 'refs/pull/7/merge', '--depth=100'),
    'no checkout': () => temporaryDirectory(),
  };
  for (const [name, workspace] of Object.entries(checkouts))
    test(`with ${name}`, async () => {
      const pull = await pullRequest(oneError);
      const done = await run(pull, { workspace: workspace(pull) });
      expectPosted(pull, done);
      const header = `basic ${Buffer.from('x-access-token:test-token').toString('base64')}`;
      expect([...pull.gitTokens]).toEqual(name === 'the whole history' ? [] : [header]);
    });

  test('the report is what the outputs say, and lies where they say', async () => {
    const pull = await pullRequest(demo());
    const done = await run(pull);
    expect(done.outputs).toEqual({
      conclusion: 'fail',
      introduced: 4,
      worsened: 0,
      fixed: 1,
      existing: 0,
      'report-json': `${done.temporary}/pod-lifecycle-review.json`,
    });
    const report = JSON.parse(readFileSync(String(done.outputs['report-json']), 'utf8'));
    expect(report.comparison).toEqual({ base: pull.base, head: pull.head, mergeBase: pull.mergeBase });
    expect(report.stats.milliseconds).toBeNull();
    const other = await run(pull, { inputs: { 'comment-key': 'staging' } });
    expect(other.outputs['report-json']).toBe(`${other.temporary}/pod-lifecycle-review.staging.json`);
  });

  test('links name the line, in the commit that has it', async () => {
    const pull = await pullRequest({
      base: { 'deploy/a (1).yaml': slowStop(90) + slowStop(45, 'gone').replace(/^/, '---\n') },
      head: { 'deploy/a (1).yaml': slowStop(45) + slowStop(90, 'gone').replace(/^/, '---\n') },
    });
    await run(pull);
    const [summary] = posted(pull).summaries;
    const links = [...summary!.matchAll(/\]\((http[^)]*)\)/g)].map(([, link]) => link);
    const file = 'deploy/a%20%281%29.yaml';
    expect(links).toEqual([
      `${pull.server}/octo/shop/blob/${pull.head}/${file}#L24`,
      `${pull.server}/octo/shop/blob/${pull.mergeBase}/${file}#L49`,
    ]);
    const at = (commit: string, line: number) =>
      git(pull.origin, 'show', `${commit}:deploy/a (1).yaml`).split('\n')[line - 1];
    expect([at(pull.head, 24), at(pull.mergeBase, 49)]).toEqual([
      "                command: [sleep, '60']",
      "                command: [sleep, '60']",
    ]);
  });

  test('nothing to say: no comment, three questions, and the job summary tells what was looked at', async () => {
    const pull = await pullRequest({ base: oneError.base, head: { 'README.md': 'hello\n' } });
    const done = await run(pull);
    expect(done).toMatchObject({
      exitCode: 0,
      annotations: [],
      outputs: { conclusion: 'pass', introduced: 0 },
    });
    expect(done.summary).toMatch(/^no manifest or chart was found in this change in \d\.\d s\.\n/);
    expect(done.requests).toEqual([
      'GET /compare/{basehead}',
      'POST /graphql',
      'GET /pulls/{pull_number}/comments',
      'GET /issues/{issue_number}/comments',
    ]);
  });

  test('a payload without commits is completed by the API', async () => {
    const pull = await pullRequest(oneError);
    const done = await run(pull, { payload: { number: 7, pull_request: { number: 7 } } });
    expectPosted(pull, done);
  });

  test('what main got meanwhile is nothing of this change', async () => {
    const pull = await pullRequest({
      base: { 'deploy/web.yaml': slowStop(90) },
      head: { 'deploy/other.yaml': slowStop(45, 'other') },
      later: { 'deploy/web.yaml': slowStop(30) },
    });
    const done = await run(pull);
    expect(done.outputs).toMatchObject({ introduced: 1, existing: 0 });
    expect(posted(pull).comments[0]).toContain('`other` has 2 s to stop');
  });
});

describe('a token that cannot write', () => {
  test('of a fork: annotations and job summary, the same verdict', async () => {
    const pull = await pullRequest(oneError, { token: 'read' });
    const done = await run(pull, { payload: pullRequestPayload(pull, { fork: true }) });
    expectTold(pull, done);
    expect(done.summary).toContain('Not everything stands on the pull request; the verdict is the same.');
    expect(done.summary).toContain('on pull requests from forks and from Dependabot it is read-only');
    expect(writes(done.requests)).toEqual(['POST /pulls/{pull_number}/reviews']);
  });

  test('of Dependabot', async () => {
    const pull = await pullRequest(oneError, { token: 'read' });
    expectTold(pull, await run(pull, { env: { GITHUB_ACTOR: 'dependabot[bot]' } }));
  });

  test('of a fork, where fail-on is never: exit code 0', async () => {
    const pull = await pullRequest(oneError, { token: 'read' });
    const done = await run(pull, {
      payload: pullRequestPayload(pull, { fork: true }),
      inputs: { 'fail-on': 'never' },
    });
    expect(done).toMatchObject({ exitCode: 0, outputs: { conclusion: 'pass', introduced: 1 } });
  });
});

test('pull_request_target: the change is read, though base is checked out', async () => {
  const pull = await pullRequest(oneError);
  const payload = pullRequestPayload(pull, { fork: true });
  const workspace = checkout(pull, 'refs/heads/main');
  expectPosted(pull, await run(pull, { event: 'pull_request_target', payload, workspace }));
});

describe('merge_group', () => {
  const payload = ({ base, head }: TestPullRequest) => ({
    action: 'checks_requested',
    merge_group: { base_sha: base, head_sha: head, base_ref: 'refs/heads/main' },
  });

  test('annotations and job summary; not a single request to the API', async () => {
    const pull = await pullRequest(oneError);
    git(pull.origin, 'switch', '--quiet', '--detach', 'refs/pull/7/merge');
    const head = git(pull.origin, 'rev-parse', 'HEAD');
    const done = await run(pull, { event: 'merge_group', payload: payload({ ...pull, head }) });
    expectTold(pull, done);
    expect(done.requests).toEqual([]);
  });

  test('dissolved: nothing', async () => {
    const pull = await pullRequest(oneError);
    const done = await run(pull, { event: 'merge_group', payload: { action: 'destroyed' } });
    expect(done).toMatchObject({ exitCode: 0, outputs: { conclusion: 'pass' } });
    expect(done.summary).toBe('Nothing was looked at. The merge group was dissolved.\n');
  });
});

describe('push', () => {
  const none = '0'.repeat(40);
  const pushed = (before: string, after: string, more: object = {}) => ({
    event: 'push',
    payload: { ref: 'refs/heads/feature', before, after, repository: { default_branch: 'main' }, ...more },
  });

  test('to a branch: before against after', async () => {
    const pull = await pullRequest(oneError);
    const done = await run(pull, {
      ...pushed(pull.mergeBase, pull.head),
      workspace: checkout(pull, 'feature'),
    });
    expectTold(pull, done);
    expect(done.requests).toEqual(['GET /commits/{ref}']);
  });

  test('of a new branch: against where it left the default branch', async () => {
    const pull = await pullRequest(oneError);
    const done = await run(pull, { ...pushed(none, pull.head), workspace: checkout(pull, 'feature') });
    expectTold(pull, done);
    expect(done.requests).toEqual(['GET /compare/{basehead}']);
  });

  test('of a deleted branch, of a tag: nothing', async () => {
    const pull = await pullRequest(oneError);
    const deleted = await run(pull, pushed(pull.head, none, { deleted: true }));
    expect(deleted).toMatchObject({
      exitCode: 0,
      summary: 'Nothing was looked at. The branch was deleted.\n',
    });
    const tag = await run(pull, pushed(none, pull.head, { ref: 'refs/tags/v1' }));
    expect(tag).toMatchObject({ exitCode: 0, requests: [] });
  });

  test('by force: what stood there is compared, though it is no ancestor', async () => {
    const pull = await pullRequest(oneError);
    const before = pull.head;
    git(pull.origin, 'switch', '--quiet', '--force-create', 'feature', 'main');
    const after = commit(pull.origin, { 'deploy/web.yaml': slowStop(40), 'notes.md': 'x\n' });
    const done = await run(pull, { ...pushed(before, after), workspace: checkout(pull, 'feature') });
    expect(done.outputs).toMatchObject({ introduced: 0, worsened: 1 });
  });

  test('by force, and GitHub has forgotten what stood there', async () => {
    const pull = await pullRequest(oneError);
    const done = await run(pull, {
      ...pushed('e'.repeat(40), pull.head),
      workspace: checkout(pull, 'feature'),
    });
    expectTold(pull, done);
    expect(done.requests).toEqual(['GET /commits/{ref}', 'GET /compare/{basehead}']);
  });
});

describe('workflow_dispatch', () => {
  const dispatch = (inputs: object = {}) => ({ event: 'workflow_dispatch', payload: { inputs } });

  test('with the number of a pull request: as its own event', async () => {
    const pull = await pullRequest(oneError);
    expectPosted(pull, await run(pull, { ...dispatch(), inputs: { 'pull-request': '#7' } }));
  });

  test('with the number among the inputs of the workflow', async () => {
    const pull = await pullRequest(oneError);
    expectPosted(pull, await run(pull, dispatch({ 'pull-request': '7' })));
  });

  test('of a closed pull request: judged, nothing posted', async () => {
    const pull = await pullRequest(oneError);
    pull.github.state.pullRequest.state = 'closed';
    expectTold(pull, await run(pull, { ...dispatch(), inputs: { 'pull-request': '7' } }));
  });

  test('with base and head', async () => {
    const pull = await pullRequest(oneError);
    const done = await run(pull, { ...dispatch(), inputs: { base: 'main', head: 'feature' } });
    expectTold(pull, done);
    expect(done.requests).toEqual(['GET /commits/{ref}', 'GET /commits/{ref}', 'GET /compare/{basehead}']);
  });

  test('with neither: the commit of the run against the default branch', async () => {
    const pull = await pullRequest(oneError);
    expectTold(pull, await run(pull, { ...dispatch(), env: { GITHUB_SHA: pull.head } }));
  });

  test('with scope all: every workload of head', async () => {
    const pull = await pullRequest({
      base: { 'deploy/web.yaml': slowStop(45) },
      head: { 'README.md': 'hello\n' },
    });
    const changed = await run(pull, { ...dispatch(), inputs: { head: 'feature' } });
    expect(changed).toMatchObject({ exitCode: 0, outputs: { introduced: 0 } });
    expectTold(pull, await run(pull, { ...dispatch({ scope: 'all' }), inputs: { head: 'feature' } }));
  });
});

describe('used wrongly', () => {
  const wrong: Record<string, [Parameters<typeof run>[1], string]> = {
    'another event': [{ event: 'issues' }, 'it was started by `issues`'],
    'no token': [{ inputs: { token: '' } }, 'token is empty'],
    'fail-on': [{ inputs: { 'fail-on': 'none' } }, 'fail-on takes error, warning, never'],
    'comment-key': [{ inputs: { 'comment-key': 'a b' } }, 'comment-key takes up to 64'],
    'pull-request': [{ inputs: { 'pull-request': 'x' } }, 'pull-request takes the number'],
    scope: [{ inputs: { scope: 'some' } }, 'scope takes changed or all'],
    'charts-dir': [{ inputs: { 'charts-dir': 'nowhere' } }, 'not a directory that can be read'],
    'no event': [{ env: { GITHUB_EVENT_PATH: '/nowhere/event.json' } }, 'GITHUB_EVENT_PATH cannot be read'],
    'no repository': [{ payload: {}, env: { GITHUB_REPOSITORY: undefined } }, 'names no pull request'],
  };
  for (const [name, [options, sentence]] of Object.entries(wrong))
    test(`${name}: exit code 2, and what to write instead`, async () => {
      const pull = await pullRequest(oneError);
      const done = await run(pull, { workspace: '.', ...options });
      expect(done).toMatchObject({ exitCode: 2, outputs: { conclusion: 'error' } });
      expect(done.annotations).toEqual([
        { level: 'error', title: 'pod-lifecycle-review', message: expect.stringContaining(sentence) },
      ]);
      expect(done.summary).toMatch(/^Nothing was judged\. /);
      expect(posted(pull)).toEqual({ comments: [], summaries: [] });
    });
});

describe('what cannot be analysed never passes', () => {
  test('a commit that is not there', async () => {
    const pull = await pullRequest(oneError);
    const payload = pullRequestPayload(pull, { head: 'e'.repeat(40) });
    const done = await run(pull, { payload });
    expect(done).toMatchObject({ exitCode: 3, outputs: { conclusion: 'error' } });
    expect(done.summary).toMatch(/^Nothing was judged\. git fetch from 127\.0\.0\.1:\d+ failed: /);
  });

  test('a token that may not read the repository', async () => {
    const pull = await pullRequest(oneError);
    const env = { GITHUB_SERVER_URL: `${pull.server}/other` };
    const done = await run(pull, { env });
    expect(done.exitCode).toBe(3);
    expect(done.summary).toContain('The token needs the permission `contents: read`.');
  });

  test('GitHub that is down', async () => {
    const pull = await pullRequest(oneError);
    pull.github.fault = () => ({ status: 503 });
    const done = await run(pull);
    expect(done).toMatchObject({ exitCode: 3, outputs: { conclusion: 'error' } });
    expect(done.summary).toContain('Could not compare base and head: GitHub answered 503');
  });

  test('a file of this change that cannot be read', async () => {
    const pull = await pullRequest({
      base: oneError.base,
      head: { 'deploy/web.yaml': `${slowStop(90)}  - [\n` },
    });
    const done = await run(pull);
    expect(done.exitCode).not.toBe(0);
    expect(done.outputs.conclusion).not.toBe('pass');
  });
});
