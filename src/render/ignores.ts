import { type IgnoreComment, ignoreCommentsOf, ignoreMark } from '../text/ignore-comments.ts';
import type { InputFile } from './helm/chart-input.ts';
import type { ValuesFile } from './helm/values-lines.ts';

/** What the files of a chart accept, and the values files of one release. */
export function ignoresOf(
  files: readonly InputFile[],
  values: readonly ValuesFile[],
): readonly IgnoreComment[] {
  return [
    ...files.flatMap(ignoresIn),
    ...values.flatMap(
      ({ path, text, ignores }) => ignores ?? (path === null ? [] : ignoreCommentsOf(path, text)),
    ),
  ];
}

/** A chart's files serve every values set, and are looked through once. */
const known = new WeakMap<InputFile, readonly IgnoreComment[]>();

function ignoresIn(file: InputFile): readonly IgnoreComment[] {
  const { repositoryPath, bytes } = file;
  let found = known.get(file);
  if (found === undefined) {
    const holds =
      repositoryPath !== null &&
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(ignoreMark);
    found = holds ? ignoreCommentsOf(repositoryPath, new TextDecoder().decode(bytes)) : [];
    known.set(file, found);
  }
  return found;
}
