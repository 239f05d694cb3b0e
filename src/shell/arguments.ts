import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../text/nearest.ts';
import { UsageError } from './usage-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

const common = {
  config: { type: 'string' },
  format: { type: 'string', multiple: true },
  profile: { type: 'string' },
  'fail-on': { type: 'string' },
  only: { type: 'string', multiple: true },
  scope: { type: 'string' },
  'charts-dir': { type: 'string' },
  'show-settings': { type: 'boolean' },
  timings: { type: 'boolean' },
  quiet: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options;

const review = {
  repo: { type: 'string' },
  base: { type: 'string' },
  head: { type: 'string' },
  worktree: { type: 'boolean' },
  'base-dir': { type: 'string' },
  'head-dir': { type: 'string' },
} as const satisfies Options;

const audit = { repo: { type: 'string' }, rev: { type: 'string' } } as const satisfies Options;

const render = {
  repo: { type: 'string' },
  rev: { type: 'string' },
  values: { type: 'string', multiple: true, short: 'f' },
  release: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  'kube-version': { type: 'string' },
  'include-crds': { type: 'boolean' },
  trace: { type: 'boolean' },
  lenient: { type: 'boolean' },
} as const satisfies Options;

const validate = { old: { type: 'string' }, 'kube-version': { type: 'string' } } as const satisfies Options;

/** Every command with the options that it takes. */
export const commands = {
  review: { ...common, ...review },
  audit: { ...common, ...audit },
  render: { ...common, ...render },
  validate: { ...common, ...validate },
  explain: { ...common },
} as const satisfies Record<string, Options>;

export type CommandName = keyof typeof commands;

export interface Arguments {
  readonly command: CommandName;
  readonly positionals: readonly string[];
  readonly text: (name: string) => string | undefined;
  readonly texts: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
}

/** Reads a command line. A wrong word throws a UsageError that names the nearest right one. */
export function readArguments(argv: readonly string[]): Arguments {
  const [word, ...rest] = argv;
  const command = commandName(word);
  const options: Options = commands[command];
  refuseUnknown(rest, options, command);
  const { values, positionals } = parse(rest, options);
  return {
    command,
    positionals,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    texts: (name) => [values[name] ?? []].flat().filter((value) => typeof value === 'string'),
    flag: (name) => values[name] === true,
  };
}

function commandName(word: string | undefined): CommandName {
  const names = Object.keys(commands) as CommandName[];
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  const near = word === undefined ? null : nearest(word, names);
  throw new UsageError(
    word === undefined
      ? `say what to do: ${names.join(', ')}`
      : `there is no command "${word}"${near === null ? `; there are ${names.join(', ')}` : `, did you mean "${near}"?`}`,
  );
}

function refuseUnknown(words: readonly string[], options: Options, command: string): void {
  const known = Object.keys(options);
  const end = words.indexOf('--');
  for (const word of end < 0 ? words : words.slice(0, end)) {
    const name = /^--([^=]+)/.exec(word)?.[1];
    if (name === undefined || known.includes(name)) continue;
    const near = nearest(name, known);
    const hint = near === null ? `; see ${command} --help` : `, did you mean --${near}?`;
    throw new UsageError(`${command} has no option --${name}${hint}`);
  }
}

function parse(words: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
