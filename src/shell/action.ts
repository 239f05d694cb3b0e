import { appendFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AnnotationSink } from '../github/annotations.ts';
import { type Client, createClient } from '../github/client.ts';
import { type Endpoints, type RepositoryName, readEndpoints } from '../github/endpoints.ts';
import { readEvent, readRepository } from '../github/event.ts';
import { GitHubError } from '../github/failure.ts';
import { writeJobSummary } from '../github/job-summary.ts';
import { readMergeBase } from '../github/read.ts';
import { safeForLog, safeLine } from '../github/safe-text.ts';
import { audit, review } from '../pipeline.ts';
import type { Comparison } from '../repository/comparison.ts';
import { directoryTree } from '../repository/directory-tree.ts';
import { openPullRequest } from '../repository/pull-request.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import type { Report } from '../review/report.ts';
import { jobSummary, type LineLink } from '../review/summary.ts';
import { noPaint, reviewText } from '../review/text.ts';
import { exitCodeOf } from '../review/verdict.ts';
import { defaultLimits } from '../text/limits.ts';
import { tool } from '../version.ts';
import { type ActionInputs, readInputs } from './action-inputs.ts';
import { annotateInstead, postReview } from './action-publish.ts';
import { type ReviewSubject, readSubject } from './action-subject.ts';
import { configPath } from './config.ts';
import { configSentences, type LoadedConfig, readConfigOf, settingsFrom } from './load-settings.ts';
import type { Settings } from './settings.ts';
import { UsageError } from './usage-error.ts';
import { openWorld } from './world.ts';

