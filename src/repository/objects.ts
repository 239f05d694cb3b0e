import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { cannotRun, startGit } from './git.ts';
import { RepositoryError } from './repository-error.ts';

/** One object's content; `missing` where the repository does not have it (a partial clone). */
export type ObjectRead =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'too-large'; readonly size: number }
  | { readonly kind: 'missing' };

/** Reads objects by id through one `git cat-file --batch`, started with the first read. */
export interface ObjectStore {
  /** Reads many objects, in any order; calls may overlap. Content above the limit is not kept. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, ObjectRead>>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(read: ObjectRead): void;
  reject(error: Error): void;
}

export function openObjects(gitDir: string, maxBytes: number): ObjectStore {
  const waiting: Waiting[] = [];
  let child: ChildProcessWithoutNullStreams | null = null;

  const fail = (error: RepositoryError) => {
    child = null;
    for (const one of waiting.splice(0)) one.reject(error);
  };
  const answer = (read: ObjectRead) => {
    waiting.shift()?.resolve(read);
    if (waiting.length === 0 && child) keepAlive(child, false);
  };
  const start = () => {
    const started = startGit(gitDir, ['cat-file', '--batch']);
    started.stdout.on('data', batchReader(maxBytes, answer));
    started.stderr.resume();
    started.stdin.on('error', () => {}); // the exit below says it
    started.on('error', (error) => fail(cannotRun(error)));
    started.on('close', () => child === started && fail(new RepositoryError('unavailable', stopped)));
    return started;
  };
  const readOne = (id: string) =>
    new Promise<ObjectRead>((resolve, reject) => {
      child ??= start();
      if (waiting.push({ resolve, reject }) === 1) keepAlive(child, true);
      child.stdin.write(`${id}\n`);
    });

  return {
    async read(ids) {
      const unique = [...new Set(ids)];
      const reads = await Promise.all(unique.map(readOne));
      return new Map(unique.map((id, index) => [id, reads[index]!]));
    },
    async close() {
      if (child) await ended(child);
    },
  };
}

const stopped = 'git cat-file stopped before it had answered; is the repository damaged? try `git fsck`';

/** An idle reader must not keep the process from ending; one that owes an answer must. */
function keepAlive(child: ChildProcessWithoutNullStreams, alive: boolean): void {
  for (const handle of [child, child.stdin, child.stdout, child.stderr] as Partial<NodeJS.RefCounted>[]) {
    if (alive) handle.ref?.();
    else handle.unref?.();
  }
}

function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    keepAlive(child, true);
    child.once('close', () => resolve());
    child.stdin.end();
  });
}

/**
 * Takes git's output apart, whatever the chunks: `<id> <type> <size>LF<content>LF`, or `<id> missingLF`
 * (git-cat-file(1), "Batch output").
 */
function batchReader(maxBytes: number, answer: (read: ObjectRead) => void): (chunk: Buffer) => void {
  let header = '';
  let body: { readonly size: number; readonly parts: Buffer[]; left: number } | null = null;

  const takeHeader = (chunk: Buffer): Buffer => {
    const end = chunk.indexOf(10);
    header += chunk.toString('latin1', 0, end < 0 ? chunk.length : end);
    if (end < 0) return chunk.subarray(chunk.length);
    const size = Number(header.match(/ (\d+)$/)?.[1] ?? Number.NaN);
    header = '';
    if (Number.isNaN(size)) answer({ kind: 'missing' });
    else body = { size, parts: [], left: size + 1 }; // and the line feed after the content
    return chunk.subarray(end + 1);
  };
  const takeBody = (chunk: Buffer, current: NonNullable<typeof body>): Buffer => {
    const taken = chunk.subarray(0, current.left);
    current.left -= taken.length;
    if (current.size <= maxBytes) current.parts.push(taken);
    if (current.left === 0) {
      body = null;
      answer(content(current.size, current.parts, maxBytes));
    }
    return chunk.subarray(taken.length);
  };

  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) rest = body ? takeBody(rest, body) : takeHeader(rest);
  };
}

function content(size: number, parts: readonly Buffer[], maxBytes: number): ObjectRead {
  if (size > maxBytes) return { kind: 'too-large', size };
  return { kind: 'bytes', bytes: Buffer.concat(parts).subarray(0, size) };
}
