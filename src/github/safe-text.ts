import { cutAt } from '../text/escape.ts';
import { wellFormed } from '../text/well-formed.ts';

/**
 * Text of others for the log. The runner takes commands from a line that starts with `::` and from `##[` anywhere
 * in a line, on stdout and on stderr; for it a carriage return ends a line as well.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function safeForLog(text: string): string {
  return wellFormed(text)
    .replace(/\r\n?/g, '\n')
    .replace(invisible, '')
    .replace(/##\[/g, '## [')
    .replace(/^(\s*):(?=:)/gm, '$1: ');
}

/** The same on one line. */
export function safeLine(text: string, longest = 300): string {
  const line = safeForLog(text.replace(/\s+/g, ' ').trim());
  return line.length > longest ? `${cutAt(line, longest - 1)}…` : line;
}

// Control characters (a terminal's colours; U+0085, a space for the runner) and those that hide or reorder text.
// Tab and newline stay.
const invisible = /[^\P{Cc}\t\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu;
