import { readFile } from 'node:fs/promises';
import { rules } from '../../policy/rules/index.ts';
import { byText } from '../../text/order.ts';
import type { Arguments } from '../arguments.ts';
import { unknownRule } from '../config.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';

/** `docs/rules` beside `dist/`, or beside `src/` in development. */
const pages = new URL(
  import.meta.url.endsWith('.ts') ? '../../../docs/rules/' : '../docs/rules/',
  import.meta.url,
);

/** `explain RULE` prints the rule's page, `explain` alone the list of rules. */
export async function explainCommand(args: Arguments, io: Io): Promise<number> {
  const [id, ...more] = args.positionals;
  if (more.length > 0) throw new UsageError('explain takes one rule, e.g. explain budget-blocks-drain');
  if (id === undefined) {
    io.out(list());
    return 0;
  }
  if (!rules.some((rule) => rule.id === id)) throw new UsageError(unknownRule(id));
  io.out(await readFile(new URL(`${id}.md`, pages), 'utf8'));
  return 0;
}

/** Every rule with what it finds, by what it is about. */
function list(): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  const categories = [...new Set(rules.map(({ category }) => category))].sort(byText);
  const blocks = categories.map((category) => {
    const own = rules.filter((rule) => rule.category === category).sort((a, b) => byText(a.id, b.id));
    return [category, ...own.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`)].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}
