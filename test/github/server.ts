import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exampleResponse, findRoute, judgeRequest, judgeResponse, type Route } from './openapi.ts';

/** A small GitHub: one repository, one pull request, kept in memory, as strict as the real one. */
export interface State {
  viewer: string;
  token: 'write' | 'read';
  locked: boolean;
  pullRequest: { number: number; state: 'open' | 'closed'; base: string; head: string; fork: boolean | null };
  mergeBase: string;
  /** Commits that belong to the pull request. */
  commits: string[];
  files: { filename: string; changes: number; status?: string; patch?: string }[];
  reviews: { id: number; user: string; state: 'PENDING' | 'COMMENTED'; body: string }[];
  comments: ReviewComment[];
  issueComments: { id: number; user: string; body: string }[];
  /** Items of a page, whatever per_page asks for. */
  pageSize: number;
}

export interface ReviewComment {
  id: number;
  user: string;
  body: string;
  path: string;
  /** null: outdated. */
  line: number | null;
  startLine: number | null;
  side: 'LEFT' | 'RIGHT';
  review: number;
  replyTo?: number;
}

interface CommentBody {
  readonly body: string;
  readonly path: string;
  readonly line: number;
  readonly side?: 'LEFT' | 'RIGHT';
  readonly start_line?: number;
  readonly start_side?: 'LEFT' | 'RIGHT';
}

/** The fields of all bodies together; which of them belong where, GitHub's description decides. */
interface RequestBody extends CommentBody {
  readonly commit_id: string;
  readonly event?: string;
  readonly comments?: readonly CommentBody[];
  readonly query?: string;
}

export interface Sent {
  readonly method: string;
  /** Path as in GitHub's description, e.g. /repos/{owner}/{repo}/pulls/{pull_number}. */
  readonly template: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: RequestBody;
}

/** What goes wrong with one request. */
export interface Fault {
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Record<string, string>;
  /** The request is carried out, and answered with the fault all the same. */
  readonly done?: boolean;
  /** Of a review, only so many comments are created before the fault. */
  readonly partly?: number;
  /** The connection breaks: before an answer, or in the middle of it. */
  readonly broken?: 'before' | 'inside';
}

export interface TestGitHub {
  readonly url: string;
  readonly state: State;
  readonly sent: Sent[];
  /** Breaches of GitHub's API description; empty in every test. */
  readonly violations: string[];
  /** Asked for each request; a fault, or nothing. */
  fault: (request: Sent, nth: number) => Fault | undefined;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, message: string, errors?: readonly unknown[]) {
    super(message);
    const documentation_url = 'https://docs.github.com/rest';
    this.answer = { status, body: { message, ...(errors && { errors }), documentation_url } };
  }
}

const repositoryId = 1296269;
const longestBody = 65_536;
const date = '2026-11-21T08:00:00Z';

