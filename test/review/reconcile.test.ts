import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMarker, withMarker } from '../../src/review/marker.ts';
import type { InlineComment, PostedReview, ReviewPlan, WantedReview } from '../../src/review/plan.ts';
import { reconcile } from '../../src/review/reconcile.ts';

const nothing: PostedReview = { comments: [], summary: null };
const comment = (fingerprint: string, changes: Partial<InlineComment> = {}): InlineComment => ({
  fingerprint,
  fingerprints: [fingerprint],
  path: 'deploy.yaml',
  startLine: 3,
  line: 4,
  side: 'RIGHT',
  body: `text of ${fingerprint}`,
  ...changes,
});
const want = (comments: readonly InlineComment[], summary: string | null = 'summary'): WantedReview => ({
  commentKey: 'default',
  headSha: 'a'.repeat(40),
  comments,
  summary,
  quiet: 'quiet',
});

/** The pull request after a plan was carried out. */
function carriedOut(posted: PostedReview, plan: ReviewPlan): PostedReview {
  const edits = new Map(plan.update.map(({ id, body }) => [id, body]));
  let id = 1000 + posted.comments.length;
  const created = plan.create.map(({ fingerprint, fingerprints: _, body, ...anchor }) => ({
    id: id++,
    fingerprint,
    body,
    anchor,
  }));
  const { summary } = plan;
  return {
    comments: [
      ...posted.comments.map((item) => ({ ...item, body: edits.get(item.id) ?? item.body })),
      ...created,
    ],
    summary:
      summary.action === 'none'
        ? posted.summary
        : { id: summary.action === 'update' ? summary.id : id, body: summary.body },
  };
}

const after = (wanted: WantedReview, posted = nothing) => carriedOut(posted, reconcile(posted, wanted));

test('the first run creates everything, marked', () => {
  const plan = reconcile(nothing, want([comment('a'), comment('b')]));
  expect(plan).toMatchObject({ update: [], keep: [], summary: { action: 'create' } });
  expect(plan.create.map(({ body }) => parseMarker(body))).toEqual([
    { kind: 'finding', commentKey: 'default', fingerprints: ['a'] },
    { kind: 'finding', commentKey: 'default', fingerprints: ['b'] },
  ]);
  expect(plan.summary.action === 'create' && parseMarker(plan.summary.body)).toEqual({
    kind: 'summary',
    commentKey: 'default',
    headSha: 'a'.repeat(40),
  });
});

test('the same finding is edited where it stands, a gone one is kept', () => {
  const posted = after(want([comment('a'), comment('b')]));
  const plan = reconcile(posted, want([comment('b', { body: 'other' }), comment('c')]));
  expect(plan.create.map(({ fingerprint }) => fingerprint)).toEqual(['c']);
  expect(plan.update).toEqual([
    { id: 1001, body: withMarker({ kind: 'finding', commentKey: 'default', fingerprints: ['b'] }, 'other') },
  ]);
  expect(plan.keep).toEqual([1000]);
});

test('line endings of GitHub’s editor are no change', () => {
  const posted = after(want([comment('a', { body: 'one\ntwo' })]));
  const edited = posted.comments.map((item) => ({
    ...item,
    body: `${item.body.replaceAll('\n', '\r\n')}\r\n`,
  }));
  expect(
    reconcile({ ...posted, comments: edited }, want([comment('a', { body: 'one\ntwo' })])),
  ).toMatchObject({
    update: [],
    keep: [1000],
  });
});

test('of two posted comments of one finding the older is taken', () => {
  const [first] = after(want([comment('a')])).comments;
  const posted = {
    ...nothing,
    comments: [
      { ...first!, id: 9 },
      { ...first!, id: 5 },
    ],
  };
  expect(reconcile(posted, want([comment('a', { body: 'new' })], null))).toMatchObject({
    create: [],
    update: [{ id: 5 }],
    keep: [9],
  });
});

