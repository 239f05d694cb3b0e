import { code, count, tableCell } from '../text/escape.ts';
import { type Group, groupsOf } from './groups.ts';
import type { Finding, NotCheckedEntry, Report } from './report.ts';
import { fewCards, type ShownCard } from './shown-cards.ts';
import { counts } from './verdict.ts';
import {
  groupLine,
  headline,
  lookedAt,
  objectCode,
  onlyWith,
  severityMarks,
  suppressionText,
  told,
  verdictLine,
} from './words.ts';

/** Gives the address of a line at base or head; null where there is no server to link to. */
export type LineLink = (path: string, line: number | null, revision: 'base' | 'head') => string | null;

export const noLinks: LineLink = () => null;

/** Rows of a table before the rest is only counted. */
const longestTable = 50;

/** The sticky comment; null when there is nothing to say. "Not checked" alone says nothing. */
export function summaryComment(report: Report, link: LineLink): string | null {
  return headline(report) === null ? null : summary(report, link);
}

/** What an earlier sticky comment becomes when nothing is left to say. */
export function quietSummary(report: Report): string {
  const fixed = told(report, 'fixed').length;
  const praise = fixed === 0 ? '' : ` · ${count(fixed, 'finding')} fixed by this change`;
  return `**Pod lifecycle: nothing to say**${praise}\n\n${lookedAt(report)}.`;
}

/** The job summary: always starts with what was looked at, so that silence can be trusted. */
export function jobSummary(report: Report, link: LineLink, seconds: number | null): string {
  const time = seconds === null ? '' : ` in ${seconds.toFixed(1)} s`;
  return `${lookedAt(report)}${time}.\n\n${summary(report, link)}`;
}

/** The whole review as Markdown. */
export function summary(report: Report, link: LineLink): string {
  const parts = [
    heading(report),
    ...findingsTable(groupsOf(report.findings.filter(counts)), link),
    ...cardTables(report),
    ...folded('Fixed by this change', told(report, 'fixed').map(findingLine(link))),
    ...folded('Not checked', report.notChecked.map(notCheckedLine(link))),
    ...folded('Suppressed', suppressionLines(report, link)),
    ...folded('Already there before this change', told(report, 'existing').map(findingLine(link))),
  ];
  return parts.join('\n\n');
}

function heading(report: Report): string {
  const releases = new Set(report.workloads.map(({ unit }) => unit)).size;
  const workloads = new Set(report.workloads.map(({ unit, object }) => JSON.stringify([unit, object]))).size;
  const fixed = told(report, 'fixed').length;
  return [
    `**Pod lifecycle: ${verdictLine(report)}**`,
    ...(workloads > 0
      ? [
          `${count(workloads, 'workload')} ${report.scope === 'all' ? '' : 'changed '}in ${count(releases, 'release')}`,
        ]
      : []),
    ...(fixed > 0 ? [`${count(fixed, 'finding')} fixed by this change`] : []),
  ].join(' · ');
}

function findingsTable(groups: readonly Group[], link: LineLink): readonly string[] {
  if (groups.length === 0) return [];
  const rows = groups.slice(0, longestTable).map((group) => {
    const [finding] = group;
    const only = onlyWith(finding);
    const what = `${groupLine(group)}${only === '' ? '' : ` · ${only}`}`;
    return `| ${severityMarks[finding.severity]} | ${tableCell(what)} | ${tableCell(where(finding, link))} |`;
  });
  const rest =
    groups.length > longestTable
      ? [`${count(groups.length - longestTable, 'more finding is', 'more findings are')} in the job's log.`]
      : [];
  return [['| | what | where |', '|---|---|---|', ...rows].join('\n'), ...rest];
}

function where({ location, object }: Finding, link: LineLink): string {
  if (location === null) return `${objectCode(object)} (rendered, not mapped to a line)`;
  return linked(location.path, location.startLine, location.revision, link);
}

function linked(path: string, line: number | null, revision: 'base' | 'head', link: LineLink): string {
  const text = code(line === null ? path : `${path}:${line}`);
  const url = link(path, line, revision);
  return url === null ? text : `[${text}](${url})`;
}

function cardTables(report: Report): readonly string[] {
  const { cards, more } = fewCards(report);
  return [
    ...cards.map(cardTable),
    ...(more > 0 ? [`${count(more, 'more card is', 'more cards are')} in the report.`] : []),
  ];
}

function cardTable({ object, isNew, alone, where, rows }: ShownCard): string {
  const title = `${objectCode(object)}${isNew ? ' (new)' : ''}${where === '' ? '' : ` ${where}`}`;
  const cells = rows.map(({ name, base, head }) =>
    alone ? `| ${name} | ${head} |` : `| ${name} | ${base} | ${head} |`,
  );
  const name = tableCell(title);
  const header = alone
    ? [`| ${name} | |`, '|---|---|']
    : [`| ${name} | base | this change |`, '|---|---|---|'];
  return [...header, ...cells].join('\n');
}

function findingLine(link: LineLink): (finding: Finding) => string {
  return (finding) => `- ${severityMarks[finding.severity]} ${finding.title} (${where(finding, link)})`;
}

function notCheckedLine(link: LineLink): (entry: NotCheckedEntry) => string {
  return ({ unit, path, line, detail }) => {
    const place = path === null ? code(unit ?? 'this change') : linked(path, line, 'head', link);
    return `- ${place}: ${code(detail, 400)}`;
  };
}

/** What is accepted, for how long and by whose word; and what accepts nothing any more. */
function suppressionLines(report: Report, link: LineLink): readonly string[] {
  return report.suppressions.map((entry) => {
    const place = entry.path === null ? '' : ` (${linked(entry.path, entry.line, 'head', link)})`;
    return `- ${suppressionText(entry)}${place}`;
  });
}

function folded(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, longestTable);
  const rest = lines.length > shown.length ? [`- and ${lines.length - shown.length} more`] : [];
  const list = [...shown, ...rest].join('\n');
  return [`<details><summary>${title} (${lines.length})</summary>\n\n${list}\n\n</details>`];
}
