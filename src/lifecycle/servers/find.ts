import type { Invocation } from '../../programs/invocation.ts';
import { javaOptions } from '../../programs/java-options.ts';
import { splitWords, type Written } from '../../programs/written.ts';
import type { Place } from './setting.ts';

/** A value, and the name that stands before it. */
export interface Found extends Written {
  readonly label: string;
  readonly scope?: string | undefined;
}

/** What stands in the first place that has something. */
export function firstFound(
  places: readonly Place[],
  invocation: Invocation,
  recognised: boolean,
): readonly Found[] {
  for (const place of places) {
    const found = foundIn(place, invocation, recognised);
    if (found.length > 0) return found;
  }
  return [];
}

function foundIn(place: Place, invocation: Invocation, recognised: boolean): readonly Found[] {
  const { args, variables } = invocation;
  if ('variable' in place)
    return [...variables].flatMap(([label, written]) => {
      const match = place.variable.exec(label);
      return match === null ? [] : [{ ...written, label, scope: match.groups?.scope }];
    });
  if ('property' in place) {
    const before = `-D${place.property}=`;
    const options = javaOptions(invocation).filter((option) => startOf(option).startsWith(before));
    return options.slice(-1).map((option) => valueIn(option, place.property));
  }
  if ('argument' in place)
    return args.flatMap((arg) => {
      const match = place.argument.exec(startOf(arg));
      return match === null ? [] : [{ ...valueIn(arg, null), scope: match.groups?.scope }];
    });
  if (place.inVariable === undefined) return recognised ? flagged(args, place.flags) : [];
  const variable = variables.get(place.inVariable);
  if (variable?.text === null) return [{ ...variable, label: place.inVariable }];
  return variable === undefined ? [] : flagged(splitWords(variable), place.flags);
}

function startOf({ text, head = '' }: Written): string {
  return text ?? head;
}

/** `--name=value`, `-Dname=value` */
function valueIn(written: Written, name: string | null): Found {
  const [start = '', ...value] = startOf(written).split('=');
  return { label: name ?? start, text: written.text === null ? null : value.join('='), path: written.path };
}

/** The last of an option's values: `--name value`, `--name=value`, `-n value`, `-nvalue`. */
export function flagged(words: readonly Written[], flags: readonly string[]): readonly Found[] {
  const found = words.flatMap((word, index): readonly Found[] => {
    const start = startOf(word);
    const label = flags.find((flag) => start === flag || isJoined(start, flag));
    if (label === undefined) return [];
    if (start === label) return [{ text: null, path: word.path, ...words[index + 1], label }];
    const text = word.text?.slice(label.length).replace(/^=/, '') ?? null;
    return [{ label, text, path: word.path }];
  });
  return found.slice(-1);
}

function isJoined(text: string, flag: string): boolean {
  if (!text.startsWith(flag)) return false;
  return flag.startsWith('--') ? text[flag.length] === '=' : text.length > flag.length;
}
