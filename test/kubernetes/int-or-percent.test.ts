import { expect, test } from 'vitest';
import { scaleIntOrPercent } from '../../src/kubernetes/int-or-percent.ts';

test.each([
  [3, 10, 3, 3],
  [0, 10, 0, 0],
  ['0%', 10, 0, 0],
  ['100%', 7, 7, 7],
  ['25%', 4, 1, 1],
  ['25%', 3, 1, 0],
  ['30%', 3, 1, 0],
  ['50%', 1, 1, 0],
  ['1%', 100, 1, 1],
  ['29%', 100, 29, 29],
  ['120%', 5, 6, 6],
  ['50%', 0, 0, 0],
])('%s of %i pods is %i rounded up, %i rounded down', (value, total, up, down) => {
  expect(scaleIntOrPercent(value, total, 'up')).toBe(up);
  expect(scaleIntOrPercent(value, total, 'down')).toBe(down);
});

test.each([undefined, null, '', '3', '%', '1.5%', ' 5%', '5 %', 1.5, Number.NaN, {}, [], true])(
  '%s is neither a number of pods nor a percentage',
  (value) => {
    expect(scaleIntOrPercent(value, 4, 'up')).toBeUndefined();
  },
);
