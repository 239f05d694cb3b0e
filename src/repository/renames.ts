import { byText } from '../text/order.ts';
/** A file that only one side has. */
export interface Candidate {
  readonly path: string;
  readonly id: string;
  /** Null where it could not be read; such a file is renamed only unchanged. */
  readonly bytes: Uint8Array | null;
}

/** Half of the larger file's bytes must stand in lines that both have: git's own default. */
const minSimilarity = 0.5;

/** Pairs compared at most; with more candidates only unchanged files are recognised, as in git. */
const maxPairs = 10_000;

/** Pairs deleted with added files, as git does: unchanged ones first, then the most alike. Head path → base path. */
export function findRenames(
  deleted: readonly Candidate[],
  added: readonly Candidate[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const taken = new Set<string>();
  const pairs = [...unchanged(deleted, added), ...alike(deleted, added)];
  for (const { from, to } of pairs) {
    if (found.has(to) || taken.has(from)) continue;
    found.set(to, from);
    taken.add(from);
  }
  return found;
}

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly score: number;
}

function unchanged(deleted: readonly Candidate[], added: readonly Candidate[]): Pair[] {
  const byId = new Map<string, string[]>();
  for (const { id, path } of deleted) byId.set(id, [...(byId.get(id) ?? []), path]);
  const pairs = added.flatMap((to) =>
    (byId.get(to.id) ?? []).map((from) => ({ from, to: to.path, score: 1 })),
  );
  return pairs.sort(best);
}

function alike(deleted: readonly Candidate[], added: readonly Candidate[]): Pair[] {
  if (deleted.length * added.length > maxPairs) return [];
  const sources = deleted.map((file) => ({ path: file.path, weights: lineWeights(file.bytes) }));
  const pairs = added.flatMap((to) => {
    const weights = lineWeights(to.bytes);
    return sources.map((from) => ({
      from: from.path,
      to: to.path,
      score: similarity(from.weights, weights),
    }));
  });
  return pairs.filter((pair) => pair.score >= minSimilarity).sort(best);
}

/** The more alike first, then those that keep their file name, then by path. */
function best(a: Pair, b: Pair): number {
  return (
    b.score - a.score ||
    Number(sameName(b)) - Number(sameName(a)) ||
    byText(a.to, b.to) ||
    byText(a.from, b.from)
  );
}

function sameName(pair: Pair): boolean {
  return pair.from.split('/').at(-1) === pair.to.split('/').at(-1);
}

/** Bytes that stand in each distinct line. */
function lineWeights(bytes: Uint8Array | null): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  const text = bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') : '';
  for (const line of text.split('\n')) weights.set(line, (weights.get(line) ?? 0) + line.length + 1);
  return weights;
}

function similarity(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const common = [...a].reduce((sum, [line, weight]) => sum + Math.min(weight, b.get(line) ?? 0), 0);
  return common / Math.max(total(a), total(b));
}

function total(weights: ReadonlyMap<string, number>): number {
  return [...weights.values()].reduce((sum, weight) => sum + weight, 0);
}
