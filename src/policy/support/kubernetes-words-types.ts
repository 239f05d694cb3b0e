import type { Problem } from '../../kubernetes/api.ts';

/** What stands there and what Kubernetes reads there, in words; null when the problem is no wrong type. */
export function wrongType({ type, detail }: Problem): WrongType | null {
  const [, found, wanted] = /^cannot unmarshal (\w+) into Go value of type (\S+)$/.exec(detail) ?? [];
  if (type !== 'Decode' || found === undefined || wanted === undefined) return null;
  return { found: foundWords[found] ?? found, wanted: wantedWords(found, wanted) };
}

/** What to write in place of a value of another type. */
export function rightType({ found, wanted }: WrongType): string {
  const scalar = found !== 'a list' && found !== 'a mapping';
  if (wanted === 'text' && scalar) return 'Put the value into quotes; in a Helm template `| quote` does.';
  if (wanted === 'text' || wanted === 'a single value')
    return 'Write a single value, on the line of its key.';
  if (wanted === 'a list') return 'Write a list: each item on a line of its own after `- `, or all in `[…]`.';
  if (wanted === 'a mapping') return 'Write `key: value` lines, indented below it.';
  return `Write ${wanted}, without quotes.`;
}

interface WrongType {
  readonly found: string;
  readonly wanted: string;
}

const foundWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  bool: '`true` or `false`',
  array: 'a list',
  object: 'a mapping',
};

/** Go's types as a reader of YAML knows them. A named type that text does not fit is a structure. */
function wantedWords(found: string, type: string): string {
  if (/^u?int/.test(type)) return 'a whole number';
  if (type === 'bool') return foundWords.bool ?? type;
  if (type.startsWith('[]')) return 'a list';
  if (type === 'string' || (found !== 'string' && enumeration.test(type))) return 'text';
  return found === 'object' ? 'a single value' : 'a mapping';
}

/** Named types of the API that are written as text. */
const enumeration =
  /\.(PullPolicy|RestartPolicy|ContainerRestartPolicy|DNSPolicy|PreemptionPolicy|ConcurrencyPolicy|Protocol|URIScheme|UnsatisfiableConstraintAction|ResourceName|StorageMedium|IPFamily|ServiceAffinity|\w+Type|\w+Mode|\w+Operator|\w+Effect)$/;
