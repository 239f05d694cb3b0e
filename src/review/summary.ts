import { code, count, tableCell } from '../text/escape.ts';
import type { Finding, NotCheckedEntry, Report, WorkloadCard } from './report.ts';
import { counts } from './verdict.ts';
import {
  cardRows,
  headline,
  isNewIn,
  lookedAt,
  objectCode,
  onlyWith,
  severityMarks,
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
    ...findingsTable(report.findings.filter(counts), link),
    ...report.workloads.flatMap((card) => cardTable(report, card)),
    ...folded('Fixed by this change', told(report, 'fixed').map(findingLine(link))),
    ...folded('Not checked', report.notChecked.map(notCheckedLine(link))),
    ...folded('Already there before this change', told(report, 'existing').map(findingLine(link))),
  ];
  return parts.join('\n\n');
}

function heading(report: Report): string {
  const releases = new Set(report.workloads.map(({ unit }) => unit)).size;
  const fixed = told(report, 'fixed').length;
  return [
    `**Pod lifecycle: ${verdictLine(report)}**`,
    ...(report.workloads.length > 0
      ? [
          `${count(report.workloads.length, 'workload')} ${report.scope === 'all' ? '' : 'changed '}in ${count(releases, 'release')}`,
        ]
      : []),
    ...(fixed > 0 ? [`${count(fixed, 'finding')} fixed by this change`] : []),
  ].join(' · ');
}

function findingsTable(findings: readonly Finding[], link: LineLink): readonly string[] {
  if (findings.length === 0) return [];
  const rows = findings.slice(0, longestTable).map((finding) => {
    const only = onlyWith(finding);
    const what = `${finding.title}${only === '' ? '' : ` · ${only}`}`;
    return `| ${severityMarks[finding.severity]} | ${tableCell(what)} | ${tableCell(where(finding, link))} |`;
  });
  const rest =
    findings.length > longestTable
      ? [`${count(findings.length - longestTable, 'more finding is', 'more findings are')} in the job's log.`]
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

function cardTable(report: Report, card: WorkloadCard): readonly string[] {
  const rows = cardRows(card);
  if (rows.length === 0) return [];
  const alone = card.timeline.base === null;
  const name = tableCell(`${objectCode(card.object)}${isNewIn(report, card) ? ' (new)' : ''}`);
  const cells = rows.map(({ name, base, head }) =>
    alone ? `| ${name} | ${head} |` : `| ${name} | ${base} | ${head} |`,
  );
  const header = alone
    ? [`| ${name} | |`, '|---|---|']
    : [`| ${name} | base | this change |`, '|---|---|---|'];
  return [[...header, ...cells].join('\n')];
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

function folded(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, longestTable);
  const rest = lines.length > shown.length ? [`- and ${lines.length - shown.length} more`] : [];
  const list = [...shown, ...rest].join('\n');
  return [`<details><summary>${title} (${lines.length})</summary>\n\n${list}\n\n</details>`];
}
