import { type Container, containerField, type Workload } from '../resources/workload.ts';
import { imageReference } from './image.ts';
import { launchedAt, moduleAt } from './launchers.ts';
import { scriptCommand } from './script-command.ts';
import { programName, scriptAmong, shells } from './shells.ts';
import { commandWords, type Variables, variablesOf, type Written } from './written.ts';

/** What a container runs, as far as its command, arguments and environment say. */
export interface Invocation {
  /** Base name of the program; null where the image decides it, or nobody here can know. */
  readonly program: string | null;
  readonly args: readonly Written[];
  /** Where the program's name is written, or the arguments that its image's own entrypoint gets. */
  readonly at: Written['path'];
  /** The image's repository where the image's own entrypoint runs; else null. */
  readonly image: string | null;
  readonly variables: Variables;
}

export function invocationOf(workload: Workload, container: Container): Invocation {
  const variables = variablesOf(workload, container);
  const command = commandWords(workload, container, 'command');
  const given = [...command, ...commandWords(workload, container, 'args')];
  if (command.length === 0 && (given[0]?.text ?? '-').startsWith('-')) {
    const image = repositoryOf(workload, container);
    const at = given[0]?.path ?? [...container.path, 'image'];
    return { program: null, args: given, at, image, variables };
  }
  const [first, ...args] = unwrap(given, variables, 0);
  const at = first?.path ?? container.path;
  return { program: nameOf(first), args, at, image: null, variables };
}

/** Without registry and tag. */
function repositoryOf(workload: Workload, container: Container): string | null {
  const { value } = containerField(workload, container, 'image');
  return typeof value === 'string' ? imageReference(value).repository : null;
}

/** Programs in programs deeper than this are left unread. */
const deepest = 10;

/** The words of the program that runs in the end, past shells and programs that only start another one. */
function unwrap(words: readonly Written[], variables: Variables, depth: number): readonly Written[] {
  const [first, ...rest] = words;
  const name = nameOf(first);
  if (name === null || depth > deepest) return words;
  const inner = shells.has(name) ? inShell(rest, variables) : inLauncher(name, rest);
  return inner === null ? words : unwrap(inner, variables, depth + 1);
}

function nameOf(word: Written | undefined): string | null {
  return word === undefined || word.text === null ? null : programName(word.text);
}

/** Null for a script in a file. */
function inShell(words: readonly Written[], variables: Variables): readonly Written[] | null {
  const script = words[scriptAmong(words.map(({ text }) => text))?.at ?? words.length];
  return script === undefined ? null : scriptCommand(script, variables);
}

function inLauncher(name: string, words: readonly Written[]): readonly Written[] | null {
  const texts = words.map(({ text }) => text);
  const at = launchedAt(name, texts) ?? moduleAt(name, texts);
  return at === null ? null : words.slice(at);
}
