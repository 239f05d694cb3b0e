import { posix } from 'node:path';
import type { FailOn } from '../review/verdict.ts';
import { readFailOn } from './load-settings.ts';
import { UsageError } from './usage-error.ts';

/** The inputs of `action.yml`, read once; empty ones are null. */
export interface ActionInputs {
  readonly token: string | null;
  readonly config: string | null;
  readonly failOn: FailOn | undefined;
  readonly base: string | null;
  readonly head: string | null;
  readonly pullRequest: number | null;
  readonly scope: 'changed' | 'all' | null;
  readonly commentKey: string;
  readonly chartsDir: string | null;
}

/** Reads the inputs; one that cannot be meant throws a UsageError that says what to write. */
export function readInputs(getInput: (name: string) => string): ActionInputs {
  const input = (name: string): string | null => getInput(name).trim() || null;
  const commentKey = input('comment-key') ?? 'default';
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(commentKey)) {
    throw new UsageError('comment-key takes up to 64 letters, digits, dots, dashes and underscores');
  }
  return {
    token: input('token'),
    config: readPath(input('config')),
    failOn: readFailOn(getInput('fail-on').trim()),
    base: input('base'),
    head: input('head'),
    pullRequest: readNumber(input('pull-request')),
    scope: readScope(input('scope')),
    commentKey,
    chartsDir: input('charts-dir'),
  };
}

/** Paths in git have no `./` in front. */
function readPath(text: string | null): string | null {
  return text === null ? null : posix.normalize(text);
}

function readScope(text: string | null): 'changed' | 'all' | null {
  if (text === null || text === 'changed' || text === 'all') return text;
  throw new UsageError(`scope takes changed or all, not ${JSON.stringify(text)}`);
}

function readNumber(text: string | null): number | null {
  if (text === null) return null;
  const digits = /^#?(\d{1,9})$/.exec(text)?.[1];
  if (digits === undefined || Number(digits) === 0) {
    throw new UsageError('pull-request takes the number of a pull request, such as 12');
  }
  return Number(digits);
}
