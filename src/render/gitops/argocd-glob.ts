import { anyOf, longestPattern, many, nothing, one, type Part, sequence, wholly } from './glob-parts.ts';

/**
 * A glob as Argo CD reads `directory.include` and `exclude`: github.com/gobwas/glob without separators, so that a star goes on
 * over folders. Null where Argo CD cannot compile it, and then it matches nothing.
 * https://github.com/argoproj/argo-cd/blob/master/util/glob/glob.go
 */
export function argoGlob(pattern: string): ((path: string) => boolean) | null {
  if (pattern.length > longestPattern) return null;
  const reader = new GlobReader([...pattern]);
  const whole = reader.sequence(0);
  return whole === null ? null : wholly(whole);
}

/** Braces in braces go this deep. */
const deepest = 50;

class GlobReader {
  readonly #runes: readonly string[];
  #at = 0;

  constructor(runes: readonly string[]) {
    this.#runes = runes;
  }

  /** The parts up to the end, or in braces up to a comma or the closing one. */
  sequence(depth: number): Part | null {
    const parts: Part[] = [];
    for (let rune = this.#runes[this.#at]; rune !== undefined; rune = this.#runes[this.#at]) {
      if (depth > 0 && (rune === ',' || rune === '}')) break;
      this.#at += 1;
      const part = this.#part(rune, depth);
      if (part === null) return null;
      parts.push(part);
    }
    return sequence(parts);
  }

  #part(rune: string, depth: number): Part | null {
    switch (rune) {
      case '*':
        return many(() => true);
      case '?':
        return one(() => true);
      case '[':
        return this.#range();
      case '{':
        return depth < deepest ? this.#alternatives(depth + 1) : null;
      case '\\': {
        const escaped = this.#runes[this.#at];
        this.#at += 1;
        return escaped === undefined ? nothing : one((each) => each === escaped);
      }
      default:
        return one((each) => each === rune);
    }
  }

  /** `{a,b}`; the closing brace may be missing. */
  #alternatives(depth: number): Part | null {
    const all: Part[] = [];
    do {
      const each = this.sequence(depth);
      if (each === null) return null;
      all.push(each);
      this.#at += 1;
    } while (this.#runes[this.#at - 1] === ',');
    return anyOf(all);
  }

  /** `[abc]`, `[!abc]` or the one range `[a-z]`. */
  #range(): Part | null {
    const isNot = this.#runes[this.#at] === '!';
    if (isNot) this.#at += 1;
    const [low, dash, high, close] = this.#runes.slice(this.#at, this.#at + 4);
    if (dash === '-') {
      this.#at += 4;
      if (low === undefined || high === undefined || close !== ']' || high < low) return null;
      return one((each) => (each >= low && each <= high) !== isNot);
    }
    const listed = new Set<string>();
    for (let rune = this.#runes[this.#at]; rune !== ']'; rune = this.#runes[this.#at]) {
      this.#at += 1;
      const plain = rune === '\\' ? this.#runes[this.#at++] : rune;
      if (plain === undefined) return null;
      listed.add(plain);
    }
    this.#at += 1;
    return listed.size === 0 ? null : one((each) => listed.has(each) !== isNot);
  }
}
