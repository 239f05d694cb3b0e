import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { isMergeKey, keyText, type Tree } from './compose.ts';
import type { FieldPath } from './field-path.ts';

/** Where a field stands in a text, as offsets; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** How many steps of the path were found: less than the path's length for the nearest existing parent. */
  readonly found: number;
  /** True where the way led through an alias or a merge: other fields share this text. */
  readonly shared: boolean;
}

interface Place {
  readonly key: Node | null;
  /** As written: an alias stays an alias. */
  readonly value: unknown;
  readonly shared: boolean;
}

/**
 * The text of the field, or of its nearest existing parent. A scalar's span runs from its key to its value's
 * end, a map's or list's is its key, and the document's own is its `kind` (else its first key).
 */
export function locateSpan(tree: Tree, text: string, path: FieldPath): Span | null {
  let place: Place = { key: null, value: tree.root, shared: false };
  let found = 0;
  for (const step of path) {
    const next = child(tree, place, step);
    if (next === null) break;
    place = next;
    found += 1;
  }
  const range = found === 0 ? rootRange(tree, text) : placeRange(place, text);
  return range === null ? null : { start: range[0], end: range[1], found, shared: place.shared };
}

/** Every place on the way to the field, from the root on, as far as it exists. */
export function spansAlong(tree: Tree, text: string, path: FieldPath): readonly Span[] {
  const spans: Span[] = [];
  for (let length = 0; length <= path.length; length += 1) {
    const span = locateSpan(tree, text, path.slice(0, length));
    if (span === null || span.found < length) break;
    spans.push(span);
  }
  return spans;
}

/** The node at the path, aliases followed; null where it is not there. */
export function nodeAt(tree: Tree, path: FieldPath): Node | null {
  let place: Place | null = { key: null, value: tree.root, shared: false };
  for (const step of path) {
    place = child(tree, place, step);
    if (place === null) return null;
  }
  return tree.resolve(place.value);
}

function child(tree: Tree, place: Place, step: string | number): Place | null {
  const node = tree.resolve(place.value);
  const shared = place.shared || isAlias(place.value);
  if (isSeq(node)) {
    if (typeof step !== 'number' || !(step in node.items)) return null;
    return { key: null, value: node.items[step], shared };
  }
  return isMap(node) ? member(tree, node, String(step), shared, 0) : null;
}

/** The pair that decides a key: the last one in the order of the text, merges included. */
function member(tree: Tree, map: Node, name: string, shared: boolean, hops: number): Place | null {
  if (!isMap(map) || hops > 20) return null;
  for (const { key, value } of [...map.items].reverse()) {
    if (isMergeKey(key)) {
      const sources = isSeq(value) ? value.items : [value];
      for (const source of sources) {
        const target = tree.resolve(source);
        const place = target === null ? null : member(tree, target, name, true, hops + 1);
        if (place !== null) return place;
      }
    } else if (keyText(isAlias(key) ? tree.resolve(key) : key) === name) {
      return { key: key as Node, value, shared };
    }
  }
  return null;
}

type Range = readonly [number, number];

function rootRange(tree: Tree, text: string): Range | null {
  const { root } = tree;
  if (!isMap(root)) return isSeq(root) || isScalar(root) ? firstLine(root, text) : null;
  const pair = root.items.find(({ key }) => keyText(key) === 'kind') ?? root.items[0];
  if (pair === undefined) return firstLine(root, text);
  return placeRange({ key: pair.key as Node, value: pair.value, shared: false }, text);
}

function placeRange({ key, value }: Place, text: string): Range | null {
  const node = value as Node | null;
  const start = startOf(key);
  if (key !== null && start !== null) {
    if (isMap(node) || isSeq(node) || !node?.range || node.range[0] === node.range[1])
      return [start, endOf(key, text)];
    return [start, Math.max(endOf(node, text), endOf(key, text))];
  }
  if (!node?.range) return null;
  if (isMap(node)) {
    const [first] = node.items;
    if (first !== undefined && node.flow !== true) {
      return placeRange({ key: first.key as Node, value: first.value, shared: false }, text);
    }
  }
  return isMap(node) || isSeq(node) ? firstLine(node, text) : [node.range[0], endOf(node, text)];
}

function startOf(node: Node | null): number | null {
  return node?.range?.[0] ?? null;
}

/** End of what is seen of a node: a block scalar's last line break is not. */
function endOf(node: Node, text: string): number {
  const [start, end] = node.range ?? [0, 0];
  let at = end;
  while (at > start && /\s/.test(text.charAt(at - 1))) at -= 1;
  return at;
}

function firstLine(node: Node, text: string): Range | null {
  if (!node.range) return null;
  const [start, end] = node.range;
  const line = /[\r\n]/.exec(text.slice(start, end));
  return [start, line === null ? endOf(node, text) : start + line.index];
}
