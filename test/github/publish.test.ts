import { afterEach, describe, expect, test } from 'vitest';
import { withMarker } from '../../src/review/marker.ts';
import { type State, shas, startGitHub, type TestGitHub } from './server.ts';
import { comment, requests, review, texts, wanted } from './support.ts';

let github: TestGitHub;
const start = async (changes: Partial<State> = {}) => {
  github = await startGitHub(changes);
};
afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.close();
});

const all = {
  comments: ['**first** is wrong', '**second** is wrong', '**third** is wrong'],
  summaries: ['**Pod lifecycle: 3 errors**'],
};
const writes = () =>
  requests(github).filter((request) => !request.startsWith('GET') && request !== 'POST /graphql');

describe('a run', () => {
  test('posts one review and one summary', async () => {
    await start();
    expect(await review(github)).toEqual({
      delivered: true,
      reason: null,
      created: 3,
      updated: 0,
      summary: 'created',
      undelivered: [],
    });
    expect(texts(github)).toEqual(all);
    expect(requests(github)).toEqual([
      'POST /graphql',
      'GET /pulls/{pull_number}/comments',
      'GET /issues/{issue_number}/comments',
      'GET /pulls/{pull_number}',
      'GET /pulls/{pull_number}/reviews',
      'POST /pulls/{pull_number}/reviews',
      'POST /issues/{issue_number}/comments',
    ]);
    const sent = github.sent.find(({ body }) => body?.event)!.body;
    expect(sent).toMatchObject({ event: 'COMMENT', commit_id: shas.head, body: '' });
    expect(sent.comments!.map(({ body: _, ...place }) => place)).toEqual([
      { path: 'deploy.yaml', line: 2, side: 'RIGHT' },
      { path: 'deploy.yaml', line: 5, side: 'RIGHT', start_line: 4, start_side: 'RIGHT' },
      { path: 'deploy.yaml', line: 42, side: 'RIGHT' },
    ]);
  });

  test('the second of the same head writes nothing', async () => {
    await start();
    await review(github);
    github.sent.length = 0;
    expect(await review(github)).toMatchObject({
      delivered: true,
      created: 0,
      updated: 0,
      summary: 'unchanged',
    });
    expect(requests(github)).toEqual([
      'POST /graphql',
      'GET /pulls/{pull_number}/comments',
      'GET /issues/{issue_number}/comments',
    ]);
  });

  test('finds its comments on later pages', async () => {
    await start({ pageSize: 2 });
    for (let id = 1; id < 6; id++) github.state.issueComments.push({ id, user: 'ann', body: 'LGTM' });
    await review(github);
    github.state.pageSize = 1;
    expect(await review(github)).toMatchObject({
      delivered: true,
      created: 0,
      updated: 0,
      summary: 'unchanged',
    });
    expect(texts(github).comments).toEqual(all.comments);
  });

  test('edits what changed, posts what is new, leaves what is gone', async () => {
    await start();
    await review(github);
    const next = wanted({
      comments: [comment('first', 2, { body: 'now 30 s' }), comment('fourth', 6)],
      summary: null,
    });
    expect(await review(github, next)).toMatchObject({
      created: 1,
      updated: 1,
      summary: 'updated',
      delivered: true,
    });
    expect(texts(github)).toEqual({
      comments: ['now 30 s', '**second** is wrong', '**third** is wrong', '**fourth** is wrong'],
      summaries: ['**Pod lifecycle: nothing left**'],
    });
  });

  test('says nothing where there is nothing to say', async () => {
    await start();
    expect(await review(github, wanted({ comments: [], summary: null }))).toMatchObject({ delivered: true });
    expect(writes()).toEqual([]);
  });

  test('leaves comments of others alone, whatever marker they carry', async () => {
    await start();
    const marker = { kind: 'summary', commentKey: 'default', headSha: shas.head } as const;
    const finding = { kind: 'finding', commentKey: 'default', fingerprints: ['first'] } as const;
    const place = { path: 'deploy.yaml', line: 2, startLine: null, side: 'RIGHT', review: 1 } as const;
    github.state.issueComments.push({ id: 1, user: 'eve', body: withMarker(marker, 'All good') });
    github.state.issueComments.push({ id: 2, user: 'github-actions', body: withMarker(marker, 'All good') });
    github.state.comments.push({ id: 3, user: 'eve', body: withMarker(finding, 'fine'), ...place });
    github.state.comments.push({ id: 4, user: 'github-actions[bot]', body: 'other tool', ...place });
    github.state.comments.push({
      id: 5,
      user: 'github-actions[bot]',
      body: withMarker(finding, 'reply'),
      ...place,
      replyTo: 4,
    });
    github.state.comments.push({
      id: 6,
      user: 'github-actions[bot]',
      body: withMarker({ ...finding, commentKey: 'other' }, 'x'),
      ...place,
    });
    expect(await review(github)).toMatchObject({ created: 3, updated: 0, summary: 'created' });
    expect(texts(github).summaries).toEqual(['All good', 'All good', all.summaries[0]]);
    expect(texts(github).comments).toEqual(['fine', 'other tool', 'reply', 'x', ...all.comments]);
  });

  test('edits an outdated comment, without a suggestion that would hit other lines', async () => {
    await start();
    const body = 'Text\n\n```suggestion\nreplicas: 2\n```';
    await review(github, wanted({ comments: [comment('first', 2, { body })] }));
    github.state.comments[0]!.line = null;
    const next = wanted({ comments: [comment('first', 3, { body })] });
    expect(await review(github, next)).toMatchObject({ created: 0, updated: 1 });
    expect(texts(github).comments).toEqual(['Text\n\n```yaml\nreplicas: 2\n```']);
    expect(await review(github, next)).toMatchObject({ created: 0, updated: 0 });
  });

  test('posts at most the limit and names the rest', async () => {
    await start({
      files: [
        { filename: 'deploy.yaml', changes: 40, patch: `@@ -0,0 +1,40 @@\n${'+a\n'.repeat(40)}`.trimEnd() },
      ],
    });
    const comments = Array.from({ length: 30 }, (_, index) => comment(`f${index}`, index + 1));
    const outcome = await review(github, wanted({ comments }));
    expect(outcome).toMatchObject({ delivered: false, created: 25, summary: 'created' });
    expect(outcome.undelivered.map((item) => item.kind === 'comment' && item.comment.fingerprint)).toEqual([
      'f25',
      'f26',
      'f27',
      'f28',
      'f29',
    ]);
    expect(outcome.reason).toBe('Not posted: over the limit of 25 inline comments.');
  });

  test('cuts what is too long, and the next run sees it as posted', async () => {
    await start();
    const long = wanted({
      comments: [comment('first', 2, { body: '😀 \0\ud800\n'.repeat(20_000) })],
      summary: 'word '.repeat(30_000),
    });
    expect(await review(github, long)).toMatchObject({ delivered: true, created: 1, summary: 'created' });
    expect(github.state.comments[0]!.body.length).toBeLessThanOrEqual(65_536);
    expect(github.state.issueComments[0]!.body.length).toBeGreaterThan(65_000);
    expect(texts(github).summaries[0]).toContain('Cut here');
    expect(await review(github, long)).toMatchObject({ created: 0, updated: 0, summary: 'unchanged' });
  });
});

