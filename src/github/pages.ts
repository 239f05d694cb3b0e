import { z } from 'zod';
import type { Client } from './client.ts';
import { call, GitHubError, type Task } from './failure.ts';

type ListRoute =
  | 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files'
  | 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments'
  | 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews'
  | 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments'
  | 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';

const mostPages = 100;

/** Every item of a list, page after page as the Link headers say; all or an error, never a part. */
export async function readPages<T>(
  client: Client,
  task: Task,
  item: z.ZodType<T>,
  route: ListRoute,
  parameters: Readonly<Record<string, number>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let next: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    let link: string | undefined;
    const found: readonly T[] = await call(task, z.array(item), async () => {
      const response = await (next === null
        ? client.octokit.request(route as string, { ...client.repository, ...parameters, per_page: 100 })
        : client.octokit.request(`GET ${next}`));
      link = response.headers.link;
      return response;
    });
    items.push(...found);
    next = nextPage(link, client.endpoints.api);
    if (next === null) return items;
  }
  throw new GitHubError(
    'unprocessable',
    `Could not ${task.what}: the list has more than ${mostPages} pages.`,
  );
}

// The token goes to the API that was configured and nowhere else, whatever host a Link header names.
function nextPage(link: string | undefined, api: string): string | null {
  const match = /<([^<>]+)>;\s*rel="next"/.exec(link ?? '');
  if (!match || !URL.canParse(match[1]!, api)) return null;
  const { pathname, search } = new URL(match[1]!, api);
  return new URL(api).origin + pathname + search;
}
