import { reason, runGit } from './git.ts';
import { RepositoryError } from './repository-error.ts';
import type { View } from './view.ts';

/** Where the missing objects are, e.g. `https://github.com/owner/name`, and who may read them. */
export interface Remote {
  readonly url: string;
  /** Goes to git through the environment alone; null for a public or a local repository. */
  readonly token: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches commits with all their directories and no content: no history, no tags, no refs. Nothing is told of what
 * is here already, so that a shallow, partial or foreign checkout cannot mislead the answer. A server that does
 * not know filters sends the content too.
 */
export async function fetchCommits(view: View, remote: Remote, commits: readonly string[]): Promise<void> {
  await fetchObjects(view, remote, commits, ['--depth=1']);
}

/** Fetches single objects by id, all in one go (GitHub serves any object of the repository). */
export async function fetchBlobs(view: View, remote: Remote, ids: readonly string[]): Promise<void> {
  await fetchObjects(view, remote, ids, []);
}

async function fetchObjects(
  view: View,
  remote: Remote,
  ids: readonly string[],
  depth: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const quietly = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--refmap='];
  const result = await runGit(
    view.gitDir,
    ['fetch', ...quietly, ...depth, '--filter=blob:none', '--stdin', remoteName],
    {
      input: ids.map((id) => `${id}\n`).join(''),
      config: remoteSettings(remote.url),
      env: { ...authorization(remote), GIT_ALLOW_PROTOCOL: protocolOf(remote.url) },
      userConfig: true,
      ...(remote.signal && { signal: remote.signal }),
    },
  );
  if (result.code === 0) return;
  throw new RepositoryError('unavailable', `git fetch from ${host(remote.url)} failed: ${reason(result)}`);
}

const remoteName = 'pull-request';

/** A remote that stands in no file: promised objects may be missing, and the server hears of no local ones. */
function remoteSettings(url: string): string[] {
  return [
    `remote.${remoteName}.url=${url}`,
    `url.${url}.insteadOf=${url}`, // the longest match wins over a user's own rewriting, to ssh for example
    `remote.${remoteName}.promisor=true`,
    `remote.${remoteName}.partialCloneFilter=blob:none`,
    'fetch.negotiationAlgorithm=noop',
    'protocol.version=2',
  ];
}

/**
 * GitHub takes a token as the password of any user, as actions/checkout sends it. The empty value first takes
 * away headers of the user's configuration: with two of them GitHub answers 400. GIT_CONFIG_COUNT: Git 2.31.
 */
function authorization(remote: Remote): Record<string, string> {
  if (remote.token === null) return {};
  const key = `http.${new URL(remote.url).origin}/.extraHeader`;
  const credentials = Buffer.from(`x-access-token:${remote.token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${credentials}`,
  };
}

function protocolOf(url: string): string {
  return /^(https?|file):/.exec(url)?.[1] ?? 'none';
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host || 'a local repository' : 'the remote';
}
