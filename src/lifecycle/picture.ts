/** One bar of a picture, in seconds from its origin. */
export interface Bar {
  /**
   * A few words and numbers of ours (what is longer than about 40 letters may be cut); a name that comes from the change
   * stands in a code span of `code()`, as in a message. Who draws trusts neither.
   */
  readonly label: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** `work`: as planned; `wait`: time that passes; `harm`: requests fail or are cut; `mark`: a moment, both ends equal. */
  readonly kind: 'work' | 'wait' | 'harm' | 'mark';
}

/** What happens after one moment, on one axis of seconds: drawn as a Gantt chart, or told as a table. */
export interface Picture {
  readonly title: string;
  /** The moment that is 0, e.g. `the pod is told to stop`: drawn above all bars, and read after `seconds after`. */
  readonly origin: string;
  /** A section without bars is left out. */
  readonly sections: readonly { readonly name: string; readonly bars: readonly Bar[] }[];
}

/** Nothing, where it would have no length. */
export function bar(
  label: string,
  fromSeconds: number,
  toSeconds: number,
  kind: Bar['kind'],
): readonly Bar[] {
  return toSeconds > fromSeconds ? [{ label, fromSeconds, toSeconds, kind }] : [];
}

export function mark(label: string, at: number): Bar {
  return { label, fromSeconds: at, toSeconds: at, kind: 'mark' };
}
