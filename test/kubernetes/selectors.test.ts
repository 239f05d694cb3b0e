import { describe, expect, test } from 'vitest';
import {
  failingRequirements,
  type LabelSet,
  matchRequirement,
  matchSelector,
  type Requirement,
} from '../../src/kubernetes/selectors.ts';

const requirement = (operator: Requirement['operator'], ...values: string[]): Requirement => ({
  key: 'app',
  operator,
  values,
});

const has = (labels: Record<string, string>, unknown: string[] = [], open = false): LabelSet => ({
  labels,
  unknown: new Set(unknown),
  open,
});

describe.each([
  ['the label has the value', has({ app: 'web' }), ['yes', 'no', 'yes', 'no']],
  ['the label has another value', has({ app: 'api' }), ['no', 'yes', 'yes', 'no']],
  ['the label is empty', has({ app: '' }), ['no', 'yes', 'yes', 'no']],
  ['there is no such label', has({ tier: 'web' }), ['no', 'yes', 'no', 'yes']],
  ['its value is a placeholder', has({}, ['app']), ['unknown', 'unknown', 'unknown', 'unknown']],
  ['the whole map is a placeholder', has({}, [], true), ['unknown', 'unknown', 'unknown', 'unknown']],
] as const)('%s', (_, labels, [listed, notListed, exists, absent]) => {
  test('In', () => expect(matchRequirement(requirement('In', 'web', 'x'), labels)).toBe(listed));
  test('NotIn', () => expect(matchRequirement(requirement('NotIn', 'web', 'x'), labels)).toBe(notListed));
  test('Exists', () => expect(matchRequirement(requirement('Exists'), labels)).toBe(exists));
  test('DoesNotExist', () => expect(matchRequirement(requirement('DoesNotExist'), labels)).toBe(absent));
});

describe('a selector', () => {
  const tier: Requirement = { key: 'tier', operator: 'In', values: ['front'] };

  test('null selects nothing, an empty one everything', () => {
    expect(matchSelector(null, has({ app: 'web' }))).toBe('no');
    expect(matchSelector([], has({}))).toBe('yes');
  });

  test('one requirement that surely fails decides, whatever is unknown of the others', () => {
    const labels = has({ app: 'api' }, ['tier']);
    expect(matchSelector([tier, requirement('In', 'web')], labels)).toBe('no');
    expect(failingRequirements([tier, requirement('In', 'web')], labels)).toEqual([requirement('In', 'web')]);
  });

  test('what is left open keeps it unknown', () => {
    expect(matchSelector([tier, requirement('In', 'web')], has({ app: 'web' }, ['tier']))).toBe('unknown');
    expect(matchSelector([tier, requirement('In', 'web')], has({ app: 'web', tier: 'front' }))).toBe('yes');
  });
});
