/** The part of the process environment that we read, passed in. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** Where this GitHub lives; on GitHub Enterprise Server the runner sets all three. No trailing slash. */
export interface Endpoints {
  readonly api: string;
  readonly graphql: string;
  readonly server: string;
}

export function readEndpoints(env: Environment): Endpoints {
  const api = webAddress(env.GITHUB_API_URL) ?? 'https://api.github.com';
  return {
    api,
    graphql: webAddress(env.GITHUB_GRAPHQL_URL) ?? graphqlBeside(api),
    server: webAddress(env.GITHUB_SERVER_URL) ?? 'https://github.com',
  };
}

/** `owner/repo` as GitHub spells it, or null. */
export function parseRepositoryName(text: unknown): RepositoryName | null {
  const match =
    typeof text === 'string' ? /^([A-Za-z0-9_.-]{1,100})\/([A-Za-z0-9_.-]{1,100})$/.exec(text) : null;
  return match ? { owner: match[1]!, repo: match[2]! } : null;
}

function webAddress(text: string | undefined): string | null {
  if (!text || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? text.replace(/\/+$/, '') : null;
}

// Enterprise Server: https://HOST/api/v3 and https://HOST/api/graphql.
function graphqlBeside(api: string): string {
  return api.endsWith('/api/v3') ? api.replace(/\/v3$/, '/graphql') : `${api}/graphql`;
}
