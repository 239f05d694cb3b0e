import { isMap } from '../../manifest/is-map.ts';
import { parseStream } from '../../manifest/parse.ts';
import type { Limits } from '../../text/limits.ts';
import { mergeMaps } from '../gitops/merge.ts';
import type { ChartInput } from './chart-input.ts';

/**
 * A name for what values files give to a chart: two of one name render alike. Comments, order and files do not matter,
 * nor do top-level keys that nothing in the chart can read. Null where a file is not plain YAML.
 */
export function valuesKey(input: ChartInput, texts: readonly string[], limits: Limits): string | null {
  let values: unknown = {};
  for (const text of texts) {
    const { documents, problems } = parseStream(text, limits);
    const value = documents[0]?.value ?? {};
    if (problems.length > 0 || documents.length > 1 || !isMap(value)) return null;
    values = mergeMaps(values, value);
  }
  const reads = readsOf(input);
  const entries = Object.entries(values as object).filter(
    ([key]) => reads === null || !/^[\w-]+$/.test(key) || reads.has(key) || mentions(texts, key),
  );
  return JSON.stringify(sorted(Object.fromEntries(entries)));
}

/** A text among the values may be a template that reads another value. */
function mentions(texts: readonly string[], key: string): boolean {
  const reading = texts.filter((text) => text.includes('{{'));
  return reading.some((text) => wordsIn(text).has(key));
}

const known = new WeakMap<ChartInput, ReadonlySet<string> | null>();

/** Words of the chart's templates, among them the name of every value that they read; null where that is not sure. */
function readsOf(input: ChartInput): ReadonlySet<string> | null {
  const found = known.get(input);
  if (found !== undefined) return found;
  const words = wordsOfChart(input);
  known.set(input, words);
  return words;
}

function wordsOfChart({ files }: ChartInput): ReadonlySet<string> | null {
  const words = new Set(['global', 'tags']);
  for (const { path, bytes } of files) {
    for (const [, name] of path.matchAll(/(?:^|\/)charts\/([^/]+)/g)) words.add(name!);
    // What an archive holds, or a schema says of unknown keys, is not looked into.
    if (/\.tgz$|(^|\/)values\.schema\.json$/.test(path)) return null;
    if (!/(^|\/)(templates\/|Chart\.yaml$|requirements\.yaml$|values\.yaml$)/.test(path)) continue;
    const text = new TextDecoder().decode(bytes);
    if (path.endsWith('values.yaml') && !text.includes('{{')) continue;
    if (/(^|\/)templates\//.test(path) && readsAll(text)) return null;
    for (const word of wordsIn(text)) words.add(word);
  }
  return words;
}

/** Whether a template may look at values that it does not name. */
function readsAll(text: string): boolean {
  const plain = text.replace(/\bindex\s+\$?\.Values\s+"/g, '');
  return /\.Values(?![\w.])|\bValues"/.test(plain) || (text.includes('.Files') && /\btpl\b/.test(text));
}

function wordsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/[\w-]+/g) ?? []);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const keys = Object.keys(value).sort();
  return keys.map((key) => [key, sorted(value[key])]);
}
