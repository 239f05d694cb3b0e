import { z } from 'zod';
import { safeLine } from './safe-text.ts';

export type FailureKind = 'forbidden' | 'not-found' | 'rate-limited' | 'unprocessable' | 'unavailable';

/** What was asked of GitHub, for the sentence of a failure. */
export interface Task {
  /** Reads after "could not": `post the review`. */
  readonly what: string;
  readonly permission: 'pull-requests: write' | 'pull-requests: read' | 'contents: read';
}

/** GitHub did not do it. `unavailable` leaves open whether a write was carried out: list again before repeating it. */
export class GitHubError extends Error {
  readonly kind: FailureKind;
  readonly status: number | null;

  constructor(kind: FailureKind, sentence: string, status: number | null = null) {
    super(sentence);
    this.name = 'GitHubError';
    this.kind = kind;
    this.status = status;
  }
}

/** Runs one request: its answer in the expected shape, or a GitHubError. */
export async function call<T>(
  task: Task,
  shape: z.ZodType<T>,
  send: () => Promise<{ readonly data: unknown; readonly status: number }>,
): Promise<T> {
  const response = await send().catch((error: unknown) => {
    throw toGitHubError(error, task);
  });
  const answer = shape.safeParse(response.data);
  if (answer.success) return answer.data;
  throw new GitHubError(
    'unavailable',
    `Could not ${task.what}: GitHub’s answer (${response.status}) is not what its API describes.`,
    response.status,
  );
}

const httpError = z.object({
  name: z.literal('HttpError'),
  status: z.number(),
  message: z.string(),
  response: z.object({ headers: z.record(z.string(), z.unknown()).optional(), data: z.unknown() }).optional(),
});

/** Anything that is not an answer of GitHub's is a mistake of ours and passes through. */
export function toGitHubError(error: unknown, task: Task): unknown {
  if (error instanceof GitHubError) return error;
  const parsed = httpError.safeParse(
    error instanceof Error ? { ...error, name: error.name, message: error.message } : error,
  );
  if (!parsed.success) return error;
  const { status, message, response } = parsed.data;
  const kind = kindOf(status, message, response?.headers ?? {});
  return new GitHubError(kind, sentenceOf(kind, status, task, message), status);
}

function kindOf(status: number, message: string, headers: Readonly<Record<string, unknown>>): FailureKind {
  const limited =
    'retry-after' in headers || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message);
  if (status === 429 || (status === 403 && limited)) return 'rate-limited';
  if (status === 401 || status === 403 || status === 451) return 'forbidden';
  if (status === 404 || status === 410) return 'not-found';
  return status >= 400 && status < 500 && status !== 408 ? 'unprocessable' : 'unavailable';
}

function sentenceOf(kind: FailureKind, status: number, task: Task, message: string): string {
  const said = `Could not ${task.what}: GitHub answered ${status} (${safeLine(message.replace(/ - https:\/\/\S+$/, ''))}).`;
  switch (kind) {
    case 'forbidden':
      return status === 401
        ? `${said} The token is not valid any more.`
        : `${said} The token needs the permission \`${task.permission}\`; on pull requests from forks and from Dependabot it is read-only.`;
    case 'not-found':
      return `${said} It is not there, or the token lacks the permission \`${task.permission}\`.`;
    case 'rate-limited':
      return `${said} The rate limit of the token is used up for now.`;
    case 'unprocessable':
    case 'unavailable':
      return said;
  }
}
