const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** With the `u` flag only a half without its other half. */
const halves = /\p{Cs}/gu;

/**
 * Untrusted text as a Markdown code span: nothing in it is markup, a mention, a link or a line break.
 * Backticks become apostrophes, control and direction characters become spaces, half characters become U+FFFD; what
 * is longer than `longest` UTF-16 units is cut.
 */
export function code(value: string | number, longest = 120): string {
  const plain = plainLine(String(value)).replaceAll('`', "'");
  const shown = plain.length > longest ? `${cutAt(plain, longest - 1)}…` : plain;
  return `\`${shown === '' ? ' ' : shown}\``;
}

/** Untrusted text on one line, without control and direction characters; for terminals and logs. */
export function plainLine(text: string): string {
  return text.replace(controls, ' ').replace(halves, '\ufffd').trim();
}

/** At most `length` UTF-16 units, never ending in half a character. */
export function cutAt(text: string, length: number): string {
  const cut = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/**
 * Text for a table cell of Markdown whose only markup is code spans. Parsers disagree on a backslash that stands before
 * an escaped pipe, so a space keeps the two apart.
 */
export function tableCell(markdown: string): string {
  return markdown
    .replace(/(\\?)\|/g, (_, slash: string) => (slash === '' ? '\\|' : '\\ \\|'))
    .replace(/\s*\n/g, ' ');
}

/** A code block whose fence is longer than any run of backticks in it. */
export function fenced(text: string, language = ''): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${text.replace(/\n?$/, '\n')}${fence}`;
}

/** `1 pod`, `2 pods`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}
