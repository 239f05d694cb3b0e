import { safeLine } from '../github/safe-text.ts';
import type { Finding, Report } from '../review/report.ts';

/**
 * Markdown with code spans and nothing else: whatever stands outside of one is text, no markup, HTML, mention or
 * address. Rules write code spans around everything that comes from a change; this holds where one forgets it.
 */
export function inert(markdown: string): string {
  const parts = markdown.split(/((?<!`)`[^`\n]+`(?!`))/);
  return parts.map((part, index) => (index % 2 === 1 ? part : text(part))).join('');
}

/** A sentence with words of others in it (GitHub's, git's), on one line. */
export function inertLine(sentence: string): string {
  return inert(safeLine(sentence, 1000));
}

/** The report as it may be shown as Markdown. */
export function inertReport(report: Report): Report {
  return { ...report, findings: report.findings.map(inertFinding) };
}

export function inertFinding(finding: Finding): Finding {
  return {
    ...finding,
    title: inert(finding.title),
    message: inert(finding.message),
    why: inert(finding.why),
    fix: finding.fix === null ? null : inert(finding.fix),
    item: finding.item && { missing: inert(finding.item.missing), without: inert(finding.item.without) },
    evidence: finding.evidence.map((each) => ({ ...each, text: inert(each.text) })),
  };
}

// Nothing but an invisible space keeps `@name` and addresses outside of code from being links.
function text(part: string): string {
  return part
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\\`*_{}[\]<>#|~!&$]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/@(?=\w)|:(?=\/\/)|(?<=\bwww)\./gi, '$&\u200b');
}
