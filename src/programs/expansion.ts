// What the words of a script come to, as far as the variables are known.
import { evaluateArithmetic } from './arithmetic.ts';
import type { Argument } from './shells.ts';
import type { Word } from './words.ts';

type Known = ReadonlyMap<string, Argument>;

/** A word's text. An unquoted variable counts only where it stays one word, and is no pattern. */
export function textOf(word: Word, variables: Known): Argument {
  const texts = word.map((part) => {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'arithmetic') return arithmetic(part.expression, variables);
    if (part.kind !== 'variable') return null;
    const value = variables.get(part.name) ?? null;
    return part.quoted || (value !== null && /^[^\s*?[]+$/.test(value)) ? value : null;
  });
  return texts.includes(null) ? null : texts.join('');
}

function arithmetic(expression: string, variables: Known): Argument {
  const value = evaluateArithmetic(expression, (name) => variables.get(name) ?? null);
  return value === null ? null : String(value);
}

/** A command's words: first the assignments, then the program and its arguments. */
export function splitAssignments(words: readonly Word[]): readonly [readonly Word[], readonly Word[]] {
  const first = words.findIndex((word) => nameAssigned(word) === null);
  const at = first < 0 ? words.length : first;
  return [words.slice(0, at), words.slice(at)];
}

/** The name and the value of `NAME=value`. */
export function assignment(word: Word, variables: Known): readonly [string, Argument] | null {
  const name = nameAssigned(word);
  return name === null ? null : [name, textOf(word, variables)?.slice(name.length + 1) ?? null];
}

/** The head is unquoted text. */
function nameAssigned(word: Word): string | null {
  const end = word.findIndex((part) => part.kind !== 'text' || part.quoted);
  const head = end < 0 ? word : word.slice(0, end);
  const text = head.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  return /^([A-Za-z_]\w*)=/.exec(text)?.[1] ?? null;
}
