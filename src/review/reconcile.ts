import { cutMarkdown } from '../text/cut.ts';
import { wellFormed } from '../text/well-formed.ts';
import { type Marker, parseMarker, withMarker } from './marker.ts';
import type { InlineComment, PostedComment, PostedReview, ReviewPlan, WantedReview } from './plan.ts';

/**
 * What has to be done so that the pull request says what is wanted. Pure, and done once it was carried out: the same
 * wanted review on the result plans nothing.
 */
export function reconcile(posted: PostedReview, wanted: WantedReview): ReviewPlan {
  const free = [...posted.comments].sort((a, b) => a.id - b.id);
  const create: InlineComment[] = [];
  const update: { id: number; body: string }[] = [];
  const keep: number[] = [];
  const pairs = matched(wanted, free);
  for (const comment of wanted.comments) {
    const match = pairs.get(comment);
    const body = markedComment(comment, wanted.commentKey);
    if (!match) create.push({ ...comment, body });
    else {
      const edited = sameAnchor(match, comment) ? body : withoutSuggestion(body);
      if (sameText(edited, match.body)) keep.push(match.id);
      else update.push({ id: match.id, body: edited });
    }
  }
  keep.push(...free.map((comment) => comment.id));
  return { create, update, keep: keep.sort((a, b) => a - b), summary: planSummary(posted.summary, wanted) };
}

function planSummary(posted: PostedReview['summary'], wanted: WantedReview): ReviewPlan['summary'] {
  if (posted === null && wanted.summary === null) return { action: 'none' };
  const marker: Marker = { kind: 'summary', commentKey: wanted.commentKey, headSha: wanted.headSha };
  const body = fitted(withMarker(marker, wanted.summary ?? wanted.quiet));
  if (posted === null) return { action: 'create', body };
  return sameText(body, posted.body) ? { action: 'none' } : { action: 'update', id: posted.id, body };
}

// Takes every posted comment at most once: first by the same fingerprint, then, for a comment that groups several
// findings, by any that they share.
function matched(wanted: WantedReview, free: PostedComment[]): ReadonlyMap<InlineComment, PostedComment> {
  const pairs = new Map<InlineComment, PostedComment>();
  const take = (comment: InlineComment, fits: (candidate: PostedComment) => boolean) => {
    const index = pairs.has(comment) ? -1 : free.findIndex(fits);
    if (index !== -1) pairs.set(comment, free.splice(index, 1)[0]!);
  };
  for (const comment of wanted.comments) {
    take(comment, (candidate) => candidate.fingerprint === comment.fingerprint);
  }
  for (const comment of wanted.comments) {
    const fingerprints = new Set(fingerprintsOf(comment));
    take(comment, (candidate) =>
      fingerprintsOf(candidate).some((fingerprint) => fingerprints.has(fingerprint)),
    );
  }
  return pairs;
}

function fingerprintsOf(comment: InlineComment | PostedComment): readonly string[] {
  if ('fingerprints' in comment) return comment.fingerprints;
  const marker = parseMarker(comment.body);
  return marker?.kind === 'finding' ? [comment.fingerprint, ...marker.fingerprints] : [comment.fingerprint];
}

function markedComment(comment: InlineComment, commentKey: string): string {
  const fingerprints = [...new Set([comment.fingerprint, ...comment.fingerprints])];
  const body = withMarker({ kind: 'finding', commentKey, fingerprints }, comment.body);
  return fitted(body.length > bodyLimit ? withoutSuggestion(body) : body);
}

/** GitHub's limit for the body of a comment, in characters. */
const bodyLimit = 65_536;

// Cut here and not when posting, so that the next run compares with what was posted.
function fitted(body: string): string {
  const note = '*Cut here: GitHub takes no longer comment. The job summary has the rest.*';
  return cutMarkdown(wellFormed(body), { unit: 'characters', limit: bodyLimit, note });
}

function sameAnchor({ anchor }: PostedComment, comment: InlineComment): boolean {
  return (
    anchor !== null &&
    anchor.path === comment.path &&
    anchor.startLine === comment.startLine &&
    anchor.line === comment.line &&
    anchor.side === comment.side
  );
}

// A suggestion replaces the lines that its comment stands on. Where those are not the lines it was written for,
// committing it would break the file: it is shown as code instead.
function withoutSuggestion(body: string): string {
  return body.replace(/^([\s>]*(?:`{3,}|~{3,})) *suggestion\b.*$/gm, '$1yaml');
}

// An edit in GitHub's editor leaves other line endings behind.
function sameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replace(/\r\n?/g, '\n').trimEnd();
  return plain(a) === plain(b);
}
