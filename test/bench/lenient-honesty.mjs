import { isMap, parseDocument } from 'yaml';
import { renderChart } from '../../src/engines/helm.ts';
import { engineKubernetesVersion } from '../../src/engines/kubernetes.ts';
import { prepareUnits } from '../../src/judging.ts';
import { defaultEnvironment } from '../../src/platform/environment.ts';
import { compareUnit } from '../../src/policy/compare.ts';
import { defaultOptions, onceOnlyRules } from '../../src/policy/judge.ts';
import { rules } from '../../src/policy/rules/index.ts';
import { RenderedAgain } from '../../src/render/helm/cause-again.ts';
import { renderChartUnits } from '../../src/render/helm/chart-units.ts';
import { Charts } from '../../src/render/helm/charts.ts';
import { uncounted } from '../../src/render/in-turns.ts';
import { Layout } from '../../src/render/layout.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { memoryTree } from '../render/memory-tree.ts';
import { planted } from './lenient-defects.mjs';

const judging = {
  profile: 'eks-production',
  cluster: { kubernetesVersion: engineKubernetesVersion, engineVersion: engineKubernetesVersion },
  environment: defaultEnvironment,
  ruleIds: rules.map(({ id }) => id),
  onceOnly: onceOnlyRules(rules),
  today: '2026-01-01',
  trusted: true,
  optionsOf: defaultOptions,
};

/** Reviews one chart with and without what it can have. */
export async function honestyOf(chart, input, world, maps) {
  const files = Object.fromEntries(input.files.map(({ path, bytes }) => [`chart/${path}`, bytes]));
  const complete = await unitOf(files, world);
  if (complete.renders[0].state === 'failed' || complete.renders[0].lenient) return { chart, rows: [] };
  const bad = await unitOf(planted(files), world);
  // A plant that breaks the chart would be a finding by itself.
  if (bad.renders[0].state === 'failed' || bad.renders[0].lenient) return { chart, rows: [] };
  const truth = {
    alone: await findings(null, complete, world),
    planted: await findings(complete, bad, world),
    either: [...(await findings(complete, bad, world)), ...(await findings(null, bad, world))],
  };
  const rows = [];
  for (const reduced of reductions(files, maps))
    rows.push(await honest(chart, reduced, complete, truth, world));
  return { chart, rows };
}

async function honest(chart, { kind, what, files }, complete, truth, world) {
  const lacking = await unitOf(files, world);
  const row = { kind, lenient: lacking.renders[0].lenient === true, wrong: 0, found: 0, plants: 0 };
  if (!row.lenient) return { ...row, strict: lacking.renders[0].state === 'ok' };
  const plantedToo = await unitOf(planted(files), world);
  const told = [
    ['alone', await findings(null, lacking, world), truth.alone],
    ['complete → lacking', await findings(complete, lacking, world), []],
    ['lacking → complete', await findings(lacking, complete, world), []],
    ['complete → planted', await findings(complete, plantedToo, world), truth.planted],
    // What base cannot know is new only where its line is; the planted lines are.
    ['lacking → planted', await findings(lacking, plantedToo, world, true), truth.either],
  ];
  for (const [how, found, known] of told) {
    for (const finding of found.filter((each) => !known.some((other) => isSame(each, other)))) {
      row.wrong += 1;
      console.log(`wrong: ${chart} without ${what} (${how}): ${finding.key} ${finding.data}`);
    }
  }
  const seen = told.at(-1)[1];
  row.plants = truth.planted.length;
  const missed = truth.planted.filter((each) => !seen.some((other) => isSame(other, each)));
  row.found = row.plants - missed.length;
  if (process.env.MISSED)
    for (const each of missed) console.log(`missed: ${chart} without ${what}: ${each.key}`);
  return row;
}