test('a comment on several findings is found by any of them', () => {
  const grouped = (fingerprints: string[]) =>
    comment(fingerprints[0]!, {
      fingerprints,
      body: 'list',
    });
  const posted = after(want([grouped(['a', 'b', 'c'])]));
  const plan = reconcile(posted, want([grouped(['b', 'c'])]));
  expect(plan).toMatchObject({ create: [], update: [{ id: 1000 }] });
  expect(parseMarker(plan.update[0]!.body)).toMatchObject({ fingerprints: ['b', 'c'] });
});

describe('a suggestion', () => {
  const body = 'text\n\n````suggestion\na: 1\n````\n> ~~~ suggestion:-0+0\n> b\n> ~~~';
  test.each([
    [
      'stays where the comment stands on its lines',
      { path: 'deploy.yaml', startLine: 3, line: 4, side: 'RIGHT' },
      true,
    ],
    ['goes when the lines left the diff', null, false],
    [
      'goes when the comment stands on other lines',
      { path: 'deploy.yaml', startLine: 4, line: 4, side: 'RIGHT' },
      false,
    ],
    [
      'goes when the comment stands in another file',
      { path: 'x.yaml', startLine: 3, line: 4, side: 'RIGHT' },
      false,
    ],
  ] as const)('%s', (_, anchor, stays) => {
    const posted = after(want([comment('a')]));
    const moved = { ...posted, comments: posted.comments.map((item) => ({ ...item, anchor })) };
    const [update] = reconcile(moved, want([comment('a', { body })])).update;
    expect(/(`{3,}|~{3,}) *suggestion/.test(update!.body)).toBe(stays);
    expect(update!.body.includes('````yaml\na: 1\n````\n> ~~~yaml\n> b\n> ~~~')).toBe(!stays);
  });
  test('that is cut off is none', () => {
    const [created] = reconcile(
      nothing,
      want([comment('a', { body: `\`\`\`suggestion\n${'a: 1\n'.repeat(20_000)}\`\`\`` })]),
    ).create;
    expect(created!.body.length).toBeLessThanOrEqual(65_536);
    expect(created!.body).not.toContain('suggestion\n');
    expect(created!.body).toMatch(/\n```\n\n\*Cut here/);
  });
});

test.each([
  [null, null, 'none', null],
  [null, 'text', 'create', 'text'],
  ['text', 'text', 'none', null],
  ['text', 'more', 'update', 'more'],
  ['text', null, 'update', 'quiet'],
  ['quiet', null, 'none', null],
])('summary: posted %j, wanted %j: %s', (posted, wanted, action, text) => {
  const before = after(want([], posted), nothing);
  const { summary } = reconcile(before, want([], wanted));
  expect(summary.action).toBe(action);
  if (summary.action !== 'none') expect(summary.body.split('\n')[1]).toBe(text);
});

const anyComment = fc
  .record({
    fingerprint: fc.constantFrom('a', 'b', 'c', 'd'),
    line: fc.integer({ min: 1, max: 9 }),
    body: fc.constantFrom('x', 'y', '```suggestion\nz\n```', '\ud800', ' '.repeat(70_000)),
  })
  .map(({ fingerprint, line, body }) => comment(fingerprint, { startLine: line, line, body }));
const anyWanted = fc
  .record({ comments: fc.array(anyComment, { maxLength: 6 }), summary: fc.constantFrom(null, 'x', 'y') })
  .map(({ comments, summary }) => want(comments, summary));

test('whatever was posted: a plan carried out leaves nothing to do, and every wanted comment is there', () => {
  fc.assert(
    fc.property(fc.array(anyWanted, { minLength: 1, maxLength: 4 }), (runs) => {
      let posted = nothing;
      for (const wanted of runs) {
        const plan = reconcile(posted, wanted);
        const ids = [...plan.keep, ...plan.update.map(({ id }) => id)].sort((a, b) => a - b);
        expect(ids).toEqual(posted.comments.map(({ id }) => id).sort((a, b) => a - b));
        posted = carriedOut(posted, plan);
        expect(reconcile(posted, wanted)).toMatchObject({
          create: [],
          update: [],
          summary: { action: 'none' },
        });
        for (const { fingerprint } of wanted.comments) {
          expect(posted.comments.some((item) => item.fingerprint === fingerprint)).toBe(true);
        }
      }
    }),
  );
});
