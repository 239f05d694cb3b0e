// Times a change that touches 200 release units: real charts, each 200 / charts times under other names.
import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { charts } from '../conformance/charts.mjs';
import { stage } from '../conformance/real-helm.mjs';

const units = 200;

/** Writes its highest memory, in KiB, when it ends. */
const watched =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("\\nmaxRSS "+process.resourceUsage().maxRSS))';

/**
 * Prints the time of a review beside that of rendering base and head of every unit with as many `helm template`
 * processes as there are cores, and the most memory that it held.
 */
export async function benchFleet({ helm, cli, work, repositoryOf, commit, row }) {
  const sources = [...new Map(charts.map((chart) => [chart.from, chart])).values()];
  const repository = join(work, 'fleet');
  const names = Array.from({ length: units }, (_, index) => {
    const { from, dependencies = [] } = sources[index % sources.length];
    const name = `${basename(from)}-${index}`;
    mkdirSync(join(repository, 'charts'), { recursive: true });
    cpSync(stage(from, dependencies, work), join(repository, 'charts', name), { recursive: true });
    // One release each, as one `helm template` is: the defaults alone.
    rmSync(join(repository, 'charts', name, 'ci'), { recursive: true, force: true });
    return name;
  });
  repositoryOf(repository);
  for (const name of names) appendFileSync(join(repository, 'charts', name, 'values.yaml'), '\nfleet: 1\n');
  commit(repository, 'change');
  const twice = [...names, ...names].map((name) => ['template', name, join(repository, 'charts', name)]);
  const templates = await allOf(helm, twice);
  const started = performance.now();
  const words = ['--import', watched, cli, 'review', '--repo', repository, '--base', 'HEAD^'];
  const { stderr } = await run(process.execPath, words);
  const review = performance.now() - started;
  const mebibytes = Number(/maxRSS (\d+)/.exec(stderr)[1]) / 1024;
  const cores = availableParallelism();
  row(
    `${units} charts: review`,
    review,
    `${(review / templates).toFixed(2)} × ${2 * units} helm template runs on ${cores} cores ` +
      `(${templates.toFixed(0)} ms), ${mebibytes.toFixed(0)} MiB at most`,
  );
}

/** Milliseconds until all are done, as many at once as there are cores. What a chart refuses costs time as well. */
async function allOf(program, calls) {
  const started = performance.now();
  const queue = calls.values();
  const take = async () => {
    for (const words of queue) await run(program, words);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, take));
  return performance.now() - started;
}

function run(program, words) {
  return new Promise((done, fail) => {
    const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', fail);
    child.on('close', (status) => done({ status, stderr }));
  });
}
