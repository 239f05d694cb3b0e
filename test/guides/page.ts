import { rules } from '../../src/policy/rules/index.ts';
import { cover, exampleRow, ruleLink } from './cells.ts';
import type { Guide } from './data.ts';
import { keyOf, type Results } from './review.ts';

const introduction = `# The guides, section by section

<!-- Generated from test/guides/ by \`npm run docs\`. -->

Five guides, all in Korean, stand behind the policy. This page says for every section which rules, figures, timing
quantities and report parts carry it, or why it is outside a reviewer's reach; for every YAML example a fixture with the
same lesson in our own words, and what the reviewer says of it in the profile \`recommended\`, as a new workload; and where
a guide and a primary source disagree. The rules follow the primary source. A rule marked *later* is in the catalogue and
not written yet.`;

/** \`docs/guides.md\`: section by section and example by example what becomes of the guides. */
export function guidesPage(
  guides: readonly Guide[],
  results: Results,
  written: readonly string[] = rules.map(({ id }) => id),
): string {
  const parts = guides.map((guide, index) => guidePart(guide, index + 1, results));
  return `${[introduction, overview(guides), ...parts, checklists(guides), beyond(guides, written)].join('\n\n')}\n`;
}

function overview(guides: readonly Guide[]): string {
  return table(
    ['guide', 'sections', 'carried', 'outside', 'examples', 'disagreements'],
    guides.map((guide, index) => {
      const carried = guide.sections.filter(({ carriedBy }) => carriedBy !== undefined).length;
      const { sections, examples } = guide;
      const counts = [sections.length, carried, sections.length - carried, examples.length];
      return [titleLink(guide, index + 1), ...[...counts, disagreements(guide).length].map(String)];
    }),
  );
}

function guidePart(guide: Guide, number: number, results: Results): string {
  const { sections, examples, notRead } = guide;
  const notes = sections.flatMap(({ heading, note }) =>
    note === undefined ? [] : [`- ${heading}: ${note}`],
  );
  return [
    `## ${number}. ${guide.title}`,
    '### Sections',
    table(
      ['section', 'carried by, or why not'],
      sections.map((section) => [headingText(section.heading), cover(section)]),
    ),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    ...disagreementPart(guide),
    '### Examples',
    table(
      ['example', 'in the guide', 'the reviewer says', 'remark'],
      examples.map((example) => exampleRow(guide, example, reviewedOf(results, keyOf(guide, example)))),
    ),
    '### Examples that are not read',
    table(
      ['section', 'example', 'why'],
      notRead.map(({ section, example, reason }) => [section, example, reason]),
    ),
  ].join('\n\n');
}

function reviewedOf(results: Results, key: string) {
  const reviewed = results.get(key);
  if (reviewed === undefined) throw new Error(`${key} was not reviewed`);
  return reviewed;
}

function disagreementPart(guide: Guide): readonly string[] {
  const rows = disagreements(guide);
  if (rows.length === 0) return [];
  return ['### Where a primary source disagrees', table(['section', 'the guide', 'the source'], rows)];
}

function disagreements({ sections }: Guide): readonly (readonly string[])[] {
  return sections.flatMap(({ heading, contradicts = [] }) =>
    contradicts.map(({ guide, fact, source }) => [heading, guide, `${fact} ([source](${source}))`]),
  );
}

function checklists(guides: readonly Guide[]): string {
  const parts = guides
    .flatMap((guide) => guide.checklists)
    .flatMap(({ title, groups }) => [
      `### ${title}`,
      table(
        ['item', 'carried by, or why not'],
        groups.flatMap((group) => [
          [`**${group.title}**`, ''],
          ...group.items.map((each) => [each.item, cover(each)]),
        ]),
      ),
    ]);
  return ['## The checklists, item by item', ...parts].join('\n\n');
}

/** Rules that come from Kubernetes itself or from outages, not from the guides. */
function beyond(guides: readonly Guide[], written: readonly string[]): string {
  const carried = new Set(
    guides.flatMap(({ sections }) => sections.flatMap(({ carriedBy = [] }) => carriedBy)),
  );
  const ids = written.filter((id) => !carried.has(id));
  return `## Rules that no section asks for\n\n${ids.sort().map(ruleLink).join(', ')}`;
}

/** Numbered sections stand out; the headings below them have no number in the guides. */
function headingText(heading: string): string {
  return /^\d/.test(heading) ? `**${heading}**` : heading;
}

function titleLink({ title }: Guide, number: number): string {
  const heading = `${number}. ${title}`;
  const anchor = heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-');
  return `[${heading}](#${anchor})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
