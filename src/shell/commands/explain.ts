import { readFile } from 'node:fs/promises';
import { rules } from '../../policy/rules/index.ts';
import type { Arguments } from '../arguments.ts';
import { unknownRule } from '../config.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';

/** `docs/rules` beside `dist/`, or beside `src/` in development. */
const pages = new URL(
  import.meta.url.endsWith('.ts') ? '../../../docs/rules/' : '../docs/rules/',
  import.meta.url,
);

/** `explain RULE`: prints the rule's page. */
export async function explainCommand(args: Arguments, io: Io): Promise<number> {
  const [id, ...more] = args.positionals;
  if (id === undefined || more.length > 0)
    throw new UsageError('explain takes one rule, e.g. explain budget-blocks-drain');
  if (!rules.some((rule) => rule.id === id)) throw new UsageError(unknownRule(id));
  io.out(await readFile(new URL(`${id}.md`, pages), 'utf8'));
  return 0;
}
