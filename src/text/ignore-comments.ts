/** A comment that accepts findings, as it stands in a file. */
export interface IgnoreComment {
  readonly path: string;
  /** Line of the comment itself. */
  readonly line: number;
  /** Line that it speaks of: the next one that is no comment, or its own where text stands before it. */
  readonly covers: number;
  /** What follows `lifecycle-ignore:`. */
  readonly text: string;
}

/** What every such comment holds; a file without it needs no further look. */
export const ignoreMark = 'lifecycle-ignore:';

const yamlComment = /(^|\s)#+\s*lifecycle-ignore:(.*)$/;
const templateComment = /\{\{-?\s*\/\*\s*lifecycle-ignore:(.*?)\*\/\s*-?\}\}/;
const onlyComment = /^\s*(#.*|\{\{-?\s*\/\*.*\*\/\s*-?\}\}\s*)?$/;

/** The comments of a YAML file or template that accept findings. */
export function ignoreCommentsOf(path: string, source: string): readonly IgnoreComment[] {
  if (!source.includes(ignoreMark)) return [];
  const lines = source.split(/\r?\n/);
  return lines.flatMap((text, index) => {
    const words = yamlComment.exec(text)?.[2] ?? templateComment.exec(text)?.[1];
    if (words === undefined) return [];
    const next = lines.findIndex((line, at) => at > index && !onlyComment.test(line));
    const covers = onlyComment.test(text) ? (next < 0 ? index : next) : index;
    return [{ path, line: index + 1, covers: covers + 1, text: words.trim() }];
  });
}
