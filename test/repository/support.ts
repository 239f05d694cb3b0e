import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FileRead, Tree } from '../../src/repository/tree.ts';
import type { FileChange } from '../../src/text/change.ts';

const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** A directory that is gone when the test has finished. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'repository-test-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function git(directory: string, ...args: string[]): string {
  const options = { cwd: directory, env: { ...process.env, ...identity }, stdio: 'pipe' } as const;
  return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], options)
    .toString()
    .trim();
}

export type Content = string | Uint8Array | { readonly link: string } | null;

/** Writes files; null deletes one. */
export function write(directory: string, files: Readonly<Record<string, Content>>): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(directory, path);
    rmSync(target, { recursive: true, force: true });
    if (content === null) continue;
    mkdirSync(dirname(target), { recursive: true });
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, target);
    else writeFileSync(target, content);
  }
}

/** A new repository on branch main, empty. */
export function newRepository(...options: string[]): string {
  const directory = temporaryDirectory();
  git(directory, 'init', '--quiet', '--initial-branch=main', ...options);
  const served = '[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n'; // as GitHub does
  appendFileSync(join(directory, '.git', 'config'), served);
  return directory;
}

/** Writes the files, commits everything, and returns the commit's id. */
export function commit(directory: string, files: Readonly<Record<string, Content>>): string {
  write(directory, files);
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--allow-empty', '--message=change');
  return git(directory, 'rev-parse', 'HEAD');
}

export function clone(source: string, ...options: string[]): string {
  const directory = temporaryDirectory();
  git(directory, 'clone', '--quiet', ...options, `file://${source}`, '.');
  return directory;
}

/** `a1 … a<count>`, a line each. */
export function lines(count: number, prefix = 'line '): string {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}\n`).join('');
}

/** A change in one line: `modified a.yaml -5,7+5,8 +7,8 -6`. */
export function brief(change: FileChange): string {
  const from = change.previousPath === null ? '' : ` from ${change.previousPath}`;
  const hunks = change.hunks.map(
    (hunk) =>
      ` @${hunk.oldStart},${hunk.oldLines} ${hunk.newStart},${hunk.newLines} +[${hunk.added}] -[${hunk.deleted}]`,
  );
  return `${change.status} ${change.path}${from}${change.binary ? ' binary' : ''}${hunks.join('')}`;
}

/** What reading one path gives, as text: the content, `absent`, or the reason and the sentence. */
export async function readText(tree: Tree, path: string): Promise<string> {
  const read = (await tree.read([path])).get(path) as FileRead;
  if (read.kind === 'bytes') return Buffer.from(read.bytes).toString();
  return read.kind === 'absent' ? 'absent' : `${read.reason}: ${read.detail}`;
}

/** A program that leaves a file behind when it is run. */
export function canary(directory: string): { readonly script: string; readonly trace: string } {
  const [script, trace] = [join(directory, 'canary.sh'), join(directory, 'canary.trace')];
  writeFileSync(script, `#!/bin/sh\ntouch '${trace}'\ncat\n`);
  chmodSync(script, 0o755);
  return { script, trace };
}
