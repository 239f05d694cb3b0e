import { expect, test } from 'vitest';
import type { UnitComparison } from '../../../src/policy/compare.ts';
import { compareUnit } from '../../../src/policy/compare.ts';
import { valueUnread } from '../../../src/policy/rules/rollout/value-unread.ts';
import { type UnreadKey, unreadResource } from '../../../src/policy/unread.ts';
import { inventoryOf } from '../../../src/resources/inventory.ts';
import { findingOf } from '../../../src/review/findings.ts';
import { judgingOf } from '../support.ts';

const key = (steps: readonly string[], near: string | null): UnreadKey => ({
  path: 'charts/web/values.yaml',
  key: steps,
  near,
  startLine: 7,
  startColumn: 3,
  endLine: 7,
  endColumn: 12,
});

function judged(base: readonly UnreadKey[] | null, head: readonly UnreadKey[]) {
  const side = (keys: readonly UnreadKey[] | null): UnitComparison['head'] =>
    keys && [
      {
        valuesSet: 'default',
        state: 'ok',
        inventory: inventoryOf('helm:charts/web', keys.map(unreadResource), true, null),
        ignores: [],
      },
    ];
  const unit = { id: 'helm:charts/web', base: side(base), head: side(head), updates: new Map() };
  return compareUnit([valueUnread], unit, judgingOf()).findings.map((found) =>
    findingOf(unit.id, found, new Map()),
  );
}

test('valid: no key of the change is unread', () => {
  expect(judged([], [])).toEqual([]);
});

test('invalid: a key that has no near one', () => {
  const [finding, ...more] = judged([], [key(['image', 'pulPolicy'], null)]);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    ruleId: 'value-unread',
    messageId: 'unread',
    class: 'hazard',
    severity: 'warning',
    status: 'introduced',
    title: 'Nothing reads `image.pulPolicy`',
    message:
      'No template of the chart mentions `pulPolicy`, and rendering with another value of `image.pulPolicy` changes no byte.',
    why: 'The release is deployed as if this value were not there: what it was to change stays as it is.',
    fix: 'Write the key that the templates read, or remove this one.',
    data: { path: 'charts/web/values.yaml', key: 'image.pulPolicy', near: null },
    location: {
      path: 'charts/web/values.yaml',
      startLine: 7,
      startColumn: 3,
      endLine: 7,
      endColumn: 12,
      revision: 'head',
      kind: 'values',
    },
  });
});

test('invalid: two keys, one with a near one, of a chart that is new', () => {
  const findings = judged(null, [key(['replicsa'], 'replicas'), key(['x'], null)]);
  expect(findings.map(({ title, fix }) => [title, fix])).toEqual([
    ['Nothing reads `replicsa`', 'Did you mean `replicas`? The templates read that.'],
    ['Nothing reads `x`', 'Write the key that the templates read, or remove this one.'],
  ]);
});

test('invalid: a name that tries to be markup', () => {
  const [finding] = judged([], [key(['`<b>'], null)]);
  expect(finding?.title).toBe('Nothing reads `["\'<b>"]`');
});