export async function startGitHub(changes: Partial<State> = {}, prefix = ''): Promise<TestGitHub> {
  const state: State = { ...emptyState(), ...changes };
  let ids = 100;
  const nextId = () => ids++;
  const counts = new Map<string, number>();
  const github = {
    state,
    sent: [] as Sent[],
    violations: [] as string[],
    fault: (() => undefined) as TestGitHub['fault'],
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url!, 'http://localhost');
    const path = url.pathname
      .slice(prefix.length)
      .replace(`/repositories/${repositoryId}/`, '/repos/octo/shop/');
    const body = text === '' ? undefined : JSON.parse(text);
    const method = request.method!;
    const isGraphql = path === '/graphql' || url.pathname === '/api/graphql';
    const route = isGraphql ? null : findRoute(method, path);
    const sent: Sent = { method, template: route?.template ?? path, path, headers: request.headers, body };
    github.sent.push(sent);
    const key = `${method} ${sent.template}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (!/^(token|bearer) test-token$/i.test(request.headers.authorization ?? ''))
      github.violations.push(`${key}: no token`);
    if (!/^pod-lifecycle-review\//.test(request.headers['user-agent'] ?? ''))
      github.violations.push(`${key}: user agent`);
    if (route) github.violations.push(...judgeRequest(route, url.searchParams, body));
    else if (!isGraphql) github.violations.push(`${key}: GitHub has no such operation`);

    const fault = github.fault(sent, counts.get(key)!);
    if (fault && !fault.done && fault.partly === undefined) return refuse(response, fault);
    const answer = answerOf(() => (isGraphql ? graphql(state, body) : act(route!, url, body, fault?.partly)));
    if (route) github.violations.push(...judgeResponse(route, answer.status, answer.body));
    if (fault) return refuse(response, fault);
    send(response, answer);
  });

  function act(route: Route, url: URL, body: RequestBody, partly?: number): Answer {
    const { template, method, parameters } = route;
    const name = `${method} ${template.replace('/repos/{owner}/{repo}', '')}`;
    if (template.startsWith('/repos') && (parameters.owner !== 'octo' || parameters.repo !== 'shop'))
      notFound();
    const number = parameters.pull_number ?? parameters.issue_number;
    if (number !== undefined && Number(number) !== state.pullRequest.number) notFound();
    if (method !== 'GET') {
      if (state.token === 'read') throw new Refusal(403, 'Resource not accessible by integration');
      if (state.locked) throw new Refusal(403, 'Unable to create comment because issue is locked.');
    }
    switch (name) {
      case 'GET /user':
        if (state.viewer.endsWith('[bot]')) throw new Refusal(403, 'Resource not accessible by integration');
        return {
          status: 200,
          body: { ...exampleResponse('public-user-default-response'), login: state.viewer },
        };
      case 'GET /pulls/{pull_number}':
        return { status: 200, body: pullRequestBody(state) };
      case 'GET /compare/{basehead}': {
        const example = exampleResponse('commit-comparison');
        const commit = example.merge_base_commit as object;
        return { status: 200, body: { ...example, merge_base_commit: { ...commit, sha: state.mergeBase } } };
      }
      case 'GET /pulls/{pull_number}/files':
        return page(url, state.files.map(fileBody));
      case 'GET /pulls/{pull_number}/comments': {
        const pending = new Set(
          state.reviews.filter((review) => review.state === 'PENDING').map(({ id }) => id),
        );
        return page(url, state.comments.filter(({ review }) => !pending.has(review)).map(commentBody));
      }
      case 'GET /pulls/{pull_number}/reviews': {
        const visible = state.reviews.filter(
          (review) => review.state !== 'PENDING' || review.user === state.viewer,
        );
        return page(url, visible.map(reviewBody));
      }
      case 'GET /pulls/{pull_number}/reviews/{review_id}/comments':
        return page(
          url,
          state.comments
            .filter(({ review }) => review === Number(parameters.review_id))
            .map(draftCommentBody),
        );
      case 'GET /issues/{issue_number}/comments':
        return page(url, state.issueComments.map(issueCommentBody));
      case 'POST /pulls/{pull_number}/reviews':
        return createReview(body, partly);
      case 'POST /pulls/{pull_number}/comments': {
        const problem = pendingProblem() ?? commentProblem(body);
        if (!state.commits.includes(body.commit_id))
          invalid('commit_id', 'commit_id is not part of the pull request');
        if (problem) invalid('pull_request_review_thread', problem);
        const review = nextId();
        state.reviews.push({ id: review, user: state.viewer, state: 'COMMENTED', body: '' });
        return { status: 201, body: commentBody(addComment(body, review)) };
      }
      case 'PATCH /pulls/comments/{comment_id}': {
        const comment = state.comments.find(({ id }) => id === Number(parameters.comment_id)) ?? notFound();
        checkBody(body.body);
        comment.body = body.body;
        return { status: 200, body: commentBody(comment) };
      }
      case 'DELETE /pulls/{pull_number}/reviews/{review_id}': {
        const review = state.reviews.find(({ id }) => id === Number(parameters.review_id)) ?? notFound();
        if (review.state !== 'PENDING')
          throw new Refusal(422, 'Can not delete a non-pending pull request review');
        state.reviews = state.reviews.filter((other) => other !== review);
        state.comments = state.comments.filter((comment) => comment.review !== review.id);
        return { status: 200, body: reviewBody(review) };
      }
      case 'POST /issues/{issue_number}/comments': {
        checkBody(body.body);
        const comment = { id: nextId(), user: state.viewer, body: body.body };
        state.issueComments.push(comment);
        return { status: 201, body: issueCommentBody(comment) };
      }
      case 'PATCH /issues/comments/{comment_id}': {
        const comment =
          state.issueComments.find(({ id }) => id === Number(parameters.comment_id)) ?? notFound();
        checkBody(body.body);
        comment.body = body.body;
        return { status: 200, body: issueCommentBody(comment) };
      }
      default:
        throw new Error(`the test server does not know ${name}`);
    }
  }

  function createReview(body: RequestBody, partly?: number): Answer {
    const comments = body.comments ?? [];
    const problems = [
      pendingProblem(),
      state.commits.includes(body.commit_id) ? null : 'The commit is not part of the pull request',
      body.event !== undefined && !body.body && comments.length === 0 ? 'Body cannot be blank' : null,
      (body.body ?? '').length > longestBody ? 'body is too long (maximum is 65536 characters)' : null,
      ...comments.map(commentProblem),
    ].filter((problem) => problem !== null);
    // GitHub does not say which comment it was.
    if (problems.length > 0) throw new Refusal(422, 'Unprocessable Entity', [problems[0]]);
    const review = { id: nextId(), user: state.viewer, body: body.body ?? '' } as State['reviews'][number];
    review.state = body.event === undefined ? 'PENDING' : 'COMMENTED';
    state.reviews.push(review);
    for (const comment of comments.slice(0, partly)) addComment(comment, review.id);
    return { status: 200, body: reviewBody(review) };
  }

  function pendingProblem(): string | null {
    const pending = state.reviews.some(
      (review) => review.state === 'PENDING' && review.user === state.viewer,
    );
    return pending ? 'User can only have one pending review per pull request' : null;
  }

  function commentProblem(comment: CommentBody): string | null {
    if (!comment.body?.trim()) return 'Body cannot be blank';
    if (comment.body.length > longestBody) return 'body is too long (maximum is 65536 characters)';
    if (/[\p{Surrogate}\0]/u.test(comment.body)) return 'Body contains invalid characters';
    if (!Number.isInteger(comment.line)) return 'Pull request review thread line must be part of the diff';
    if (comment.start_line !== undefined && comment.start_line >= comment.line) {
      return 'Pull request review thread start line must precede the end line.';
    }
    const hunks = hunksOf(state.files.find((file) => file.filename === comment.path)?.patch);
    const side: 'LEFT' | 'RIGHT' = comment.side ?? 'RIGHT';
    const hunk = hunks.find((lines) => lines[side].has(comment.line));
    if (!hunk) return 'Pull request review thread line must be part of the diff';
    const startSide: 'LEFT' | 'RIGHT' = comment.start_side ?? side;
    const inside = comment.start_line === undefined || hunk[startSide].has(comment.start_line);
    return inside ? null : 'Pull request review thread start line must be part of the same hunk as the line.';
  }

  function addComment(comment: CommentBody, review: number): ReviewComment {
    const { body, path, line, start_line: startLine = null, side = 'RIGHT' } = comment;
    const added = { id: nextId(), user: state.viewer, body, path, line, startLine, side, review };
    state.comments.push(added);
    return added;
  }

  function page(url: URL, items: readonly unknown[]): Answer {
    const size = Math.min(state.pageSize, Number(url.searchParams.get('per_page') ?? 30));
    const current = Number(url.searchParams.get('page') ?? 1);
    const next = new URL(url);
    next.pathname = next.pathname.replace('/repos/octo/shop/', `/repositories/${repositoryId}/`);
    next.searchParams.set('page', String(current + 1));
    // Like GitHub: an absolute address, by the repository's id, here on a host that is not the one asked.
    const link = `<https://api.github.test${next.pathname}${next.search}>; rel="next", <https://api.github.test/last>; rel="last"`;
    const more = current * size < items.length;
    return {
      status: 200,
      body: items.slice((current - 1) * size, current * size),
      ...(more && { headers: { link } }),
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(github, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

export const shas = {
  base: 'b'.repeat(40),
  head: 'a'.repeat(40),
  mergeBase: 'c'.repeat(40),
  newer: 'd'.repeat(40),
};

/** deploy.yaml: right 1-7 in one hunk, 40-46 in another, left 4 and 43 deleted. big.yaml has no patch. */
export const files: State['files'] = [
  {
    filename: 'deploy.yaml',
    changes: 5,
    patch: [
      '@@ -1,6 +1,7 @@',
      ' a',
      ' b',
      ' c',
      '-d',
      '+D',
      '+E',
      ' f',
      ' g',
      '@@ -39,7 +40,7 @@ spec:',
      ' a',
      ' b',
      ' c',
      ' d',
      '-e',
      '+E',
      ' f',
      ' g',
      '\\ No newline at end of file',
    ].join('\n'),
  },
  { filename: 'values.yaml', changes: 1, status: 'added', patch: '@@ -0,0 +1 @@\n+replicas: 1' },
  { filename: 'big.yaml', changes: 30_000 },
  { filename: 'moved.yaml', changes: 0, status: 'renamed' },
];

function emptyState(): State {
  return {
    viewer: 'github-actions[bot]',
    token: 'write',
    locked: false,
    pullRequest: { number: 7, state: 'open', base: shas.base, head: shas.head, fork: false },
    mergeBase: shas.mergeBase,
    commits: [shas.head],
    files: structuredClone(files),
    reviews: [],
    comments: [],
    issueComments: [],
    pageSize: 100,
  };
}

function answerOf(act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    return { status: 500, body: { message: String(error) } };
  }
}

function refuse(response: ServerResponse, fault: Fault): void {
  if (fault.broken === 'before') return void response.destroy();
  if (fault.broken === 'inside') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('[{"id": 1, "bo');
    return void setTimeout(() => response.destroy(), 5);
  }
  const { status = 502, message = 'Server Error', headers = {} } = fault;
  send(response, { status, headers, body: { message, documentation_url: 'https://docs.github.com/rest' } });
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

function graphql(state: State, body: RequestBody): Answer {
  const known = body?.query?.replace(/\s+/g, ' ').trim() === '{ viewer { login } }';
  return {
    status: 200,
    body: known ? { data: { viewer: { login: state.viewer } } } : { errors: [{ message: 'Parse error' }] },
  };
}

function notFound(): never {
  throw new Refusal(404, 'Not Found');
}

function invalid(field: string, message: string): never {
  throw new Refusal(422, 'Validation Failed', [
    { resource: 'PullRequestReviewComment', code: 'custom', field, message },
  ]);
}

function checkBody(body: string): void {
  const problem = !body.trim()
    ? 'Body cannot be blank'
    : body.length > longestBody
      ? 'body is too long (maximum is 65536 characters)'
      : /[\p{Surrogate}\0]/u.test(body)
        ? 'Body contains invalid characters'
        : null;
  if (problem)
    throw new Refusal(422, 'Validation Failed', [
      { resource: 'IssueComment', code: 'unprocessable', field: 'data', message: problem },
    ]);
}

// Written apart from the code under test.
function hunksOf(patch = ''): { LEFT: Set<number>; RIGHT: Set<number> }[] {
  const hunks: { LEFT: Set<number>; RIGHT: Set<number> }[] = [];
  let [left, right] = [0, 0];
  for (const line of patch.split('\n')) {
    const header = /^@@ -(\d+).*? \+(\d+)/.exec(line);
    if (header) {
      [left, right] = [Number(header[1]), Number(header[2])];
      hunks.push({ LEFT: new Set(), RIGHT: new Set() });
    } else if (line[0] === '-') hunks.at(-1)!.LEFT.add(left++);
    else if (line[0] === '+') hunks.at(-1)!.RIGHT.add(right++);
    else if (line[0] === ' ') {
      hunks.at(-1)!.RIGHT.add(right++);
      left++;
    }
  }
  return hunks;
}

function user(login: string) {
  return { ...exampleResponse('simple-user'), login, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
}

function pullRequestBody({ pullRequest }: State): unknown {
  const { number, state, base, head, fork } = pullRequest;
  const example = exampleResponse('pull-request') as { base: { repo: object }; head: object };
  const repo = { ...example.base.repo, id: repositoryId, full_name: 'octo/shop' };
  return {
    ...example,
    number,
    state,
    requested_teams: [],
    base: { ...example.base, sha: base, ref: 'main', repo },
    head: {
      ...example.head,
      sha: head,
      repo: fork === null ? null : fork ? { ...repo, id: 5, full_name: 'eve/shop' } : repo,
    },
  };
}

function fileBody(file: State['files'][number]): unknown {
  const [example] = exampleResponse('diff-entry-items') as unknown as Record<string, unknown>[];
  const { patch: _, ...rest } = example!;
  return { ...rest, status: 'modified', ...file };
}

function commentBody(comment: ReviewComment): unknown {
  const { line: _, ...example } = exampleResponse('pull-request-review-comment-2');
  const { id, user: login, body, path, line, startLine, side, review, replyTo } = comment;
  const base = { ...example, id, user: user(login), body, path, side, pull_request_review_id: review };
  const { in_reply_to_id: __, ...plain } = base as Record<string, unknown>;
  return {
    ...plain,
    created_at: date,
    start_line: startLine,
    start_side: startLine === null ? null : side,
    ...(line !== null && { line }),
    ...(replyTo !== undefined && { in_reply_to_id: replyTo }),
  };
}

function draftCommentBody({ id, body, path, user: login }: ReviewComment): unknown {
  const [example] = exampleResponse('review-comment-items') as unknown as Record<string, unknown>[];
  return { ...example, id, body, path, user: user(login) };
}

function reviewBody({ id, user: login, state, body }: State['reviews'][number]): unknown {
  return { ...exampleResponse('pull-request-review'), id, user: user(login), state, body };
}

function issueCommentBody({ id, user: login, body }: State['issueComments'][number]): unknown {
  return { ...exampleResponse('issue-comment'), id, user: user(login), body };
}