test('a comment on the same finding that was there before is not taken for the new one', async () => {
  await start();
  await review(github, wanted({ comments: [comment('first', 2)] }));
  github.fault = ({ method, template }, nth) =>
    method === 'POST' && template.endsWith('/reviews') && nth === 2 ? { status: 502 } : undefined;
  const both = [comment('first', 2), comment('first', 3)];
  expect(await review(github, wanted({ comments: both }))).toMatchObject({ delivered: true, created: 1 });
  expect(github.state.comments.map(({ line }) => line)).toEqual([2, 3]);
});

describe('the head', () => {
  test('that moved before posting ends it', async () => {
    await start();
    github.state.pullRequest.head = shas.newer;
    const outcome = await review(github);
    expect(outcome).toMatchObject({ delivered: false, created: 0, summary: 'undelivered' });
    expect(outcome.reason).toBe(
      'Posting ended: pull request #7 is at ddddddd by now, and this run analysed aaaaaaa.',
    );
    expect(outcome.undelivered).toHaveLength(4);
    expect(writes()).toEqual([]);
  });

  test('that moves while posting ends it', async () => {
    await start();
    github.fault = ({ template, method }) => {
      if (method !== 'POST' || !template.endsWith('/reviews')) return undefined;
      github.state.pullRequest.head = shas.newer;
      return { status: 422, message: 'Validation Failed' };
    };
    expect(await review(github)).toMatchObject({ delivered: false, created: 0, summary: 'undelivered' });
    expect(writes()).toHaveLength(1);
  });

  test('of a closed pull request gets nothing', async () => {
    await start();
    github.state.pullRequest.state = 'closed';
    expect((await review(github)).reason).toBe('Posting ended: pull request #7 was closed in the meantime.');
  });
});

