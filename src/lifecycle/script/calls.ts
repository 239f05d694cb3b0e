// What a command runs: the programs, with what is known of their arguments, on whose end its own end depends.
import { type AndOr, type Command, type List, type Pipeline, parseScript } from './syntax.ts';
import { Unreadable, type Word } from './words.ts';

/** An argument's text; null when it is not known. */
export type Argument = string | null;

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

interface Shell {
  readonly variables: Map<string, Argument>;
  /** `set -e` */
  strict: boolean;
  readonly depth: number;
}

const deepest = 30;
const longest = 10_000;

/**
 * The programs that decide whether a command succeeds. What is left unread (`if`, loops, files with scripts) and what
 * cannot make it fail (`… || true`, a line before the last one without `set -e`) is not among them.
 */
export function decidingCalls(
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
): readonly Call[] {
  if (argv.join(' ').length > longest) return [];
  return ofWords(argv, [], { variables: new Map(environment), strict: false, depth: 0 });
}

function ofScript(script: string, shell: Shell): readonly Call[] {
  if (shell.depth > deepest) return [];
  try {
    return ofList(parseScript(script), { ...shell, depth: shell.depth + 1 });
  } catch (error) {
    if (error instanceof Unreadable) return [];
    throw error;
  }
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
  const assigned = words.slice(0, leadingAssignments(words));
  const argv = words.slice(assigned.length).map((word) => textOf(word, shell));
  const files = redirects.map((word) => textOf(word, shell));
  const target = argv.length === 0 ? shell : copyOf(shell);
  for (const word of assigned) assign(word, target, perhaps && argv.length === 0);
  if (argv[0] === 'set')
    shell.strict ||= argv.some((arg) => arg !== null && /^(-[a-z]*e|errexit$)/.test(arg));
  return [...inside, ...ofWords(argv, files, target)];
}

function copyOf(shell: Shell): Shell {
  return { ...shell, variables: new Map(shell.variables) };
}

function ofSubstitutions(word: Word, shell: Shell): readonly Call[] {
  return word.flatMap((part) => (part.kind === 'command' ? ofScript(part.script, copyOf(shell)) : []));
}

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh']);
/** Programs that run what stands after their own options, as `timeout 5 nc …`. */
const wrappers: Readonly<Record<string, RegExp>> = {
  busybox: /^$/,
  command: /^$/,
  env: /^(-[iu0]|--ignore-environment|\w+=.*)$/s,
  exec: /^$/,
  nice: /^-/,
  nohup: /^$/,
  time: /^-/,
  timeout: /^(-.*|(\d+(\.\d*)?|\.\d+)[smhd]?|[A-Z]{3,})$/,
};

function ofWords(argv: readonly Argument[], redirects: readonly Argument[], shell: Shell): readonly Call[] {
  const [command, ...args] = argv;
  if (command === null) return [];
  const program = (command ?? '').replace(/^.*\//, '');
  const own = Object.hasOwn(wrappers, program) ? wrappers[program] : undefined;
  if (own !== undefined) {
    const first = args.findIndex((arg) => arg === null || !own.test(arg));
    return first < 0 ? [] : ofWords(args.slice(first), redirects, shell);
  }
  if (shells.has(program)) return ofShell(args, shell);
  return program === '' && redirects.length === 0
    ? []
    : [{ program, args, redirects, variables: shell.variables }];
}

/** `sh -c 'script' name args…` */
function ofShell(args: readonly Argument[], shell: Shell): readonly Call[] {
  let strict = false;
  for (const [index, arg] of args.entries()) {
    if (arg === null || !/^-[a-np-z]+$/.test(arg)) return [];
    strict ||= arg.includes('e');
    if (!arg.includes('c')) continue;
    const script = args[index + 1] ?? null;
    const positional = args.slice(index + 2).map((value, at) => [String(at), value] as const);
    const variables = new Map([...shell.variables, ...positional]);
    return script === null ? [] : ofScript(script, { variables, strict, depth: shell.depth });
  }
  return [];
}

/** Whether a list stops at this line when it fails: `… || exit 1`. */
function mayExit({ parts }: AndOr): boolean {
  return parts.some(({ pipeline }) => pipeline.commands.some((command) => endsShell(command)));
}

function endsShell(command: Command): boolean {
  if (command.kind === 'group') return !command.subshell && command.body.some(mayExit);
  return command.kind === 'simple' && ['exit', 'return', 'exec'].includes(plain(command.words[0]) ?? '');
}

function succeeds({ negated, commands }: Pipeline): boolean {
  const [command, ...more] = commands;
  if (negated || more.length > 0 || command?.kind !== 'simple') return false;
  const [name, first] = command.words.map(plain);
  if (name === 'exit' || name === 'return') return first === '0';
  return ['true', ':', 'echo', 'printf'].includes(name ?? '');
}

function plain(word: Word | undefined): string | null {
  const texts = (word ?? []).map((part) => (part.kind === 'text' ? part.text : null));
  return texts.includes(null) ? null : texts.join('');
}

const assignment = /^([A-Za-z_]\w*)=/;

/** The name that a word assigns to; its head is unquoted text. */
function nameAssigned(word: Word): string | null {
  const end = word.findIndex((part) => part.kind !== 'text' || part.quoted);
  return assignment.exec(plain(word.slice(0, end < 0 ? word.length : end)) ?? '')?.[1] ?? null;
}

function leadingAssignments(words: readonly Word[]): number {
  const first = words.findIndex((word) => nameAssigned(word) === null);
  return first < 0 ? words.length : first;
}

function assign(word: Word, shell: Shell, perhaps: boolean): void {
  const name = nameAssigned(word);
  const text = textOf(word, shell);
  if (name !== null) shell.variables.set(name, text === null || perhaps ? null : text.slice(name.length + 1));
}

/** What a word expands to, or null when that is not known. */
function textOf(word: Word, shell: Shell): Argument {
  const texts = word.map((part) => {
    if (part.kind === 'text') return part.text;
    if (part.kind !== 'variable') return null;
    const value = shell.variables.get(part.name) ?? null;
    return part.quoted || (value !== null && /^[^\s*?[]+$/.test(value)) ? value : null;
  });
  return texts.includes(null) ? null : texts.join('');
}
