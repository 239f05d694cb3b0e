import { describe, expect, test } from 'vitest';
import { onlyVariableIn, postBuild } from '../../../src/render/gitops/post-build.ts';
import { defaultLimits } from '../../../src/text/limits.ts';

const $ = '$';

function filled(
  text: string,
  variables: Readonly<Record<string, string>> | null,
  closed = true,
  limits = defaultLimits,
): string | null {
  const places = { ignores: [], locate: () => null, locateLine: () => null, locateVariable: () => null };
  const held = variables && new Map(Object.entries(variables));
  const source = {
    kind: 'kustomize',
    folder: 'k',
    tool: 'flux',
    options: {},
    variables: held,
    closed,
    places,
  } as const;
  const put = postBuild(source, limits);
  return put === null ? null : put(text);
}

describe('variables after a build', () => {
  test.each<[string, string, boolean, string]>([
    ['a known one', `a: ${$}{x}`, true, 'a: 3'],
    ['within a text', `a: v-${$}{x}.1`, true, 'a: v-3.1'],
    ['a default that is not needed', `a: ${$}{x:=9}`, true, 'a: 3'],
    ['a default of a name that has no value', `a: ${$}{y:=9}`, true, 'a: 9'],
    ['the other sign', `a: ${$}{y:-9}`, true, 'a: 9'],
    ['a name that a Secret may hold', `a: ${$}{y:=9}`, false, `a: ${$}{y:=9}`],
    ['a name without a value stays a placeholder', `a: ${$}{y}`, true, `a: ${$}{y}`],
    [
      'names of prototypes',
      `a: ${$}{constructor} ${$}{__proto__}`,
      true,
      `a: ${$}{constructor} ${$}{__proto__}`,
    ],
    ['an escaped one', `a: ${$}${$}{x}`, true, `a: ${$}{x}`],
    ['one without an end', `a: ${$}{x`, true, `a: ${$}{x`],
    ['nested', `a: ${$}{y:=${$}{x}}`, true, `a: ${$}{y:=3}`],
    ['what a value holds is not filled in again', `a: ${$}{loop}`, true, `a: ${$}{loop}${$}{loop}`],
  ])('%s', (_, text, closed, expected) => {
    expect(filled(text, { x: '3', loop: `${$}{loop}${$}{loop}` }, closed)).toBe(expected);
  });

  test.each(['labels', 'annotations'])('an object whose %s say so is left alone', (where) => {
    const off = `metadata: {${where}: {kustomize.toolkit.fluxcd.io/substitute: disabled}}\n`;
    expect(filled(`${off}a: ${$}{x}\n`, { x: '3' })).toBe(`${off}a: ${$}{x}\n`);
    const elsewhere = `data: {kustomize.toolkit.fluxcd.io/substitute: disabled}\na: `;
    expect(filled(`${elsewhere}${$}{x}`, { x: '3' })).toBe(`${elsewhere}3`);
  });

  test('without any variable Flux leaves texts alone', () => {
    expect(filled('a', null)).toBe(null);
    expect(filled('a', {})).toBe(null);
    expect(filled(`${$}{x:=1}`, {}, false)).toBe(`${$}{x:=1}`);
  });

  test('what would grow beyond what is read stays unknown', () => {
    const limits = { ...defaultLimits, fileBytes: 1000 };
    const text = `${$}{x}`.repeat(20);
    expect(filled(text, { x: 'a'.repeat(100) }, true, limits)).toBe(text);
    expect(filled(text, { x: 'a'.repeat(10) }, true, limits)).toBe('a'.repeat(200));
  });

  test('thousands of openings without an end take no time', () => {
    const text = `${$}{x:=`.repeat(100_000) + 'x'.repeat(100_000);
    const start = performance.now();
    expect(filled(text, { x: '3' })).toBe(text);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

test.each([
  [`${$}{a}`, 'a'],
  [`v${$}{a:=1}-${$}{a}`, 'a'],
  [`${$}{a}${$}{b}`, null],
  ['a', null],
])('the only variable in %s', (text, name) => {
  expect(onlyVariableIn(text)).toBe(name);
});
