import { plainLine } from '../text/escape.ts';
import { objectText } from './findings.ts';
import type { Finding, NotCheckedEntry, Report } from './report.ts';
import { counts } from './verdict.ts';
import { cardRows, isNewIn, lookedAt, onlyWith, told, verdictLine } from './words.ts';

export type Paint = (style: 'bold' | 'dim' | 'red' | 'yellow' | 'blue' | 'green', text: string) => string;

export const noPaint: Paint = (_style, text) => text;

const colours = { error: 'red', warning: 'yellow', info: 'blue' } as const;

/** The review for a terminal: what counts in full, the rest in a line each, the verdict last. */
export function reviewText(report: Report, paint: Paint): string {
  const counted = report.findings.filter(counts);
  const blocks = [
    ...counted.map((finding) => findingBlock(finding, paint)),
    ...cards(report, paint),
    ...list('Fixed by this change', told(report, 'fixed').map(shortLine), paint),
    ...list('Not checked', report.notChecked.map(notCheckedLine), paint),
    ...list('Already there before this change', told(report, 'existing').map(shortLine), paint),
    `${paint('bold', `Pod lifecycle: ${verdictLine(report)}`)} · ${lookedAt(report)}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function findingBlock(finding: Finding, paint: Paint): string {
  const only = onlyWith(finding);
  const lines = [
    `${paint(colours[finding.severity], finding.severity)} ${paint('bold', finding.title)}${only && ` · ${only}`}`,
    paint(
      'dim',
      `  ${placeText(finding)} · ${finding.ruleId}${finding.status === 'worsened' ? ' · worse than before' : ''}`,
    ),
    ...wrapped(`${finding.message} ${finding.why}`),
    ...(finding.fix === null ? [] : wrapped(finding.fix)),
    ...finding.evidence.map(({ text, path, line }) =>
      paint(
        'dim',
        `    ${text}${path === null ? '' : ` (${plainLine(path)}${line === null ? '' : `:${line}`})`}`,
      ),
    ),
  ];
  return lines.join('\n');
}

function placeText({ location, object }: Finding): string {
  const name = plainLine(objectText(object));
  if (location === null) return `${name} (rendered, not mapped to a line)`;
  return `${plainLine(location.path)}:${location.startLine}:${location.startColumn} · ${name}`;
}

function shortLine(finding: Finding): string {
  return `${finding.severity} ${finding.title} · ${placeText(finding)}`;
}

function notCheckedLine({ unit, path, line, reason, detail }: NotCheckedEntry): string {
  const place = path === null ? (unit ?? 'this change') : `${path}${line === null ? '' : `:${line}`}`;
  return `${plainLine(place)} (${reason}): ${plainLine(detail)}`;
}

function cards(report: Report, paint: Paint): readonly string[] {
  return report.workloads.flatMap((card) => {
    const rows = cardRows(card);
    if (rows.length === 0) return [];
    const width = Math.max(...rows.map(({ name }) => name.length));
    const alone = card.timeline.base === null;
    const lines = rows.map(
      ({ name, base, head }) => `  ${name.padEnd(width)}  ${alone ? head : `${base} → ${head}`}`,
    );
    const note = isNewIn(report, card) ? ' (new)' : '';
    return [[`${paint('bold', plainLine(objectText(card.object)))}${note}`, ...lines].join('\n')];
  });
}

function list(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0
    ? []
    : [[paint('bold', `${title} (${lines.length})`), ...lines.map((line) => `  ${line}`)].join('\n')];
}

/** Columns of a paragraph; wide enough for a sentence, narrow enough to read. */
const columns = 96;

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length + 1 > columns && line.trim() !== '') {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
