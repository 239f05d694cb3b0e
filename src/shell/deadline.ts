/** The run took longer than it may. Nothing is known about the change then: the check fails. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  constructor(seconds: number, doing: string) {
    super(`The run was stopped after ${seconds} s, while ${doing}: nothing is known about this change.`);
  }
}

/** What is said of a run that took too long to judge. */
export const judgingTheChange = 'judging the change (`limits.run-seconds` in the configuration allows more)';

/** The time that one run may take, counted from its start. */
export interface Deadline {
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
  /** Seconds since the start. */
  spent(): number;
  /** Sets how long the run may take, from its start. */
  allow(seconds: number): void;
  /** What the work gives. When the time is up first, `stop` has a moment to clean up, then OutOfTime is thrown. */
  within<T>(doing: string, work: Promise<T>, stop?: () => Promise<unknown>): Promise<T>;
  /** The run is over. */
  end(): void;
}

const longestTimer = 2 ** 31 - 1;
const cleanUpMs = 3_000;

export function startDeadline(seconds: number, clock: () => number): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  const start = clock();
  const spent = () => (clock() - start) / 1000;
  let allowed = seconds;
  let timer: NodeJS.Timeout | undefined;
  const allow = (most: number) => {
    allowed = most;
    clearTimeout(timer);
    const left = Math.max(0, (most - spent()) * 1000);
    timer = setTimeout(() => controller.abort(), Math.min(left, longestTimer));
  };
  allow(seconds);
  const timeUp = new Promise<'time is up'>((resolve) => {
    signal.addEventListener('abort', () => resolve('time is up'), { once: true });
  });
  return {
    signal,
    spent,
    allow,
    async within(doing, work, stop = async () => {}) {
      work.catch(() => {}); // what it does after its time is nobody's
      const first = await Promise.race([timeUp, work.then((value) => ({ value }))]);
      if (first !== 'time is up') return first.value;
      await Promise.race([stop().catch(() => {}), pause(cleanUpMs)]);
      throw new OutOfTime(allowed, doing);
    },
    end: () => clearTimeout(timer),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
