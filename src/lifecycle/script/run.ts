// How long a command takes. What is not known may take any time, may fail, and may stop the container and its hook with
// it; so only what surely runs before it counts as time that passes at least.
import { assignment, splitAssignments, textOf } from '../../programs/expansion.ts';
import {
  type Argument,
  copyOf,
  innerShell,
  opened,
  outermost,
  type Shell,
  shells,
} from '../../programs/shells.ts';
import type { AndOr, Command, List, Pipeline, Simple } from '../../programs/syntax.ts';
import { longestScript, type Word } from '../../programs/words.ts';
import { builtins, type Program, secondsOf } from './builtins.ts';
import {
  followedBy,
  harmless,
  instant,
  type Outcome,
  ofOtherShell,
  type Span,
  unknownCommand,
} from './outcome.ts';

/** Time that an argument vector takes when it is run without a shell. */
export function commandSpan(argv: readonly string[], environment: ReadonlyMap<string, string>): Span {
  const short = argv.join(' ').length <= longestScript;
  const { atLeast, atMost } = short ? runWords(argv, outermost(environment)) : unknownCommand;
  return { atLeast, atMost };
}

function runScript(script: string, shell: Shell): Outcome {
  const inner = opened(script, shell);
  return inner === null ? unknownCommand : runList(inner.list, inner.shell);
}

function runList(list: List, shell: Shell): Outcome {
  return list.reduce((before, andOr) => followedBy(before, runAndOr(andOr, shell)), instant);
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
    if (before.succeeds === needed) return followedBy(before, runPipeline(pipeline, shell));
    if (before.succeeds !== 'maybe') return before;
    const after = followedBy(before, runPerhaps(pipeline, shell), 'perhaps');
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

const safeTarget = /^(\/dev\/(null|stdout|stderr)|\/proc\/(1|self)\/fd\/[12]|[012]|-)$/;

function runSimple({ words, redirects }: Simple, shell: Shell): Outcome {
  const substitutions = [...words, ...redirects].reduce(
    (before, word) => followedBy(before, runSubstitutions(word, shell)),
    instant,
  );
  const [assignments, rest] = splitAssignments(words);
  const argv = rest.map((word) => textOf(word, shell.variables));
  if (argv.length === 0) for (const word of assignments) assign(word, shell);
  const outcome = argv.length === 0 ? instant : runWords(argv, shell);
  const targets = redirects.map((word) => textOf(word, shell.variables));
  const opens = targets.every((target) => target !== null && safeTarget.test(target));
  // A redirection that cannot be opened keeps the command from running, and ends the shell for a special builtin.
  const mayEnd = outcome.mayEnd || endsShell.has(argv[0] ?? '');
  const run = opens ? outcome : { ...outcome, atLeast: 0, succeeds: 'maybe' as const, mayEnd };
  return { ...followedBy({ ...substitutions, succeeds: 'yes' }, run), succeeds: run.succeeds };
}

const endsShell = new Set(['', ':', 'exec', 'export', 'readonly', 'set', 'unset']);

function runSubstitutions(word: Word, shell: Shell): Outcome {
  return word.reduce(
    (before, part) =>
      part.kind === 'command' ? followedBy(before, runScript(part.script, copyOf(shell))) : before,
    instant,
  );
}

function assign(word: Word, { variables }: Shell): void {
  const [name, value] = assignment(word, variables) ?? [];
  if (name !== undefined) variables.set(name, value ?? null);
}

/** Programs that run another one. */
const launchers: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...['busybox', 'command', 'toybox'].map((name) => [name, runWords] as const),
  ...[...shells].map((name) => [name, runShell] as const),
  ['exec', (args, shell) => (args.length === 0 ? instant : { ...runWords(args, shell), mayEnd: true })],
  ['timeout', runTimeout],
]);

function runWords(argv: readonly Argument[], shell: Shell): Outcome {
  const [command, ...args] = argv;
  if (command === undefined || command === null) return unknownCommand;
  const name = command.replace(/^(?:\/[\w.-]+)+\//, '');
  const program = launchers.get(name) ?? builtins.get(name);
  if (program !== undefined) return program(args, shell);
  shell.variables.clear();
  return unknownCommand;
}

/** `timeout 20 command …` */
function runTimeout(args: readonly Argument[], shell: Shell): Outcome {
  const [limit, ...argv] = args;
  const seconds = secondsOf(limit ?? null);
  if (seconds === null || argv.length === 0) return unknownCommand;
  const inner = runWords(argv, shell);
  return { ...inner, atLeast: Math.min(inner.atLeast, seconds), succeeds: 'maybe' };
}

/** A script in a file is not known. */
function runShell(args: readonly Argument[], shell: Shell): Outcome {
  const inner = innerShell(args, shell);
  return inner === null ? unknownCommand : ofOtherShell(runScript(inner.script, inner.shell));
}
