import { describe, expect, test } from 'vitest';
import { type SetValue, stepsOf, valuesOfSettings } from '../../../src/render/gitops/set-values.ts';

describe('paths of --set', () => {
  test.each([
    ['a', ['a']],
    ['a.b.c', ['a', 'b', 'c']],
    ['a[0].b', ['a', 0, 'b']],
    ['a[0][1]', ['a', 0, 1]],
    ['nodeSelector.kubernetes\\.io/os', ['nodeSelector', 'kubernetes.io/os']],
    ['__proto__.x', ['__proto__', 'x']],
    ['', null],
    ['a.', null],
    ['.a', null],
    ['a..b', null],
    ['[0]', null],
    ['a[x]', null],
    ['a[0]b', null],
    ['a[99999999]', null],
    [Array.from({ length: 40 }, () => 'a').join('.'), null],
  ])('%s', (name, expected) => {
    expect(stepsOf(name)).toEqual(expected);
  });
});

describe('values of --set', () => {
  const typed = (name: string, value: string): SetValue => ({ name, value, kind: 'typed' });

  test.each<[string, SetValue[], unknown, unknown]>([
    ['numbers', [typed('a', '3'), typed('b', '-3'), typed('c', '0')], {}, { a: 3, b: -3, c: 0 }],
    [
      'no numbers',
      [typed('a', '03'), typed('b', '1.5'), typed('c', '1e3')],
      {},
      { a: '03', b: '1.5', c: '1e3' },
    ],
    [
      'words',
      [typed('a', 'TRUE'), typed('b', 'false'), typed('c', 'null')],
      {},
      { a: true, b: false, c: null },
    ],
    ['a list', [typed('a', '{1,x}')], {}, { a: [1, 'x'] }],
    ['a text', [{ name: 'a', value: 'true', kind: 'string' }], {}, { a: 'true' }],
    ['a file', [{ name: 'a', value: '{1,2}\n', kind: 'verbatim' }], {}, { a: '{1,2}\n' }],
    ['a comma that was escaped', [typed('a', 'x\\,y')], {}, { a: 'x,y' }],
    ['nested', [typed('a.b', '1'), typed('a.c', '2')], {}, { a: { b: 1, c: 2 } }],
    ['the later one wins', [typed('a', '1'), typed('a', '2')], {}, { a: 2 }],
    [
      'an item of a list that stands below',
      [typed('a[1]', 'y')],
      { a: ['x', 'z', 'w'] },
      { a: ['x', 'y', 'w'] },
    ],
    ['an item beyond the list', [typed('a[2]', 'y')], { a: ['x'] }, { a: ['x', null, 'y'] }],
    ['a field of an item', [typed('a[0].b', '1')], { a: [{ c: 2 }] }, { a: [{ c: 2, b: 1 }] }],
    ['a list that is not there', [typed('a[0].b', '1')], {}, { a: [{ b: 1 }] }],
    ['a map where a list was', [typed('a.b', '1')], { a: [1] }, { a: { b: 1 } }],
    ['nothing', [], {}, {}],
    ['a path that cannot be read', [typed('a.', '1')], {}, null],
  ])('%s', (_, settings, below, expected) => {
    expect(valuesOfSettings(settings, below)).toEqual(expected);
  });

  test('keys of prototypes are keys', () => {
    const values = valuesOfSettings([typed('__proto__.polluted', '1'), typed('constructor.x', '2')], {});
    expect(JSON.stringify(values)).toBe('{"__proto__":{"polluted":1},"constructor":{"x":2}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
