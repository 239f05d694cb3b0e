import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAnnotation, parseComment } from '../../src/policy/suppression-syntax.ts';

const plain = { owner: null, expires: null, problem: null };

describe('a comment', () => {
  test.each<[string, unknown]>([
    ['a-rule -- why', { ...plain, ruleIds: ['a-rule'], reason: 'why' }],
    ['a-rule, b-rule -- why not', { ...plain, ruleIds: ['a-rule', 'b-rule'], reason: 'why not' }],
    [
      'a-rule @team/web until 2027-01-31 -- ticket 7 -- later',
      {
        ruleIds: ['a-rule'],
        owner: 'team/web',
        expires: '2027-01-31',
        reason: 'ticket 7 -- later',
        problem: null,
      },
    ],
    [
      'a-rule until 2027-01-31 @ann -- x',
      { ...plain, ruleIds: ['a-rule'], owner: 'ann', expires: '2027-01-31', reason: 'x' },
    ],
    [
      'a-rule',
      {
        ...plain,
        ruleIds: ['a-rule'],
        reason: '',
        problem: 'it gives no reason: write `-- ` and the reason behind the rule',
      },
    ],
    [
      'a-rule --',
      {
        ...plain,
        ruleIds: ['a-rule'],
        reason: '',
        problem: 'it gives no reason: write `-- ` and the reason behind the rule',
      },
    ],
    [
      'a-rule until tomorrow -- why',
      {
        ...plain,
        ruleIds: ['a-rule'],
        reason: 'why',
        problem: 'the day after `until` is not a date: write it as `2027-01-31`',
      },
    ],
    [
      'a-rule until 2027-02-30 -- why',
      {
        ...plain,
        ruleIds: ['a-rule'],
        reason: 'why',
        problem: 'the day after `until` is not a date: write it as `2027-01-31`',
      },
    ],
    ['-- why', { ...plain, ruleIds: [], reason: 'why', problem: 'it names no rule' }],
  ])('%s', (text, expected) => expect(parseComment(text)).toEqual(expected));
});

describe('an annotation', () => {
  test.each<[string, unknown[]]>([
    ['a-rule: why', [{ ...plain, ruleIds: ['a-rule'], reason: 'why' }]],
    [
      'a-rule @ann until 2027-01-31: why; b-rule: see https://example.org/x; really',
      [
        { ruleIds: ['a-rule'], owner: 'ann', expires: '2027-01-31', reason: 'why', problem: null },
        { ...plain, ruleIds: ['b-rule'], reason: 'see https://example.org/x; really' },
      ],
    ],
    ['a-rule, b-rule: why;', [{ ...plain, ruleIds: ['a-rule', 'b-rule'], reason: 'why' }]],
    [
      'a-rule',
      [
        {
          ...plain,
          ruleIds: ['a-rule'],
          reason: '',
          problem: 'it gives no reason: write `: ` and the reason behind the rule',
        },
      ],
    ],
    ['', []],
  ])('%s', (text, expected) => expect(parseAnnotation(text)).toEqual(expected));
});

test('what is written comes back, whatever the reason says', () => {
  const rule = fc.constantFrom('pre-stop-removed', 'budget-missing', 'hook-invalid');
  const reason = fc
    .string({ minLength: 1, maxLength: 40 })
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
  fc.assert(
    fc.property(fc.uniqueArray(rule, { minLength: 1 }), reason, (ruleIds, why) => {
      expect(parseComment(`${ruleIds.join(', ')} -- ${why}`)).toMatchObject({ ruleIds, reason: why });
    }),
  );
});
