import { appendFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJobSummary } from '../github/job-summary.ts';
import { safeForLog, safeLine } from '../github/safe-text.ts';
import { mermaidGantt } from '../review/gantt.ts';
import { inFull } from '../review/in-full.ts';
import type { Report } from '../review/report.ts';
import { jobSummary, type LineLink } from '../review/summary.ts';
import { noPaint, reviewText } from '../review/text.ts';
import { inertFinding, inertLine, inertReport } from './action-inert.ts';
import type { Posted } from './action-publish.ts';
import type { ReviewedChange } from './action-review.ts';
import type { ActionSession, Runner } from './action-session.ts';

/** Tells the review in the job summary, the log and the outputs, none of which can change the verdict. */
export async function tellReview(
  { runner, inputs, deadline }: ActionSession,
  { report, notes }: ReviewedChange,
  posted: Posted,
  link: LineLink,
  seconds: number,
): Promise<void> {
  const parts = [jobSummary(inertReport(report), link, seconds), ...notes, ...notPosted(posted.reasons)];
  const full = inFull(posted.unposted.map(inertFinding), link, mermaidGantt);
  await addToJobSummary(runner, [...parts, ...full].join('\n\n'));
  runner.info(safeForLog(reviewText(report, noPaint)));
  for (const note of notes) runner.info(safeForLog(note));
  for (const reason of posted.reasons) runner.info(safeLine(reason, 1000));
  runner.info(`${seconds.toFixed(1)} s to the verdict, ${deadline.spent().toFixed(1)} s in all.`);
  await setOutputs(runner, report, inputs.commentKey);
}

/** The end of a run that had nothing to look at. */
export async function tellNothing(runner: Runner, sentence: string): Promise<void> {
  runner.info(safeLine(sentence));
  await addToJobSummary(runner, `Nothing was looked at. ${inertLine(sentence)}`);
  runner.setOutput('conclusion', 'pass');
  for (const status of statuses) runner.setOutput(status, 0);
}

/** The end of a run that could not do its work. */
export async function tellFailure(runner: Runner, sentence: string): Promise<void> {
  await addToJobSummary(runner, `Nothing was judged. ${inertLine(sentence)}`);
  runner.setOutput('conclusion', 'error');
}

function notPosted(reasons: readonly string[]): readonly string[] {
  if (reasons.length === 0) return [];
  const lines = reasons.map((reason) => `- ${inertLine(reason)}`);
  return [`Not everything stands on the pull request; the verdict is the same.\n\n${lines.join('\n')}`];
}

async function addToJobSummary({ env, info }: Runner, markdown: string): Promise<void> {
  const summary = await writeJobSummary(env.GITHUB_STEP_SUMMARY, markdown, summaryFile);
  if (!summary.written) info(safeLine(summary.reason));
}

const summaryFile = {
  size: async (path: string) => (await stat(path)).size,
  append: (path: string, text: string) => appendFile(path, text),
};

const statuses = ['introduced', 'worsened', 'fixed', 'existing'] as const;

async function setOutputs(runner: Runner, report: Report, commentKey: string): Promise<void> {
  runner.setOutput('conclusion', report.conclusion);
  for (const status of statuses) {
    runner.setOutput(status, report.findings.filter((finding) => finding.status === status).length);
  }
  const key = commentKey === 'default' ? '' : `.${commentKey}`;
  const path = join(runner.env.RUNNER_TEMP ?? tmpdir(), `pod-lifecycle-review${key}.json`);
  try {
    await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
    runner.setOutput('report-json', path);
  } catch (error) {
    runner.info(safeLine(`No report as JSON: ${error instanceof Error ? error.message : String(error)}`));
  }
}
