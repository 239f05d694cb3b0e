import type { JudgedFinding } from '../policy/support.ts';
import { type Cover, carriers, type Example, filesOf, type Guide } from './data.ts';
import { laterRules } from './later.ts';
import { aboveInfo, introduced, type Reviewed } from './review.ts';

/** A row of the table of examples. */
export function exampleRow(guide: Guide, example: Example, reviewed: Reviewed): readonly string[] {
  const remark = [later(example.later), example.verdict ?? ''].filter(Boolean).join(' · ');
  return [
    `${fixtureLinks(guide, example)}: ${example.lesson}`,
    inGuide(example),
    reviewerSays(example, reviewed),
    remark,
  ];
}

function fixtureLinks(guide: Guide, example: Example): string {
  const number = example.fixture.slice(0, 2);
  const names = example.pair ? [`${number} before`, 'after'] : [number];
  return filesOf(guide, example)
    .map((file, index) => `[${names[index]}](../fixtures/guides/${file}.yaml)`)
    .join(', ');
}

function inGuide({ guide, pair }: Example): string {
  if (!pair) return guide;
  return guide === 'bad' ? 'bad, then corrected' : 'before and after';
}

function reviewerSays({ pair, production }: Example, { alone, ...reviewed }: Reviewed): string {
  const strict = production.length === 0 ? [] : [`in \`eks-production\`: ${told(reviewed.production)}`];
  const [first = [], second = []] = alone;
  if (!pair) return [told(first), ...strict].join('<br>');
  const change = aboveInfo(introduced(reviewed.change));
  const back = aboveInfo(introduced(reviewed.back));
  return [
    `before: ${told(first)}`,
    ...strict,
    `after: ${told(second)}`,
    ...(change.length === 0 ? [] : [`the change: ${list(change)}`]),
    ...(back.length === 0 ? [] : [`undoing it: ${list(back)}`]),
  ].join('<br>');
}

function told(findings: readonly JudgedFinding[]): string {
  const loud = aboveInfo(findings);
  const info = unique(findings.filter(({ severity }) => severity === 'info').map(({ ruleId }) => ruleId));
  const said = [
    ...(loud.length === 0 ? [] : [list(loud)]),
    ...(info.length === 0 ? [] : [`info: ${info.map(ruleLink).join(', ')}`]),
  ];
  return said.length === 0 ? 'nothing' : said.join(' · ');
}

function list(findings: readonly JudgedFinding[]): string {
  const texts = findings.map(({ ruleId, severity, title }) => `${severity} ${ruleLink(ruleId)}: ${title}`);
  return unique(texts).join('; ');
}

/** What carries a section or an item, or why nothing does. */
export function cover({ carriedBy = [], outside = '' }: Cover): string {
  const written = carriedBy.filter((each) => !laterRules.includes(each)).map(carrierText);
  const planned = carriedBy.filter((each) => laterRules.includes(each));
  return [written.join(', '), later(planned), outside].filter(Boolean).join(' · ');
}

function later(ids: readonly string[]): string {
  return ids.length === 0 ? '' : `*later:* ${ids.map((each) => `\`${each}\``).join(', ')}`;
}

function carrierText(carrier: string): string {
  const [group = '', name] = carrier.split(':');
  if (name === undefined) return ruleLink(group);
  const words: Readonly<Record<string, string>> = carriers[group as keyof typeof carriers];
  return `${group}: ${words[name]}`;
}

export function ruleLink(id: string): string {
  return `[\`${id}\`](rules/${id}.md)`;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
