// Which program a script ends in, and with what words: `setup && exec server --flag "$X"`.
import { splitAssignments } from './expansion.ts';
import { type List, parseScript, type Simple } from './syntax.ts';
import { longestScript, type Word } from './words.ts';
import { splitWords, unknownWord, type Variables, type Written } from './written.ts';

/** The words of the last command, which runs until the container stops; none where that is not sure. */
export function scriptCommand(script: Written, variables: Variables): readonly Written[] {
  if (script.text === null || script.text.length > longestScript) return [];
  const command = lastCommand(parseScript(script.text) ?? []);
  if (command === null) return [];
  const known = unassigned(script.text, variables);
  const [, words] = splitAssignments(command.words);
  return words.flatMap((word) => expand(word, known, script.path));
}

/** Null for what runs in the background, in a pipe, in a loop, or only when something else failed. */
function lastCommand(list: List): Simple | null {
  const last = list.at(-1);
  const part = last?.parts.at(-1);
  if (last === undefined || part === undefined || last.background || part.joint === '||') return null;
  const [command, ...piped] = part.pipeline.commands;
  if (command === undefined || piped.length > 0 || part.pipeline.negated) return null;
  if (command.kind === 'group') return lastCommand(command.body);
  return command.kind === 'simple' ? command : null;
}

/** The container's variables that the script leaves as they are. */
function unassigned(script: string, variables: Variables): Variables {
  if (/(?:^|[\s;&|(])(?:\.|source|eval|read|unset|for)\s/.test(script)) return new Map();
  const assigned = new Set(Array.from(script.matchAll(/([A-Za-z_]\w*)\+?=/g), ([, name]) => name));
  return new Map([...variables].filter(([name]) => !assigned.has(name)));
}

/** An unquoted variable that stands alone is split into words, as the shell does. */
function expand(word: Word, variables: Variables, path: Written['path']): readonly Written[] {
  const [only, ...more] = word;
  if (only?.kind === 'variable' && more.length === 0) {
    const variable = variables.get(only.name);
    if (variable === undefined) return [{ text: null, path }];
    return only.quoted ? [variable] : splitWords(variable);
  }
  const texts = word.map((part) => {
    if (part.kind === 'text') return part.text;
    const value = part.kind === 'variable' ? variables.get(part.name)?.text : null;
    return value !== undefined && value !== null && !/\s/.test(value) ? value : null;
  });
  const unknown = texts.indexOf(null);
  return unknown < 0
    ? [{ text: texts.join(''), path }]
    : [unknownWord(texts.slice(0, unknown).join(''), path)];
}
