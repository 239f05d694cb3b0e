import { type Environment, parseRepositoryName, type RepositoryName } from './endpoints.ts';

/** What started the run, as read from outside: nothing in `payload` is trusted to have a shape. */
export interface EventSource {
  readonly name: string | undefined;
  readonly payload: unknown;
  readonly env: Environment;
}

export interface PullRequestEvent {
  readonly kind: 'pull-request';
  readonly number: number;
  /** Tip of the base branch; null where the payload does not say (ask the API). */
  readonly baseSha: string | null;
  readonly headSha: string | null;
  readonly headRepository: string | null;
  /** True unless the payload proves that head and base are the same repository. */
  readonly fork: boolean;
  /** `pull_request_target`: the token can write, so the change is read as data and never executed. */
  readonly privileged: boolean;
  /** Why the token is probably read-only; the run tries to post all the same. */
  readonly readOnly: 'fork' | 'dependabot' | null;
}

export interface MergeGroupEvent {
  readonly kind: 'merge-group';
  readonly baseSha: string;
  readonly headSha: string;
}

export interface PushEvent {
  readonly kind: 'push';
  /** null: a new branch, compared with the default branch. */
  readonly before: string | null;
  readonly after: string;
  readonly branch: string;
  readonly defaultBranch: string | null;
}

export interface DispatchEvent {
  readonly kind: 'dispatch';
  readonly pullRequest: number | null;
  readonly base: string | null;
  readonly head: string | null;
  readonly scope: 'changed' | 'all';
}

/** An event that we know and that leaves nothing to review, with the reason. */
export interface NothingToReview {
  readonly kind: 'nothing';
  readonly reason: string;
}

export type ReviewEvent = PullRequestEvent | MergeGroupEvent | PushEvent | DispatchEvent | NothingToReview;

export type EventReading =
  | { readonly ok: true; readonly event: ReviewEvent }
  /** One sentence that says what to write instead. */
  | { readonly ok: false; readonly sentence: string };

const supported = 'pull_request, pull_request_target, merge_group, push and workflow_dispatch';

export function readEvent(source: EventSource): EventReading {
  switch (source.name) {
    case 'pull_request':
    case 'pull_request_target':
      return readPullRequestEvent(source);
    case 'merge_group':
      return readMergeGroup(source.payload);
    case 'push':
      return readPush(source.payload);
    case 'workflow_dispatch':
      return readDispatch(source.payload);
    default:
      return failed(`This action reviews the events ${supported}; it was started by ${quoted(source.name)}.`);
  }
}

/** The repository of the run: what the runner says, else what the payload says. */
export function readRepository(source: EventSource): RepositoryName | null {
  return (
    parseRepositoryName(source.env.GITHUB_REPOSITORY) ??
    parseRepositoryName(at(source.payload, 'repository', 'full_name'))
  );
}

function readPullRequestEvent(source: EventSource): EventReading {
  const { name, payload } = source;
  const number =
    positive(at(payload, 'number')) ??
    positive(at(payload, 'pull_request', 'number')) ??
    numberOfRef(source.env.GITHUB_REF);
  if (number === null) {
    return failed(`The ${name} event names no pull request: run the action on one of ${supported}.`);
  }
  if (at(payload, 'action') === 'closed') return nothing(`Pull request #${number} is closed.`);
  const headRepository = text(at(payload, 'pull_request', 'head', 'repo', 'full_name'));
  const fork = !sameRepository(headRepository, payload, source.env);
  const privileged = name === 'pull_request_target';
  return read({
    kind: 'pull-request',
    number,
    baseSha: sha(at(payload, 'pull_request', 'base', 'sha')),
    headSha: sha(at(payload, 'pull_request', 'head', 'sha')),
    headRepository,
    fork,
    privileged,
    readOnly: privileged ? null : isDependabot(source) ? 'dependabot' : fork ? 'fork' : null,
  });
}

function readMergeGroup(payload: unknown): EventReading {
  const baseSha = sha(at(payload, 'merge_group', 'base_sha'));
  const headSha = sha(at(payload, 'merge_group', 'head_sha'));
  if (at(payload, 'action') === 'destroyed') return nothing('The merge group was dissolved.');
  if (baseSha === null || headSha === null) {
    return failed(
      'The merge_group event names no base_sha and head_sha: trigger on `merge_group: { types: [checks_requested] }`.',
    );
  }
  return read({ kind: 'merge-group', baseSha, headSha });
}

function readPush(payload: unknown): EventReading {
  const ref = text(at(payload, 'ref')) ?? '';
  const before = sha(at(payload, 'before'));
  const after = sha(at(payload, 'after'));
  if (ref.startsWith('refs/tags/')) return nothing('A tag was pushed; branches are reviewed.');
  if (at(payload, 'deleted') === true || (after !== null && isZero(after))) {
    return nothing('The branch was deleted.');
  }
  if (!ref.startsWith('refs/heads/') || before === null || after === null) {
    return failed(
      'The push event names no branch with a commit before and after: trigger on `push: { branches: [...] }`.',
    );
  }
  return read({
    kind: 'push',
    before: isZero(before) ? null : before,
    after,
    branch: ref.slice('refs/heads/'.length),
    defaultBranch: text(at(payload, 'repository', 'default_branch')),
  });
}

function readDispatch(payload: unknown): EventReading {
  const input = (name: string) => inputText(at(payload, 'inputs', name));
  const written = input('pull-request');
  const pullRequest =
    written === null ? null : positive(/^#?\d{1,9}$/.test(written) ? Number(written.replace('#', '')) : null);
  if (written !== null && pullRequest === null) {
    return failed(
      `The input \`pull-request\` is ${quoted(written)}: write the number of a pull request, such as 12.`,
    );
  }
  const scope = input('scope') ?? 'changed';
  if (scope !== 'changed' && scope !== 'all') {
    return failed(`The input \`scope\` is ${quoted(scope)}: write \`changed\` or \`all\`.`);
  }
  return read({ kind: 'dispatch', pullRequest, base: input('base'), head: input('head'), scope });
}

function sameRepository(headRepository: string | null, payload: unknown, env: Environment): boolean {
  const base =
    text(at(payload, 'pull_request', 'base', 'repo', 'full_name')) ??
    text(at(payload, 'repository', 'full_name')) ??
    text(env.GITHUB_REPOSITORY);
  if (headRepository === null || base === null) return false;
  return headRepository.toLowerCase() === base.toLowerCase();
}

// Who started it first: a re-run by somebody else keeps both the actor and the privileges.
function isDependabot({ payload, env }: EventSource): boolean {
  return (env.GITHUB_ACTOR ?? at(payload, 'sender', 'login')) === 'dependabot[bot]';
}

function numberOfRef(ref: string | undefined): number | null {
  const match = /^refs\/pull\/(\d{1,9})\/(?:merge|head)$/.exec(ref ?? '');
  return match ? positive(Number(match[1])) : null;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function inputText(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : text(typeof value === 'string' ? value.trim() : value);
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

function sha(value: unknown): string | null {
  return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : null;
}

function isZero(commit: string): boolean {
  return /^0+$/.test(commit);
}

function quoted(value: string | undefined): string {
  return value ? `\`${value.replace(/[^\x20-\x5f\x61-\x7e]/g, '?').slice(0, 60)}\`` : 'no event at all';
}

function read(event: ReviewEvent): EventReading {
  return { ok: true, event };
}

function nothing(reason: string): EventReading {
  return read({ kind: 'nothing', reason });
}

function failed(sentence: string): EventReading {
  return { ok: false, sentence };
}
