import { type AnnotationSink, annotate, planAnnotations } from '../github/annotations.ts';
import type { Client } from '../github/client.ts';
import { GitHubError } from '../github/failure.ts';
import { readPosted } from '../github/posted.ts';
import { publish } from '../github/publish.ts';
import { readViewer } from '../github/viewer.ts';
import { commentBody } from '../review/comment.ts';
import type { InlineComment, WantedReview } from '../review/plan.ts';
import { reconcile } from '../review/reconcile.ts';
import type { Finding, Report } from '../review/report.ts';
import { type LineLink, quietSummary, summaryComment } from '../review/summary.ts';
import { counts } from '../review/verdict.ts';

export interface PublishTarget {
  readonly pullRequest: number;
  readonly headSha: string;
  readonly commentKey: string;
  readonly inlineLimit: number;
  /** Sentences that the summary comment carries beside the findings. */
  readonly notes: readonly string[];
}

/** Posts the review; says in one sentence why when something of it does not stand on the pull request. */
export async function postReview(
  report: Report,
  target: PublishTarget,
  client: Client,
  link: LineLink,
): Promise<string | null> {
  const wanted = wantedReview(report, target, link);
  try {
    const owner = { ...target, viewer: await readViewer(client) };
    const plan = reconcile(await readPosted(client, owner), wanted);
    return (await publish(client, { ...owner, plan })).reason;
  } catch (error) {
    if (error instanceof GitHubError) return error.message;
    throw error;
  }
}

/** At most `inlineLimit` inline comments, the gravest first; all findings stand in the summary anyway. */
export function wantedReview(report: Report, target: PublishTarget, link: LineLink): WantedReview {
  const inline = report.findings.filter(counts).flatMap(inlineComment).slice(0, target.inlineLimit);
  const summary = summaryComment(report, link);
  const notes = target.notes.map((note) => `\n\n${note}`).join('');
  return {
    commentKey: target.commentKey,
    headSha: target.headSha,
    comments: inline,
    summary: summary === null ? null : `${summary}${notes}`,
    quiet: quietSummary(report),
  };
}

function inlineComment(finding: Finding): readonly InlineComment[] {
  const { kind, path, startLine, endLine, side } = finding.placement;
  if (kind !== 'inline' || path === null || startLine === null || side === null) return [];
  const body = commentBody(finding);
  return [{ fingerprint: finding.fingerprint, path, startLine, line: endLine ?? startLine, side, body }];
}

/** The way out when nothing can be posted: the findings as annotations of the run. */
export function annotateInstead(report: Report, sink: AnnotationSink): void {
  annotate(planAnnotations(report.findings.filter(counts)), sink);
}
