import { z } from 'zod';
import { parseMarker } from '../review/marker.ts';
import type { PostedComment, PostedReview } from '../review/plan.ts';
import type { Client } from './client.ts';
import { call, GitHubError } from './failure.ts';
import { readPages } from './pages.ts';

/** Whose comments are ours: marker, key and author have to agree. */
export interface Ownership {
  readonly pullRequest: number;
  readonly commentKey: string;
  /** Login of the token, from `readViewer`. */
  readonly viewer: string;
}

const author = z.object({ login: z.string() }).nullable();
const side = z.enum(['LEFT', 'RIGHT']);
const reviewComment = z.object({
  id: z.int(),
  user: author,
  body: z.string(),
  path: z.string(),
  line: z.int().nullish(),
  start_line: z.int().nullish(),
  side: side.nullish(),
  in_reply_to_id: z.int().nullish(),
});
const issueComment = z.object({ id: z.int(), user: author, body: z.string().nullish() });
const review = z.object({ id: z.int(), user: author, state: z.string() });

export async function readPosted(client: Client, owner: Ownership): Promise<PostedReview> {
  return {
    comments: await readPostedComments(client, owner),
    summary: await readPostedSummary(client, owner),
  };
}

export async function readPostedComments(
  client: Client,
  owner: Ownership,
): Promise<readonly PostedComment[]> {
  const found = await readPages(
    client,
    { what: 'read the review comments', permission: 'pull-requests: read' },
    reviewComment,
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments',
    { pull_number: owner.pullRequest },
  );
  const comments = new Map<number, PostedComment>();
  for (const comment of found) {
    const marker = isBy(comment.user, owner) && !comment.in_reply_to_id ? parseMarker(comment.body) : null;
    if (marker?.kind !== 'finding' || marker.commentKey !== owner.commentKey) continue;
    comments.set(comment.id, {
      id: comment.id,
      fingerprint: marker.fingerprints[0]!,
      body: comment.body,
      anchor: anchorOf(comment),
    });
  }
  return [...comments.values()];
}

/** The oldest of ours, should there ever be two. */
export async function readPostedSummary(client: Client, owner: Ownership): Promise<PostedReview['summary']> {
  const found = await readPages(
    client,
    { what: 'read the comments of the pull request', permission: 'pull-requests: read' },
    issueComment,
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { issue_number: owner.pullRequest },
  );
  const ours = found.filter((comment) => {
    const marker = isBy(comment.user, owner) ? parseMarker(comment.body ?? '') : null;
    return marker?.kind === 'summary' && marker.commentKey === owner.commentKey;
  });
  const first = ours.sort((a, b) => a.id - b.id)[0];
  return first ? { id: first.id, body: first.body ?? '' } : null;
}

/**
 * Deletes the pending review that a cancelled run of ours left: as long as it is there, GitHub takes no other. A
 * person's own unfinished review stays; then the answer is false.
 */
export async function clearPendingReview(client: Client, owner: Ownership): Promise<boolean> {
  const reviews = await readPages(
    client,
    { what: 'read the reviews', permission: 'pull-requests: read' },
    review,
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    { pull_number: owner.pullRequest },
  );
  for (const { id, user, state } of reviews) {
    if (state !== 'PENDING' || !isBy(user, owner)) continue;
    if (!(await isOurDraft(client, owner, id))) return false;
    await deletePendingReview(client, owner, id);
  }
  return true;
}

async function isOurDraft(client: Client, owner: Ownership, id: number): Promise<boolean> {
  if (owner.viewer.endsWith('[bot]')) return true;
  const comments = await readPages(
    client,
    { what: 'read a pending review', permission: 'pull-requests: read' },
    z.object({ body: z.string() }),
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments',
    { pull_number: owner.pullRequest, review_id: id },
  );
  return comments.length > 0 && comments.every((comment) => parseMarker(comment.body) !== null);
}

async function deletePendingReview(client: Client, { pullRequest }: Ownership, id: number): Promise<void> {
  try {
    await call({ what: 'delete a pending review', permission: 'pull-requests: write' }, z.unknown(), () =>
      client.octokit.rest.pulls.deletePendingReview({
        ...client.repository,
        pull_number: pullRequest,
        review_id: id,
      }),
    );
  } catch (error) {
    // Already gone, or submitted by now: either way it is pending no more.
    const gone =
      error instanceof GitHubError && (error.kind === 'not-found' || error.kind === 'unprocessable');
    if (!gone) throw error;
  }
}

// REST and GraphQL both name a bot `name[bot]`; a user called `name` is somebody else.
function isBy(user: z.infer<typeof author>, { viewer }: Ownership): boolean {
  return user?.login.toLowerCase() === viewer.toLowerCase();
}

function anchorOf(comment: z.infer<typeof reviewComment>): PostedComment['anchor'] {
  if (!comment.line) return null;
  return {
    path: comment.path,
    startLine: comment.start_line ?? comment.line,
    line: comment.line,
    side: comment.side ?? 'RIGHT',
  };
}
