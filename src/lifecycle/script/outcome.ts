/** Seconds that a command takes. */
export interface Span {
  readonly atLeast: number;
  readonly atMost: number;
}

/** How a command ends, as far as it is known. */
export interface Outcome extends Span {
  readonly succeeds: 'yes' | 'no' | 'maybe';
  /** True when the shell or the container may be gone afterwards. */
  readonly mayEnd: boolean;
}

export const unknownCommand: Outcome = {
  atLeast: 0,
  atMost: Number.POSITIVE_INFINITY,
  succeeds: 'maybe',
  mayEnd: true,
};
export const harmless: Outcome = { ...unknownCommand, mayEnd: false };
export const instant: Outcome = { atLeast: 0, atMost: 0, succeeds: 'yes', mayEnd: false };

/** `b` after `a`. It counts only when it surely runs, and `a` surely left the shell alive. */
export function followedBy(a: Outcome, b: Outcome, runs: 'surely' | 'perhaps' = 'surely'): Outcome {
  const counts = runs === 'surely' && !a.mayEnd;
  return {
    atLeast: a.atLeast + (counts ? b.atLeast : 0),
    atMost: a.atMost + b.atMost,
    succeeds: b.succeeds,
    mayEnd: a.mayEnd || b.mayEnd,
  };
}

/** A shell that may have ended early has the status of whatever ended it. */
export function ofOtherShell(outcome: Outcome): Outcome {
  return outcome.mayEnd ? { ...outcome, succeeds: 'maybe' } : outcome;
}
