/** One document's text within a stream. */
export interface StreamPart {
  readonly text: string;
  /** Offset of `text` in the stream. */
  readonly offset: number;
}

/** A line that ends a document: `---` may go on with content or a comment, `...` may not. */
const marker = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/**
 * Cuts a YAML stream at its document markers, which no scalar may hold at the start of a line. Each part keeps
 * its own `---` line. A stream without content before its first marker does not begin with an empty part.
 */
export function splitStream(text: string): readonly StreamPart[] {
  const parts: StreamPart[] = [];
  let from = 0;
  const cut = (to: number): void => {
    const part = text.slice(from, to);
    if (part !== '' && !isPrologue(part)) parts.push({ text: part, offset: from });
  };
  for (const match of text.matchAll(marker)) {
    cut(match.index);
    from = match[0] === '...' ? match.index + 3 : match.index;
  }
  cut(text.length);
  return parts;
}

const content = /^[ \t]*[^\s#%]/m;

/** Blank lines, comments and directives without a marker are no document. */
function isPrologue(part: string): boolean {
  return !part.startsWith('---') && !content.test(part);
}
