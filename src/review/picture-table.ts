import type { Bar, Picture } from '../lifecycle/picture.ts';
import { code, plainLine, tableCell } from '../text/escape.ts';
import { drawingOf, timesText } from './drawing.ts';

/** A picture as a Markdown table, for where Mermaid is not drawn: harm is bold. */
export function pictureTable(picture: Picture): string {
  const { title, origin, sections } = drawingOf(picture);
  const rows = sections.flatMap(({ name, bars }) =>
    bars.map((bar, index) => row(timesText(bar), index === 0 ? cell(name) : '', happening(bar))),
  );
  return [
    row(`seconds after ${cell(origin.label)}`, '', cell(title)),
    row('---', '---', '---'),
    ...rows,
  ].join('\n');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((text) => tableCell(text)).join(' | ')} |`;
}

function happening({ label, kind }: Bar): string {
  return kind === 'harm' ? `**${cell(label)}**` : cell(label);
}

/** Words and code spans that Markdown and GitHub leave as they are. */
const harmless = /^(?:[\p{L}\p{M}\p{N} .,;()'"+=≤≥×−–—…→/%?!-]|:(?= )|`[^`]+`)+$/u;
/** What GitHub makes a link of: addresses, numbers of issues, digests of commits. */
const linked = /www\.|\bGH-\d|\b[0-9a-f]{7,40}\b/i;

/** Text of ours stays as it is, whatever else becomes a code span. */
function cell(text: string): string {
  const line = plainLine(text);
  const outside = line.replace(/`[^`]*`/g, ' ');
  return harmless.test(line) && !linked.test(outside) ? line : code(line, 200);
}
