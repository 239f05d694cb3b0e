import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { runAction } from '../../src/shell/action.ts';
import type { Runner } from '../../src/shell/action-session.ts';
import { type State, startGitHub, type TestGitHub } from '../github/server.ts';
import { type Content, commit, git, newRepository, temporaryDirectory } from '../repository/support.ts';

/**
 * A repository with a pull request on a GitHub of our own: the API with its state, git over http with the token.
 *
 *     mergeBase ── base (main)
 *          └────── head (feature)        merge = what actions/checkout checks out
 */
export interface TestPullRequest {
  readonly github: TestGitHub;
  /** Address that stands for https://github.com. */
  readonly server: string;
  readonly origin: string;
  readonly mergeBase: string;
  base: string;
  head: string;
  /** Authorization headers that git sent. */
  readonly gitTokens: Set<string>;
  /** Commits more files to the branch, as a push does. */
  push(files: Files): void;
}

type Files = Readonly<Record<string, Content>>;

export interface PullRequestFiles {
  readonly base: Files;
  readonly head: Files;
  /** What main got after the branch was made. */
  readonly later?: Files;
}

export async function pullRequest(
  files: PullRequestFiles,
  state: Partial<State> = {},
): Promise<TestPullRequest> {
  const origin = newRepository();
  const mergeBase = commit(origin, files.base);
  git(origin, 'switch', '--quiet', '--create', 'feature');
  commit(origin, files.head);
  git(origin, 'switch', '--quiet', 'main');
  const base = commit(origin, files.later ?? { 'CHANGES.md': 'later\n' });
  const github = await startGitHub({ mergeBase, commits: [], ...state });
  onTestFinished(async () => {
    expect(github.violations).toEqual([]);
    await github.close();
  });
  const gitTokens = new Set<string>();
  const server = await serveGit(origin, gitTokens);
  const pull: TestPullRequest = {
    github,
    server,
    origin,
    mergeBase,
    base,
    head: '',
    gitTokens,
    push(more) {
      git(origin, 'switch', '--quiet', 'feature');
      commit(origin, more);
      git(origin, 'switch', '--quiet', 'main');
      update(pull, github);
    },
  };
  update(pull, github);
  return pull;
}

/** Brings GitHub's view of the pull request up to what stands in the repository. */
function update(pull: TestPullRequest, { state }: TestGitHub): void {
  const { origin, base, mergeBase } = pull;
  pull.head = git(origin, 'rev-parse', 'feature');
  git(origin, 'switch', '--quiet', '--detach', base);
  git(origin, 'merge', '--quiet', '--no-edit', 'feature');
  git(origin, 'update-ref', 'refs/pull/7/merge', 'HEAD');
  git(origin, 'switch', '--quiet', 'main');
  state.pullRequest = { ...state.pullRequest, base, head: pull.head };
  state.commits = [...state.commits, pull.head];
  state.files = filesOf(origin, mergeBase, pull.head);
}

function filesOf(origin: string, from: string, to: string): State['files'] {
  const listed = git(origin, 'diff', '--name-only', '-z', '--no-renames', from, to)
    .split('\0')
    .filter(Boolean);
  return listed.map((filename) => {
    const diff = git(origin, 'diff', '--no-renames', from, to, '--', `:(literal)${filename}`);
    const start = diff.indexOf('\n@@ ');
    const patch = start === -1 ? {} : { patch: diff.slice(start + 1) };
    return {
      filename,
      changes: diff.split('\n').filter((line) => /^[-+](?![-+])/.test(line)).length,
      ...patch,
    };
  });
}

