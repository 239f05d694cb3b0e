import { expect, test } from 'vitest';
import { isPlaceholder } from '../../src/manifest/manifest.ts';

test.each([
  '$' + '{IMAGE}',
  'web:$' + '{TAG}',
  '{{ name }}',
  '__NAME__',
  '@@NAME@@',
  '<name>',
  { NAME: null },
])('%j is filled in by a later tool', (value) => {
  expect(isPlaceholder(value)).toBe(true);
});

test.each([
  'web',
  '$NAME',
  '__name',
  '',
  1,
  null,
  undefined,
  {},
  [],
  [null],
  { name: null },
  { NAME: 'web' },
  { NAME: null, OTHER: null },
  { NAME: {} },
])('%j is what it says', (value) => {
  expect(isPlaceholder(value)).toBe(false);
});
