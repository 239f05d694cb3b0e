// The third step: how long a command takes. What is not known may take any time, may fail, and may stop the
// container and its hook with it; so only what surely runs before it counts as time that passes at least.
import { evaluateArithmetic } from './arithmetic.ts';
import { type AndOr, type Command, type List, type Pipeline, parseScript, type Simple } from './syntax.ts';
import { Unreadable, type Word } from './words.ts';

export type Variables = ReadonlyMap<string, string>;

/** Seconds that a command takes. */
export interface Span {
  readonly atLeast: number;
  readonly atMost: number;
}

interface Outcome extends Span {
  readonly succeeds: 'yes' | 'no' | 'maybe';
  /** True when the shell or the container may be gone afterwards. */
  readonly mayEnd: boolean;
}

/** The state of one shell. A variable that is null, or not there, is not known. */
interface Shell {
  readonly variables: Map<string, string | null>;
  /** `set -e` */
  strict: boolean;
  /** Scripts and commands around this one. */
  readonly depth: number;
}

const unknownCommand: Outcome = {
  atLeast: 0,
  atMost: Number.POSITIVE_INFINITY,
  succeeds: 'maybe',
  mayEnd: true,
};
const harmless: Outcome = { ...unknownCommand, mayEnd: false };
const instant: Outcome = { atLeast: 0, atMost: 0, succeeds: 'yes', mayEnd: false };

/** What is longer, or nested deeper, is left unread. */
const longestCommand = 10_000;
const deepest = 30;

/** Time that an argument vector takes when it is run without a shell. */
export function commandSpan(argv: readonly string[], environment: Variables): Span {
  if (argv.join(' ').length > longestCommand) return { atLeast: 0, atMost: Number.POSITIVE_INFINITY };
  const { atLeast, atMost } = runWords(argv, { variables: new Map(environment), strict: false, depth: 0 });
  return { atLeast, atMost };
}

function runScript(script: string, shell: Shell): Outcome {
  if (shell.depth > deepest) return unknownCommand;
  try {
    return runList(parseScript(script), { ...shell, depth: shell.depth + 1 });
  } catch (error) {
    if (error instanceof Unreadable) return unknownCommand;
    throw error;
  }
}

/** `b` after `a`. It counts only when it surely runs, and `a` surely left the shell alive. */
function then(a: Outcome, b: Outcome, runs: 'surely' | 'perhaps' = 'surely'): Outcome {
  const counts = runs === 'surely' && !a.mayEnd;
  return {
    atLeast: a.atLeast + (counts ? b.atLeast : 0),
    atMost: a.atMost + b.atMost,
    succeeds: b.succeeds,
    mayEnd: a.mayEnd || b.mayEnd,
  };
}

function runList(list: List, shell: Shell): Outcome {
  return list.reduce((before, andOr) => then(before, runAndOr(andOr, shell)), instant);
}

function runAndOr({ parts, background }: AndOr, shell: Shell): Outcome {
  if (background) {
    const { mayEnd } = runParts(parts, copyOf(shell));
    return { ...harmless, succeeds: 'yes', mayEnd };
  }
  const outcome = runParts(parts, shell);
  return shell.strict && outcome.succeeds !== 'yes' ? { ...outcome, mayEnd: true } : outcome;
}

function runParts(parts: AndOr['parts'], shell: Shell): Outcome {
  return parts.reduce((before, { joint, pipeline }) => {
    if (joint === null) return runPipeline(pipeline, shell);
    const needed = joint === '&&' ? 'yes' : 'no';
    if (before.succeeds === needed) return then(before, runPipeline(pipeline, shell));
    if (before.succeeds !== 'maybe') return before;
    const after = then(before, runPerhaps(pipeline, shell), 'perhaps');
    const settled = joint === '&&' ? after.succeeds === 'no' : after.succeeds === 'yes';
    return settled ? after : { ...after, succeeds: 'maybe' };
  }, instant);
}

/** What may not run at all leaves what it assigns unknown. */
function runPerhaps(pipeline: Pipeline, shell: Shell): Outcome {
  const copy = copyOf(shell);
  const outcome = runPipeline(pipeline, copy);
  for (const name of [...shell.variables.keys(), ...copy.variables.keys()]) {
    if (copy.variables.get(name) !== shell.variables.get(name)) shell.variables.set(name, null);
  }
  shell.strict ||= copy.strict;
  return outcome;
}

function copyOf(shell: Shell): Shell {
  return { ...shell, variables: new Map(shell.variables) };
}

