import type { GitDirectories } from './discover.ts';
import { git, reason, runGit } from './git.ts';
import { RepositoryError } from './repository-error.ts';
import { isShallow, type View } from './view.ts';

/** A revision as it was asked for or chosen, and the commit that it names. */
export interface Revision {
  readonly name: string;
  readonly commit: string;
}

/** Resolves what gitrevisions(7) allows to a commit; throws a `usage` error that says what to write instead. */
export async function resolveRevision(source: GitDirectories, name: string): Promise<Revision> {
  const commit = isAcceptable(name) ? await commitOf(source, name) : null;
  if (commit !== null) return { name, commit };
  throw new RepositoryError('usage', `unknown revision ${JSON.stringify(name)}${await advice(source, name)}`);
}

function isAcceptable(name: string): boolean {
  return name !== '' && !name.startsWith('-') && !/[\0\n]/.test(name);
}

async function commitOf(source: GitDirectories, name: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { code, stdout } = await runGit(source.gitDir, args);
  return code === 0 ? (/^[0-9a-f]{40,64}$/m.exec(stdout.toString())?.[0] ?? null) : null; // "^x" prints "^<id>"
}

async function advice(source: GitDirectories, name: string): Promise<string> {
  if (!isAcceptable(name)) return ': write a branch, a tag or a commit';
  if ((await commitOf(source, `origin/${name}`)) !== null) return `: did you mean origin/${name}?`;
  if (!(await isShallow(source))) return ': write a branch, a tag or a commit that this repository has';
  return ': this clone is shallow and may not have it; run `git fetch --unshallow`, or in a workflow set fetch-depth: 0 (the action itself fetches what it needs)';
}

/** The branch that others merge into, as far as this clone tells. */
export async function defaultBranch(source: GitDirectories): Promise<Revision> {
  const names = [...new Set([await configuredBranch(source), 'main', 'master'])].filter(
    (name) => name !== '',
  );
  const refs = names.flatMap((name) => [`refs/remotes/origin/${name}`, `refs/heads/${name}`]);
  const format = '--format=%(refname) %(symref)';
  const output = await git(source.gitDir, ['for-each-ref', format, 'refs/remotes/origin/HEAD', ...refs]);
  const found = new Map(
    output
      .toString()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const chosen = found.get('refs/remotes/origin/HEAD') || refs.find((ref) => found.has(ref));
  if (chosen) return resolveRevision(source, chosen.replace(/^refs\/(remotes|heads)\//, ''));
  const looked = ['origin/HEAD', ...names].join(', ');
  throw new RepositoryError(
    'usage',
    `no default branch found (looked for ${looked}): name the base with --base`,
  );
}

async function configuredBranch(source: GitDirectories): Promise<string> {
  const options = { userConfig: true };
  const { stdout } = await runGit(source.gitDir, ['config', '--get', 'init.defaultBranch'], options);
  const name = stdout.toString().trim();
  return /^[\w./-]+$/.test(name) ? name : '';
}

/** The best common ancestor of two commits that are here, or null: unrelated, or cut off in a shallow clone. */
export async function mergeBaseOf(view: View, base: string, head: string): Promise<string | null> {
  const result = await runGit(view.gitDir, ['merge-base', base, head]);
  if (result.code === 1) return null;
  if (result.code === 0) return result.stdout.toString().trim();
  throw new RepositoryError('unavailable', `git merge-base failed: ${reason(result)}`);
}

/** Base and head as asked for, and where their histories parted. Throws a `usage` error where they never met. */
export async function requireMergeBase(
  source: GitDirectories,
  view: View,
  base: Revision,
  head: Revision,
): Promise<string> {
  const found = await mergeBaseOf(view, base.commit, head.commit);
  if (found !== null) return found;
  const why = (await isShallow(source))
    ? 'this clone is shallow: run `git fetch --unshallow`, or in a workflow set fetch-depth: 0'
    : 'their histories are unrelated: name another --base';
  throw new RepositoryError('usage', `no merge base of ${base.name} and ${head.name}: ${why}`);
}
