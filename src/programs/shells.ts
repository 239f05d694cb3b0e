import { type List, parseScript } from './syntax.ts';

/** Text of a word or argument; null when it is not known. */
export type Argument = string | null;

/** Names of shells that read the language of `syntax.ts`. */
export const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh']);

/** `/usr/bin/Gunicorn`, `C:\app\java.exe` → gunicorn, java. */
export function programName(word: string): string {
  return (word.split(/[/\\]/).at(-1) ?? '').toLowerCase().replace(/\.exe$/, '');
}

/** The state of one shell. A variable that is null, or not there, is not known. */
export interface Shell {
  readonly variables: Map<string, Argument>;
  /** `set -e` */
  strict: boolean;
  /** Scripts and commands around this one. */
  readonly depth: number;
}

/** What runs a command before any shell does. */
export function outermost(environment: ReadonlyMap<string, string>): Shell {
  return { variables: new Map(environment), strict: false, depth: 0 };
}

export function copyOf(shell: Shell): Shell {
  return { ...shell, variables: new Map(shell.variables) };
}

/** Scripts in scripts deeper than this are left unread. */
const deepest = 30;

/** A script's commands, and the shell that they run in; null when it is not understood. */
export function opened(script: string, shell: Shell): { readonly list: List; readonly shell: Shell } | null {
  const list = shell.depth > deepest ? null : parseScript(script);
  return list === null ? null : { list, shell: { ...shell, depth: shell.depth + 1 } };
}

/** Where in a shell's arguments its script stands, and which of the options before it matter. */
interface ScriptArgument {
  readonly at: number;
  /** `-e` */
  readonly strict: boolean;
  /** `-o pipefail` */
  readonly pipefail: boolean;
}

/** Null for a script in a file. */
export function scriptAmong(args: readonly Argument[]): ScriptArgument | null {
  let [strict, pipefail] = [false, false];
  for (const [index, arg] of args.entries()) {
    if (arg === 'pipefail' && args[index - 1]?.endsWith('o')) continue;
    if (arg === null || !/^-[a-z]+$/.test(arg)) return null;
    strict ||= arg.includes('e');
    pipefail ||= arg.includes('o');
    if (arg.includes('c')) return { at: index + 1, strict, pipefail };
  }
  return null;
}

/** The shell that `sh -c 'script' name args…` starts, with its script. */
export function innerShell(
  args: readonly Argument[],
  { variables, depth }: Shell,
): { readonly script: string; readonly shell: Shell } | null {
  const found = scriptAmong(args);
  const script = found === null ? null : (args[found.at] ?? null);
  // Some shells refuse `-o pipefail`, and run nothing.
  if (found === null || script === null || found.pipefail) return null;
  const positional = args.slice(found.at + 1).map((value, at) => [String(at), value] as const);
  return {
    script,
    shell: { variables: new Map([...variables, ...positional]), strict: found.strict, depth },
  };
}
