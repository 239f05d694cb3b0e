import { z } from 'zod';
import type { Client } from './client.ts';
import { call, GitHubError } from './failure.ts';

/** The login that GitHub gives to the token of a workflow, on github.com and on Enterprise Server. */
const actionsBot = 'github-actions[bot]';

const task = { what: 'ask who the token belongs to', permission: 'pull-requests: read' } as const;

/**
 * Whose comments are ours. A workflow's token may not read `GET /user`, so GraphQL is asked first; a token that both
 * refuse is a workflow's. When GitHub merely did not answer, nobody is guessed: a wrong guess posts everything twice.
 */
export async function readViewer(client: Client): Promise<string> {
  try {
    return await viewerByGraphql(client);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    client.logger.debug(error.message);
    return viewerByRest(client, error.kind);
  }
}

async function viewerByGraphql(client: Client): Promise<string> {
  const answer = await call(
    task,
    z.object({
      data: z.object({ viewer: z.object({ login: z.string().min(1) }) }).nullish(),
      errors: z.array(z.object({ message: z.string().optional() })).optional(),
    }),
    () => client.octokit.request(`POST ${client.endpoints.graphql}`, { query: '{ viewer { login } }' }),
  );
  if (!answer.data)
    throw new GitHubError('unprocessable', `Could not ${task.what}: GraphQL gave errors only.`);
  return answer.data.viewer.login;
}

async function viewerByRest(client: Client, graphql: GitHubError['kind']): Promise<string> {
  try {
    const user = await call(task, z.object({ login: z.string().min(1) }), () =>
      client.octokit.rest.users.getAuthenticated(),
    );
    return user.login;
  } catch (error) {
    const refused =
      error instanceof GitHubError && (error.kind === 'forbidden' || error.kind === 'not-found');
    if (!refused || graphql === 'unavailable' || graphql === 'rate-limited') throw error;
    client.logger.warning(`Nobody says who the token belongs to; taken for ${actionsBot}.`);
    return actionsBot;
  }
}
