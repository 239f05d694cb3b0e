// Measures lenient rendering on real charts, without network:
//   npm run bench:lenient -- <folder of charts> … [--only=<part of a chart's folder>] [--coverage] [--every=N] [--maps=N]
// Coverage: what renders as it stands, with what the checkout holds, and leniently. Honesty: charts that render are
// rendered again without what they can have (a dependency, a map of their values) and with planted defects; what is
// then said and the complete render does not say, or says with other numbers, is printed and fails the run. Every Nth
// chart, and N maps of each, where time is short.
import { openEngine } from '../../src/engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../../src/engines/kubernetes.ts';
import { Charts } from '../../src/render/helm/charts.ts';
import { Layout } from '../../src/render/layout.ts';
import { directoryTree } from '../../src/repository/directory-tree.ts';
import { createChecker } from '../../src/resources/check.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { coverageOf, coverageTable } from './lenient-coverage.mjs';
import { honestyOf, honestyTable } from './lenient-honesty.mjs';

const options = process.argv.slice(2);
const folders = options.filter((option) => !option.startsWith('--'));
const only = options.find((option) => option.startsWith('--only='))?.slice('--only='.length) ?? '';
const coverageOnly = options.includes('--coverage');
const numberOf = (name, otherwise) =>
  Number(options.find((option) => option.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const every = numberOf('every', 1);
const maps = numberOf('maps', Number.POSITIVE_INFINITY);
const helm = openEngine('helm', { deadlineMs: 120_000 });
const kubernetes = openEngine('kubernetes', { instances: 1, deadlineMs: 120_000 });

const world = {
  helm,
  newChecker: () =>
    createChecker((questions) => checkObjects(kubernetes, questions), engineKubernetesVersion),
};

try {
  const coverage = [];
  const honesty = [];
  for (const folder of folders) {
    const tree = await directoryTree(folder, defaultLimits);
    const layout = new Layout(tree, await tree.list(), () => true);
    const charts = await Charts.read(layout, defaultLimits, null);
    const wanted = charts.releasable.filter((chart) => chart.includes(only));
    await inPairs([...wanted.entries()], async ([index, chart]) => {
      const input = await (await charts.prepare(chart)).whole();
      const row = await coverageOf(folder, chart, input, helm);
      coverage.push(row);
      if (!coverageOnly && row.tree && index % every === 0)
        honesty.push(await honestyOf(chart, input, world, maps));
    });
  }
  console.log(coverageTable(coverage));
  if (!coverageOnly) {
    console.log(honestyTable(honesty));
    const dishonest = honesty.flatMap(({ rows }) => rows).some(({ wrong }) => wrong > 0);
    if (dishonest) process.exitCode = 1;
  }
} finally {
  await Promise.all([helm.close(), kubernetes.close()]);
}

/** Two at a time: one is judged while the other is rendered. */
async function inPairs(items, work) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}
