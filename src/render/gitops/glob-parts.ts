/**
 * Part of a glob: it moves from places in a text to the places behind what it matches. All places at once, so that no pattern
 * takes longer than its length times the text's.
 */
export type Part = (text: readonly string[], from: ReadonlySet<number>) => ReadonlySet<number>;

/** A longer pattern would cost more than anybody means by it, and matches nothing. */
export const longestPattern = 2_000;

/** Whether a part matches a whole text. */
export function wholly(part: Part): (text: string) => boolean {
  return (text) => {
    const runes = [...text];
    return part(runes, new Set([0])).has(runes.length);
  };
}

export function sequence(parts: readonly Part[]): Part {
  return (text, from) =>
    parts.reduce((places, part) => (places.size === 0 ? places : part(text, places)), from);
}

export function anyOf(parts: readonly Part[]): Part {
  return (text, from) => new Set(parts.flatMap((part) => [...part(text, from)]));
}

export function one(fits: (rune: string) => boolean): Part {
  return (text, from) => {
    const next = [...from].filter((place) => place < text.length && fits(text[place]!));
    return new Set(next.map((place) => place + 1));
  };
}

/** Any number of runes that fit. */
export function many(fits: (rune: string) => boolean): Part {
  return (text, from) => {
    const places = new Set(from);
    // What is added is visited too.
    for (const place of places) if (place < text.length && fits(text[place]!)) places.add(place + 1);
    return places;
  };
}

export const nothing: Part = (_, from) => from;
