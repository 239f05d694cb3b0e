import { describe, expect, test } from 'vitest';
import type { Judgement } from '../../src/policy/judge.ts';
import { defineRule } from '../../src/policy/rule.ts';
import type { Resource } from '../../src/resources/resource.ts';
import { findingOf, objectText, withoutTwins } from '../../src/review/findings.ts';
import type { Finding } from '../../src/review/report.ts';
import type { FileChange } from '../../src/text/change.ts';
import { resourcesOf } from '../resources/support.ts';
import { finding } from './support.ts';

const message = {
  class: 'hazard' as const,
  severity: 'warning' as const,
  title: ({ seconds }: { seconds: number }) => `title ${seconds}`,
  text: ({ seconds }: { seconds: number }) => `text ${seconds}`,
  why: () => 'why',
};
const rule = defineRule({
  id: 'some-rule',
  category: 'probes',
  title: 'Some',
  messages: { plain: message, fixable: { ...message, fix: () => 'fix' } },
  references: [{ title: 'Source', url: 'https://example.org' }],
  check: () => [],
});

function judgement(
  resource: Resource,
  path: readonly (string | number)[],
  messageId: 'plain' | 'fixable',
): Judgement {
  return {
    rule,
    message: rule.messages[messageId],
    severity: 'warning',
    fingerprint: 'f',
    isNew: false,
    told: true,
    directives: [],
    diagnostic: {
      messageId,
      data: { seconds: 5 },
      at: { resource, path },
      container: 'web',
      evidence: [{ text: 'read', at: { resource, path: ['kind'] } }, { text: 'assumed' }],
    },
  };
}

function found(
  resource: Resource,
  path: readonly (string | number)[],
  messageId: 'plain' | 'fixable' = 'plain',
) {
  const status = 'introduced' as const;
  return {
    judgement: judgement(resource, path, messageId),
    status,
    severity: 'warning' as const,
    valuesSets: ['a', 'b'],
    baseUnknown: false,
    isAssembled: false,
    assumptions: [],
    accepted: null,
  };
}

const change = (...added: number[]): ReadonlyMap<string, FileChange> => {
  const hunks = added.map((line) => ({
    oldStart: line,
    oldLines: 0,
    newStart: line,
    newLines: 1,
    added: [line],
    deleted: [],
  }));
  const path = 'deploy/web.yaml';
  return new Map([[path, { path, previousPath: null, status: 'modified' as const, binary: false, hunks }]]);
};

