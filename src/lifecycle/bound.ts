/** What is only known between two limits: a time in seconds, or a number of pods. */
export interface Bound {
  readonly atLeast: number;
  /** Infinity where nothing limits it. */
  readonly atMost: number;
  /** The field it was read from, or the named assumption. */
  readonly from: string;
}

export function exactly(seconds: number, from: string): Bound {
  return { atLeast: seconds, atMost: seconds, from };
}

/** A time of which nothing is known. */
export function anyTime(from: string): Bound {
  return { atLeast: 0, atMost: Number.POSITIVE_INFINITY, from };
}

/** What `whole` leaves when `part` has been taken from it; never below zero. */
export function remainder(whole: Bound, part: Bound, from: string): Bound {
  return {
    atLeast: Math.max(0, whole.atLeast - part.atMost),
    atMost: Math.max(0, whole.atMost - part.atLeast),
    from,
  };
}

/** The longest of several that run at once. */
export function longest(bounds: readonly Bound[]): Bound | undefined {
  return bounds.reduce<Bound | undefined>(
    (a, b) => (a !== undefined && compare(a, b) >= 0 ? a : b),
    undefined,
  );
}

/** The first of several that run at once. */
export function earliest(bounds: readonly Bound[]): Bound | undefined {
  return bounds.reduce<Bound | undefined>(
    (a, b) => (a !== undefined && compare(a, b) <= 0 ? a : b),
    undefined,
  );
}

function compare(a: Bound, b: Bound): number {
  if (a.atLeast !== b.atLeast) return a.atLeast - b.atLeast;
  return a.atMost === b.atMost ? 0 : a.atMost - b.atMost;
}

/** `earlier` and `later` only when both limits agree; `undecided` when the ranges cross. */
export function order(a: Bound, b: Bound): 'earlier' | 'equal' | 'later' | 'undecided' {
  const low = Math.sign(a.atLeast - b.atLeast);
  const high = a.atMost === b.atMost ? 0 : Math.sign(a.atMost - b.atMost);
  if (low === 0 && high === 0) return 'equal';
  if (low <= 0 && high <= 0) return 'earlier';
  return low >= 0 && high >= 0 ? 'later' : 'undecided';
}

/** A bound as the report prints it: null is unbounded (`atLeast` too, for what never ends). */
export interface Quantity {
  readonly atLeast: number | null;
  readonly atMost: number | null;
  readonly unit: 'seconds' | 'pods';
  readonly from: string;
}

export function quantityOf({ atLeast, atMost, from }: Bound, unit: Quantity['unit'] = 'seconds'): Quantity {
  return { atLeast: finite(atLeast), atMost: finite(atMost), unit, from };
}

/** What never happens: neither limit is there. */
export function never(from: string, unit: Quantity['unit'] = 'seconds'): Quantity {
  return { atLeast: null, atMost: null, unit, from };
}

function finite(seconds: number): number | null {
  return Number.isFinite(seconds) ? seconds : null;
}