describe('a refusal', () => {
  test('drops comments outside the diff and posts the rest as one review', async () => {
    await start();
    const outside = [
      comment('outside', 20),
      comment('across', 41, { startLine: 3 }),
      comment('no patch', 1, { path: 'big.yaml' }),
      comment('no file', 1, { path: 'gone.yaml' }),
      comment('context on the left', 1, { side: 'LEFT' }),
    ];
    const inside = [comment('deleted', 4, { side: 'LEFT' }), comment('last', 46, { startLine: 40 })];
    const outcome = await review(github, wanted({ comments: [...outside, ...inside] }));
    expect(outcome).toMatchObject({ delivered: false, created: 2, summary: 'created' });
    expect(outcome.undelivered.map((item) => item.kind === 'comment' && item.comment)).toMatchObject(
      outside.map(({ fingerprint }) => ({ fingerprint })),
    );
    expect(writes()).toEqual([
      'POST /pulls/{pull_number}/reviews',
      'POST /pulls/{pull_number}/reviews',
      'POST /issues/{issue_number}/comments',
    ]);
  });

  test('of one comment for a reason of its own ends comment by comment', async () => {
    await start();
    const comments = [comment('first', 2), comment('bad', 3, { body: '\u00a0' }), comment('third', 42)];
    github.fault = ({ body }) => {
      const bodies = [body?.body ?? '', ...(body?.comments ?? []).map((item) => item.body)];
      return bodies.some((text) => text.endsWith('\u00a0'))
        ? { status: 422, message: 'Body is not acceptable' }
        : undefined;
    };
    const outcome = await review(github, wanted({ comments }));
    expect(outcome).toMatchObject({ delivered: false, created: 2, summary: 'created' });
    expect(outcome.undelivered).toHaveLength(1);
    expect(outcome.reason).toBe(
      'Could not post a review comment: GitHub answered 422 (Body is not acceptable).',
    );
    expect(texts(github).comments).toEqual([all.comments[0], all.comments[2]]);
  });

  test('of every comment is bounded', async () => {
    await start();
    github.fault = ({ method, template }) =>
      method === 'POST' && template.includes('/pulls/') ? { status: 422, message: 'no' } : undefined;
    expect(await review(github)).toMatchObject({ delivered: false, created: 0, summary: 'created' });
    expect(writes()).toHaveLength(1 + 3 + 1);
  });
});

