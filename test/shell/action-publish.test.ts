import { describe, expect, test } from 'vitest';
import { demo, oneError, posted, pullRequest, pullRequestPayload, run, slowStop } from './action-support.ts';

const kept = 'Not everything stands on the pull request; the verdict is the same.';

describe('over the life of a pull request', () => {
  test('a second run of the same head changes nothing and asks four times', async () => {
    const pull = await pullRequest(demo());
    await run(pull);
    const before = structuredClone(pull.github.state);
    const again = await run(pull);
    expect(pull.github.state).toEqual(before);
    expect(again).toMatchObject({ exitCode: 1, annotations: [] });
    expect(again.requests).toEqual([
      'GET /compare/{basehead}',
      'POST /graphql',
      'GET /pulls/{pull_number}/comments',
      'GET /issues/{issue_number}/comments',
    ]);
  });

  test('after a fix the summary goes quiet, and the comments stay for who answered them', async () => {
    const pull = await pullRequest(oneError);
    await run(pull);
    const [comment] = posted(pull).comments;
    pull.push({ 'deploy/web.yaml': slowStop(100) });
    const fixed = await run(pull);
    expect(fixed).toMatchObject({ exitCode: 0, outputs: { conclusion: 'pass', introduced: 0 } });
    expect(posted(pull)).toEqual({
      comments: [comment],
      summaries: ['**Pod lifecycle: nothing to say**\n\n1 release unit, 2 renders, 1 workload.'],
    });
    pull.push({ 'deploy/web.yaml': slowStop(45) });
    expect((await run(pull)).exitCode).toBe(1);
    expect(posted(pull).comments).toEqual([comment]);
    expect(posted(pull).summaries).toEqual([expect.stringContaining('**Pod lifecycle: 1 error**')]);
  });

  test('no time, and nothing of this run alone, stands in what is posted', async () => {
    const pull = await pullRequest(demo());
    await run(pull);
    const { comments, summaries } = posted(pull);
    for (const text of [...comments, ...summaries]) expect(text).not.toMatch(/\d\.\d s\b|milliseconds/);
  });

  test('two runs with keys of their own keep apart', async () => {
    const pull = await pullRequest(oneError);
    await run(pull);
    await run(pull, { inputs: { 'comment-key': 'staging' } });
    expect(posted(pull).summaries).toHaveLength(2);
    const before = structuredClone(pull.github.state);
    await run(pull);
    expect(pull.github.state).toEqual(before);
  });
});

describe('publishing that fails leaves the verdict', () => {
  test('422: what is refused is annotated, the summary stands', async () => {
    const pull = await pullRequest(oneError);
    pull.github.state.files = [];
    const done = await run(pull);
    expect(done).toMatchObject({ exitCode: 1, outputs: { conclusion: 'fail' } });
    expect(posted(pull)).toMatchObject({ comments: [], summaries: [expect.any(String)] });
    expect(done.annotations).toHaveLength(1);
    expect(done.summary).toContain(kept);
    expect(done.summary).toContain('its lines are not in the diff that GitHub shows');
  });

  test('403 in the middle', async () => {
    const pull = await pullRequest(demo());
    pull.github.fault = ({ method, template }) =>
      method === 'POST' && template.includes('issues')
        ? { status: 403, message: 'Resource not accessible by integration' }
        : undefined;
    const done = await run(pull);
    expect(done.exitCode).toBe(1);
    expect(posted(pull).comments).toHaveLength(4);
    expect(done.annotations).toEqual([]);
    expect(done.summary).toContain(kept);
    expect(done.summary).toContain('Could not post the summary: GitHub answered 403');
    expect(done.log).toContain('Could not post the summary: GitHub answered 403');
  });

  test('502 after two of four comments: all stand once', async () => {
    const pull = await pullRequest(demo());
    pull.github.fault = ({ method, template }, nth) =>
      method === 'POST' && template.endsWith('/reviews') && nth === 1
        ? { status: 502, partly: 2 }
        : undefined;
    const done = await run(pull);
    expect(done).toMatchObject({ exitCode: 1, annotations: [] });
    expect(done.summary).not.toContain(kept);
    expect(new Set(posted(pull).comments).size).toBe(4);
    expect(posted(pull).comments).toHaveLength(4);
  });

  test('502 for ever: annotations', async () => {
    const pull = await pullRequest(demo());
    pull.github.fault = ({ method, template }) =>
      method === 'POST' && template.includes('/repos') ? { status: 502 } : undefined;
    const done = await run(pull);
    expect(done.exitCode).toBe(1);
    expect(done.annotations).toHaveLength(4);
    expect(done.summary).toContain('Could not post the review: GitHub answered 502');
    expect(done.summary).toContain('Could not post the summary: GitHub answered 502');
  });

  test('the head moved: nothing is posted', async () => {
    const pull = await pullRequest(oneError);
    const payload = pullRequestPayload(pull);
    const analysed = pull.head.slice(0, 7);
    pull.push({ 'deploy/web.yaml': slowStop(40) });
    const done = await run(pull, { payload });
    expect(done).toMatchObject({ exitCode: 1, outputs: { introduced: 1 } });
    expect(posted(pull)).toEqual({ comments: [], summaries: [] });
    expect(done.summary).toContain(
      `pull request &#35;7 is at ${pull.head.slice(0, 7)} by now, and this run analysed ${analysed}.`,
    );
  });

  test('a mistake of ours: the log has it, and all is annotated', async () => {
    const pull = await pullRequest(oneError);
    pull.github.fault = ({ template }) => (template === '/graphql' ? { status: 500 } : undefined);
    const debug = (message: string) => {
      if (message.includes('who the token belongs to')) throw new TypeError('x is not a function');
    };
    const done = await run(pull, { debug });
    expect(done.exitCode).toBe(1);
    expect(done.annotations).toHaveLength(1);
    expect(done.summary).toContain('- Posting failed by a fault of this program; the log has it.');
    expect(done.log).toContain('TypeError: x is not a function');
  });

  test('a job summary and a report that cannot be written', async () => {
    const pull = await pullRequest(oneError);
    const done = await run(pull, {
      env: { GITHUB_STEP_SUMMARY: '/nowhere/summary.md', RUNNER_TEMP: '/nowhere' },
    });
    expect(done.exitCode).toBe(1);
    expect(done.log).toContain('No job summary: ');
    expect(done.log).toContain('No report as JSON: ');
    expect(done.outputs).not.toHaveProperty('report-json');
  });
});

test('more findings than comments: the gravest are inline, all are in the summary', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `web-${String(index).padStart(2, '0')}`);
  const manifests = (grace: number) => names.map((name) => slowStop(grace, name)).join('---\n');
  const pull = await pullRequest({
    base: { 'deploy/all.yaml': manifests(90) },
    head: { 'deploy/all.yaml': manifests(45) },
  });
  const done = await run(pull);
  expect(done.outputs.introduced).toBe(30);
  expect(posted(pull).comments).toHaveLength(25);
  expect(posted(pull).summaries[0]!.match(/^\| ❌/gm)).toHaveLength(30);
  expect(done.summary.match(/^---\n\n/gm)).toHaveLength(5);
  const before = structuredClone(pull.github.state);
  await run(pull);
  expect(pull.github.state).toEqual(before);
});
