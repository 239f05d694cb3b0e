export interface CutOptions {
  /** Characters (UTF-16 units, never fewer than GitHub counts) or bytes of UTF-8. */
  readonly unit: 'characters' | 'bytes';
  readonly limit: number;
  /** Said where the text was cut, as a paragraph of its own. */
  readonly note: string;
}

/**
 * Cuts Markdown to a limit: at the end of a line, outside fences and `<details>` where that keeps at least half,
 * else with both closed. The note is always visible.
 */
export function cutMarkdown(markdown: string, { unit, limit, note }: CutOptions): string {
  const size = unit === 'bytes' ? (text: string) => Buffer.byteLength(text) : (text: string) => text.length;
  if (size(markdown) <= limit) return markdown;
  const ending = `\n\n${note}\n`;
  const room = limit - size(ending);
  const point = cuttingPoint(markdown, room, size);
  return `${markdown.slice(0, point.end).trimEnd()}${point.closing}${ending}`;
}

interface CuttingPoint {
  readonly end: number;
  readonly closing: string;
}

function cuttingPoint(markdown: string, room: number, size: (text: string) => number): CuttingPoint {
  let open: OpenBlocks = { fence: null, details: 0, comment: false };
  let best: CuttingPoint = { end: 0, closing: '' };
  let clean = best;
  let used = 0;
  for (let start = 0; start < markdown.length; ) {
    const newline = markdown.indexOf('\n', start);
    const end = newline === -1 ? markdown.length : newline + 1;
    const line = markdown.slice(start, end);
    const after = afterLine(open, line.trimEnd());
    const closing = closingOf(after);
    if (used + size(line) + size(closing) > room) break;
    used += size(line);
    open = after;
    if (!open.comment) best = { end, closing };
    if (closing === '' && !open.comment) clean = best;
    start = end;
  }
  if (used * 2 < room && closingOf(open) === '' && !open.comment) {
    return { end: best.end + insideLine(markdown.slice(best.end), room - used, size), closing: '' };
  }
  return clean.end * 2 >= best.end ? clean : best;
}

interface OpenBlocks {
  /** The run that opened a fence, with what stands before it (indentation, `>`). */
  readonly fence: { readonly indent: string; readonly run: string } | null;
  readonly details: number;
  readonly comment: boolean;
}

function afterLine(open: OpenBlocks, line: string): OpenBlocks {
  if (open.comment) return { ...open, comment: !line.includes('-->') };
  const fence = /^([\s>]*)(`{3,}|~{3,})(.*)$/.exec(line);
  if (open.fence !== null) {
    const closes = fence !== null && fence[2]!.startsWith(open.fence.run) && fence[3]!.trim() === '';
    return closes ? { ...open, fence: null } : open;
  }
  if (fence) return { ...open, fence: { indent: fence[1]!, run: fence[2]! } };
  const opened = line.match(/<details\b/gi)?.length ?? 0;
  const closed = line.match(/<\/details>/gi)?.length ?? 0;
  const comment = line.lastIndexOf('<!--') > line.lastIndexOf('-->');
  return { fence: null, details: Math.max(0, open.details + opened - closed), comment };
}

function closingOf({ fence, details }: OpenBlocks): string {
  return (
    (fence === null ? '' : `\n${fence.indent}${fence.run}`) +
    (details === 0 ? '' : `\n\n${'</details>'.repeat(details)}`)
  );
}

// One line that is longer than half of everything: cut between characters, and before what would hide the note.
function insideLine(markdown: string, room: number, size: (text: string) => number): number {
  let used = 0;
  let end = 0;
  for (const character of markdown) {
    used += size(character);
    if (used > room) break;
    end += character.length;
  }
  const kept = markdown.slice(0, end);
  const hidden = kept.lastIndexOf('<');
  return hidden > kept.lastIndexOf('>') ? hidden : end;
}
