import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { environment, settings } from './git-settings.ts';
import { RepositoryError } from './repository-error.ts';

export interface GitOptions {
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  /** The work tree, which is also the working directory; without it git sees a bare repository. */
  readonly workTree?: string;
  /** Read the system's and the user's configuration too (proxies, certificates, ignored files). */
  readonly userConfig?: boolean;
  /** Added to the environment, the only way in for secrets. */
  readonly env?: Readonly<Record<string, string>>;
  /** More settings, each `key=value`. */
  readonly config?: readonly string[];
  /** Takes standard output as it comes; `stdout` of the result is empty then. */
  readonly onOutput?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Without a work tree `--bare` keeps git from reading the `.gitattributes` of whatever is checked out. */
export function startGit(
  gitDir: string,
  args: readonly string[],
  options: GitOptions = {},
): ChildProcessWithoutNullStreams {
  const place = options.workTree === undefined ? ['--bare'] : [`--work-tree=${options.workTree}`];
  const more = (options.config ?? []).flatMap((setting) => ['-c', setting]);
  return spawn('git', [...settings, ...more, `--git-dir=${gitDir}`, ...place, '--no-pager', ...args], {
    cwd: options.workTree ?? gitDir,
    env: environment(options.userConfig ?? false, options.env ?? {}),
    windowsHide: true,
    stdio: 'pipe',
    ...(options.signal && { signal: options.signal }),
  });
}

/** Runs git to its end; any exit code is an answer. Throws when git cannot be started or was stopped. */
export function runGit(
  gitDir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  const child = startGit(gitDir, args, options);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', options.onOutput ?? ((chunk: Buffer) => out.push(chunk)));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {}); // git may end before it has read everything: its exit code says why
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(cannotRun(error)));
    child.on('close', (code) =>
      resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }),
    );
  });
}

/** Runs git and returns what it printed; a non-zero exit becomes an `unavailable` error with git's own words. */
export async function git(
  gitDir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Buffer> {
  const result = await runGit(gitDir, args, options);
  if (result.code === 0) return result.stdout;
  throw new RepositoryError('unavailable', `git ${args[0]} failed: ${reason(result)}`);
}

/** The first line that says why git gave up, without user information of URLs. */
export function reason(result: GitResult): string {
  const lines = result.stderr.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /^(fatal|error):/.test(text)) ?? lines[0] ?? `exit code ${result.code}`;
  return line.replace(/^(fatal|error): /, '').replace(/\/\/[^@/\s]*@/g, '//');
}

export function cannotRun(error: NodeJS.ErrnoException): RepositoryError {
  if (error.name === 'AbortError') return new RepositoryError('unavailable', 'git was stopped: out of time');
  const message =
    error.code === 'ENOENT'
      ? 'git not found: install Git 2.31 or newer, or add it to PATH'
      : `git could not be started: ${error.message}`;
  return new RepositoryError('unavailable', message, { cause: error });
}
