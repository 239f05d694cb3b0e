import { annotate, planAnnotations } from '../github/annotations.ts';
import { deliver } from '../github/deliver.ts';
import type { PublishOutcome } from '../github/delivery.ts';
import { safeForLog, safeLine } from '../github/safe-text.ts';
import { commentBody } from '../review/comment.ts';
import { type Group, groupsOf } from '../review/groups.ts';
import type { InlineComment, WantedReview } from '../review/plan.ts';
import type { Finding, Report } from '../review/report.ts';
import { type LineLink, quietSummary, summaryComment } from '../review/summary.ts';
import { counts } from '../review/verdict.ts';
import { inertReport } from './action-inert.ts';
import type { ReviewedChange } from './action-review.ts';
import type { ActionSession } from './action-session.ts';
import type { ReviewSubject } from './action-subject.ts';
import { OutOfTime } from './deadline.ts';

/** What of the review stands on the pull request in the end. */
export interface Posted {
  /** Why not everything does, a sentence each. */
  readonly reasons: readonly string[];
  /** Findings that no inline comment says in full. */
  readonly unposted: readonly Finding[];
}

/** Posts the review where there is a pull request. Whatever goes wrong here is told, and the verdict stays. */
export async function postReview(
  session: ActionSession,
  { pullRequest, headSha }: ReviewSubject,
  { report, notes, inlineLimit }: ReviewedChange,
  link: LineLink,
): Promise<Posted> {
  const counted = report.findings.filter(counts);
  if (pullRequest === null) {
    annotateThese(session, counted);
    return { reasons: [], unposted: counted };
  }
  const { commentKey } = session.inputs;
  const wanted = wantedReview(inertReport(report), { commentKey, headSha, inlineLimit, notes }, link);
  const outcome = await delivered(session, { pullRequest, wanted, inlineLimit });
  const lost = lostOf(outcome, counted);
  annotateThese(session, lost);
  const inline = new Set(wanted.comments.flatMap(({ fingerprints }) => fingerprints));
  const unposted = counted.filter((finding) => lost.includes(finding) || !inline.has(finding.fingerprint));
  return { reasons: reasonsOf(outcome), unposted };
}

type Outcome = Pick<PublishOutcome, 'reason' | 'undelivered'> | { readonly failure: string };

async function delivered(
  { runner, client, deadline }: ActionSession,
  request: Parameters<typeof deliver>[1],
): Promise<Outcome> {
  try {
    return await deadline.within('posting', deliver(client, request));
  } catch (error) {
    if (error instanceof OutOfTime) return { failure: 'Posting ended: the run has no time left.' };
    runner.info(safeForLog(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    return { failure: 'Posting failed by a fault of this program; the log has it.' };
  }
}

/** At most `inlineLimit` inline comments, the gravest first; all findings stand in the summary anyway. */
export function wantedReview(
  report: Report,
  target: Pick<WantedReview, 'commentKey' | 'headSha'> & {
    readonly inlineLimit: number;
    readonly notes: readonly string[];
  },
  link: LineLink,
): WantedReview {
  const groups = groupsOf(report.findings.filter(counts));
  const inline = groups.flatMap(inlineComment).slice(0, target.inlineLimit);
  const summary = summaryComment(report, link);
  const withNotes = (text: string) => [text, ...target.notes].join('\n\n');
  return {
    commentKey: target.commentKey,
    headSha: target.headSha,
    comments: inline,
    summary: summary === null ? null : withNotes(summary),
    quiet: withNotes(quietSummary(report)),
  };
}

/** A checklist stands where the first of its items can. */
function inlineComment(group: Group): readonly InlineComment[] {
  const placed = group.find(({ placement }) => placement.kind === 'inline') ?? group[0];
  const { kind, path, startLine, endLine, side } = placed.placement;
  if (kind !== 'inline' || path === null || startLine === null || side === null) return [];
  const fingerprints = group.map(({ fingerprint }) => fingerprint);
  const [fingerprint] = fingerprints as [string];
  const place = { path, startLine, line: endLine ?? startLine, side };
  return [{ fingerprint, fingerprints, ...place, body: commentBody(group) }];
}

/** Without the summary, also what only the summary would have said. */
function lostOf(outcome: Outcome, counted: readonly Finding[]): readonly Finding[] {
  if ('failure' in outcome) return counted;
  const { undelivered } = outcome;
  const lost = new Set(
    undelivered.flatMap((each) => (each.kind === 'comment' ? each.comment.fingerprints : [])),
  );
  const summaryLost = undelivered.some(({ kind }) => kind === 'summary');
  return counted.filter(
    ({ fingerprint, placement }) => lost.has(fingerprint) || (summaryLost && placement.kind !== 'inline'),
  );
}

function reasonsOf(outcome: Outcome): readonly string[] {
  if ('failure' in outcome) return [outcome.failure];
  const { reason, undelivered } = outcome;
  const all = [...(reason === null ? [] : [reason]), ...undelivered.map((each) => each.reason)];
  return [...new Set(all)];
}

/** The way out for what does not stand on a pull request: annotations of the run, which show beside the lines. */
function annotateThese({ runner }: ActionSession, findings: readonly Finding[]): void {
  const plan = planAnnotations(findings);
  annotate(plan, runner);
  const left = plan.left.error + plan.left.warning + plan.left.notice;
  if (left > 0)
    runner.info(safeLine(`${left} more findings have no annotation, since the runner shows ten of a kind.`));
}
