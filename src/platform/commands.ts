import { isPlaceholder } from '../manifest/manifest.ts';
import { type Container, containerField, type Workload } from '../resources/workload.ts';

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

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'cmd', 'powershell', 'pwsh']);

/** Programs that start the one named after them, and how many words of their own come first. */
const launchers: ReadonlyMap<string, number> = new Map([
  ['bundle', 1],
  ['ddtrace-run', 0],
  ['dumb-init', 0],
  ['env', 0],
  ['exec', 0],
  ['gosu', 1],
  ['newrelic-admin', 1],
  ['nohup', 0],
  ['npx', 0],
  ['opentelemetry-instrument', 0],
  ['pipenv', 1],
  ['poetry', 1],
  ['su-exec', 1],
  ['tini', 0],
  ['uv', 1],
]);

/** More than anyone writes. */
const deepest = 8;
const longestScript = 10_000;

function unwrap(words: readonly string[], depth: number): readonly Command[] {
  const [first = '', ...rest] = words;
  const name = programName(first);
  if (name === '' || name.startsWith('-') || depth > deepest) return [];
  if (shells.has(name)) return shellCommands(rest, depth);
  const own = name.endsWith('entrypoint.sh') && rest.length > 0 ? 0 : launchers.get(name);
  if (own !== undefined) return unwrap(withoutOptions(rest.slice(own)), depth + 1);
  const module = /^python[\d.]*$/.test(name) && rest[0] === '-m' ? rest[1] : undefined;
  return [module === undefined ? [name, ...rest] : moduleCommand(module, rest.slice(2))];
}

/** Without leading options, and assignments as of `env`. */
function withoutOptions(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !word.startsWith('-') && !/^\w+=/.test(word));
  return start < 0 ? [] : words.slice(start);
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

function programName(word: string): string {
  return (word.split(/[/\\]/).at(-1) ?? '').toLowerCase().replace(/\.exe$/, '');
}
