import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitDirectories } from './discover.ts';

/** A throwaway bare repository that objects are read through, and fetched into. */
export interface View {
  readonly gitDir: string;
  /** Removes it from the disk. */
  close(): Promise<void>;
}

/**
 * Creates a view, empty at first. It has none of the source's configuration, attributes, hooks, grafts or
 * promisor remotes: nothing there can run a program, an object missing from a partial clone is plainly missing,
 * and a fetch leaves the user's repository as it was. Of `source` only the kind of object ids counts.
 */
export async function createView(source: GitDirectories | null): Promise<View> {
  const temporary = process.env.RUNNER_TEMP ?? tmpdir(); // a runner empties its own after every job
  const gitDir = await mkdtemp(join(temporary, 'pod-lifecycle-review-'));
  await mkdir(join(gitDir, 'objects', 'info'), { recursive: true });
  await mkdir(join(gitDir, 'refs'));
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(gitDir, 'config'), configuration(await usesSha256(source)));
  return { gitDir, close: () => rm(gitDir, { recursive: true, force: true, maxRetries: 3 }) };
}

/**
 * Lets the view read the objects of `source` too (gitrepository-layout(5), `objects/info/alternates`), and know
 * where its history was cut off, unless commits were fetched into the view before.
 */
export async function borrow(view: View, source: GitDirectories): Promise<void> {
  const objects = join(source.commonDir, 'objects').replaceAll('\\', '/');
  await writeFile(join(view.gitDir, 'objects', 'info', 'alternates'), `${alternate(objects)}\n`);
  const shallow = await readFile(join(source.commonDir, 'shallow')).catch(() => null);
  if (shallow) await writeFile(join(view.gitDir, 'shallow'), shallow, { flag: 'wx' }).catch(() => {});
}

/** Whether `source` was cloned with a filter: packs that came from a promisor carry a mark. */
export async function isPartial(source: GitDirectories): Promise<boolean> {
  const packs = await readdir(join(source.commonDir, 'objects', 'pack')).catch(() => []);
  return packs.some((name) => name.endsWith('.promisor'));
}

export async function isShallow(source: GitDirectories): Promise<boolean> {
  const shallow = await readFile(join(source.commonDir, 'shallow'), 'utf8').catch(() => '');
  return shallow.trim() !== '';
}

/** A line that starts with a quote or a comment sign, or holds a line feed, must be quoted. */
function alternate(path: string): string {
  return /^["#]|\n/.test(path) ? JSON.stringify(path) : path;
}

async function usesSha256(source: GitDirectories | null): Promise<boolean> {
  const config = source && (await readFile(join(source.commonDir, 'config'), 'utf8').catch(() => ''));
  return /^\s*objectformat\s*=\s*"?sha256/im.test(config ?? '');
}

function configuration(sha256: boolean): string {
  const extensions = sha256 ? '[extensions]\n\tobjectFormat = sha256\n' : '';
  return `[core]\n\trepositoryFormatVersion = ${sha256 ? 1 : 0}\n\tbare = true\n${extensions}`;
}
