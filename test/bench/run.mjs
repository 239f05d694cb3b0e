// Times whole processes and prints ratios: `npm run bench`. Medians of one run.
//   PLR_CHARTS=<folder of owner/repository> npm run bench
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { charts } from '../conformance/charts.mjs';
import { installHelm, stage } from '../conformance/real-helm.mjs';
import { benchFleet } from './fleet.mjs';
import { benchJudging } from './judging.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const runs = Number(process.env.RUNS ?? 7);
const helm = installHelm();
const work = mkdtempSync(join(tmpdir(), 'bench-'));

try {
  console.log(`Node ${process.version}, median of ${runs} runs, whole processes in milliseconds`);
  await benchJudging(row);
  docsOnly();
  oneChart(
    'podinfo',
    'stefanprodan/podinfo/charts/podinfo',
    'values.yaml',
    /replicaCount: 1/,
    'replicaCount: 2',
  );
  oneChart(
    'kube-prometheus-stack',
    stackFrom(),
    'values.yaml',
    /prometheusOperator:\n/,
    'prometheusOperator:\n  revisionHistoryLimit: 5\n',
  );
  await benchFleet({ helm, cli: join(root, 'dist/cli.js'), work, repositoryOf: start, commit, row });
} finally {
  rmSync(work, { recursive: true });
}

function stackFrom() {
  return charts.find(({ from }) => from.endsWith('/kube-prometheus-stack')).from;
}

/** A change of one chart, base and head, against the two `helm template` runs that it replaces. */
function oneChart(name, from, file, before, after) {
  const { dependencies = [] } = charts.find((chart) => chart.from === from) ?? {};
  const repository = join(work, `repository-${name}`);
  const chart = join(repository, 'charts', name);
  cpSync(stage(from, dependencies, work), chart, { recursive: true });
  // One release, as one `helm template` is: the defaults alone.
  mkdirSync(join(repository, '.github'));
  writeFileSync(join(repository, '.github/pod-lifecycle-review.yml'), `releases:\n- chart: charts/${name}\n`);
  start(repository);
  const text = readFileSync(join(chart, file), 'utf8').replace(before, after);
  writeFileSync(join(chart, file), text);
  commit(repository, 'change');
  const templates = 2 * median(() => time(helm, ['template', chart], [0]));
  const review = reviewTime(repository);
  row(
    `${name}: review`,
    review,
    `${(review / templates).toFixed(2)} × two helm template runs (${templates.toFixed(0)} ms)`,
  );
}

function reviewTime(repository) {
  const words = [join(root, 'dist/cli.js'), 'review', '--quiet', '--repo', repository, '--base', 'HEAD^'];
  return median(() => time(process.execPath, words, [0, 1]));
}

/** A change of prose alone starts no engine. */
function docsOnly() {
  const repository = join(work, 'docs');
  cpSync(join(root, 'fixtures/demo/base'), repository, { recursive: true });
  start(repository);
  writeFileSync(join(repository, 'README.md'), '# Shop\n');
  commit(repository, 'docs');
  row('docs-only change: review', reviewTime(repository), 'no engine');
}

function start(repository) {
  git(repository, 'init', '--quiet', '-b', 'main');
  commit(repository, 'base');
}

function commit(repository, message) {
  git(repository, 'add', '--all', '--force');
  git(
    repository,
    '-c',
    'user.name=bench',
    '-c',
    'user.email=bench@example.com',
    'commit',
    '--quiet',
    '-m',
    message,
  );
}

function git(repository, ...words) {
  time('git', ['-C', repository, ...words], [0]);
}

function time(program, words, codes) {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (!codes.includes(status))
    throw new Error(`${program} ${words.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - started;
}

function median(measure) {
  const times = Array.from({ length: runs }, measure).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}

function row(name, milliseconds, ratio) {
  console.log(`${name.padEnd(36)}${milliseconds.toFixed(0).padStart(7)} ms   ${ratio}`);
}
