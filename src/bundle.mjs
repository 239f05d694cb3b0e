// Builds dist/ from src/: `node src/bundle.mjs`; with --check it compares instead, byte for byte.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));
const check = process.argv.includes('--check');
const target = join(root, check ? 'build/dist' : 'dist');

/** Entry under src/ and the file under dist/ that it becomes. */
const entries = [
  ['src/index.ts', 'index.js'],
  ['src/cli.ts', 'cli.js'],
  ['src/engines/worker.ts', 'engines/worker.js'],
];

const packages = new Set();
for (const [entry, file] of entries) await bundle(entry, file);
await write('licenses.txt', await licences());
if (check) await compare();

async function bundle(entry, file) {
  const build = await rolldown({
    input: join(root, entry),
    cwd: root,
    platform: 'node',
    transform: { target: 'node20' },
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(`${entry}: ${log.message}`);
    },
  });
  const { output } = await build.generate({
    format: 'esm',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    comments: false,
    codeSplitting: false,
  });
  await build.close();
  const [chunk, ...more] = output;
  if (more.length > 0) throw new Error(`${entry} became ${output.length} files`);
  for (const id of chunk.moduleIds) remember(id);
  await write(file, chunk.code);
}

function remember(id) {
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id);
  if (match !== null) packages.add(match[1]);
}

/** The licence texts of everything that is bundled, npm packages first, then the engines' Go modules. */
async function licences() {
  const sections = new Map();
  for (const folder of packages) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const files = (await readdir(folder)).filter((each) => /^(licen[cs]e|notice|copying)/i.test(each)).sort();
    const texts = await Promise.all(files.map((each) => readFile(join(folder, each), 'utf8')));
    sections.set(`${name} ${version}`, `${name} ${version} (${license})\n\n${texts.join('\n\n').trim()}\n`);
  }
  const npm = [...sections.keys()].sort().map((key) => sections.get(key));
  const engines = await readFile(join(root, 'dist/engines/licenses.txt'), 'utf8');
  return [...npm, engines].join(`\n${'-'.repeat(80)}\n\n`).replaceAll('\r\n', '\n');
}

async function write(file, text) {
  const path = join(target, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function compare() {
  for (const file of [...entries.map(([, each]) => each), 'licenses.txt']) {
    const [built, committed] = await Promise.all(
      [target, join(root, 'dist')].map((folder) => readFile(join(folder, file), 'utf8').catch(() => null)),
    );
    if (built !== committed) {
      console.error(
        `${relative(root, join(root, 'dist', file))} is not what its sources give: run npm run build`,
      );
      process.exitCode = 1;
    }
  }
  await rm(target, { recursive: true, force: true });
}
