import type { Argument, Shell } from '../../programs/shells.ts';
import { harmless, instant, type Outcome } from './outcome.ts';

export type Program = (args: readonly Argument[], shell: Shell) => Outcome;

const maybe: Program = () => ({ ...instant, succeeds: 'maybe' });

function each(program: Program, ...names: readonly string[]): readonly (readonly [string, Program])[] {
  return names.map((name) => [name, program]);
}

/** Programs that start no other one, and neither stop a container nor end the shell (but `exit`). */
export const builtins: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...each(() => instant, ':', 'date', 'echo', 'printf', 'pwd', 'true', 'umask'),
  ...each(maybe, '[', 'cd', 'hostname', 'id', 'test', 'whoami'),
  ...each(
    () => harmless,
    'cat',
    'chmod',
    'cp',
    'ln',
    'ls',
    'mkdir',
    'mv',
    'rm',
    'sync',
    'tee',
    'touch',
    'wait',
  ),
  ...each(() => harmless, 'awk', 'grep', 'head', 'logger', 'pgrep', 'ps', 'sed', 'tail', 'wc'),
  ...each(runExport, 'export', 'local', 'readonly'),
  ...each(runForget, 'read', 'unset'),
  ['exit', () => ({ ...instant, succeeds: 'maybe', mayEnd: true })],
  ['false', () => ({ ...instant, succeeds: 'no' })],
  ['set', runSet],
  ['sleep', runSleep],
]);

const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

function runSleep(args: readonly Argument[]): Outcome {
  const seconds = args.map(secondsOf);
  const total = seconds.reduce<number>((sum, each) => sum + (each ?? Number.NaN), 0);
  if (args.length === 0 || Number.isNaN(total)) return harmless;
  return { atLeast: total, atMost: total, succeeds: 'yes', mayEnd: false };
}

/** `20`, `1.5m`, `infinity`. */
export function secondsOf(text: Argument): number | null {
  if (text === 'infinity' || text === 'inf') return Number.POSITIVE_INFINITY;
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text ?? '');
  return match === null ? null : Number(match[1]) * (units[match[2] ?? ''] ?? 1);
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