/** Lines 1 to 6 and 7 to 12; \`kind\` is not the first line of either. */
const two = ['a', 'b']
  .map((name) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  key: value\n`)
  .join('');

test('a finding has its words, its object, its line and what was read', () => {
  const [resource] = resourcesOf(two);
  expect(findingOf('raw:deploy', found(resource!, ['data', 'key'], 'fixable'), change(6))).toEqual({
    ruleId: 'some-rule',
    messageId: 'fixable',
    class: 'hazard',
    severity: 'warning',
    status: 'introduced',
    fingerprint: 'f',
    title: 'title 5',
    message: 'text 5',
    why: 'why',
    fix: 'fix',
    object: { apiVersion: 'v1', kind: 'ConfigMap', namespace: null, name: 'a' },
    container: 'web',
    field: 'data.key',
    data: { seconds: 5 },
    evidence: [
      { text: 'read', path: 'deploy/web.yaml', line: 3 },
      { text: 'assumed', path: null, line: null },
    ],
    releases: [
      { unit: 'raw:deploy', valuesSet: 'a' },
      { unit: 'raw:deploy', valuesSet: 'b' },
    ],
    onlyWith: [],
    location: {
      path: 'deploy/web.yaml',
      startLine: 6,
      startColumn: 3,
      endLine: 6,
      endColumn: 13,
      revision: 'head',
      kind: 'manifest',
    },
    placement: { kind: 'inline', path: 'deploy/web.yaml', startLine: 6, endLine: 6, side: 'RIGHT' },
    patch: null,
    suppressed: null,
    item: null,
    isNew: false,
    cites: [],
    picture: null,
    references: [
      { title: 'some-rule', url: expect.stringMatching(/^https:.*\/docs\/rules\/some-rule\.md$/) },
      { title: 'Source', url: 'https://example.org' },
    ],
  });
});

test.each([
  [['a', 'b'], []],
  [
    ['a', 'b', 'c'],
    ['a', 'b'],
  ],
  [
    ['a', 'b', 'default'],
    ['a', 'b'],
  ],
])('of the values sets %j it is only with %j', (sets, only) => {
  const [resource] = resourcesOf(two);
  expect(findingOf('raw:deploy', found(resource!, []), new Map(), sets).onlyWith).toEqual(only);
  const inDefault = { ...found(resource!, []), valuesSets: ['default'] };
  expect(findingOf('raw:deploy', inDefault, new Map(), ['default', ...sets]).onlyWith).toEqual([]);
});

describe('the nearest added line is one of the same object', () => {
  const [first, second] = resourcesOf(two);

  test.each([
    ['the object before', first, ['data', 'key'], [7, 8, 9], null],
    ['the object behind', second, ['apiVersion'], [5, 6], null],
    ['its first field', second, ['data', 'key'], [8], 8],
    ['its last field', first, ['apiVersion'], [6, 7], 6],
  ] as const)('%s', (_, resource, path, added, line) => {
    const { placement } = findingOf('raw:deploy', found(resource!, path), change(...added));
    expect([placement.kind, placement.startLine]).toEqual(
      line === null ? ['summary', expect.any(Number)] : ['inline', line],
    );
  });

  test('of a list only the item', () => {
    const item = (name: string): string =>
      `  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: ${name}}\n    data: {x: y}\n`;
    const list = resourcesOf(`apiVersion: v1\nkind: List\nitems:\n${item('a')}${item('b')}`);
    const placed = (added: number) =>
      findingOf('raw:deploy', found(list[0]!, ['data', 'x']), change(added)).placement;
    expect([4, 6, 8].map((line) => placed(line).kind)).toEqual(['inline', 'inline', 'summary']);
  });
});

test('what is not introduced stands in the summary, wherever it is', () => {
  const [resource] = resourcesOf(two);
  for (const status of ['existing', 'fixed'] as const) {
    const { placement } = findingOf(
      'raw:deploy',
      { ...found(resource!, ['data', 'key']), status },
      change(6),
    );
    expect(placement).toEqual({
      kind: 'summary',
      path: 'deploy/web.yaml',
      startLine: 6,
      endLine: 6,
      side: null,
    });
  }
});

test.each([
  [{ apiVersion: 'v1', kind: 'Pod', namespace: null, name: 'web' }, 'Pod/web'],
  [{ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' }, 'shop/Pod/web'],
  [{ apiVersion: '', kind: 'File', namespace: null, name: 'deploy/web.yaml' }, 'deploy/web.yaml'],
  [{ apiVersion: 'a/v1', kind: 'Chart', namespace: null, name: 'web' }, 'Chart/web'],
])('%j is called %s', (object, text) => {
  expect(objectText(object)).toBe(text);
});

describe('what other values sets only name otherwise', () => {
  const set = (...sets: string[]) => ({
    releases: sets.map((valuesSet) => ({ unit: 'helm:c', valuesSet })),
    onlyWith: sets.includes('default') ? [] : sets,
  });
  const named = (name: string) => ({ object: { ...finding().object, name }, fingerprint: name });
  const summary = (findings: Parameters<typeof withoutTwins>[0]) =>
    withoutTwins(findings).map(
      ({ severity, object, releases, onlyWith }) =>
        `${severity} ${object.name} [${releases.map(({ valuesSet }) => valuesSet)}] [${onlyWith}]`,
    );

  test('is said once, with the gravest severity and every set', () => {
    const twins = [
      finding({ ...named('a'), ...set('ci/a-values.yaml'), severity: 'warning' }),
      finding({ ...named('web'), ...set('default', 'prod.yaml') }),
      finding({ ...named('b'), ...set('ci/b-values.yaml'), severity: 'warning' }),
    ];
    const expected = ['error web [default,prod.yaml,ci/a-values.yaml,ci/b-values.yaml] []'];
    expect(summary(twins)).toEqual(expected);
    expect(summary([...twins].reverse())).toEqual(expected);
  });

  test('names the sets that show it where the defaults do not', () => {
    const twins = [finding({ ...named('b'), ...set('b') }), finding({ ...named('a'), ...set('a') })];
    expect(summary(twins)).toEqual(['error a [a,b] [a,b]']);
  });

  test.each<[string, Partial<Finding>]>([
    ['an object of the same set', set('default')],
    ['another kind', { object: { ...named('b').object, kind: 'Service' } }],
    ['another namespace', { object: { ...named('b').object, namespace: 'shop' } }],
    ['another container', { container: 'other' }],
    ['other words', { message: 'other' }],
    ['another line', { location: { ...finding().location!, startLine: 13 } }],
    ['no known line', { location: null }],
    ['another status', { status: 'existing' }],
  ])('but not %s', (_name, other) => {
    const one = finding({ ...named('a'), ...set('default') });
    expect(withoutTwins([one, finding({ ...named('b'), ...set('b'), ...other })])).toHaveLength(2);
  });
});
