import { isMap } from './is-map.ts';

/** Stands in a decoded object for what nobody knows; a placeholder like any other (`isPlaceholder`). */
export const unknownText = '{{ ? }}';

/** What the lenient rendering writes for an unknown, in any case and in each of its forms. */
const token = /zqunknown[a-z]z/gi;

/** Whether a rendered text holds something that is not known. */
export function holdsToken(text: string): boolean {
  return text.search(token) >= 0;
}

/** A rendered text as people read it. */
export function withUnknownText(text: string): string {
  return text.replace(token, unknownText);
}

/** Whether a text holds what only a complete render would know. */
export function isUnknownText(text: string | null): boolean {
  return text?.includes(unknownText) === true;
}

/** A map that may have more keys than it shows: none of them may be called absent. */
export function isOpen(value: unknown): boolean {
  return isMap(value) && Object.hasOwn(value, unknownText);
}

/** A list that may have more items than it shows. */
export function isOpenList(value: unknown): boolean {
  return Array.isArray(value) && value.includes(unknownText);
}

/**
 * The value of a document that holds tokens. Beside an unknown an empty value may be one too: what printed nothing
 * may have been asked for by a value that is not there.
 */
export function withUnknowns(value: unknown): unknown {
  if (value === null || value === '') return unknownText;
  if (typeof value === 'string') return withUnknownText(value);
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([key, each]): [string, unknown] =>
    holdsToken(key) ? [unknownText, unknownText] : [key, withUnknowns(each)],
  );
  return Object.fromEntries(entries);
}
