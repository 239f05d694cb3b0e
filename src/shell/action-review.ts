import { resolve } from 'node:path';
import { readMergeBase } from '../github/read.ts';
import { safeForLog, safeLine } from '../github/safe-text.ts';
import { audit, review } from '../pipeline.ts';
import type { Comparison } from '../repository/comparison.ts';
import { directoryTree } from '../repository/directory-tree.ts';
import { openPullRequest } from '../repository/pull-request.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import type { Report } from '../review/report.ts';
import type { Settings } from '../settings.ts';
import { code } from '../text/escape.ts';
import { defaultLimits } from '../text/limits.ts';
import { tool } from '../version.ts';
import { type ActionSession, repositoryAddress } from './action-session.ts';
import type { ReviewSubject } from './action-subject.ts';
import { configPath } from './config.ts';
import { judgingTheChange } from './deadline.ts';
import { configSentences, type LoadedConfig, readConfigOf, settingsFrom } from './load-settings.ts';
import { openWorld } from './world.ts';

export interface ReviewedChange {
  readonly report: Report;
  /** Sentences in Markdown that belong beside the findings. */
  readonly notes: readonly string[];
  readonly inlineLimit: number;
  /** The configuration has mistakes: the review ran on the defaults, and the check fails. */
  readonly misconfigured: boolean;
}

export async function openSubject(
  session: ActionSession,
  { baseSha, headSha, from }: ReviewSubject,
): Promise<Comparison> {
  const { client, inputs, workspace, deadline } = session;
  const opening = openPullRequest({
    repo: workspace,
    baseSha,
    headSha,
    mergeBase: async () => (from === 'base' ? baseSha : readMergeBase(client, baseSha, headSha)),
    remote: { url: repositoryAddress(session), token: inputs.token, signal: deadline.signal },
    limits: defaultLimits,
  });
  try {
    return await deadline.within('fetching what was changed', opening, async () => (await opening).close());
  } catch (error) {
    throw withPermission(error);
  }
}

/** Git says only that it was refused. */
function withPermission(error: unknown): unknown {
  const refused =
    error instanceof RepositoryError &&
    /^git fetch .*(\b40[134]\b|not found|authentication failed)/i.test(error.message);
  return refused
    ? new RepositoryError(
        error.kind,
        `${error.message}. The token needs the permission \`contents: read\`.`,
        { cause: error },
      )
    : error;
}

export async function reviewSubject(
  session: ActionSession,
  subject: ReviewSubject,
  comparison: Comparison,
): Promise<ReviewedChange> {
  const { deadline } = session;
  // For a change from another repository base's configuration rules: a change cannot weaken its own review.
  const path = session.inputs.config ?? configPath;
  const reading = readConfigOf(subject.untrusted ? comparison.base : comparison.head, path);
  const loaded = await deadline.within('reading the configuration', reading);
  annotateMistakes(session, subject, loaded);
  const settings = await readSettings(session, subject, loaded);
  deadline.allow(session.runner.waits?.runSeconds ?? settings.render.limits.runSeconds);
  const report = await judge(session, subject, comparison, settings);
  const misconfigured = loaded.problems.length > 0;
  const conclusion = misconfigured && report.conclusion === 'pass' ? 'error' : report.conclusion;
  return {
    report: { ...report, conclusion },
    notes: [...mistakesNote(loaded), ...settingsNote(path, subject, comparison)],
    inlineLimit: settings.render.limits.inlineComments,
    misconfigured,
  };
}

async function readSettings(
  session: ActionSession,
  subject: ReviewSubject,
  loaded: LoadedConfig,
): Promise<Settings> {
  const { inputs, workspace, deadline } = session;
  const folder = inputs.chartsDir;
  const chartsDir =
    folder === null
      ? null
      : await deadline.within(
          'reading the charts folder',
          directoryTree(resolve(workspace, folder), defaultLimits),
        );
  return settingsFrom(
    {
      failOn: inputs.failOn,
      only: [],
      scope: subject.all ? 'all' : 'changed',
      profile: undefined,
      trusted: !subject.untrusted,
      timings: false,
      paths: [],
      chartsDir,
      repository: { names: [repositoryAddress(session)], folder: null },
    },
    loaded,
  );
}

async function judge(
  { runner, deadline }: ActionSession,
  subject: ReviewSubject,
  comparison: Comparison,
  settings: Settings,
): Promise<Report> {
  const world = openWorld(settings.render.limits, runner, (text) => runner.info(safeLine(text)));
  try {
    const judging = subject.all
      ? audit(comparison.head, settings, world)
      : review(comparison, settings, world);
    return await deadline.within(judgingTheChange, judging, () => world.close());
  } finally {
    await world.close();
  }
}

function annotateMistakes(
  { runner }: ActionSession,
  { untrusted }: ReviewSubject,
  loaded: LoadedConfig,
): void {
  for (const [index, sentence] of configSentences(loaded).entries()) {
    // An annotation points into head, and base's file has other lines.
    const place =
      untrusted || loaded.path === null
        ? {}
        : {
            file: loaded.path,
            startLine: loaded.problems[index]!.line,
            endLine: loaded.problems[index]!.line,
          };
    runner.error(safeForLog(sentence), { title: `${tool.name}: configuration`, ...place });
  }
}

function mistakesNote(loaded: LoadedConfig): readonly string[] {
  if (loaded.problems.length === 0) return [];
  const list = configSentences(loaded).map((sentence) => `- ${code(sentence, 400)}`);
  return [`The configuration has mistakes; this review ran without it:\n\n${list.join('\n')}`];
}

/** Said wherever the review is read: who edits the rules should not be the only one who knows. */
function settingsNote(
  path: string,
  { untrusted }: ReviewSubject,
  { changes }: Comparison,
): readonly string[] {
  if (!changes.some((change) => change.path === path || change.previousPath === path)) return [];
  const rules = untrusted ? ' Those of the base were used.' : '';
  return [`This change edits the review's own settings.${rules}`];
}
