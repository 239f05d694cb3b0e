/** Folder of a path; `.` for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `path` seen from `folder`, or null where it is not below it. */
export function relativeTo(folder: string, path: string): string | null {
  if (folder === '.') return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}

export function joined(folder: string, path: string): string {
  return folder === '.' ? path : `${folder}/${path}`;
}

/** Resolves `..` and `.`; null where the path leaves the root. */
export function normalized(path: string): string | null {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.length === 0 ? '.' : steps.join('/');
}

/** The folder itself and every folder above it, up to `.`. */
export function* foldersUp(folder: string): Generator<string> {
  let at = folder;
  while (at !== '.') {
    yield at;
    at = folderOf(at);
  }
  yield '.';
}