/** As actions/checkout does it: one commit deep, the merge of the pull request. */
export function checkout(
  { origin }: TestPullRequest,
  ref = 'refs/pull/7/merge',
  ...options: string[]
): string {
  const directory = temporaryDirectory();
  git(directory, 'init', '--quiet');
  git(directory, 'remote', 'add', 'origin', `file://${origin}`);
  const depth = options.length > 0 ? options : ['--depth=1'];
  git(directory, 'fetch', '--quiet', '--no-tags', ...depth, 'origin', ref);
  git(directory, 'checkout', '--quiet', '--force', 'FETCH_HEAD');
  return directory;
}

/** What git calls smart HTTP, at /octo/shop, for whoever has the token. */
async function serveGit(origin: string, tokens: Set<string>): Promise<string> {
  const server = createServer((request, response) => {
    tokens.add(request.headers.authorization ?? 'none');
    const url = new URL(request.url!, 'http://localhost');
    if (!url.pathname.startsWith('/octo/shop/')) return void response.writeHead(404).end();
    serveRequest(origin, url, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function serveRequest(
  origin: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const child = spawn('git', ['-c', `safe.directory=*`, 'http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: join(origin, '.git'),
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      PATH_INFO: url.pathname.slice('/octo/shop'.length),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: (request.headers['git-protocol'] as string | undefined) ?? '',
    },
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => {});
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const headers = output
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(': ', 2));
    const status = headers.find(([name]) => name === 'Status')?.[1];
    for (const [name, value] of headers) if (name !== 'Status') response.setHeader(name!, value!);
    response.writeHead(status === undefined ? 200 : Number.parseInt(status, 10));
    response.end(output.subarray(end + 4));
  });
}

export interface Run {
  readonly exitCode: number;
  readonly summary: string;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string | number>>;
  readonly annotations: readonly Annotation[];
  /** Requests to the API, as `POST /pulls/{pull_number}/reviews`. */
  readonly requests: readonly string[];
  readonly temporary: string;
}

type Annotation = { level: 'error' | 'warning' | 'notice'; message: string } & Parameters<Runner['error']>[1];

export interface RunOptions {
  readonly event?: string;
  readonly payload?: unknown;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly workspace?: string;
  readonly runSeconds?: number;
  readonly fetch?: typeof fetch;
  readonly debug?: Runner['debug'];
}

// The plugin's queues without their distance between writes.
const group = {
  key: () => ({
    schedule: (_: unknown, send: (...args: never[]) => unknown, ...args: never[]) => send(...args),
  }),
};
const queue = group as unknown as NonNullable<NonNullable<Runner['waits']>['queues']>['write'];

/** The variables and files of a run on `pull_request`, unless told otherwise. */
export function prepare(pull: TestPullRequest, options: RunOptions = {}) {
  const { event = 'pull_request', payload = pullRequestPayload(pull) } = options;
  const temporary = temporaryDirectory();
  const [eventPath, summaryPath] = [join(temporary, 'event.json'), join(temporary, 'summary.md')];
  writeFileSync(eventPath, JSON.stringify(payload));
  writeFileSync(summaryPath, '');
  const env = {
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_STEP_SUMMARY: summaryPath,
    GITHUB_REPOSITORY: 'octo/shop',
    GITHUB_API_URL: pull.github.url,
    GITHUB_SERVER_URL: pull.server,
    GITHUB_WORKSPACE: options.workspace ?? checkout(pull),
    GITHUB_ACTOR: 'ann',
    RUNNER_TEMP: temporary,
    ...options.env,
  };
  return { env, temporary, summary: () => readFileSync(summaryPath, 'utf8') };
}

/** Runs the action as the runner would. */
export async function run(pull: TestPullRequest, options: RunOptions = {}): Promise<Run> {
  const { env, temporary, summary } = prepare(pull, options);
  const log: string[] = [];
  const outputs: Record<string, string | number> = {};
  const annotations: Annotation[] = [];
  const note =
    (level: Annotation['level']) => (message: string, properties: Parameters<Runner['error']>[1]) =>
      void annotations.push({ level, message, ...properties });
  pull.github.sent.length = 0;
  const inputs = { token: 'test-token', 'comment-key': 'default', ...options.inputs };
  const exitCode = await runAction({
    env,
    getInput: (name) => inputs[name as keyof typeof inputs] ?? '',
    setOutput: (name, value) => {
      outputs[name] = value;
    },
    setSecret: (secret) => void log.push(`secret ${secret}`),
    info: (message) => void log.push(message),
    debug: options.debug ?? (() => {}),
    error: note('error'),
    warning: note('warning'),
    notice: note('notice'),
    fetch: options.fetch ?? withCommits(pull),
    clock: () => performance.now(),
    today: '2026-11-26',
    waits: {
      secondMs: 0,
      queues: { write: queue!, notifications: queue! },
      ...(options.runSeconds !== undefined && { runSeconds: options.runSeconds }),
    },
  });
  const requests = pull.github.sent.map(
    ({ method, template }) => `${method} ${template.replace('/repos/{owner}/{repo}', '')}`,
  );
  return { exitCode, summary: summary(), log: log.join('\n'), outputs, annotations, requests, temporary };
}

/** The API with `GET /repos/{owner}/{repo}/commits/{ref}`, answered from the repository. */
function withCommits({ origin, github }: TestPullRequest): typeof fetch {
  return async (input, init) => {
    const ref = /\/repos\/octo\/shop\/commits\/([^/?]+)$/.exec(String(input))?.[1];
    if (ref === undefined) return fetch(input, init);
    github.sent.push({
      method: 'GET',
      template: '/repos/{owner}/{repo}/commits/{ref}',
      path: String(input),
      headers: {},
      body: undefined as never,
    });
    try {
      return Response.json({
        sha: git(origin, 'rev-parse', '--verify', `${decodeURIComponent(ref)}^{commit}`),
      });
    } catch {
      return Response.json({ message: `No commit found for SHA: ${ref}` }, { status: 422 });
    }
  };
}

/** The part of GitHub's payload that matters, and a bit more. */
export function pullRequestPayload(
  { base, head }: TestPullRequest,
  more: { fork?: boolean; head?: string } = {},
) {
  const repository = { id: 1296269, full_name: 'octo/shop', default_branch: 'main' };
  return {
    action: 'synchronize',
    number: 7,
    pull_request: {
      number: 7,
      base: { sha: base, ref: 'main', repo: repository },
      head: {
        sha: more.head ?? head,
        ref: 'feature',
        repo: more.fork ? { id: 5, full_name: 'eve/shop' } : repository,
      },
    },
    repository,
    sender: { login: 'ann' },
  };
}

/** The demo change that the README shows. */
export function demo(): PullRequestFiles {
  return { base: demoFiles('base'), head: demoFiles('head') };
}

function demoFiles(side: 'base' | 'head'): Files {
  const root = fileURLToPath(new URL(`../../fixtures/demo/${side}`, import.meta.url));
  const list = execFileSync('git', ['ls-files', '-z', '--others', '--cached', '.'], { cwd: root }).toString();
  const paths = list.split('\0').filter(Boolean);
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** A Deployment whose hook takes the whole grace period; with 90 s of it, nothing is wrong. */
export function slowStop(graceSeconds: number, name = 'web'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      terminationGracePeriodSeconds: ${graceSeconds}
      containers:
        - name: ${name}
          image: example.com/${name}:1
          ports:
            - containerPort: 8080
          lifecycle:
            preStop:
              exec:
                command: [sleep, '60']
`;
}

export const oneError: PullRequestFiles = {
  base: { 'deploy/web.yaml': slowStop(90) },
  head: { 'deploy/web.yaml': slowStop(45) },
};

/** What stands on the pull request, without the markers. */
export function posted({ github }: TestPullRequest) {
  const text = ({ body }: { body: string }) => body.replace(/^<!--.*?-->\n/, '');
  return { comments: github.state.comments.map(text), summaries: github.state.issueComments.map(text) };
}
