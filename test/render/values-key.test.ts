import { describe, expect, test } from 'vitest';
import type { ChartInput } from '../../src/render/helm/chart-input.ts';
import { valuesKey } from '../../src/render/helm/values-key.ts';
import { defaultLimits } from '../../src/text/limits.ts';

function input(files: Readonly<Record<string, string>>): ChartInput {
  const all = Object.entries({ 'Chart.yaml': 'name: web\n', ...files });
  const read = all.map(([path, text]) => ({
    path,
    repositoryPath: path,
    id: path,
    bytes: new TextEncoder().encode(text),
  }));
  return { folder: '.', files: read, withheld: [], whole: () => Promise.reject(), missing: [], refused: [] };
}

const key = (files: Readonly<Record<string, string>>, ...texts: string[]) =>
  valuesKey(input(files), texts, defaultLimits);

const reading = { 'templates/a.yaml': 'a: {{ .Values.grace }}\n' };

describe('values that render alike have one name', () => {
  test.each<[string, Record<string, string>, string[], string[]]>([
    ['comments and order', reading, ['grace: 1\nx: {b: 1, a: 2}\n'], ['# why\nx: {a: 2, b: 1}\ngrace: 1\n']],
    ['one file and two', reading, ['grace: 1\n'], ['grace: 2\n', 'grace: 1\n']],
    ['a key that no template names', reading, ['grace: 1\nnote: a\n'], ['grace: 1\nnote: b\n']],
    ['no key and one that no template names', reading, [], ['note: b\n']],
    ['an empty file', reading, [''], ['{}\n']],
    [
      'a key that only the defaults name',
      { ...reading, 'values.yaml': 'note: x\n' },
      ['note: a\n'],
      ['note: b\n'],
    ],
    ['a look by name', { 'templates/a.yaml': '{{ index .Values "grace" }}' }, ['note: a\n'], ['note: b\n']],
  ])('%s', (_, files, a, b) => {
    expect(key(files, ...a)).toBe(key(files, ...b));
  });

  test.each<[string, Record<string, string>, string[], string[]]>([
    ['a value that is read', reading, ['grace: 1\n'], ['grace: 2\n']],
    ['a null is no absence', reading, ['grace: null\n'], []],
    ['an order of items', reading, ['grace: [1, 2]\n'], ['grace: [2, 1]\n']],
    ['a helper', { 'templates/_h.tpl': '{{ $.Values.note }}' }, ['note: a\n'], ['note: b\n']],
    ['all values', { 'templates/a.yaml': '{{ toYaml .Values }}' }, ['note: a\n'], ['note: b\n']],
    ['a variable', { 'templates/a.yaml': '{{ $v := .Values }}{{ $v.grace }}' }, ['note: a\n'], ['note: b\n']],
    ['a name that is made', { 'templates/a.yaml': '{{ get . "Values" }}' }, ['note: a\n'], ['note: b\n']],
    ['a subchart', { ...reading, 'charts/note/Chart.yaml': 'name: other\n' }, ['note: a\n'], ['note: b\n']],
    [
      'an alias',
      { ...reading, 'Chart.yaml': 'dependencies: [{name: x, alias: note}]' },
      ['note: a\n'],
      ['note: b\n'],
    ],
    ['an archive', { ...reading, 'charts/x-1.tgz': '' }, ['note: a\n'], ['note: b\n']],
    ['a schema', { ...reading, 'values.schema.json': '{}' }, ['note: a\n'], ['note: b\n']],
    [
      'a key of several words',
      { 'templates/a.yaml': '{{ index .Values "a.b" }}' },
      ['a.b: 1\n'],
      ['a.b: 2\n'],
    ],
    ['globals', reading, ['global: {a: 1}\n'], ['global: {a: 2}\n']],
    [
      'files that are evaluated',
      { 'templates/a.yaml': '{{ tpl (.Files.Get "x") . }}' },
      ['note: a\n'],
      ['note: b\n'],
    ],
    [
      'a template in the values',
      reading,
      ['grace: "{{ .Values.note }}"\nnote: a\n'],
      ['grace: "{{ .Values.note }}"\nnote: b\n'],
    ],
  ])('%s keeps them apart', (_, files, a, b) => {
    expect(key(files, ...a)).not.toBe(key(files, ...b));
  });

  test('what is not plain YAML has no such name', () => {
    expect(key(reading, 'a: [')).toBe(null);
    expect(key(reading, '- a\n')).toBe(null);
  });
});