describe('a pending review', () => {
  const draft = { path: 'deploy.yaml', line: 2, startLine: null, side: 'RIGHT', review: 1, id: 2 } as const;
  const marked = withMarker({ kind: 'finding', commentKey: 'default', fingerprints: ['first'] }, 'text');

  test('that a cancelled run left is deleted first', async () => {
    await start({ reviews: [{ id: 1, user: 'github-actions[bot]', state: 'PENDING', body: '' }] });
    expect(await review(github)).toMatchObject({ delivered: true, created: 3 });
    expect(writes()[0]).toBe('DELETE /pulls/{pull_number}/reviews/{review_id}');
  });

  test('with our comments goes, for a person’s token too', async () => {
    await start({
      viewer: 'ann',
      reviews: [{ id: 1, user: 'ann', state: 'PENDING', body: '' }],
      comments: [{ ...draft, user: 'ann', body: marked }],
    });
    expect(await review(github)).toMatchObject({ delivered: true, created: 3 });
  });

  test('of a person is never deleted; the summary is posted', async () => {
    await start({
      viewer: 'ann',
      reviews: [{ id: 1, user: 'ann', state: 'PENDING', body: '' }],
      comments: [{ ...draft, user: 'ann', body: 'my own draft' }],
    });
    const outcome = await review(github);
    expect(outcome).toMatchObject({ delivered: false, created: 0, summary: 'created' });
    expect(outcome.reason).toBe(
      'Could not post the review: an unfinished review of ann stands in the way; submit or discard it.',
    );
    expect(github.state.reviews).toHaveLength(1);
  });

  test('of somebody else is not seen', async () => {
    await start({ reviews: [{ id: 1, user: 'ann', state: 'PENDING', body: '' }] });
    expect(await review(github)).toMatchObject({ delivered: true });
    expect(github.state.reviews).toHaveLength(2);
  });

  test('that appears in between is met once more', async () => {
    await start();
    github.fault = ({ method, template }, nth) => {
      if (method === 'POST' && template.endsWith('/reviews') && nth === 1) {
        github.state.reviews.push({ id: 1, user: 'github-actions[bot]', state: 'PENDING', body: '' });
      }
      return undefined;
    };
    expect(await review(github)).toMatchObject({ delivered: true, created: 3 });
    expect(github.state.reviews).toHaveLength(1);
  });
});

describe('a token that may not write', () => {
  test('stops at the first refusal and says what is missing', async () => {
    await start({ token: 'read' });
    const outcome = await review(github);
    expect(outcome).toMatchObject({ delivered: false, created: 0, summary: 'undelivered' });
    expect(outcome.undelivered).toHaveLength(4);
    expect(outcome.reason).toBe(
      'Could not post the review: GitHub answered 403 (Resource not accessible by integration). The token needs the permission `pull-requests: write`; on pull requests from forks and from Dependabot it is read-only.',
    );
    expect(writes()).toHaveLength(1);
  });

  test('on a locked conversation likewise', async () => {
    await start({ locked: true });
    expect((await review(github)).reason).toContain('Unable to create comment because issue is locked.');
    expect(writes()).toHaveLength(1);
  });
});

test('a summary that was deleted meanwhile is created again', async () => {
  await start();
  await review(github);
  github.fault = ({ method }) => {
    if (method === 'PATCH') github.state.issueComments = [];
    return undefined;
  };
  expect(await review(github, wanted({ summary: 'new' }))).toMatchObject({
    delivered: true,
    summary: 'created',
  });
});

test('a comment that was deleted meanwhile is undelivered, the others are edited', async () => {
  await start();
  await review(github);
  github.fault = ({ method }) => {
    if (method === 'PATCH') github.state.comments = github.state.comments.filter(({ id }) => id !== 101);
    return undefined;
  };
  const comments = wanted().comments.map((item) => ({ ...item, body: `${item.body}!` }));
  const outcome = await review(github, wanted({ comments }));
  expect(outcome).toMatchObject({ delivered: false, updated: 2, undelivered: [{ kind: 'update', id: 101 }] });
});
