import { isAlias, isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import { isMergeKey, keyText, scalarValue, type Tree } from './compose.ts';

/** Why a well-formed document has no value; `offset` is where in its text. */
export class DecodeProblem extends Error {
  readonly offset: number;
  readonly kind: 'syntax' | 'limit' | 'template';

  constructor(kind: DecodeProblem['kind'], message: string, offset: number) {
    super(message);
    this.kind = kind;
    this.offset = offset;
  }
}

/** Nodes that aliases may bring into one document, besides the limit on their number. */
const aliasedNodes = 200_000;

/**
 * The value of a document as Kubernetes would decode it: of a key that stands twice the last one wins, and
 * `<<` merges in the order in which it stands. Throws a DecodeProblem.
 */
export function decode(tree: Tree, maximumAliases: number): unknown {
  return tree.root === null ? null : new Decoder(tree, maximumAliases).decode(tree.root);
}

class Decoder {
  readonly #tree: Tree;
  readonly #maximumAliases: number;
  #aliases = 0;
  #aliasDepth = 0;
  #aliasedNodes = 0;

  constructor(tree: Tree, maximumAliases: number) {
    this.#tree = tree;
    this.#maximumAliases = maximumAliases;
  }

  decode(node: unknown): unknown {
    if (isAlias(node)) return this.#alias(node);
    if (this.#aliasDepth > 0 && ++this.#aliasedNodes > aliasedNodes) {
      throw new DecodeProblem('limit', 'its aliases repeat too much of the document', offsetOf(node));
    }
    if (isMap(node)) return this.#map(node);
    if (isSeq(node)) return node.items.map((item) => this.decode(item));
    return node === null ? null : scalarValue(node as Node);
  }

  #alias(node: Node): unknown {
    const target = this.#tree.resolve(node);
    if (target === null)
      throw new DecodeProblem('syntax', 'an alias names an anchor that is not there', offsetOf(node));
    this.#aliases += 1;
    if (this.#aliases > this.#maximumAliases) {
      throw new DecodeProblem(
        'limit',
        `it expands more than ${this.#maximumAliases} aliases`,
        offsetOf(node),
      );
    }
    this.#aliasDepth += 1;
    const value = this.decode(target);
    this.#aliasDepth -= 1;
    return value;
  }

  #map(map: YAMLMap): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) this.#merge(result, value);
      else put(result, this.#key(key), this.decode(value));
    }
    return result;
  }

  #key(node: unknown): string {
    const key = keyText(isAlias(node) ? this.#tree.resolve(node) : node);
    if (key !== null) return key;
    if (isMap(node) && node.flow === true) {
      throw new DecodeProblem(
        'template',
        'a map key must be text, not {…}: this is a template',
        offsetOf(node),
      );
    }
    throw new DecodeProblem('syntax', 'a map key must be text', offsetOf(node));
  }

  #merge(result: Record<string, unknown>, source: unknown): void {
    // Of several merged maps the earlier takes precedence.
    const maps = isSeq(source) ? [...source.items].reverse() : [source];
    for (const map of maps) {
      const value = this.decode(map);
      if (value === null || typeof value !== 'object' || Array.isArray(value)) {
        throw new DecodeProblem('syntax', '<< needs a map to merge', offsetOf(map));
      }
      for (const [key, item] of Object.entries(value)) put(result, key, item);
    }
  }
}

/** Sets an own property even where the key is `__proto__`. */
function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}
