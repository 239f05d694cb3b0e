import { readEvent, readRepository } from '../github/event.ts';
import { GitHubError } from '../github/failure.ts';
import { safeForLog } from '../github/safe-text.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import { exitCodeOf } from '../review/verdict.ts';
import { defaultLimits } from '../text/limits.ts';
import { tool } from '../version.ts';
import { readEventSource } from './action-event.ts';
import { readInputs } from './action-inputs.ts';
import { tellFailure, tellNothing, tellReview } from './action-outcome.ts';
import { postReview } from './action-publish.ts';
import { openSubject, reviewSubject } from './action-review.ts';
import { lineLinks, openActionSession, type Runner } from './action-session.ts';
import { readSubject } from './action-subject.ts';
import { type Deadline, OutOfTime, startDeadline } from './deadline.ts';
import { UsageError } from './usage-error.ts';

/** The action from inputs to exit code: the verdict is this code, whatever could be posted. */
export async function runAction(runner: Runner): Promise<number> {
  const deadline = startDeadline(runner.waits?.runSeconds ?? defaultLimits.runSeconds, runner.clock);
  try {
    return await run(runner, deadline);
  } catch (error) {
    return await fail(runner, error);
  } finally {
    deadline.end();
  }
}

async function run(runner: Runner, deadline: Deadline): Promise<number> {
  const inputs = readInputs(runner.getInput);
  const source = await readEventSource(runner.env);
  const reading = readEvent(source);
  if (!reading.ok) throw new UsageError(reading.sentence);
  const repository = readRepository(source);
  if (repository === null)
    throw new UsageError('GITHUB_REPOSITORY is not set: run this as a step of a workflow');
  const session = openActionSession(runner, inputs, repository, deadline);
  const sha = runner.env.GITHUB_SHA ?? 'HEAD';
  const asking = readSubject(reading.event, inputs, sha, session.client);
  const found = await deadline.within('asking GitHub what to review', asking);
  if ('nothing' in found) {
    await tellNothing(runner, found.nothing);
    return 0;
  }
  const comparison = await openSubject(session, found.subject);
  try {
    const reviewed = await reviewSubject(session, found.subject, comparison);
    const seconds = deadline.spent();
    const link = lineLinks(session, reviewed.report.comparison);
    const posted = await postReview(session, found.subject, reviewed, link);
    await tellReview(session, reviewed, posted, link, seconds);
    return reviewed.misconfigured ? 2 : exitCodeOf(reviewed.report);
  } finally {
    await comparison.close();
  }
}

/** Whoever can repair it by asking differently gets 2; what could not be analysed is 3, and never passes. */
async function fail(runner: Runner, error: unknown): Promise<2 | 3> {
  const usage = error instanceof UsageError || (error instanceof RepositoryError && error.kind === 'usage');
  const known =
    usage || error instanceof RepositoryError || error instanceof GitHubError || error instanceof OutOfTime;
  const message = error instanceof Error ? error.message : String(error);
  const sentence = known ? message : `This is a fault of the program: ${message}`;
  runner.error(safeForLog(sentence), { title: tool.name });
  if (!known && error instanceof Error) runner.info(safeForLog(error.stack ?? ''));
  await tellFailure(runner, sentence);
  return usage ? 2 : 3;
}