function runPipeline({ negated, commands }: Pipeline, shell: Shell): Outcome {
  const [only, ...more] = commands;
  if (only === undefined) return instant;
  if (more.length > 0) {
    const mayEnd = commands.some((command) => runCommand(command, copyOf(shell)).mayEnd);
    return { ...harmless, mayEnd };
  }
  const outcome = runCommand(only, shell);
  if (!negated) return outcome;
  return { ...outcome, succeeds: ({ yes: 'no', no: 'yes', maybe: 'maybe' } as const)[outcome.succeeds] };
}

function runCommand(command: Command, shell: Shell): Outcome {
  switch (command.kind) {
    case 'simple':
      return runSimple(command, shell);
    case 'group':
      if (!command.subshell) return runList(command.body, shell);
      return ofOtherShell(runList(command.body, copyOf(shell)));
    case 'test':
      return { ...instant, succeeds: 'maybe' };
    case 'compound':
      shell.variables.clear();
      return unknownCommand;
  }
}

/** A shell that may have ended early has the status of whatever ended it. */
function ofOtherShell(outcome: Outcome): Outcome {
  return outcome.mayEnd ? { ...outcome, succeeds: 'maybe' } : outcome;
}

const safeTarget = /^(\/dev\/(null|stdout|stderr)|\/proc\/(1|self)\/fd\/[12]|[012]|-)$/;

function runSimple({ words, redirects }: Simple, shell: Shell): Outcome {
  const substitutions = [...words, ...redirects].reduce(
    (before, word) => then(before, runSubstitutions(word, shell)),
    instant,
  );
  const assignments = words.slice(0, leadingAssignments(words));
  const argv = words.slice(assignments.length).map((word) => textOf(word, shell));
  if (argv.length === 0) for (const word of assignments) assign(word, shell);
  const outcome = argv.length === 0 ? instant : runWords(argv, shell);
  const targets = redirects.map((word) => textOf(word, shell));
  const opens = targets.every((target) => target !== null && safeTarget.test(target));
  // A redirection that cannot be opened keeps the command from running, and ends the shell for a special builtin.
  const mayEnd = outcome.mayEnd || endsShell.has(argv[0] ?? '');
  const run = opens ? outcome : { ...outcome, atLeast: 0, succeeds: 'maybe' as const, mayEnd };
  return { ...then({ ...substitutions, succeeds: 'yes' }, run), succeeds: run.succeeds };
}

const endsShell = new Set(['', ':', 'exec', 'export', 'readonly', 'set', 'unset']);

function runSubstitutions(word: Word, shell: Shell): Outcome {
  return word.reduce(
    (before, part) =>
      part.kind === 'command' ? then(before, runScript(part.script, copyOf(shell))) : before,
    instant,
  );
}

const assignment = /^([A-Za-z_]\w*)=/;

function nameAssigned(word: Word): string | null {
  let head = '';
  for (const part of word) {
    if (part.kind !== 'text' || part.quoted) break;
    head += part.text;
  }
  return assignment.exec(head)?.[1] ?? null;
}

function leadingAssignments(words: readonly Word[]): number {
  const first = words.findIndex((word) => nameAssigned(word) === null);
  return first < 0 ? words.length : first;
}

function assign(word: Word, shell: Shell): void {
  const name = nameAssigned(word);
  const text = textOf(word, shell);
  if (name !== null) shell.variables.set(name, text === null ? null : text.slice(name.length + 1));
}

/** What a word expands to, or null when that is not known. */
function textOf(word: Word, shell: Shell): string | null {
  const texts = word.map((part) => {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'arithmetic') return arithmetic(part.expression, shell);
    if (part.kind !== 'variable') return null;
    const value = shell.variables.get(part.name) ?? null;
    return part.quoted || (value !== null && /^[^\s*?[]+$/.test(value)) ? value : null;
  });
  return texts.includes(null) ? null : texts.join('');
}

function arithmetic(expression: string, shell: Shell): string | null {
  const value = evaluateArithmetic(expression, (name) => shell.variables.get(name) ?? null);
  return value === null ? null : String(value);
}

type Argument = string | null;
type Program = (args: readonly Argument[], shell: Shell) => Outcome;

const maybe: Program = () => ({ ...instant, succeeds: 'maybe' });
const waits: Program = () => harmless;
const shells: Program = (args, shell) => runShell(args, shell);

