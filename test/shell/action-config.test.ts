import { describe, expect, test } from 'vitest';
import { posted, pullRequest, pullRequestPayload, run, slowStop } from './action-support.ts';

const path = '.github/pod-lifecycle-review.yml';
const off = 'rules:\n  pre-stop-exceeds-grace-period: off\n';
const base = { 'deploy/web.yaml': slowStop(90) };
const head = { 'deploy/web.yaml': slowStop(45) };
const edits = "This change edits the review's own settings.";

describe('a change that turns the rule off which it breaks', () => {
  const files = { base: { ...base, [path]: '{}\n' }, head: { ...head, [path]: off } };

  test('from a fork: the settings of the base rule, and it is said', async () => {
    const pull = await pullRequest(files);
    const done = await run(pull, { payload: pullRequestPayload(pull, { fork: true }) });
    expect(done).toMatchObject({ exitCode: 1, outputs: { introduced: 1 } });
    expect(done.summary).toContain(`${edits} Those of the base were used.`);
    expect(posted(pull).summaries[0]).toContain(`${edits} Those of the base were used.`);
  });

  test('from a fork, whatever commits the workflow names', async () => {
    const pull = await pullRequest(files);
    const payload = pullRequestPayload(pull, { fork: true });
    const done = await run(pull, { payload, inputs: { base: 'main', head: pull.head } });
    expect(done).toMatchObject({ exitCode: 1, outputs: { introduced: 1 } });
    const target = await run(pull, { payload, event: 'pull_request_target', inputs: { base: 'main' } });
    expect(target).toMatchObject({ exitCode: 1, outputs: { introduced: 1 } });
  });

  test('from a fork, reviewed by its number', async () => {
    const pull = await pullRequest(files);
    pull.github.state.pullRequest.fork = true;
    const done = await run(pull, {
      event: 'workflow_dispatch',
      payload: { inputs: { 'pull-request': '7' } },
    });
    expect(done).toMatchObject({ exitCode: 1, outputs: { introduced: 1 } });
  });

  test('from the repository itself: its own settings rule, and it is said', async () => {
    const pull = await pullRequest(files);
    const done = await run(pull);
    expect(done).toMatchObject({ exitCode: 0, outputs: { introduced: 0 } });
    expect(done.summary).toContain(edits);
    expect(done.summary).not.toContain('Those of the base');
    expect(done.log).toContain(edits);
  });

  test('in a file that the input names', async () => {
    const pull = await pullRequest({
      base: { ...base, 'ops/review.yml': '{}\n' },
      head: { ...head, 'ops/review.yml': off },
    });
    const done = await run(pull, { inputs: { config: './ops/review.yml' } });
    expect(done).toMatchObject({ exitCode: 0 });
    expect(done.summary).toContain(edits);
  });
});

describe('a configuration with mistakes', () => {
  const files = { base, head: { ...head, [path]: 'fail-on: never\nrulez: {}\n' } };

  test('exit code 2, the mistake annotated on its line, the review on the defaults', async () => {
    const pull = await pullRequest(files);
    const done = await run(pull);
    expect(done).toMatchObject({ exitCode: 2, outputs: { conclusion: 'fail', introduced: 1 } });
    expect(done.annotations).toEqual([
      {
        level: 'error',
        title: 'pod-lifecycle-review: configuration',
        message: expect.stringContaining(`${path}:2:1: there is no key "rulez", did you mean "rules"?`),
        file: path,
        startLine: 2,
        endLine: 2,
      },
    ]);
    expect(posted(pull).comments).toHaveLength(1);
    expect(done.summary).toContain('The configuration has mistakes; this review ran without it:');
    expect(posted(pull).summaries[0]).toContain('The configuration has mistakes');
  });

  test('fails a change without findings too', async () => {
    const pull = await pullRequest({ base, head: { [path]: 'fail-on: sometimes\n' } });
    const done = await run(pull);
    expect(done).toMatchObject({ exitCode: 2, outputs: { conclusion: 'error', introduced: 0 } });
    expect(posted(pull)).toEqual({ comments: [], summaries: [] });
  });

  test('of the base, met by a fork: no line of head is blamed', async () => {
    const pull = await pullRequest({ base: { ...base, [path]: 'rulez: {}\n' }, head });
    const done = await run(pull, { payload: pullRequestPayload(pull, { fork: true }) });
    expect(done.exitCode).toBe(2);
    expect(done.annotations[0]).not.toHaveProperty('file');
  });

  test('a file that is not there', async () => {
    const pull = await pullRequest({ base, head });
    const done = await run(pull, { inputs: { config: 'ops/none.yml' } });
    expect(done).toMatchObject({ exitCode: 2, outputs: { introduced: 1 } });
    expect(done.annotations[0]!.message).toContain('ops/none.yml:1:1: there is no such file');
  });
});

test('the input fail-on wins over the configuration', async () => {
  const pull = await pullRequest({ base, head: { ...head, [path]: 'fail-on: never\n' } });
  expect(await run(pull)).toMatchObject({ exitCode: 0, outputs: { conclusion: 'pass' } });
  expect(await run(pull, { inputs: { 'fail-on': 'error' } })).toMatchObject({ exitCode: 1 });
});
