import { retry } from '@octokit/plugin-retry';
import { type ThrottlingOptions, throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { Endpoints, RepositoryName } from './endpoints.ts';
import type { Logger } from './logger.ts';
import { safeLine } from './safe-text.ts';

export interface ClientOptions {
  readonly token: string;
  readonly version: string;
  readonly repository: RepositoryName;
  readonly endpoints: Endpoints;
  readonly logger: Logger;
  readonly fetch: typeof fetch;
  /** Milliseconds that one second of waiting takes; 0 in tests. */
  readonly secondMs?: number;
  /** Longest wait for a rate limit, all waits of the run together. */
  readonly waitSeconds?: number;
  /** Longest time for one request. */
  readonly requestSeconds?: number;
  /** Replaces the plugin's queues, which space writes (1 s, what notifies 3 s). */
  readonly queues?: Pick<ThrottlingOptions, 'write' | 'notifications'>;
}

/** One repository on one GitHub. */
export interface Client {
  readonly octokit: Octokit;
  readonly repository: RepositoryName;
  readonly endpoints: Endpoints;
  readonly logger: Logger;
  pause(seconds: number): Promise<void>;
  /** Requests sent so far, repetitions included. */
  requests(): number;
}

const PacedOctokit = Octokit.plugin(throttling, retry);
const repeatable = ['GET', 'HEAD', 'PATCH', 'DELETE'];
const repetitions = 2;

export function createClient(options: ClientOptions): Client {
  const { logger, secondMs = 1000 } = options;
  let sent = 0;
  const octokit = new PacedOctokit({
    auth: options.token,
    baseUrl: options.endpoints.api,
    userAgent: `pod-lifecycle-review/${options.version}`,
    log: quietLog(logger),
    request: {
      fetch: (url: string, init: RequestInit) => {
        sent += 1;
        return fetchWhole(options.fetch, url, init, options.requestSeconds ?? 30);
      },
    },
    // 429 and 403 are the throttling plugin's.
    retry: {
      doNotRetry: [400, 401, 403, 404, 406, 409, 410, 422, 429, 451],
      retries: repetitions,
      retryAfterBaseValue: secondMs,
    },
    throttle: {
      ...options.queues,
      retryAfterBaseValue: secondMs,
      ...boundedWaits(options.waitSeconds ?? 120, logger),
    },
  });
  // A POST that ended in 5xx may have been carried out: never repeated blindly.
  octokit.hook.before('request', (request) => {
    if (!repeatable.includes(request.method)) request.request = { ...request.request, retries: 0 };
  });
  return {
    octokit,
    repository: options.repository,
    endpoints: options.endpoints,
    logger,
    pause: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * secondMs)),
    requests: () => sent,
  };
}

// Octokit takes an answer that breaks off for an empty one, which would make a list of comments look empty. Read
// here, a broken answer is a failed request.
async function fetchWhole(
  send: typeof fetch,
  url: string,
  init: RequestInit,
  seconds: number,
): Promise<Response> {
  const response = await send(url, { ...init, signal: AbortSignal.timeout(seconds * 1000) });
  const { status, statusText, headers } = response;
  const body = await response.arrayBuffer();
  return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
}

function boundedWaits(waitSeconds: number, logger: Logger) {
  let left = waitSeconds;
  const wait = (seconds: number, request: { method?: string; url?: string }, _: unknown, count: number) => {
    const waits = seconds <= left && count < repetitions;
    if (waits) left -= seconds;
    logger.debug(
      safeLine(
        `Rate limit at ${request.method} ${request.url}: ${waits ? `waiting ${seconds} s` : 'giving up'}`,
      ),
    );
    return waits;
  };
  return { onRateLimit: wait, onSecondaryRateLimit: wait } as Pick<
    Required<ThrottlingOptions>,
    'onRateLimit' | 'onSecondaryRateLimit'
  >;
}

function quietLog(logger: Logger) {
  const debug = (message: unknown) => {
    if (typeof message === 'string' && message !== 'request') logger.debug(safeLine(message));
  };
  return { debug, info: debug, warn: debug, error: debug };
}
