import { RepositoryError } from '../repository/repository-error.ts';
import { plainLine } from '../text/escape.ts';
import { tool } from '../version.ts';
import { type Arguments, type CommandName, readArguments } from './arguments.ts';
import { auditCommand } from './commands/audit.ts';
import { explainCommand } from './commands/explain.ts';
import { renderCommand } from './commands/render.ts';
import { reviewCommand } from './commands/review.ts';
import { validateCommand } from './commands/validate.ts';
import { OutOfTime } from './deadline.ts';
import { help } from './help.ts';
import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

type Run = (args: Arguments, io: Io) => Promise<number>;

const runs: Readonly<Record<CommandName, Run>> = {
  review: reviewCommand,
  audit: auditCommand,
  render: renderCommand,
  validate: validateCommand,
  explain: explainCommand,
};

/** The command line from words to exit code; the one place where errors end. */
export async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  if (words.includes('--version')) {
    io.out(`${tool.version}\n`);
    return 0;
  }
  if (argv.length === 0 || words.includes('--help') || words.includes('-h')) {
    (argv.length === 0 ? io.err : io.out)(help);
    return argv.length === 0 ? 2 : 0;
  }
  try {
    const args = readArguments(argv);
    return await runs[args.command](args, io);
  } catch (error) {
    return tell(error, io);
  }
}

function tell(error: unknown, io: Io): number {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError || (error instanceof RepositoryError && error.kind === 'usage')) {
    io.err(`${tool.name}: ${plainLine(message)}\n`);
    return 2;
  }
  if (error instanceof RepositoryError || error instanceof OutOfTime) {
    io.err(`${tool.name}: ${plainLine(message)}\n`);
    return 3;
  }
  io.err(`${tool.name}: this is a fault of the program: ${error instanceof Error ? error.stack : message}\n`);
  return 3;
}