/** Programs that neither stop a container nor end the shell. */
const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...['echo', 'printf', 'true', 'date', 'pwd', 'umask'].map((name) => [name, () => instant] as const),
  ...['[', 'test', 'cd', 'id', 'hostname', 'whoami'].map((name) => [name, maybe] as const),
  ...['touch', 'rm', 'mkdir', 'cat', 'ls', 'cp', 'mv', 'ln', 'chmod', 'sync', 'wait', 'tee'].map(
    (name) => [name, waits] as const,
  ),
  ...['grep', 'head', 'tail', 'sed', 'awk', 'wc', 'ps', 'pgrep', 'logger'].map(
    (name) => [name, waits] as const,
  ),
  ...['sh', 'bash', 'ash', 'dash'].map((name) => [name, shells] as const),
  [':', () => instant],
  ['false', () => ({ ...instant, succeeds: 'no' })],
  ['sleep', (args) => sleepSpan(args)],
  ['busybox', (args, shell) => runWords(args, shell)],
  ['toybox', (args, shell) => runWords(args, shell)],
  ['command', (args, shell) => runWords(args, shell)],
  ['exec', (args, shell) => (args.length === 0 ? instant : { ...runWords(args, shell), mayEnd: true })],
  ['exit', () => ({ ...instant, succeeds: 'maybe', mayEnd: true })],
  ['timeout', runTimeout],
  ['set', runSet],
  ['export', runExport],
  ['readonly', runExport],
  ['local', runExport],
  ['unset', runForget],
  ['read', runForget],
]);

function runWords(argv: readonly Argument[], shell: Shell): Outcome {
  const [command, ...args] = argv;
  if (command === undefined || command === null) return unknownCommand;
  const program = programs.get(command.replace(/^(?:\/[\w.-]+)+\//, ''));
  if (program !== undefined) return program(args, shell);
  shell.variables.clear();
  return unknownCommand;
}

const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

function sleepSpan(args: readonly Argument[]): Outcome {
  const seconds = args.map(secondsOf);
  const total = seconds.reduce<number>((sum, each) => sum + (each ?? Number.NaN), 0);
  if (args.length === 0 || Number.isNaN(total)) return harmless;
  return { atLeast: total, atMost: total, succeeds: 'yes', mayEnd: false };
}

function secondsOf(text: Argument): number | null {
  if (text === 'infinity' || text === 'inf') return Number.POSITIVE_INFINITY;
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text ?? '');
  return match === null ? null : Number(match[1]) * (units[match[2] ?? ''] ?? 1);
}

/** `timeout 20 command …` */
function runTimeout(args: readonly Argument[], shell: Shell): Outcome {
  const [limit, ...argv] = args;
  const seconds = secondsOf(limit ?? null);
  if (seconds === null || argv.length === 0) return unknownCommand;
  const inner = runWords(argv, shell);
  return { ...inner, atLeast: Math.min(inner.atLeast, seconds), succeeds: 'maybe' };
}

function runSet(args: readonly Argument[], shell: Shell): Outcome {
  for (const arg of args) {
    if (arg === null) continue;
    if (/^-[a-z]*e/.test(arg) || arg === 'errexit') shell.strict = true;
    else if (/^\+[a-z]*e/.test(arg)) shell.strict = false;
  }
  return instant;
}

function runExport(args: readonly Argument[], shell: Shell): Outcome {
  for (const arg of args) {
    if (arg === null) shell.variables.clear();
    const match = /^(\w+)=(.*)$/s.exec(arg ?? '');
    if (match?.[1] !== undefined) shell.variables.set(match[1], match[2] ?? null);
  }
  return instant;
}

function runForget(args: readonly Argument[], shell: Shell): Outcome {
  for (const name of args) if (name !== null) shell.variables.set(name, null);
  return harmless;
}

/** `sh -c 'script' name args…`; a script in a file is not known. */
function runShell(args: readonly Argument[], shell: Shell): Outcome {
  let strict = false;
  for (const [index, arg] of args.entries()) {
    if (arg === null || !/^-[a-np-z]+$/.test(arg)) return unknownCommand;
    strict ||= arg.includes('e');
    if (!arg.includes('c')) continue;
    const script = args[index + 1];
    if (script === undefined || script === null) return unknownCommand;
    const positional = args.slice(index + 2).map((value, at) => [String(at), value] as const);
    const variables = new Map([...shell.variables, ...positional]);
    return ofOtherShell(runScript(script, { variables, strict, depth: shell.depth }));
  }
  return unknownCommand;
}
