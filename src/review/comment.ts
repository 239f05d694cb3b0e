import { code, count, tableCell } from '../text/escape.ts';
import { mermaidGantt } from './gantt.ts';
import { type Group, isChecklist, otherPlace } from './groups.ts';
import type { Finding } from './report.ts';
import { groupTitle, objectCode, onlyWith, severityMarks } from './words.ts';

/** How a picture becomes Markdown. */
export type DrawPicture = (picture: NonNullable<Finding['picture']>) => string;

/** An inline comment: the fact, what happens, the way out; what was read and the sources folded away. */
export function commentBody(group: Group, draw: DrawPicture = mermaidGantt): string {
  const [finding, ...more] = group;
  const only = onlyWith(finding);
  const lines = [
    `${severityMarks[finding.severity]} **${groupTitle(group)}**${only === '' ? '' : ` · ${only}`}`,
    ...(isChecklist(group) ? checklist(group) : [...alone(finding), ...alsoIn(finding, more)]),
    ...causeElsewhere(finding),
    ...pictureOf(group, draw),
    details(group),
  ];
  return lines.join('\n\n');
}

function alone({ message, why, fix }: Finding): readonly string[] {
  return [`${message} ${why}`, ...(fix === null ? [] : [fix])];
}

/** Places before the rest is only counted. */
const mostPlaces = 20;

/** The other places of which the same is true. */
function alsoIn(first: Finding, more: readonly Finding[]): readonly string[] {
  if (more.length === 0) return [];
  const lines = more.slice(0, mostPlaces).map((each) => {
    const place = otherPlace(first, each);
    return `- ${objectCode(each.object)}${place === null ? '' : ` (${code(place)})`}`;
  });
  const rest = more.length - lines.length;
  return [['The same is true of', ...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n')];
}

function checklist(group: Group): readonly string[] {
  const rows = group.flatMap(({ item }) =>
    item === null ? [] : [`| ${tableCell(item.missing)} | ${tableCell(item.without)} |`],
  );
  const fixes = group.flatMap(({ fix }) => (fix === null ? [] : [`- ${fix}`]));
  return [
    ['| | what happens without it |', '|---|---|', ...rows].join('\n'),
    ...(fixes.length > 0 ? [fixes.join('\n')] : []),
  ];
}

/** Said where the comment could not be put on the causing line itself. */
function causeElsewhere({ location, placement }: Finding): readonly string[] {
  // A deleted line is itself the cause.
  if (location === null || placement.path === null || placement.side === 'LEFT') return [];
  const here = placement.path === location.path && placement.startLine === location.startLine;
  return here ? [] : [`The field itself stands at ${code(`${location.path}:${location.startLine}`)}.`];
}

function details(group: Group): string {
  const read = unique(
    group.flatMap(({ evidence }) =>
      evidence.map(({ text, path, line }) =>
        path === null ? `- ${text}` : `- ${text} (${code(line === null ? path : `${path}:${line}`)})`,
      ),
    ),
  );
  const references = group.flatMap((each) => each.references);
  const sources = unique(references.map(({ title, url }) => `[${title}](${url})`)).join(' · ');
  const headings = [...(read.length > 0 ? ['what was read'] : []), 'how to accept this', 'sources'];
  return [
    `<details><summary>${capital(headings.join(' · '))}</summary>`,
    ...(read.length > 0 ? [read.join('\n')] : []),
    acceptance(group),
    sources,
    '</details>',
  ].join('\n\n');
}

/** Open: what is folded away has no width to be drawn in, and Mermaid draws it unreadably. */
function pictureOf(group: Group, draw: DrawPicture): readonly string[] {
  const picture = group.find((each) => each.picture !== null)?.picture ?? null;
  return picture === null ? [] : [draw(picture)];
}

/** What to write to have the finding accepted, and where. */
export function acceptance(group: Group): string {
  const [{ ruleId, location }] = group;
  if (isChecklist(group) || location === null || location.revision !== 'head') {
    const ids = [...new Set(group.map((each) => each.ruleId))];
    const entries = ids.map((id) => `${id}: <why>`).join('; ');
    return `To accept ${isChecklist(group) ? `these ${count(group.length, 'item')}` : 'this'}: the annotation ${code(`lifecycle-review/ignore: "${entries}"`, 1000)} on the object.`;
  }
  const comment = code(`# lifecycle-ignore: ${ruleId} -- <why>`);
  return `To accept this: ${comment} above ${code(`${location.path}:${location.startLine}`)}.`;
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
