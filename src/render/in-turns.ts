/** Units that are worked on at once: enough for every engine instance, without all of them in memory. */
const unitsAtOnce = 8;

/** Works on a few things at once; the answers keep the order of what was asked. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const take = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(unitsAtOnce, items.length) }, take));
  return results;
}
