import { compose } from './compose.ts';
import type { FieldPath } from './field-path.ts';
import { nodeAt } from './locate.ts';
import { splitStream } from './stream.ts';

/** The first document of a text with another value at a path; null where nothing stands there that can be replaced. */
export function withValue(source: string, path: FieldPath, value: unknown, depth: number): string | null {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const [part] = splitStream(text);
  if (part === undefined) return null;
  const tree = compose(part.text, depth);
  if ('tooDeepAt' in tree || tree.errors.length > 0) return null;
  const range = nodeAt(tree, path)?.range;
  if (!range) return null;
  const [from, to] = [part.offset + range[0], part.offset + range[1]];
  return `${text.slice(0, from)}${inserted(text.slice(from, to), JSON.stringify(value))}${text.slice(to)}`;
}

/** JSON is YAML; a key without a value needs a blank before it, a block text ends with its line. */
function inserted(old: string, json: string): string {
  if (old === '') return ` ${json}`;
  return old.endsWith('\n') ? `${json}\n` : json;
}
