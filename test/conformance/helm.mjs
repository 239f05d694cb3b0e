// Renders real charts with the real Helm and with the engine, and compares the bytes.
//   PLR_CHARTS=<folder of owner/repository> npm run conformance [-- name …]
// With --update the expected output of the synthetic chart is written anew.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEngine } from '../../src/engines/engine.ts';
import { helmTemplateText, renderChart } from '../../src/engines/helm.ts';
import { syntheticCases, syntheticChart } from '../engines/charts.ts';
import { charts } from './charts.mjs';
import { installHelm, stage } from './real-helm.mjs';

const _root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const only = process.argv.slice(2).filter((option) => option !== '--update');
const helm = installHelm();
const engine = openEngine('helm');
const work = mkdtempSync(join(tmpdir(), 'conformance-'));

try {
  const rows = [];
  for (const chart of charts) {
    if (only.length === 0 || only.some((name) => chart.from.endsWith(name))) rows.push(await compare(chart));
  }
  if (only.length === 0) rows.push(...syntheticCases.map(compareSynthetic));
  print(rows);
  if (rows.some((row) => row.result !== 'identical')) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true });
  await engine.close();
}

async function compare({ from, dependencies = [], values = {} }) {
  const dir = stage(from, dependencies, work);
  const valuesFile = join(work, 'values.yaml');
  writeFileSync(valuesFile, JSON.stringify(values));
  const options = ['-f', valuesFile, '--include-crds'];
  const expected = runHelm(dir, options);
  const started = performance.now();
  const answer = await renderChart(engine, {
    files: readTree(dir).map((path) => ({ path, bytes: readFileSync(join(dir, path)) })),
    values: [{ name: 'values.yaml', bytes: readFileSync(valuesFile) }],
    includeCrds: true,
    trace: true,
  });
  const engineMs = performance.now() - started;
  const text = 'error' in answer ? answer.error.message : helmTemplateText(answer.documents);
  const { result, exceptions } = verdict(text, expected.text, runHelm(dir, options).text);
  const documents = answer.documents?.length ?? 0;
  return {
    chart: from.split('/').slice(1).join('/'),
    documents,
    bytes: text.length,
    result,
    exceptions,
    helmMs: expected.ms,
    engineMs,
  };
}

/** The unit tests compare the engine with the files in expected/; here these are compared with Helm. */
function compareSynthetic({ name, values, flags }) {
  const expectedFile = join(syntheticChart, 'expected', `${name}.yaml`);
  const files = values.flatMap((file) => ['-f', join(syntheticChart, file)]);
  const { text, ms } = runHelm(syntheticChart, [...flags, ...files]);
  if (process.argv.includes('--update')) writeFileSync(expectedFile, text);
  const result = readFileSync(expectedFile, 'utf8') === text ? 'identical' : 'expected/ is out of date';
  return {
    chart: `synthetic, ${name}`,
    documents: 0,
    bytes: text.length,
    result,
    exceptions: [],
    helmMs: ms,
    engineMs: 0,
  };
}

function runHelm(dir, options) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(helm, ['template', ...options, dir], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { PATH: '', HOME: work },
  });
  return { text: status === 0 ? stdout : stderr, ms: performance.now() - started };
}

/** Lines in which two runs of Helm differ come from a random or time function: there only the shape has to agree. */
function verdict(ours, theirs, again) {
  if (ours === theirs) return { result: 'identical', exceptions: [] };
  const [a, b, c] = [ours, theirs, again].map((text) => text.split('\n'));
  if (a.length !== b.length) return { result: `${a.length} lines, Helm has ${b.length}`, exceptions: [] };
  const differing = a.flatMap((line, i) => (line === b[i] ? [] : [i]));
  const wrong = differing.find((i) => b[i] === c[i] || shape(a[i]) !== shape(b[i]));
  if (wrong !== undefined) return { result: `line ${wrong + 1}: ${a[wrong]} | ${b[wrong]}`, exceptions: [] };
  return { result: 'identical', exceptions: differing.map((i) => `${i + 1}: ${b[i].trim().slice(0, 60)}`) };
}

function shape(line) {
  return line.replace(/[A-Za-z0-9+/=]{5,}/g, 'x');
}

function readTree(dir) {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
  return files.map((e) => relative(dir, join(e.parentPath, e.name)).replaceAll('\\', '/'));
}

function print(rows) {
  for (const row of rows) {
    const numbers = [row.documents, row.bytes, Math.round(row.helmMs), Math.round(row.engineMs)];
    const [documents, bytes, helmMs, engineMs] = numbers.map((n) => String(n).padStart(8));
    const exceptions = row.exceptions.length > 0 ? `, ${row.exceptions.length} random lines` : '';
    write(`${row.chart.padEnd(56)}${documents}${bytes}${helmMs}${engineMs}  ${row.result}${exceptions}`);
    for (const exception of row.exceptions) write(`    ${exception}`);
  }
}

function write(line) {
  process.stdout.write(`${line}\n`);
}
