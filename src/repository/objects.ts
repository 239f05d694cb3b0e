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
  /**
   * Reads many objects, in any order; calls may overlap. Content above the limit is not kept; of the rest, what was
   * read lately is read once, since base and head share most of it.
   */
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
  const ask = (ids: readonly string[]): Promise<ObjectRead>[] => {
    if (ids.length === 0) return [];
    child ??= start();
    if (waiting.length === 0) keepAlive(child, true);
    const reads = ids.map(
      () => new Promise<ObjectRead>((resolve, reject) => waiting.push({ resolve, reject })),
    );
    child.stdin.write(ids.map((id) => `${id}\n`).join(''));
    return reads;
  };
  const recent = new Recent();

  return {
    async read(ids) {
      const unique = [...new Set(ids)];
      const fresh = unique.filter((id) => recent.get(id) === undefined);
      for (const [index, read] of ask(fresh).entries()) recent.keep(fresh[index]!, read);
      const reads = await Promise.all(unique.map((id) => recent.get(id)!));
      recent.trim();
      return new Map(unique.map((id, index) => [id, reads[index]!]));
    },
    async close() {
      if (child) await ended(child);
    },
  };
}

/** Bytes of content that are kept for the next read. */
const recentBytes = 64 * 2 ** 20;

/** What was read lately. What is missing is asked for again: it may have been fetched since. */
class Recent {
  readonly #reads = new Map<string, Promise<ObjectRead>>();
  #bytes = 0;

  get(id: string): Promise<ObjectRead> | undefined {
    return this.#reads.get(id);
  }

  keep(id: string, read: Promise<ObjectRead>): void {
    this.#reads.set(id, read);
    read.then(
      (found) => {
        if (found.kind === 'bytes') this.#bytes += found.bytes.length;
        else this.#reads.delete(id);
      },
      () => this.#reads.delete(id),
    );
  }

  /** Forgets everything when it has become too much; whoever asked has what they asked for. */
  trim(): void {
    if (this.#bytes <= recentBytes) return;
    this.#reads.clear();
    this.#bytes = 0;
  }
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
