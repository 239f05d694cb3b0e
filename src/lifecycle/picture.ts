/** One bar of a picture, in seconds from its origin. */
export interface Bar {
  /** Plain words and numbers of ours; names that come from the change are given apart and escaped by who draws. */
  readonly label: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** `work`: as planned; `wait`: time that passes; `harm`: requests fail or are cut; `mark`: a moment, both ends equal. */
  readonly kind: 'work' | 'wait' | 'harm' | 'mark';
}

/** What happens after one moment, on one axis of seconds: drawn as a Gantt chart, or told as a table. */
export interface Picture {
  readonly title: string;
  /** The moment that is 0, e.g. `the pod is told to stop`. */
  readonly origin: string;
  readonly sections: readonly { readonly name: string; readonly bars: readonly Bar[] }[];
}
