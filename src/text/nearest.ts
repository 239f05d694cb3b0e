/** Edits that turn one word into the other: insert, delete, replace or swap neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const edits = [
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      ];
      if (swapped && row > 1 && column > 1) edits.push((before[column - 2] ?? 0) + 1);
      line.push(Math.min(...edits));
    }
    [before, above] = [above, line];
  }
  return above[b.length] ?? 0;
}

/** Longest word that is compared; no key of Kubernetes is longer. */
const longestWord = 100;

/** True of words that look like one another's slip: other letter case, or an edit or two in a word long enough. */
export function isNear(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return a !== b;
  const length = Math.min(a.length, b.length);
  if (length < 3 || Math.max(a.length, b.length) > longestWord) return false;
  return editDistance(a.toLowerCase(), b.toLowerCase()) <= (length < 6 ? 1 : 2);
}

/** The one word that is nearest; null when none is near, or two are equally near. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const near = [...new Set(candidates)]
    .filter((candidate) => isNear(word, candidate))
    .map((candidate) => ({
      candidate,
      edits: editDistance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.edits - b.edits);
  const [first, second] = near;
  return first === undefined || first.edits === second?.edits ? null : first.candidate;
}
