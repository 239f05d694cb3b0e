import { describe, expect, test } from 'vitest';
import { reconcile } from '../../src/review/reconcile.ts';
import { type Fault, type Sent, type State, startGitHub, type TestGitHub } from './server.ts';
import { comment, requests, review, texts, wanted } from './support.ts';

const all = {
  comments: ['**first** is wrong', '**second** is wrong', '**third** is wrong'],
  summaries: ['**Pod lifecycle: 3 errors**'],
};

/** Every kind of trouble, at every request of a run: once, or each time. */
const faults: Record<string, Fault> = {
  '502 before': { status: 502 },
  '502 after it was done': { status: 502, done: true },
  '502 after a part': { status: 502, partly: 1 },
  '500 without JSON': { status: 500, headers: { 'content-type': 'text/html' } },
  '403': { status: 403, message: 'Resource not accessible by integration' },
  '404': { status: 404, message: 'Not Found' },
  '422': { status: 422, message: 'Validation Failed' },
  '401': { status: 401, message: 'Bad credentials' },
  'secondary limit': {
    status: 403,
    message: 'You have exceeded a secondary rate limit',
    headers: { 'retry-after': '1' },
  },
  'secondary limit, 0 s': {
    status: 429,
    message: 'You have exceeded a secondary rate limit',
    headers: { 'retry-after': '0' },
  },
  'primary limit': {
    status: 403,
    message: 'API rate limit exceeded',
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' },
  },
  'long limit': { status: 429, message: 'secondary rate limit', headers: { 'retry-after': '3600' } },
  'no answer': { broken: 'before' },
  'broken answer': { broken: 'inside' },
  'no answer after it was done': { broken: 'before', done: true },
  'broken answer after it was done': { broken: 'inside', done: true },
  'not JSON': { status: 200, message: 'gibberish' },
};
// A run that edits one comment and the summary, posts two comments.
const steps = [
  'POST /graphql',
  'GET /pulls/{pull_number}/comments',
  'GET /issues/{issue_number}/comments',
  'GET /pulls/{pull_number}',
  'GET /pulls/{pull_number}/reviews',
  'POST /pulls/{pull_number}/reviews',
  'PATCH /pulls/comments/{comment_id}',
  'PATCH /issues/comments/{comment_id}',
  'POST /issues/{issue_number}/comments',
];

describe.each(steps)('trouble at %s', (step) => {
  // Most of the time goes into the timers of Octokit's queues, so the faults of a step run side by side.
  test.each(['once', 'always'] as const)(
    '%s: nothing twice, nothing lost',
    async (often) => {
      await Promise.all(Object.keys(faults).map((name) => meet(step, name, often)));
    },
    30_000,
  );
});

test('trouble at any requests together: nothing twice, nothing lost', async () => {
  const names = Object.keys(faults);
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  await Promise.all(
    seeds.map(async (seed) => {
      const random = lehmer(seed + 1);
      const fault = () => (random() < 0.3 ? faults[names[Math.floor(random() * names.length)]!] : undefined);
      await survive(await startGitHub(seed % 2 ? {} : posted()), fault, `seed ${seed}`);
    }),
  );
}, 30_000);

test.each(['POST /pulls/{pull_number}/reviews', 'POST /issues/{issue_number}/comments'])(
  'what may have been done at %s is not repeated unseen',
  async (step) => {
    const github = await startGitHub();
    let done = false;
    const fault = ({ method, template }: Sent) => {
      if (`${method} ${template.replace('/repos/{owner}/{repo}', '')}` === step) {
        done = true;
        return { status: 502, done };
      }
      return done && method === 'GET' && template.endsWith('/comments') ? { status: 500 } : undefined;
    };
    await survive(github, fault, step);
    expect(requests(github).filter((request) => request === step)).toHaveLength(1);
  },
);

test('trouble everywhere ends in bounded time', async () => {
  const github = await startGitHub();
  github.fault = ({ method }) => (method === 'GET' ? undefined : { status: 502 });
  expect(await review(github)).toMatchObject({ delivered: false, created: 0, summary: 'undelivered' });
  expect(requests(github).length).toBeLessThan(30);
  await github.close();
});

async function meet(step: string, name: string, often: 'once' | 'always'): Promise<void> {
  const github = await startGitHub(step === 'POST /issues/{issue_number}/comments' ? {} : posted());
  const told = `${name} ${often} at ${step}`;
  let met = 0;
  const fault = ({ method, template }: Sent) => {
    const here = `${method} ${template.replace('/repos/{owner}/{repo}', '')}` === step;
    return here && (met++ === 0 || often === 'always') ? faults[name] : undefined;
  };
  await survive(github, fault, told);
  expect(met, told).toBeGreaterThan(0);
}

// One run in trouble, then one without.
async function survive(github: TestGitHub, fault: TestGitHub['fault'], told: string): Promise<void> {
  github.fault = fault;
  const outcome = await review(github);
  expect(requests(github).length, told).toBeLessThan(30);
  expectNothingTwice(github, told);
  expectNothingLost(github, outcome, told);
  github.fault = () => undefined;
  expect(await review(github), told).toMatchObject({ delivered: true });
  expect(texts(github).comments.sort(), told).toEqual(all.comments);
  expect(texts(github).summaries, told).toEqual(all.summaries);
  expect(github.violations, told).toEqual([]);
  await github.close();
}

// What an earlier run left: one comment and the summary, both with an old text.
function posted(): Partial<State> {
  const earlier = wanted({ comments: [comment('first', 2, { body: 'old' })], summary: 'old' });
  const { create, summary } = reconcile({ comments: [], summary: null }, earlier);
  const user = 'github-actions[bot]';
  const place = { path: 'deploy.yaml', line: 2, startLine: null, side: 'RIGHT', review: 1 } as const;
  return {
    reviews: [{ id: 1, user, state: 'COMMENTED', body: '' }],
    comments: [{ id: 2, user, body: create[0]!.body, ...place }],
    issueComments: [{ id: 3, user, body: summary.action === 'create' ? summary.body : '' }],
  };
}

function expectNothingTwice(github: TestGitHub, told: string): void {
  const { comments, summaries } = texts(github);
  const names = comments.map((text) => (text === 'old' ? all.comments[0] : text));
  expect(names, told).toEqual([...new Set(names)]);
  expect(summaries.length, told).toBeLessThan(2);
}

function expectNothingLost(
  github: TestGitHub,
  { delivered, reason, undelivered }: Awaited<ReturnType<typeof review>>,
  told: string,
): void {
  const { comments, summaries } = texts(github);
  const listed = undelivered.map((item) => (item.kind === 'comment' ? item.comment.body : item.body));
  for (const text of [...all.comments, ...all.summaries]) {
    const there = [...comments, ...summaries].includes(text);
    expect(there || listed.some((body) => body.endsWith(text)), `${text}: ${told}`).toBe(true);
  }
  expect(delivered, told).toBe(undelivered.length === 0);
  expect(reason === null, told).toBe(delivered);
}

/** Random numbers that are the same each time. */
function lehmer(seed: number): () => number {
  let state = seed * 7919;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
