// Writes the generated parts of the documentation: `node src/docs.mjs`; with --check it compares instead.
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { guidesText } from '../test/guides/generate.ts';
import { rules } from './policy/rules/index.ts';
import { reportSchema } from './review/report.ts';
import { runCommand } from './shell/command.ts';
import { configSchema } from './shell/config-schema.ts';

const root = new URL('../', import.meta.url);
const check = process.argv.includes('--check');

await generate('docs/schema/report.schema.json', () =>
  schema(reportSchema, 'Report of Pod Lifecycle Review'),
);
await generate('docs/schema/config.schema.json', () =>
  schema(configSchema, 'Configuration of Pod Lifecycle Review'),
);
await generate('docs/guides.md', () => guidesText());
await generate('docs/rules/README.md', (text) => between(text, 'rules', rulesTable('')));
await generate('README.md', async (text) =>
  between(between(text, 'rules', rulesTable('docs/rules/')), 'demo', await demo()),
);

async function generate(path, make) {
  const file = new URL(path, root);
  const current = await readFile(file, 'utf8').catch(() => '');
  const wanted = await make(current);
  if (wanted === current) return;
  if (!check) return writeFile(file, wanted);
  console.error(`${path} is not up to date: run npm run docs`);
  process.exitCode = 1;
}

function schema(shape, title) {
  const { $schema, ...rest } = z.toJSONSchema(shape, { io: 'input' });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function between(text, name, content) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}

function rulesTable(folder) {
  const rows = [...rules]
    .sort((a, b) => (a.category + a.id < b.category + b.id ? -1 : 1))
    .map(({ id, category, title, messages }) => {
      const severities = [...new Set(Object.values(messages).map(({ severity }) => severity))].join(', ');
      const classes = [...new Set(Object.values(messages).map((message) => message.class))].join(', ');
      return `| [\`${id}\`](${folder}${id}.md) | ${category} | ${classes} | ${severities} | ${title} |`;
    });
  return ['| rule | about | class | severity | finds |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** What the bundled example says, as Markdown. */
async function demo() {
  const printed = [];
  const io = {
    cwd: new URL('.', root).pathname,
    env: {},
    out: (text) => printed.push(text),
    err: () => {},
    colours: false,
    clock: () => 0,
    today: '2026-11-26',
    paint: (_style, text) => text,
  };
  const folders = ['--base-dir', 'fixtures/demo/base', '--head-dir', 'fixtures/demo/head'];
  await runCommand(['review', ...folders, '--quiet'], io);
  return `\`\`\`text\n${printed.join('').trimEnd()}\n\`\`\``;
}
