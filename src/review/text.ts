import { count, plainLine } from '../text/escape.ts';
import { objectText } from './findings.ts';
import { type Group, groupsOf, isChecklist, otherPlace } from './groups.ts';
import { pictureText } from './picture-text.ts';
import type { Finding, NotCheckedEntry, Report, SuppressionEntry } from './report.ts';
import { fewCards, type ShownCard } from './shown-cards.ts';
import { counts } from './verdict.ts';
import { groupTitle, lookedAt, onlyWith, suppressionText, told, verdictLine } from './words.ts';

export type Paint = (style: 'bold' | 'dim' | 'red' | 'yellow' | 'blue' | 'green', text: string) => string;

export const noPaint: Paint = (_style, text) => text;

const colours = { error: 'red', warning: 'yellow', info: 'blue' } as const;

/** The review for a terminal: what counts in full, the rest in a line each, the verdict last. */
export function reviewText(report: Report, paint: Paint): string {
  const counted = report.findings.filter(counts);
  const blocks = [
    ...groupsOf(counted).map((group) => groupBlock(group, paint)),
    ...cards(report, paint),
    ...list('Fixed by this change', told(report, 'fixed').map(shortLine), paint),
    ...list('Not checked', report.notChecked.map(notCheckedLine), paint),
    ...list('Suppressed', report.suppressions.map(suppressionLine), paint),
    ...list('Already there before this change', told(report, 'existing').map(shortLine), paint),
    `${paint('bold', `Pod lifecycle: ${verdictLine(report)}`)} · ${lookedAt(report)}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function groupBlock(group: Group, paint: Paint): string {
  const [finding, ...more] = group;
  const only = onlyWith(finding);
  const rules = isChecklist(group) ? '' : ` · ${finding.ruleId}`;
  const worse = finding.status === 'worsened' ? ' · worse than before' : '';
  const title = paint('bold', groupTitle(group));
  const lines = [
    `${paint(colours[finding.severity], finding.severity)} ${title}${only && ` · ${only}`}`,
    paint('dim', `  ${placeText(finding)}${rules}${worse}`),
    ...(isChecklist(group) ? items(group, paint) : inFull(finding, paint)),
    ...(isChecklist(group) ? [] : more.map((each) => paint('dim', `  also ${alsoText(finding, each)}`))),
  ];
  return lines.join('\n');
}

/** The place, or, where it is the same line, the unit. */
function alsoText(first: Finding, each: Finding): string {
  const place = otherPlace(first, each);
  const unit = each.releases[0]?.unit;
  return place !== null && place === unit
    ? plainLine(`${objectText(each.object)} in ${unit}`)
    : placeText(each);
}

function items(group: Group, paint: Paint): readonly string[] {
  return group.flatMap(({ item, ruleId, fix }) => [
    ...wrapped(`- ${item?.missing ?? ruleId}: ${item?.without ?? ''}`, '  ', '    '),
    ...(fix === null ? [] : wrapped(fix, '    ')),
    paint('dim', `    ${ruleId}`),
  ]);
}

function inFull(finding: Finding, paint: Paint): readonly string[] {
  return [
    ...wrapped(`${finding.message} ${finding.why}`),
    ...(finding.fix === null ? [] : wrapped(finding.fix)),
    ...(finding.picture === null
      ? []
      : pictureText(finding.picture).map((line) => paint('dim', `    ${line}`))),
    ...finding.evidence.map(({ text, path, line }) =>
      paint(
        'dim',
        `    ${text}${path === null ? '' : ` (${plainLine(path)}${line === null ? '' : `:${line}`})`}`,
      ),
    ),
  ];
}

function suppressionLine(entry: SuppressionEntry): string {
  const place = entry.path === null ? '' : ` (${plainLine(entry.path)}:${entry.line})`;
  return `${suppressionText(entry).replaceAll('**', '')}${place}`;
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
  const { cards: few, more } = fewCards(report);
  const rest = `${count(more, 'more card is', 'more cards are')} in the report (\`--format json\`).`;
  return [...few.map((card) => cardBlock(card, paint)), ...(more > 0 ? [rest] : [])];
}

function cardBlock({ object, isNew, alone, where, rows }: ShownCard, paint: Paint): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(
    ({ name, base, head }) =>
      `  ${name.padEnd(width)}  ${alone || base === head ? head : `${base} → ${head}`}`,
  );
  const note = `${isNew ? ' (new)' : ''}${where === '' ? '' : ` ${where}`}`;
  return [`${paint('bold', plainLine(objectText(object)))}${note}`, ...lines].join('\n');
}

function list(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0
    ? []
    : [[paint('bold', `${title} (${lines.length})`), ...lines.map((line) => `  ${line}`)].join('\n')];
}

/** Columns of a paragraph; wide enough for a sentence, narrow enough to read. */
const columns = 96;

function wrapped(text: string, first = '  ', rest = first): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const indent = lines.length === 0 ? first : rest;
    if (line !== '' && indent.length + line.length + word.length + 1 > columns) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, (lines.length === 0 ? first : rest) + line];
}
