import { type Alias, Composer, isAlias, isMap, isScalar, isSeq, Lexer, type Node, Parser } from 'yaml';
import { resolvePlain, resolveTagged, type ScalarValue } from './scalar.ts';

/** A YAML document whose nodes know their offsets in the text they were composed from. */
export interface Tree {
  readonly root: Node | null;
  readonly errors: readonly { readonly message: string; readonly offset: number }[];
  /** The node itself, or what an alias stands for; null for an alias of nothing. */
  resolve(node: unknown): Node | null;
}

/**
 * Scalars stay text (`failsafe`), since Kubernetes' rules for them are ours to apply; the library's own search
 * for duplicate keys is quadratic and off.
 */
const options = {
  schema: 'failsafe',
  version: '1.2',
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
  keepSourceTokens: false,
} as const;

/**
 * Composes one document. The depth is bounded while tokens arrive: the library's composer recurses, and V8
 * aborts the whole process when a regular expression is compiled at the end of the stack.
 */
export function compose(text: string, maximumDepth: number): Tree | { readonly tooDeepAt: number } {
  const parser = new Parser();
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // The stack holds the document and perhaps a scalar beside the collections.
    if (parser.stack.length > maximumDepth && collections(parser) > maximumDepth)
      return { tooDeepAt: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  const [document] = new Composer(options).compose(tokens, true, text.length);
  const root = (document?.contents ?? null) as Node | null;
  const targets = text.includes('*') ? aliasTargets(root) : null;
  return {
    root,
    errors: (document?.errors ?? []).map(({ message, pos }) => ({ message, offset: pos[0] })),
    resolve: (node) => {
      const target = isAlias(node) ? targets?.get(node) : node;
      return isMap(target) || isSeq(target) || isScalar(target) ? target : null;
    },
  };
}

function collections(parser: Parser): number {
  return parser.stack.filter(
    ({ type }) => type === 'block-map' || type === 'block-seq' || type === 'flow-collection',
  ).length;
}

/** What each alias stands for: the last node before it that carries its anchor. */
function aliasTargets(root: Node | null): ReadonlyMap<Alias, Node> {
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Node>();
  const visit = (node: unknown): void => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
      return;
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return;
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        visit(key);
        visit(value);
      }
    } else if (isSeq(node)) node.items.forEach(visit);
  };
  visit(root);
  return targets;
}

/** The value of a scalar node by Kubernetes' rules. */
export function scalarValue(node: Node): ScalarValue {
  if (!isScalar(node)) return null;
  const text = node.source ?? '';
  if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:str') return resolveTagged(node.tag, text);
  return node.type === 'PLAIN' && node.tag === undefined ? resolvePlain(text) : text;
}

/** The text that names a map key, or null for a key that is no text (a map, a list, null). */
export function keyText(key: unknown): string | null {
  if (!isScalar(key)) return null;
  const value = scalarValue(key);
  return value === null ? null : String(value);
}

/** True of the key `<<` that merges another map into this one. */
export function isMergeKey(key: unknown): boolean {
  return (
    isScalar(key) && key.source === '<<' && (key.type === 'PLAIN' || key.tag === 'tag:yaml.org,2002:merge')
  );
}
