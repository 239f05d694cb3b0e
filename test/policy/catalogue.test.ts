import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rules } from '../../src/policy/rules/index.ts';

const root = new URL('../../', import.meta.url);
const headings = [
  'What it finds',
  'Why it matters',
  'The arithmetic',
  'How to fix it',
  'When not to use it',
  'Options',
  'Sources',
];

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('its file, its test, its page and its line in the tables have its name', () => {
    expect(existsSync(new URL(`src/policy/rules/${rule.category}/${id}.ts`, root))).toBe(true);
    if (id !== 'render-broken')
      expect(existsSync(new URL(`test/policy/rules/${id}.test.ts`, root))).toBe(true);
    expect(read('README.md')).toContain(`(docs/rules/${id}.md)`);
  });

  test('its page has the fixed headings in order and links its sources', () => {
    const page = read(`docs/rules/${id}.md`);
    expect(page.split('\n')[0]).toBe(`# ${id}`);
    expect([...page.matchAll(/^## (.+)$/gm)].map((match) => match[1])).toEqual(headings);
    expect(page.split('## Sources')[1]).toMatch(/https:\/\//);
  });

  test('it names a reference and every message has words', () => {
    expect(rule.references.length).toBeGreaterThan(0);
    expect(Object.keys(rule.messages).length).toBeGreaterThan(0);
    expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
  });
});

test('every rule file and every page belongs to a rule of the list', () => {
  const ids = rules.map(({ id }) => id).sort();
  const files = readdirSync(new URL('src/policy/rules/', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file.includes('/'))
    .map((file) => file.replace(/^.*\/|\.ts$/g, ''));
  const pages = readdirSync(new URL('docs/rules/', root))
    .filter((file) => file !== 'README.md')
    .map((file) => file.replace(/\.md$/, ''));
  expect(files.sort()).toEqual(ids);
  expect(pages.sort()).toEqual(ids);
});
