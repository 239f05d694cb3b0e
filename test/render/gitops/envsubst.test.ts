import { describe, expect, test } from 'vitest';
import {
  substituteText,
  substituteValue,
  unknownVariable,
  type Variable,
} from '../../../src/render/gitops/envsubst.ts';

const values: Readonly<Record<string, Variable>> = { name: 'web', empty: '', count: '3' };
const held = (name: string): Variable =>
  name === 'secret' ? unknownVariable : Object.hasOwn(values, name) ? values[name]! : null;
const $ = '$';

describe('variables in a text', () => {
  test.each([
    [`${$}{name}`, 'web'],
    [`a-${$}{name}-b`, 'a-web-b'],
    [`${$}{gone}`, ''],
    [`${$}{gone:=x}`, 'x'],
    [`${$}{gone:-x}`, 'x'],
    [`${$}{gone=x}`, 'x'],
    [`${$}{empty:=x}`, 'x'],
    [`${$}{empty=x}`, ''],
    [`${$}{name:=x}`, 'web'],
    [`${$}{secret}`, `${$}{secret}`],
    [`${$}{secret:=x}`, `${$}{secret:=x}`],
    [`${$}${$}{name}`, `${$}{name}`],
    [`${$}name`, `${$}name`],
    [`${$}{name/w/x}`, `${$}{name/w/x}`],
    [`${$}{__proto__}`, ''],
    ['plain', 'plain'],
  ])('%s', (text, expected) => {
    expect(substituteText(text, held)).toBe(expected);
  });
});

test('a whole value becomes a number, as Flux writes YAML first', () => {
  const value = { replicas: `${$}{count}`, name: `${$}{name}-${$}{count}`, list: [`${$}{gone:=true}`, 1] };
  expect(substituteValue(value, held)).toEqual({ replicas: 3, name: 'web-3', list: [true, 1] });
});
