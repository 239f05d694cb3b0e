import { readFile } from 'node:fs/promises';
import type { EventSource } from '../github/event.ts';
import { UsageError } from './usage-error.ts';

/** What started the run, from the variables and the file that the runner gives. */
export async function readEventSource(env: EventSource['env']): Promise<EventSource> {
  return { name: env.GITHUB_EVENT_NAME, payload: await readPayload(env.GITHUB_EVENT_PATH), env };
}

async function readPayload(path: string | undefined): Promise<unknown> {
  if (!path) return null;
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the event in GITHUB_EVENT_PATH cannot be read: ${reason}`);
  }
}
