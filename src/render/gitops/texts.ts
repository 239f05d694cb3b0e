import { isMap } from '../../manifest/is-map.ts';

/** The texts of a value that hold a template, keys included, each once. */
export function textsOf(value: unknown): readonly string[] {
  const texts = new Set<string>();
  const visit = (each: unknown): void => {
    if (typeof each === 'string') texts.add(each);
    else if (Array.isArray(each)) each.forEach(visit);
    else if (isMap(each))
      for (const [key, item] of Object.entries(each)) {
        texts.add(key);
        visit(item);
      }
  };
  visit(value);
  return [...texts].filter((text) => text.includes('{{'));
}

/** The value with each of its texts changed, keys included. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [change(key), mapTexts(item, change)]),
  );
}
