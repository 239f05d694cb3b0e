/** A Kubernetes quantity in billionths of one, the finest that Kubernetes keeps. */
export type Quantity = bigint;

const nanos = 1_000_000_000n;
/** What Kubernetes cuts binary quantities at: 2^63 − 1. */
const most = (2n ** 63n - 1n) * nanos;

const powersOfTen: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const powersOfTwo: Readonly<Record<string, bigint>> = {
  Ki: 10n,
  Mi: 20n,
  Gi: 30n,
  Ti: 40n,
  Pi: 50n,
  Ei: 60n,
};

/** Characters; a longer number means nothing to a node. */
const longest = 100;

const form = /^([+-]?)(?=\.?\d)(\d*)\.?(\d*)([KMGTPE]i|[numkMGTPE]?|[eE][+-]?\d{1,2})$/;

/**
 * The value of `512Mi`, `1.5`, `100m`, `1e3`; null for what is no quantity. Finer fractions round away from zero.
 * Grammar: https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/api/resource/quantity.go
 */
export function parseQuantity(value: unknown): Quantity | null {
  const text = typeof value === 'number' ? String(value) : value;
  const match = typeof text === 'string' && text.length <= longest ? form.exec(text) : null;
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  const digits = BigInt(whole + fraction);
  const size = scaled(digits, fraction.length, suffix);
  return sign === '-' ? -size : size;
}

function scaled(digits: bigint, decimals: number, suffix: string): Quantity {
  const two = powersOfTwo[suffix];
  const ten = powersOfTen[suffix] ?? (two === undefined ? Number(suffix.slice(1)) : 0);
  const exponent = 9 + ten - decimals;
  const amount = digits * 2n ** (two ?? 0n);
  const size = exponent >= 0 ? amount * 10n ** BigInt(exponent) : dividedUp(amount, 10n ** BigInt(-exponent));
  return two !== undefined && size > most ? most : size;
}

function dividedUp(amount: bigint, by: bigint): bigint {
  return (amount + by - 1n) / by;
}

/** As Kubernetes counts bytes: a fraction counts as a whole one. Null where a number cannot hold it exactly. */
export function bytesOf(value: unknown): number | null {
  const quantity = parseQuantity(value);
  if (quantity === null || quantity < 0n) return null;
  const bytes = Number(dividedUp(quantity, nanos));
  return Number.isSafeInteger(bytes) ? bytes : null;
}
