import type { NotCheckedReason } from '../text/not-checked.ts';
import type { FileRead, TreeEntry } from './tree.ts';

/** A path that is not read, and why, in one sentence. */
export type Refusal = Extract<FileRead, { kind: 'refused' }>;

const refuse = (reason: NotCheckedReason, detail: string): Refusal => ({ kind: 'refused', reason, detail });

export const refusals = {
  symlink: (path: string) => refuse('unsafe-path', `${path} is a symbolic link, which is never followed`),
  unsafe: (path: string) => refuse('unsafe-path', `${path} is not a path that may be read`),
  submodule: (path: string) =>
    refuse('submodule', `${path} is a submodule: its files are in another repository`),
  lfsPointer: (path: string) =>
    refuse('lfs-pointer', `${path} is a Git LFS pointer: its content is not in the repository`),
  tooLarge: (path: string, size: number, limit: number) =>
    refuse('too-large', `${path} has ${size} bytes, more than the ${limit} that one file may have`),
  missing: (path: string) =>
    refuse('remote-source', `the content of ${path} was left out of this partial clone (git clone --filter)`),
};

/** Git LFS specification 1: a pointer is under 1,024 bytes and starts with its version. */
const lfsVersion = 'version https://git-lfs.github.com/spec/v1';

export function contentOf(path: string, bytes: Uint8Array): FileRead {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, lfsVersion.length));
  const isPointer = bytes.length < 1024 && start.toString('latin1') === lfsVersion;
  return isPointer ? refusals.lfsPointer(path) : { kind: 'bytes', bytes };
}

/** What can be said of a path from the listing alone; null where its content must be looked at. */
export function withoutReading(
  path: string,
  entries: ReadonlyMap<string, TreeEntry>,
  maxBytes: number,
): FileRead | null {
  const entry = entries.get(path);
  if (!entry) return underneath(path, entries) ?? { kind: 'absent' };
  if (entry.type === 'symlink') return refusals.symlink(path);
  if (entry.type === 'submodule') return refusals.submodule(path);
  if (!isPlainPath(path)) return refusals.unsafe(path);
  if (entry.size !== null && entry.size > maxBytes) return refusals.tooLarge(path, entry.size, maxBytes);
  return null;
}

/** A path below a symbolic link or a submodule is not absent: it was not looked at. */
function underneath(path: string, entries: ReadonlyMap<string, TreeEntry>): Refusal | null {
  for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
    const above = entries.get(path.slice(0, end));
    if (above?.type === 'symlink') return refusals.symlink(above.path);
    if (above?.type === 'submodule') return refusals.submodule(above.path);
  }
  return null;
}

/** Git refuses such names in an index, but a tree object made by hand can hold them. */
function isPlainPath(path: string): boolean {
  return path.split('/').every((part) => !/^(|\.|\.\.|\.git)$/i.test(part)) && !path.includes('\0');
}
