import type { ObjectRef } from './manifest.ts';

/**
 * Reads what names an object off the text of a document that is known to be YAML, without parsing it. Null wherever
 * a look at the lines is not enough: another style at the top level, a key that comes twice, a value that is more
 * than a word, or a generated name.
 */
export function plainHead(text: string): ObjectRef | null {
  if (text.includes('<<') || text.includes('generateName')) return null;
  const lines = text.split('\n');
  const tops = lines.flatMap((line, index) => (/^[^ #]/.test(line) ? [index] : []));
  if (!tops.every((index) => topLine.test(lines[index]!) || /^- /.test(lines[index]!))) return null;
  const apiVersion = wordAt('apiVersion', lines);
  const kind = wordAt('kind', lines);
  const metadata = tops.filter((index) => lines[index]!.startsWith('metadata:'));
  if (apiVersion === null || kind === null || metadata.length !== 1) return null;
  const [first] = metadata as [number];
  const end = tops.find((index) => index > first) ?? lines.length;
  const below = lines.slice(first + 1, end).filter((line) => !/^ *(#.*)?$/.test(line));
  const indent = /^ +/.exec(below[0] ?? '')?.[0];
  if (!/^metadata: *$/.test(lines[first]!) || indent === undefined) return null;
  const own = below.filter((line) => !line.startsWith(`${indent} `)).map((line) => line.slice(indent.length));
  if (!own.every((line) => /^[A-Za-z]+:( |$)/.test(line))) return null;
  const name = wordAt('name', own);
  const namespace = own.some((line) => line.startsWith('namespace:')) ? wordAt('namespace', own) : undefined;
  return name === null || namespace === null
    ? null
    : { apiVersion, kind, name, namespace: namespace ?? null };
}

const topLine = /^[A-Za-z]+:( |$)/;

/** The word behind a key that stands once; null where it is something else. */
function wordAt(key: string, lines: readonly string[]): string | null {
  const found = lines.filter((line) => line.startsWith(`${key}:`));
  const [, quoted, plain] =
    /^[A-Za-z]+: +(?:(?:"([\w./-]+)"|([A-Za-z][\w./-]*)) *)$/.exec(found[0] ?? '') ?? [];
  const word = quoted ?? plain;
  return found.length !== 1 || word === undefined || isConstant.test(word) ? null : word;
}

/** What YAML takes for something else than a text. */
const isConstant = /^(null|true|false|yes|no|on|off|y|n)$/i;
