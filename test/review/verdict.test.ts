import { describe, expect, test } from 'vitest';
import { compareFindings } from '../../src/review/findings.ts';
import { compareNotChecked, conclusionOf, counts, exitCodeOf } from '../../src/review/verdict.ts';
import { finding, notChecked, report } from './support.ts';

describe('what counts', () => {
  test.each([
    ['introduced', true],
    ['worsened', true],
    ['existing', false],
    ['fixed', false],
  ] as const)('%s: %s', (status, counted) => {
    expect(counts(finding({ status }))).toBe(counted);
  });

  test('not what is suppressed', () => {
    expect(counts(finding({ suppressed: { reason: 'known', expires: null } }))).toBe(false);
  });
});

describe('the conclusion', () => {
  const [error, warning, info] = (['error', 'warning', 'info'] as const).map((severity) => [
    finding({ severity }),
  ]);
  const blocking = [notChecked({ blocking: true })];

  test.each([
    ['error', [], [], 'pass'],
    ['error', error, [], 'fail'],
    ['error', warning, [], 'pass'],
    ['warning', warning, [], 'fail'],
    ['warning', info, [], 'pass'],
    ['never', error, [], 'pass'],
    ['error', [finding({ status: 'existing' })], [], 'pass'],
    ['error', [], [notChecked()], 'pass'],
    ['error', [], blocking, 'error'],
    ['never', error, blocking, 'error'],
    ['error', error, blocking, 'fail'],
  ] as const)('fail-on %s, %j', (failOn, findings, entries, conclusion) => {
    expect(conclusionOf(findings ?? [], entries, failOn)).toBe(conclusion);
  });

  test('is the exit code', () => {
    const codes = (['pass', 'fail', 'error'] as const).map((conclusion) =>
      exitCodeOf(report({ conclusion })),
    );
    expect(codes).toEqual([0, 1, 3]);
  });
});

test('findings are sorted by severity, path, line, rule, object; without a line last', () => {
  const at = (path: string, startLine: number) => ({ ...finding().location!, path, startLine });
  const name = (kind: string) => ({ ...finding().object, kind });
  const sorted = [
    finding({ location: at('a.yaml', 2) }),
    finding({ location: at('a.yaml', 10), ruleId: 'a' }),
    finding({ location: at('a.yaml', 10), ruleId: 'b', object: name('A') }),
    finding({ location: at('a.yaml', 10), ruleId: 'b', object: name('B'), fingerprint: '1' }),
    finding({ location: at('a.yaml', 10), ruleId: 'b', object: name('B'), fingerprint: '2' }),
    finding({ location: at('b.yaml', 1) }),
    finding({ location: null }),
    finding({ severity: 'warning', location: at('a.yaml', 1) }),
    finding({ severity: 'info', location: at('a.yaml', 1) }),
  ];
  expect([...sorted].reverse().sort(compareFindings)).toEqual(sorted);
});

test('what was not checked is sorted by unit, path, line and words', () => {
  const sorted = [
    notChecked({ unit: null }),
    notChecked({ unit: 'a', path: null }),
    notChecked({ unit: 'a', path: 'a', line: null }),
    notChecked({ unit: 'a', path: 'a', line: 2, detail: 'a' }),
    notChecked({ unit: 'a', path: 'a', line: 2, detail: 'b' }),
    notChecked({ unit: 'a', path: 'a', line: 10 }),
    notChecked({ unit: 'b', path: 'a', line: 1 }),
  ];
  expect([...sorted].reverse().sort(compareNotChecked)).toEqual(sorted);
});
