import type { Client } from './client.ts';
import { attempt, type PublishRequest } from './delivery.ts';
import { readPullRequest } from './read.ts';

/** Why nothing may be posted for the analysed commit; null: it is still the head of an open pull request. */
export async function reasonNotToPost(client: Client, request: PublishRequest): Promise<string | null> {
  const live = await attempt(() => readPullRequest(client, request.pullRequest));
  if ('error' in live) return live.error.message;
  const { number, open, headSha } = live.value;
  if (!open) return `Posting ended: pull request #${number} was closed in the meantime.`;
  if (headSha === request.headSha) return null;
  const [now, analysed] = [headSha, request.headSha].map((sha) => sha.slice(0, 7));
  return `Posting ended: pull request #${number} is at ${now} by now, and this run analysed ${analysed}.`;
}