/** The chart without all dependencies that stand in its folder, without each, and without each map of its values. */
function* reductions(files, maps) {
  const folders = new Set(
    Object.keys(files).flatMap((path) => /^chart\/charts\/[^/]+/.exec(path)?.[0] ?? []),
  );
  const without = (gone) =>
    Object.fromEntries(
      Object.entries(files).filter(([path]) => !gone.some((f) => path === f || path.startsWith(`${f}/`))),
    );
  if (folders.size > 1)
    yield { kind: 'dependencies', what: 'its dependencies', files: without([...folders]) };
  for (const folder of folders)
    yield { kind: 'dependencies', what: folder.slice('chart/charts/'.length), files: without([folder]) };
  const values = files['chart/values.yaml'];
  if (values === undefined) return;
  const text = new TextDecoder().decode(values);
  const document = parseDocument(text, { merge: true });
  if (!isMap(document.contents)) return;
  const all = document.contents.items.filter(({ value }) => isMap(value) && value.items.length > 0);
  const step = Math.max(1, all.length / maps);
  const chosen = new Set(all.map((_, index) => all[Math.floor(Math.floor(index / step) * step)]));
  for (const { key } of chosen) {
    const less = parseDocument(text, { merge: true });
    less.delete(key.value);
    try {
      const bytes = new TextEncoder().encode(String(less));
      yield { kind: 'values', what: `values.${key.value}`, files: { ...files, 'chart/values.yaml': bytes } };
    } catch {
      // An alias to what is gone.
    }
  }
}

async function unitOf(files, { helm }) {
  const tree = memoryTree(files);
  const layout = new Layout(tree, await tree.list(), () => true);
  const charts = await Charts.read(layout, defaultLimits, null);
  const run = {
    limits: { ...defaultLimits, renderSeconds: 120 },
    kubeVersion: `v${engineKubernetesVersion}.0`,
    servedVersions: [],
    render: (request) => renderChart(helm, request),
    onRender: () => {},
    turns: uncounted,
    answers: new Map(),
    objects: new Map(),
    again: new RenderedAgain(),
  };
  const releases = [{ chart: 'chart', values: [], name: null, namespace: null }];
  const request = {
    id: 'helm:chart',
    charts,
    folder: 'chart',
    namedAfter: 'chart',
    releaseName: 'release',
    revision: 'head',
    releases,
    gitOps: [],
    touchedReleases: null,
    changed: new Set(),
  };
  return (await renderChartUnits([request], run)).units[0].unit;
}

/** What is introduced or worse in head; without a base, everything. */
async function findings(base, head, world, unsure = false) {
  const [unit] = await prepareUnits([{ id: 'helm:chart', base, head }], world.newChecker());
  const { findings: found } = compareUnit(rules, unit.comparison, judging);
  return found
    .filter(
      ({ status, baseUnknown }) =>
        (status === 'introduced' && (unsure || !baseUnknown)) || status === 'worsened',
    )
    .filter(({ judgement }) => judgement.rule.id !== 'render-broken')
    .map(({ judgement: { rule, diagnostic } }) => {
      const { kind, name } = diagnostic.at.resource.ref;
      const { origin } = diagnostic.at.resource.manifest;
      return {
        key: [rule.id, diagnostic.messageId, kind, origin.template, diagnostic.at.container ?? ''].join(' '),
        name,
        data: JSON.stringify(diagnostic.data),
        numbers: Object.entries(diagnostic.data).filter(
          ([name, value]) => typeof value === 'number' && name !== 'places',
        ),
      };
    });
}

/** The same words about the same object; what is unknown of its name may be anything. */
function isSame(a, b) {
  return a.key === b.key && matches(a.name, b.name) && hasNumbers(b, a.numbers);
}

function hasNumbers({ numbers }, wanted) {
  const known = new Map(numbers);
  return wanted.every(([name, value]) => known.get(name) === value);
}

function matches(a, b) {
  const parts = a.split('{{ ? }}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(b);
}

export function honestyTable(charts) {
  const rows = charts.flatMap((each) => each.rows);
  const kinds = [
    ['dependencies', 'a dependency that can be had'],
    ['values', 'a map of the values'],
  ];
  return [
    '| left out | renders | of them lenient | findings the complete render lacks, or other numbers | planted defects | still found |',
    '|---|---|---|---|---|---|',
    ...kinds.map(([kind, words]) => {
      const own = rows.filter((row) => row.kind === kind);
      const sum = (key) => own.reduce((total, row) => total + Number(row[key]), 0);
      const share = ((100 * sum('found')) / Math.max(1, sum('plants'))).toFixed(0);
      return `| ${[words, own.length, sum('lenient'), sum('wrong'), sum('plants'), `${sum('found')} (${share} %)`].join(' | ')} |`;
    }),
    '',
  ].join('\n');
}
