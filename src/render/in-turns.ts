/** Units that are worked on at once: enough for every engine instance, without all of them in memory. */
const unitsAtOnce = 8;

/** Is told how many units there are to render, and of each one that is done. */
export interface Turns {
  expect(units: number): void;
  done(): void;
}

export const uncounted: Turns = { expect: () => {}, done: () => {} };

/** Works on a few things at once; the answers keep the order of what was asked. */
export async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  turns: Turns,
): Promise<R[]> {
  turns.expect(items.length);
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const take = async (): Promise<void> => {
    for (const [index, item] of queue) {
      results[index] = await work(item);
      turns.done();
    }
  };
  await Promise.all(Array.from({ length: Math.min(unitsAtOnce, items.length) }, take));
  return results;
}
