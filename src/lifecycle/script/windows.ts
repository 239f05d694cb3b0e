import type { Span } from './outcome.ts';

const nothing: Span = { atLeast: 0, atMost: 0 };
const unknown: Span = { atLeast: 0, atMost: Number.POSITIVE_INFINITY };

/** Time that a Windows command takes; null when the program is no Windows shell. */
export function windowsSpan(argv: readonly string[]): Span | null {
  const [program = '', ...args] = argv;
  const name = program
    .replace(/^.*[\\/]/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
  if (name === 'powershell') return powershellSpan(args);
  // Without -Command, pwsh takes its first argument for a file.
  if (name === 'pwsh') return args.some((arg) => /^-c/i.test(arg)) ? powershellSpan(args) : unknown;
  if (name === 'cmd') return commandPromptSpan(args);
  return null;
}

function powershellSpan(args: readonly string[]): Span {
  const flag = args.findIndex((arg) => /^-c(o(m(m(and?)?)?)?)?$/i.test(arg));
  const script = (flag >= 0 ? args.slice(flag + 1) : args.filter((arg) => !arg.startsWith('-'))).join(' ');
  if (flag < 0 && args.some((arg) => /^-(f|file|e|enc|encodedcommand)$/i.test(arg))) return unknown;
  if (/[{}|"'`&$()]/.test(script)) return unknown;
  return inOrder(script.split(/[;\n]/), startSleep);
}

function startSleep(statement: string): Span | null {
  const match = /^start-sleep\s+(?:-s(?:econds)?\s+)?(\d+(?:\.\d+)?)$/i.exec(statement);
  const fine = /^start-sleep\s+-m(?:illiseconds)?\s+(\d+)$/i.exec(statement);
  if (match === null && fine === null) return null;
  const seconds = match === null ? Number(fine?.[1]) / 1000 : Number(match[1]);
  return { atLeast: seconds, atMost: seconds };
}

/** `timeout` fails at once where there is no console, as in a hook; so only `ping` to the loopback address waits. */
function commandPromptSpan(args: readonly string[]): Span {
  const flag = args.findIndex((arg) => /^\/c$/i.test(arg));
  const script = args.slice(flag + 1).join(' ');
  if (flag < 0 || /[|()"%^]/.test(script)) return unknown;
  return inOrder(script.split(/&&?/), ping);
}

/** N echo requests are sent one second apart. */
function ping(statement: string): Span | null {
  const match = /^ping(?:\.exe)?\s+-n\s+(\d+)\s+(?:127\.0\.0\.1|localhost)(?:\s*>\s*nul)?$/i.exec(statement);
  return match === null
    ? null
    : { atLeast: Math.max(0, Number(match[1]) - 1), atMost: Number.POSITIVE_INFINITY };
}

/** What stands before the first statement that is not known is time that surely passes. */
function inOrder(statements: readonly string[], spanOf: (statement: string) => Span | null): Span {
  let total = nothing;
  for (const statement of statements.map((each) => each.trim()).filter((each) => each !== '')) {
    const span = spanOf(statement);
    if (span === null) return { atLeast: total.atLeast, atMost: Number.POSITIVE_INFINITY };
    total = { atLeast: total.atLeast + span.atLeast, atMost: total.atMost + span.atMost };
  }
  return total;
}
