import { code } from '../text/escape.ts';
import type { Finding } from './report.ts';
import { onlyWith, severityMarks } from './words.ts';

/** An inline comment: the fact, what happens, the way out; what was read and the sources folded away. */
export function commentBody(finding: Finding): string {
  const only = onlyWith(finding);
  const lines = [
    `${severityMarks[finding.severity]} **${finding.title}**${only === '' ? '' : ` · ${only}`}`,
    `${finding.message} ${finding.why}`,
    ...(finding.fix === null ? [] : [finding.fix]),
    ...causeElsewhere(finding),
    details(finding),
  ];
  return lines.join('\n\n');
}

/** Said where the comment could not be put on the causing line itself. */
function causeElsewhere({ location, placement }: Finding): readonly string[] {
  if (location === null || placement.path === null) return [];
  const here = placement.path === location.path && placement.startLine === location.startLine;
  return here ? [] : [`The line that causes it is ${code(`${location.path}:${location.startLine}`)}.`];
}

function details(finding: Finding): string {
  const read = finding.evidence.map(({ text, path, line }) =>
    path === null ? `- ${text}` : `- ${text} (${code(line === null ? path : `${path}:${line}`)})`,
  );
  const sources = finding.references.map(({ title, url }) => `[${title}](${url})`).join(' · ');
  return [
    `<details><summary>${read.length > 0 ? 'What was read · sources' : 'Sources'}</summary>`,
    ...(read.length > 0 ? [read.join('\n')] : []),
    sources,
    '</details>',
  ].join('\n\n');
}
