import { renderChart } from '../../src/engines/helm.ts';

/** What one chart gives as it stands, with what the checkout holds, and leniently. */
export async function coverageOf(repository, chart, input, helm) {
  const request = { values: [], kubeVersion: 'v1.36.0' };
  const all = input.files.map(({ path, bytes }) => ({ path, bytes }));
  const own = input.files
    .filter(({ repositoryPath }) => repositoryPath?.startsWith(`${chart}/`) === true)
    .map(({ path, bytes }) => ({ path, bytes }));
  const alone = await renderChart(helm, { ...request, files: own });
  const tree = own.length === all.length ? alone : await renderChart(helm, { ...request, files: all });
  const lenient =
    'error' in tree ? await renderChart(helm, { ...request, files: all, lenient: true, trace: true }) : tree;
  if ('error' in lenient) console.log(`not rendered: ${chart}: ${lenient.error.message}`);
  const unseen = 'unknown' in lenient && lenient.unknown.events.some(({ kind }) => leftOut.has(kind));
  return {
    repository: repository.split('/').filter(Boolean).at(-1).replace('+', '/'),
    chart,
    strict: !('error' in alone),
    tree: !('error' in tree),
    whole: !('error' in lenient) && !unseen,
    part: unseen,
    workloads: [alone, tree, lenient].map(workloadsIn),
  };
}

const leftOut = new Set([
  'left-out',
  'unreadable',
  'undecided-objects',
  'undecided-kinds',
  'broken-dependency',
]);
const workload = /^kind: *"?(Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod)"? *$/m;

function workloadsIn(result) {
  return 'error' in result ? 0 : result.documents.filter(({ text }) => workload.test(text)).length;
}

export function coverageTable(rows) {
  const repositories = [...new Set(rows.map(({ repository }) => repository))];
  const lines = [
    ...repositories.map((name) =>
      line(
        name,
        rows.filter(({ repository }) => repository === name),
      ),
    ),
    line('together', rows),
  ];
  return [
    '| repository | charts | strict | strict, with the tree | lenient: whole | in part | not | workloads seen |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

function line(name, rows) {
  const count = (test) => rows.filter(test).length;
  const seen = [0, 1, 2].map((i) => rows.reduce((sum, { workloads }) => sum + workloads[i], 0));
  const rendered = count(({ whole, part }) => whole || part);
  const share = ((100 * rendered) / rows.length).toFixed(1);
  const cells = [
    name,
    rows.length,
    count(({ strict }) => strict),
    count(({ tree }) => tree),
    count(({ whole }) => whole),
    count(({ part }) => part),
    `${rows.length - rendered} (${share} % render)`,
    seen.join(' → '),
  ];
  return `| ${cells.join(' | ')} |`;
}