/** What the runner gives to an action; @actions/core and @actions/github in production. */
export interface Runner extends AnnotationSink {
  readonly event: { readonly name: string; readonly payload: unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly getInput: (name: string) => string;
  readonly setOutput: (name: string, value: string | number) => void;
  readonly setSecret: (secret: string) => void;
  readonly info: (message: string) => void;
  readonly debug: (message: string) => void;
  readonly fetch: typeof fetch;
  /** Milliseconds since any fixed moment. */
  readonly clock: () => number;
  /** Milliseconds that one second of waiting for GitHub takes; 0 in tests. */
  readonly secondMs?: number;
}

/** The action from inputs to exit code: the verdict is this code, whatever could be posted. */
export async function runAction(runner: Runner): Promise<number> {
  try {
    return await run(runner);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    runner.error(safeForLog(message), { title: tool.name });
    const known =
      error instanceof UsageError || error instanceof RepositoryError || error instanceof GitHubError;
    if (!known && error instanceof Error) runner.info(safeForLog(error.stack ?? ''));
    return error instanceof UsageError ? 2 : 3;
  }
}

interface Session {
  readonly runner: Runner;
  readonly inputs: ActionInputs;
  readonly repository: RepositoryName;
  readonly endpoints: Endpoints;
  readonly client: Client;
  readonly workspace: string;
}

async function run(runner: Runner): Promise<number> {
  const inputs = readInputs(runner.getInput);
  const source = { name: runner.event.name, payload: runner.event.payload, env: runner.env };
  const reading = readEvent(source);
  const repository = readRepository(source);
  if (!reading.ok) throw new UsageError(reading.sentence);
  if (repository === null)
    throw new UsageError('GITHUB_REPOSITORY is not set: run this as a step of a workflow');
  const session = openSession(runner, inputs, repository);
  const found = await readSubject(reading.event, inputs, runner.env.GITHUB_SHA ?? 'HEAD', session.client);
  if ('nothing' in found) {
    runner.info(safeLine(found.nothing));
    return 0;
  }
  const comparison = await openSubject(session, found.subject);
  try {
    return await reviewSubject(session, found.subject, comparison);
  } finally {
    await comparison.close();
  }
}

function openSession(runner: Runner, inputs: ActionInputs, repository: RepositoryName): Session {
  if (inputs.token === null)
    throw new UsageError('token is empty: leave the input out, its default is the token of the workflow');
  runner.setSecret(inputs.token);
  const endpoints = readEndpoints(runner.env);
  const client = createClient({
    token: inputs.token,
    version: tool.version,
    repository,
    endpoints,
    logger: { debug: runner.debug, warning: (message) => runner.info(message) },
    fetch: runner.fetch,
    ...(runner.secondMs === undefined ? {} : { secondMs: runner.secondMs }),
  });
  return { runner, inputs, repository, endpoints, client, workspace: runner.env.GITHUB_WORKSPACE ?? '.' };
}

function openSubject(
  { client, endpoints, repository, inputs, workspace }: Session,
  { baseSha, headSha }: ReviewSubject,
): Promise<Comparison> {
  return openPullRequest({
    repo: workspace,
    baseSha,
    headSha,
    mergeBase: () => readMergeBase(client, baseSha, headSha),
    remote: { url: `${endpoints.server}/${repository.owner}/${repository.repo}`, token: inputs.token },
    limits: defaultLimits,
  });
}

async function reviewSubject(
  session: Session,
  subject: ReviewSubject,
  comparison: Comparison,
): Promise<number> {
  const { runner } = session;
  const start = runner.clock();
  const loaded = await loadConfigFor(session, subject, comparison);
  for (const sentence of configSentences(loaded)) runner.error(safeForLog(sentence), { title: tool.name });
  const settings = await settingsOf(session, subject, loaded);
  const report = await judge(session, subject, comparison, settings);
  const link = lineLink(session, report);
  const notes = settingsNote(session, subject, comparison);
  const undelivered = await deliver(session, subject, report, settings, link, notes);
  const seconds = (runner.clock() - start) / 1000;
  const told = [
    jobSummary(report, link, seconds),
    ...notes,
    ...(undelivered === null ? [] : [`Not posted: ${undelivered}`]),
  ];
  const summary = await writeJobSummary(runner.env.GITHUB_STEP_SUMMARY, told.join('\n\n'), summaryFile);
  if (!summary.written) runner.info(safeLine(summary.reason));
  runner.info(safeForLog(reviewText(report, noPaint)));
  await setOutputs(session, report);
  return loaded.problems.length > 0 ? 2 : exitCodeOf(report);
}

/** For a change from another repository base's configuration rules: a change cannot weaken its own review. */
function loadConfigFor(
  { inputs }: Session,
  { untrusted }: ReviewSubject,
  comparison: Comparison,
): Promise<LoadedConfig> {
  return readConfigOf(untrusted ? comparison.base : comparison.head, inputs.config ?? configPath);
}

async function settingsOf(
  { inputs, workspace }: Session,
  subject: ReviewSubject,
  loaded: LoadedConfig,
): Promise<Settings> {
  const charts = inputs.chartsDir;
  return settingsFrom(
    {
      failOn: inputs.failOn ?? undefined,
      only: [],
      scope: subject.all ? 'all' : 'changed',
      timings: false,
      paths: [],
      chartsDir: charts === null ? null : await directoryTree(resolve(workspace, charts), defaultLimits),
    },
    loaded,
  );
}

async function judge(
  { runner }: Session,
  subject: ReviewSubject,
  comparison: Comparison,
  settings: Settings,
): Promise<Report> {
  const world = openWorld(settings.render.limits, runner.clock, (text) => runner.info(safeLine(text)));
  try {
    return subject.all
      ? await audit(comparison.head, settings, world)
      : await review(comparison, settings, world);
  } finally {
    await world.close();
  }
}

/** Said wherever the review is read: who edits the rules should not be the only one who knows. */
function settingsNote(
  { inputs }: Session,
  { untrusted }: ReviewSubject,
  { changes }: Comparison,
): readonly string[] {
  const path = inputs.config ?? configPath;
  if (!changes.some((change) => change.path === path || change.previousPath === path)) return [];
  const rules = untrusted ? ' The settings of the base were used.' : '';
  return [`This change edits the review's own settings.${rules}`];
}

async function deliver(
  { runner, inputs, client }: Session,
  { pullRequest, headSha }: ReviewSubject,
  report: Report,
  settings: Settings,
  link: LineLink,
  notes: readonly string[],
): Promise<string | null> {
  if (pullRequest === null) return null;
  const inlineLimit = settings.render.limits.inlineComments;
  const target = { pullRequest, headSha, commentKey: inputs.commentKey, inlineLimit, notes };
  const reason = await postReview(report, target, client, link);
  if (reason === null) return null;
  runner.info(safeLine(reason));
  annotateInstead(report, runner);
  return safeLine(reason);
}

function lineLink({ endpoints, repository }: Session, { comparison }: Report): LineLink {
  const address = `${endpoints.server}/${repository.owner}/${repository.repo}/blob`;
  return (path, line, revision) => {
    const sha = revision === 'base' ? comparison.mergeBase : comparison.head;
    if (sha === null) return null;
    const file = path.split('/').map(encodeURIComponent).join('/');
    return `${address}/${sha}/${file}${line === null ? '' : `#L${line}`}`.replace(
      /[()]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16)}`,
    );
  };
}

const summaryFile = {
  size: async (path: string) => (await stat(path)).size,
  append: (path: string, text: string) => appendFile(path, text),
};

async function setOutputs({ runner }: Session, report: Report): Promise<void> {
  const path = join(runner.env.RUNNER_TEMP ?? '.', 'pod-lifecycle-review.json');
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  runner.setOutput('conclusion', report.conclusion);
  for (const status of ['introduced', 'worsened', 'fixed', 'existing'] as const) {
    runner.setOutput(status, report.findings.filter((finding) => finding.status === status).length);
  }
  runner.setOutput('report-json', path);
}
