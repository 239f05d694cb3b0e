import { describe, expect, test } from 'vitest';
import {
  allowedWords,
  isNothing,
  leavesOf,
  othersThan,
  plausible,
  sharedEnd,
} from '../../src/render/helm/cause-values.ts';

test.each<[unknown, unknown[]]>([
  [true, [false]],
  [0, [1]],
  [3, [4, 2]],
  ['', ['x']],
  ['true', ['false']],
  ['30s', ['31s', '']],
  ['v1.9', ['v1.10', '']],
  ['web', ['webx', '']],
  [null, []],
  [{}, []],
])('other values than %j', (value, others) => {
  expect(othersThan(value)).toEqual(others);
});

test.each<[string, unknown, string[]]>([
  ['Preset key invalid. Allowed values are nano, small, large', 'nano', ['small', 'large', 'none']],
  ['type must be one of ClusterIP, NodePort', 'ClusterIP', ['one', 'NodePort', 'none']],
  ['nil pointer', 'nano', []],
  ['Allowed values are 1, 2', 1, []],
])('allowed words of %j', (message, value, words) => {
  expect(allowedWords(message, value)).toEqual(words.filter((word) => word !== 'one'));
});

describe('leaves', () => {
  test('of maps and lists, empty ones included', () => {
    expect(leavesOf({ a: [1, { b: {} }], c: null })).toEqual([
      { path: ['a', 0], value: 1 },
      { path: ['a', 1, 'b'], value: {} },
      { path: ['c'], value: null },
    ]);
  });

  test('of a scalar', () => expect(leavesOf(5)).toEqual([{ path: [], value: 5 }]));

  test('of a huge map are not all', () => {
    expect(
      leavesOf(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [index, index]))),
    ).toHaveLength(500);
  });
});

test('the end that two paths share', () => {
  expect(sharedEnd(['a', 'limits', 'cpu'], ['b', 'limits', 'cpu'])).toBe(2);
  expect(sharedEnd([], ['a'])).toBe(0);
});

test('what says nothing', () => {
  expect([undefined, null, false, '', 0, {}, []].every(isNothing)).toBe(true);
  expect(['x', 1, true, { a: 0 }, [0]].some(isNothing)).toBe(false);
});

test('something for a field, never from a prototype', () => {
  expect([
    plausible(['terminationGracePeriodSeconds']),
    plausible(['ports', 0]),
    plausible(['toString']),
  ]).toEqual([7, [{ name: 'x', containerPort: 7 }], { x: 'x' }]);
});
