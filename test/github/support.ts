import type { ThrottlingOptions } from '@octokit/plugin-throttling';
import { type Client, type ClientOptions, createClient } from '../../src/github/client.ts';
import { deliver } from '../../src/github/deliver.ts';
import type { PublishOutcome } from '../../src/github/delivery.ts';
import { readEndpoints } from '../../src/github/endpoints.ts';
import type { InlineComment, WantedReview } from '../../src/review/plan.ts';
import { shas, type TestGitHub } from './server.ts';

export const log: string[] = [];
export const logger = {
  debug: (message: string) => void log.push(message),
  warning: (message: string) => void log.push(message),
};

// The plugin's queues without their distance between writes.
const group = {
  key: () => ({
    schedule: (_: unknown, send: (...args: never[]) => unknown, ...args: never[]) => send(...args),
  }),
};
const queue = group as unknown as NonNullable<ThrottlingOptions['write']>;

export function connect(github: TestGitHub, options: Partial<ClientOptions> = {}): Client {
  return createClient({
    token: 'test-token',
    version: '0.0.0',
    repository: { owner: 'octo', repo: 'shop' },
    endpoints: readEndpoints({ GITHUB_API_URL: github.url }),
    logger,
    fetch,
    secondMs: 0,
    queues: { write: queue, notifications: queue },
    ...options,
  });
}

export function comment(
  fingerprint: string,
  line: number,
  changes: Partial<InlineComment> = {},
): InlineComment {
  const body = `**${fingerprint}** is wrong`;
  const fingerprints = [fingerprint];
  return {
    fingerprint,
    fingerprints,
    path: 'deploy.yaml',
    startLine: line,
    line,
    side: 'RIGHT',
    body,
    ...changes,
  };
}

export function wanted(changes: Partial<WantedReview> = {}): WantedReview {
  return {
    commentKey: 'default',
    headSha: shas.head,
    comments: [comment('first', 2), comment('second', 5, { startLine: 4 }), comment('third', 42)],
    summary: '**Pod lifecycle: 3 errors**',
    quiet: '**Pod lifecycle: nothing left**',
    ...changes,
  };
}

export function review(
  github: TestGitHub,
  what: WantedReview = wanted(),
  client = connect(github),
): Promise<PublishOutcome> {
  return deliver(client, { pullRequest: 7, wanted: what, inlineLimit: 25 });
}

/** The text of each comment without its marker, in order. */
export function texts(github: TestGitHub): { comments: string[]; summaries: string[] } {
  const text = ({ body }: { body: string }) => body.replace(/^<!--.*?-->\n/, '');
  return { comments: github.state.comments.map(text), summaries: github.state.issueComments.map(text) };
}

/** Requests as `POST /pulls/{pull_number}/reviews`. */
export function requests(github: TestGitHub): string[] {
  return github.sent.map(
    ({ method, template }) => `${method} ${template.replace('/repos/{owner}/{repo}', '')}`,
  );
}
