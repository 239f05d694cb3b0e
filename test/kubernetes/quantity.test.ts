import { describe, expect, test } from 'vitest';
import { bytesOf, parseQuantity } from '../../src/kubernetes/quantity.ts';

describe('parseQuantity, in billionths', () => {
  test.each<[unknown, bigint]>([
    ['0', 0n],
    ['1', 1_000_000_000n],
    ['+1', 1_000_000_000n],
    ['-1', -1_000_000_000n],
    ['1.', 1_000_000_000n],
    ['1.5', 1_500_000_000n],
    ['.5', 500_000_000n],
    ['007', 7_000_000_000n],
    ['1n', 1n],
    ['1u', 1000n],
    ['100m', 100_000_000n],
    ['1k', 1000n * 10n ** 9n],
    ['1M', 10n ** 15n],
    ['1G', 10n ** 18n],
    ['1T', 10n ** 21n],
    ['1P', 10n ** 24n],
    ['1E', 10n ** 27n],
    ['1Ki', 1024n * 10n ** 9n],
    ['1Mi', 2n ** 20n * 10n ** 9n],
    ['1Gi', 2n ** 30n * 10n ** 9n],
    ['1Ti', 2n ** 40n * 10n ** 9n],
    ['1Pi', 2n ** 50n * 10n ** 9n],
    ['1Ei', 2n ** 60n * 10n ** 9n],
    ['0.1Ki', 102_400_000_000n],
    ['1e3', 1000n * 10n ** 9n],
    ['1E3', 1000n * 10n ** 9n],
    ['1e+3', 1000n * 10n ** 9n],
    ['1e-3', 1_000_000n],
    ['-1.5e3', -1500n * 10n ** 9n],
    // Finer than a billionth: away from zero.
    ['0.1n', 1n],
    ['1.0000000001', 1_000_000_001n],
    ['-0.1n', -1n],
    // Binary quantities end at 2^63 − 1; decimal ones do not.
    ['8Ei', (2n ** 63n - 1n) * 10n ** 9n],
    ['18446744073709551616', 18_446_744_073_709_551_616n * 10n ** 9n],
    [512, 512n * 10n ** 9n],
    [0.5, 500_000_000n],
  ])('%s', (text, expected) => expect(parseQuantity(text)).toBe(expected));

  test.each([
    '',
    '.',
    'Ki',
    '1 Gi',
    '1Gi ',
    '1GB',
    '1ki',
    '5K',
    '1.2.3',
    '0x1',
    '1e',
    '1e100',
    `${'1'.repeat(200)}`,
    true,
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('%s is none', (value) => expect(parseQuantity(value)).toBeNull());
});

describe('bytesOf', () => {
  test.each<[unknown, number | null]>([
    ['512Mi', 536_870_912],
    ['1G', 1_000_000_000],
    ['1.5Gi', 1_610_612_736],
    ['0.1Ki', 103],
    ['512m', 1],
    [1024, 1024],
    ['0', 0],
    ['8Pi', null],
    ['-1', null],
    ['1GB', null],
  ])('%s', (value, bytes) => expect(bytesOf(value)).toBe(bytes));
});
