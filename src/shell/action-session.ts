import type { AnnotationSink } from '../github/annotations.ts';
import { type Client, type ClientOptions, createClient } from '../github/client.ts';
import { type Endpoints, type RepositoryName, readEndpoints } from '../github/endpoints.ts';
import type { LineLink } from '../review/summary.ts';
import { tool } from '../version.ts';
import type { ActionInputs } from './action-inputs.ts';
import type { Deadline } from './deadline.ts';
import { UsageError } from './usage-error.ts';

/** What the runner gives to an action; @actions/core in production. */
export interface Runner extends AnnotationSink {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly getInput: (name: string) => string;
  readonly setOutput: (name: string, value: string | number) => void;
  readonly setSecret: (secret: string) => void;
  readonly info: (message: string) => void;
  readonly debug: (message: string) => void;
  readonly fetch: typeof fetch;
  /** Milliseconds since any fixed moment. */
  readonly clock: () => number;
  /** The day in UTC, `YYYY-MM-DD`. */
  readonly today: string;
  /** Other waits than real ones, for tests. */
  readonly waits?: Pick<ClientOptions, 'secondMs' | 'queues'> & { readonly runSeconds?: number };
}

/** One run: who asks, for which repository, on which GitHub, and until when. */
export interface ActionSession {
  readonly runner: Runner;
  readonly inputs: ActionInputs;
  readonly repository: RepositoryName;
  readonly endpoints: Endpoints;
  readonly client: Client;
  readonly workspace: string;
  readonly deadline: Deadline;
}

export function openActionSession(
  runner: Runner,
  inputs: ActionInputs,
  repository: RepositoryName,
  deadline: Deadline,
): ActionSession {
  if (inputs.token === null)
    throw new UsageError('token is empty: leave the input out, its default is the token of the workflow');
  runner.setSecret(inputs.token);
  const endpoints = readEndpoints(runner.env);
  const { secondMs, queues } = runner.waits ?? {};
  const client = createClient({
    token: inputs.token,
    version: tool.version,
    repository,
    endpoints,
    logger: { debug: runner.debug, warning: runner.info },
    fetch: runner.fetch,
    ...(secondMs !== undefined && { secondMs }),
    ...(queues !== undefined && { queues }),
  });
  const workspace = runner.env.GITHUB_WORKSPACE ?? '.';
  return { runner, inputs, repository, endpoints, client, workspace, deadline };
}

/** Where the repository is, as a person opens it and as git fetches it. */
export function repositoryAddress({
  endpoints,
  repository,
}: Pick<ActionSession, 'endpoints' | 'repository'>): string {
  return `${endpoints.server}/${repository.owner}/${repository.repo}`;
}

/** Links to the lines of exactly the commits that were compared, which stay right when branches go on. */
export function lineLinks(
  session: Pick<ActionSession, 'endpoints' | 'repository'>,
  commits: { readonly head: string | null; readonly mergeBase: string | null },
): LineLink {
  const address = `${repositoryAddress(session)}/blob`;
  return (path, line, revision) => {
    const sha = revision === 'base' ? commits.mergeBase : commits.head;
    if (sha === null) return null;
    const file = path.split('/').map(encodePart).join('/');
    return `${address}/${sha}/${file}${line === null ? '' : `#L${line}`}`;
  };
}

/** Parentheses would end a link of Markdown. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
