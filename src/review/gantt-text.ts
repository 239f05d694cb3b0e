import { cutAt, plainLine } from '../text/escape.ts';

/** What Mermaid takes for syntax, or turns into it, wherever it stands in a line. */
const lookalikes: Readonly<Record<string, string>> = {
  '`': '',
  ':': '\u2236',
  ';': ',',
  '#': '\uff03',
  '%': ' percent',
  '<': '\u2039',
  '>': '\u203a',
  '"': "'",
  '{': '(',
  '}': ')',
  // Begins Mermaid's own way to write `#` while it parses.
  '\ufb02': 'fl',
};

/** What starts something else than a task: keywords in any case, and a date. */
const keyword =
  /^(?:gantt|title|section|click|call|href|includes|excludes|weekday|weekend|(?:date|axis)Format|tickInterval|todayMarker|topAxis|inclusiveEndDates|acc(?:Title|Descr|Description)|\d{4}-\d\d-\d\d)\b/i;

/** Any text as words of a Gantt chart, never empty: on one line, without syntax; code spans lose their backticks. */
export function ganttText(text: string, longest: number): string {
  const harmless = plainLine(text).replace(/[`:;#%<>"{}\ufb02]/g, (sign) => lookalikes[sign] ?? '');
  const line = harmless.replace(/\s+/g, ' ').trim();
  if (line === '') return '–';
  const task = keyword.test(line) ? `· ${line}` : line;
  return task.length > longest ? `${cutAt(task, Math.max(1, longest - 1)).trimEnd()}…` : task;
}

/**
 * The names of sections, each its own: Mermaid tells sections apart by nothing else, and moves one that is a number to
 * the top.
 */
export function ganttSections(names: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return names.map((name) => {
    const text = ganttText(name, 20);
    const plain = /^(?:\d+|__proto__)$/.test(text) ? `(${text})` : text;
    let own = plain;
    for (let n = 2; used.has(own); n += 1) own = `${plain} (${n})`;
    used.add(own);
    return own;
  });
}
