import { anyOf, longestPattern, many, nothing, one, type Part, sequence, wholly } from './glob-parts.ts';

/** A pattern as `git ls-files` reads it, which Argo CD asks: a star goes on over folders. */
export function pathspec(pattern: string): (path: string) => boolean {
  const plain = pattern.replace(/^\/+/, '').replace(/\/+$/, '');
  if (!/[*?[]/.test(plain)) return (path) => path === plain || path.startsWith(`${plain}/`);
  return matcher(plain, () => true);
}

/** One star stays within a folder's name, as in Go's `path.Match`. */
export function segmentMatcher(pattern: string): (path: string) => boolean {
  return matcher(pattern.replace(/\/+$/, ''), isInName);
}

/** As github.com/bmatcuk/doublestar, without braces: two stars as a folder stand for any folders. */
export function doubleStarMatcher(pattern: string): (path: string) => boolean {
  return matcher(pattern, isInName, anyFolders);
}

const isInName = (rune: string): boolean => rune !== '/';

/** No folder, or some with a slash behind each. */
const anyFolders = anyOf([nothing, sequence([many(() => true), one((rune) => rune === '/')])]);

/** What is malformed matches nothing. `folders`: what two stars mean that stand for a folder. */
function matcher(
  pattern: string,
  isWild: (rune: string) => boolean,
  folders: Part | null = null,
): (path: string) => boolean {
  if (pattern.length > longestPattern) return () => false;
  const runes = [...pattern];
  const parts: Part[] = [];
  for (let at = 0; at < runes.length; at += 1) {
    const rune = runes[at]!;
    const isFolder = (at === 0 || runes[at - 1] === '/') && pattern.startsWith('**/', at);
    if (folders !== null && isFolder) {
      parts.push(folders);
      at += 2;
    } else if (rune === '*') parts.push(many(isWild));
    else if (rune === '?') parts.push(one(isWild));
    else if (rune === '[') {
      const found = runeClass(runes, at + 1);
      if (found === null) return () => false;
      parts.push(one((each) => isWild(each) && found.fits(each)));
      at = found.end;
    } else {
      if (rune === '\\') at += 1;
      const plain = runes[at];
      if (plain === undefined) return () => false;
      parts.push(one((each) => each === plain));
    }
  }
  const matches = wholly(sequence(parts));
  // Most paths are no matter of most patterns.
  const prefix = /^[^*?[\\]*/.exec(pattern)![0];
  return (path) => path.startsWith(prefix) && matches(path);
}

/** The runes between brackets, from behind the opening one; null where there is no closing one. */
function runeClass(runes: readonly string[], start: number) {
  const isNot = runes[start] === '!' || runes[start] === '^';
  const ranges: (readonly [string, string])[] = [];
  let at = isNot ? start + 1 : start;
  for (let isFirst = true; isFirst || runes[at] !== ']'; isFirst = false) {
    if (runes[at] === '\\') at += 1;
    const low = runes[at];
    if (low === undefined) return null;
    const isRange = runes[at + 1] === '-' && runes[at + 2] !== ']' && runes[at + 2] !== undefined;
    ranges.push([low, isRange ? runes[at + 2]! : low]);
    at += isRange ? 3 : 1;
  }
  const fits = (rune: string) => ranges.some(([low, high]) => rune >= low && rune <= high) !== isNot;
  return { fits, end: at };
}
