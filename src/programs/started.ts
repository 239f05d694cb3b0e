// Which programs a container starts, by name: enough to tell what kind of program it is. Scripts are cut into commands
// roughly, so that what `syntax.ts` does not understand still names its programs; numbers are read by `invocation.ts`.
import { isPlaceholder } from '../manifest/manifest.ts';
import { type Container, containerField, type Workload } from '../resources/workload.ts';
import { launchedAt, moduleAt } from './launchers.ts';
import { programName, shells } from './shells.ts';
import { longestScript } from './words.ts';

/** One program and its arguments: `gunicorn`, `-w`, `4`, `app:app`. The name stands without folder and `.exe`. */
export type Command = readonly string[];

/** What a container starts by its own `command` or `args`. */
export interface Started {
  /** `args` alone are what the image's own entrypoint is given. */
  readonly field: 'command' | 'args';
  readonly words: readonly string[];
  /** In order, whatever starts them looked through; none where that cannot be told. */
  readonly commands: readonly Command[];
}

/** Null where the image alone decides. */
export function startedBy(workload: Workload, container: Container): Started | null {
  const command = containerField(workload, container, 'command');
  const args = containerField(workload, container, 'args');
  if (command.from === 'absent' && args.from === 'absent') return null;
  const field = command.from === 'absent' ? 'args' : 'command';
  const words = [...listOf(command.value), ...listOf(args.value)];
  return { field, words, commands: unwrap(words, 0) };
}

function listOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.map((each) => (typeof each === 'string' && !isPlaceholder(each) ? each : ''));
}

/** What a script does around the program that it is there for. */
const passing: ReadonlySet<string> = new Set(
  `cat cd chmod chown cp curl date done echo esac exit export false fi kill ln ls mkdir mv printf pwd read rm sed set
  sleep source tail tar tee test touch trap true ulimit umask until wait wget which while`.split(/\s+/),
);

/** Of several commands the last that is not only passing time or moving files. */
export function mainCommand({ commands }: Started): Command | undefined {
  return commands.findLast(([name = '']) => !passing.has(name) && !/^\W/.test(name));
}

const windowsShells: ReadonlySet<string> = new Set(['cmd', 'powershell', 'pwsh']);

/** More than anyone writes. */
const deepest = 8;

function unwrap(words: readonly string[], depth: number): readonly Command[] {
  const [first = '', ...rest] = words;
  const name = programName(first);
  if (name === '' || name.startsWith('-') || depth > deepest) return [];
  if (shells.has(name) || windowsShells.has(name)) return shellCommands(rest, depth);
  const at = name.endsWith('entrypoint.sh') && rest.length > 0 ? 0 : launchedAt(name, rest);
  if (at !== null) return unwrap(rest.slice(at), depth + 1);
  const [module, ...args] = rest.slice(moduleAt(name, rest) ?? rest.length);
  return [module === undefined ? [name, ...rest] : moduleCommand(module, args)];
}

/** `python -m vllm.entrypoints.api` is `vllm` with the module as its first argument. */
function moduleCommand(module: string, rest: readonly string[]): Command {
  const [root = ''] = module.split('.');
  return root === module ? [root, ...rest] : [root, module, ...rest];
}

/** `-c` (`-ec`, `-lc`) takes one word, `/c` of cmd and `-Command` of PowerShell the rest; else the shell runs a file. */
function shellCommands(words: readonly string[], depth: number): readonly Command[] {
  const one = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  if (one >= 0) return scriptCommands(words[one + 1] ?? '', depth + 1);
  const all = words.findIndex((word) => /^(?:\/c|-command)$/i.test(word));
  if (all >= 0) return scriptCommands(words.slice(all + 1).join(' '), depth + 1);
  const file = words.find((word) => !word.startsWith('-'));
  return file === undefined ? [] : [[programName(file)]];
}

const leading = /^(?:(?:if|then|else|elif|do|while|until|time|!|\{|\()\s+|\w+=\S*\s+)+/;

function scriptCommands(script: string, depth: number): readonly Command[] {
  return script
    .slice(0, longestScript)
    .replace(/\\\r?\n/g, ' ')
    .replace(/(?:^|\s)#.*$/gm, '')
    .split(/&&|\|\||[;&|\n]/)
    .map((part) => part.trim().replace(leading, ''))
    .filter((part) => part !== '')
    .flatMap((part) => unwrap(part.split(/\s+/).map(unquoted), depth));
}

function unquoted(word: string): string {
  return word.replace(/^["']|["')]+$/g, '');
}
