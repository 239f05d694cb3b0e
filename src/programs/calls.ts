// What a command runs: the programs, with what is known of their arguments, on whose end its own end depends.
import { assignment, splitAssignments, textOf } from './expansion.ts';
import { launchedAt } from './launchers.ts';
import {
  type Argument,
  copyOf,
  innerShell,
  opened,
  outermost,
  programName,
  type Shell,
  shells,
} from './shells.ts';
import type { AndOr, Command, List, Pipeline } from './syntax.ts';
import { longestScript, type Word } from './words.ts';

/** One program that runs. */
export interface Call {
  /** Name without its directory; empty for a redirection alone. */
  readonly program: string;
  readonly args: readonly Argument[];
  /** Files that are opened for it. */
  readonly redirects: readonly Argument[];
  /** Variables that it sees; null is not known. */
  readonly variables: ReadonlyMap<string, Argument>;
}

/**
 * The programs that decide whether a command succeeds. What is left unread (`if`, loops, files with scripts) and what
 * cannot make it fail (`… || true`, a line before the last one without `set -e`) is not among them.
 */
export function decidingCalls(
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
): readonly Call[] {
  return argv.join(' ').length > longestScript ? [] : ofWords(argv, [], outermost(environment));
}

function ofScript(script: string, shell: Shell): readonly Call[] {
  const inner = opened(script, shell);
  return inner === null ? [] : ofList(inner.list, inner.shell);
}

function ofList(list: List, shell: Shell): readonly Call[] {
  return list.flatMap((andOr, index) => {
    const decides = index === list.length - 1 || shell.strict || mayExit(andOr);
    const calls = ofAndOr(andOr, shell);
    return decides && !andOr.background ? calls : [];
  });
}

function ofAndOr({ parts }: AndOr, shell: Shell): readonly Call[] {
  return parts.flatMap(({ joint, pipeline }, index) => {
    const calls = ofPipeline(pipeline, shell, joint !== null);
    const swallowed = parts.slice(index + 1).some((next) => next.joint === '||' && succeeds(next.pipeline));
    return swallowed ? [] : calls;
  });
}

function ofPipeline({ commands }: Pipeline, shell: Shell, perhaps: boolean): readonly Call[] {
  const own = commands.length === 1 ? shell : copyOf(shell);
  return commands.flatMap((command) => ofCommand(command, own, perhaps));
}

function ofCommand(command: Command, shell: Shell, perhaps: boolean): readonly Call[] {
  if (command.kind === 'group') return ofList(command.body, command.subshell ? copyOf(shell) : shell);
  if (command.kind !== 'simple') {
    shell.variables.clear();
    return [];
  }
  const { words, redirects } = command;
  const inside = [...words, ...redirects].flatMap((word) => ofSubstitutions(word, shell));
  const [assigned, rest] = splitAssignments(words);
  const argv = rest.map((word) => textOf(word, shell.variables));
  const files = redirects.map((word) => textOf(word, shell.variables));
  const target = argv.length === 0 ? shell : copyOf(shell);
  for (const word of assigned) assign(word, target, perhaps && argv.length === 0);
  if (argv[0] === 'set')
    shell.strict ||= argv.some((arg) => arg !== null && /^(-[a-z]*e|errexit$)/.test(arg));
  return [...inside, ...ofWords(argv, files, target)];
}

function assign(word: Word, { variables }: Shell, perhaps: boolean): void {
  const [name, value] = assignment(word, variables) ?? [];
  if (name !== undefined) variables.set(name, perhaps ? null : (value ?? null));
}

function ofSubstitutions(word: Word, shell: Shell): readonly Call[] {
  return word.flatMap((part) => (part.kind === 'command' ? ofScript(part.script, copyOf(shell)) : []));
}

/** Programs beside those that everybody uses as launchers: of each, what its own words look like. */
const wrappers: ReadonlyMap<string, RegExp> = new Map([
  ['busybox', /^$/],
  ['time', /^-/],
  ['timeout', /^(-.*|(\d+(\.\d*)?|\.\d+)[smhd]?|[A-Z]{3,})$/],
]);

function ofWords(argv: readonly Argument[], redirects: readonly Argument[], shell: Shell): readonly Call[] {
  const [command, ...args] = argv;
  if (command === null) return [];
  const program = programName(command ?? '');
  const first = wrappedAt(program, args);
  if (first !== null) return first < args.length ? ofWords(args.slice(first), redirects, shell) : [];
  if (shells.has(program)) return ofShell(args, shell);
  return program === '' && redirects.length === 0
    ? []
    : [{ program, args, redirects, variables: shell.variables }];
}

function wrappedAt(program: string, args: readonly Argument[]): number | null {
  const own = wrappers.get(program);
  if (own === undefined) return launchedAt(program, args);
  const first = args.findIndex((arg) => arg === null || !own.test(arg));
  return first < 0 ? args.length : first;
}

function ofShell(args: readonly Argument[], shell: Shell): readonly Call[] {
  const inner = innerShell(args, shell);
  return inner === null ? [] : ofScript(inner.script, inner.shell);
}

/** Whether a list stops at this line when it fails: `… || exit 1`. */
function mayExit({ parts }: AndOr): boolean {
  return parts.some(({ pipeline }) => pipeline.commands.some((command) => endsShell(command)));
}

function endsShell(command: Command): boolean {
  if (command.kind === 'group') return !command.subshell && command.body.some(mayExit);
  return (
    command.kind === 'simple' && ['exit', 'return', 'exec'].includes(plain(command.words[0] ?? []) ?? '')
  );
}

function succeeds({ negated, commands }: Pipeline): boolean {
  const [command, ...more] = commands;
  if (negated || more.length > 0 || command?.kind !== 'simple') return false;
  const [name, first] = command.words.map(plain);
  if (name === 'exit' || name === 'return') return first === '0';
  return ['true', ':', 'echo', 'printf'].includes(name ?? '');
}

const nothing = new Map<string, Argument>();

function plain(word: Word): Argument {
  return textOf(word, nothing);
}
