import { expect, test } from 'vitest';
import { resolvePlain, resolveTagged } from '../../src/manifest/scalar.ts';

test.each([
  ['yes', true],
  ['Y', true],
  ['On', true],
  ['yEs', 'yEs'],
  ['n', false],
  ['OFF', false],
  ['true', true],
  ['', null],
  ['~', null],
  ['Null', null],
  ['nULL', 'nULL'],
  ['0', 0],
  ['-0', 0],
  ['30', 30],
  ['+5', 5],
  ['1_000', 1000],
  ['0777', 511],
  ['0o17', 15],
  ['08', 8],
  ['0x1F', 31],
  ['-0b11', -3],
  ['1e3', 1000],
  ['1.', 1],
  ['.5', 0.5],
  ['1.10', 1.1],
  ['1e999', '1e999'],
  ['12:30', '12:30'],
  ['190:20:30', '190:20:30'],
  ['2024-01-02', '2024-01-02'],
  ['1.2.3', '1.2.3'],
  ['100m', '100m'],
  ['-', '-'],
  ['0x', '0x'],
  ['=', '='],
])('the plain scalar %j is %j', (source, value) => {
  expect(resolvePlain(source)).toBe(value);
});

test.each([
  ['tag:yaml.org,2002:int', '3', 3],
  ['tag:yaml.org,2002:bool', 'yes', true],
  ['tag:yaml.org,2002:binary', 'aGVsbG8=', 'hello'],
  ['!Ref', '3', '3'],
])('%s of %j is %j', (tag, source, value) => {
  expect(resolveTagged(tag, source)).toBe(value);
});
