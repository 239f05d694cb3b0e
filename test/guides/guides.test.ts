import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { rules } from '../../src/policy/rules/index.ts';
import type { JudgedFinding } from '../policy/support.ts';
import { type Expected, filesOf, readGuides } from './data.ts';
import { laterRules } from './later.ts';
import { guidesPage } from './page.ts';
import {
  aboveInfo,
  fixtures,
  introduced,
  keyOf,
  type Results,
  type Reviewed,
  reviewGuides,
} from './review.ts';

const guides = readGuides();
const written = rules.map(({ id }) => id);
const ruleOf = (carrier: string) => (carrier.includes(':') ? [] : [carrier]);
let results: Results = new Map();

beforeAll(async () => {
  results = await reviewGuides(guides);
}, 120_000);

/** A finding as the data states it: with what the data leaves out left out. */
function like(finding: JudgedFinding, expected: Expected): boolean {
  const { rule, messageId, severity, line } = expected;
  return (
    finding.ruleId === rule &&
    (messageId ?? finding.messageId) === finding.messageId &&
    (severity ?? finding.severity) === finding.severity &&
    (line ?? finding.line) === finding.line
  );
}

function short({ ruleId, messageId, severity, line }: JudgedFinding): string {
  return `${severity} ${ruleId} (${messageId}) on line ${line}`;
}

/** Everything expected is told, and nothing else above info. */
function compare(findings: readonly JudgedFinding[], expected: readonly Expected[]): void {
  const missing = expected.filter((each) => !findings.some((finding) => like(finding, each)));
  const surplus = aboveInfo(findings).filter((finding) => !expected.some((each) => like(finding, each)));
  expect({ missing, surplus: surplus.map(short) }).toEqual({ missing: [], surplus: [] });
}

function reviewed(key: string): Reviewed {
  const found = results.get(key);
  if (found === undefined) throw new Error(`${key} was not reviewed`);
  return found;
}

describe.each(guides.map((guide) => [guide.folder, guide] as const))('%s', (_folder, guide) => {
  test.each(guide.examples.map((example) => [example.fixture, example] as const))('%s', (_name, example) => {
    const { alone, change, back, production } = reviewed(keyOf(guide, example));
    const { pair, says, base, head, fixed } = example;
    const [first = [], second = []] = alone;
    compare(first, pair ? base : says);
    compare(second, head);
    compare(introduced(change), example.change);
    compare(introduced(back), example.back);
    const ended = change.filter(({ status }) => status === 'fixed').map(({ ruleId }) => ruleId);
    expect(ended).toEqual(expect.arrayContaining(fixed));
    for (const each of example.production)
      expect(
        production.some((finding) => like(finding, each)),
        each.rule,
      ).toBe(true);
  });

  test('a bad example gets a finding, or the data says which is to come or why not', () => {
    const silent = guide.examples.filter(
      ({ guide: called, says, base, back, later, verdict }) =>
        called === 'bad' && says.length + base.length + back.length + later.length === 0 && !verdict,
    );
    expect(silent.map(({ fixture }) => fixture)).toEqual([]);
  });

  test('a good example that gets a finding above info says who is right', () => {
    const odd = guide.examples.filter(
      ({ guide: called, says, head, verdict }) =>
        called === 'good' && says.length + head.length > 0 && !verdict,
    );
    expect(odd.map(({ fixture }) => fixture)).toEqual([]);
  });

  test('examples name sections that are there', () => {
    const headings = guide.sections.map(({ heading }) => heading);
    const named = [...guide.examples, ...guide.notRead].map(({ section }) => section);
    expect(named.filter((section) => !headings.includes(section))).toEqual([]);
  });

  test('its fixtures are the files of its folder', () => {
    const files = guide.examples.flatMap((example) => filesOf(guide, example)).map((file) => `${file}.yaml`);
    const found = readdirSync(new URL(`${guide.folder}/`, fixtures)).map((file) => `${guide.folder}/${file}`);
    expect(files.sort()).toEqual(found.sort());
  });

  test('every rule that it names is written or to come', () => {
    const covers = [
      ...guide.sections,
      ...guide.checklists.flatMap(({ groups }) => groups.flatMap(({ items }) => items)),
    ];
    const carried = covers.flatMap(({ carriedBy = [] }) => carriedBy.flatMap(ruleOf));
    const expected = guide.examples.flatMap((example) => [
      ...[example.says, example.base, example.head, example.change, example.back, example.production]
        .flat()
        .map(({ rule }) => rule),
      ...example.fixed,
    ]);
    expect(carried.filter((id) => !written.includes(id) && !laterRules.includes(id))).toEqual([]);
    expect(expected.filter((id) => !written.includes(id))).toEqual([]);
    expect(guide.examples.flatMap(({ later }) => later).filter((id) => !laterRules.includes(id))).toEqual([]);
  });
});

test('no rule is both written and to come', () => {
  expect(laterRules.filter((id) => written.includes(id))).toEqual([]);
});

test('data, fixtures and page are in English', () => {
  const page = guidesPage(guides, results);
  const texts = guides.flatMap((guide) =>
    guide.examples
      .flatMap((example) => filesOf(guide, example))
      .map((file) => readFileSync(new URL(`${file}.yaml`, fixtures), 'utf8')),
  );
  expect([page, ...texts].filter((text) => /\p{Script=Hangul}/u.test(text))).toEqual([]);
});

test('docs/guides.md is what the generator gives', () => {
  const page = readFileSync(new URL('../../docs/guides.md', import.meta.url), 'utf8');
  expect(guidesPage(guides, results) === page, 'run npm run docs').toBe(true);
});
