import type { Paint } from '../review/text.ts';

/** The outside world as the command line sees it. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The result, and nothing else. */
  readonly out: (text: string) => void;
  /** Progress, notes and errors. */
  readonly err: (text: string) => void;
  /** Whether `out` is a terminal that shows colours. */
  readonly colours: boolean;
  /** Milliseconds since any fixed moment. */
  readonly clock: () => number;
  /** The day in UTC, `YYYY-MM-DD`. */
  readonly today: string;
  /** Adds colour; used only where it is wanted. */
  readonly paint: Paint;
}
