// Places every lifecycle field of ten real charts on the line that caused it, alters that line, renders with the real
// Helm, and looks whether the field changed. Prints a table.
//   PLR_CHARTS=<folder of owner/repository> npm run bench:placement [-- name …]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { openEngine } from '../../src/engines/engine.ts';
import { valueAt } from '../../src/manifest/field-path.ts';
import { parseStream } from '../../src/manifest/parse.ts';
import { renderTree } from '../../src/render/render.ts';
import { uncheckedResource } from '../../src/resources/check.ts';
import { lifecyclePaths } from '../../src/resources/lifecycle-fields.ts';
import { workloadOf } from '../../src/resources/workload.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { charts } from '../conformance/charts.mjs';
import { installHelm, stage } from '../conformance/real-helm.mjs';
import { memoryTree } from '../render/memory-tree.ts';
import { settings } from '../render/renderers.ts';

const names = [
  'ingress-nginx',
  'cert-manager',
  'argo-cd',
  'argo-workflows',
  'prometheus',
  'postgresql',
  'redis',
  'nginx',
  'podinfo',
  'aws-load-balancer-controller',
];
const only = process.argv.slice(2);
const helm = installHelm();
const engine = openEngine('helm');
const work = mkdtempSync(join(tmpdir(), 'placement-'));
const known = new Map();
const verbose = process.env.VERBOSE !== undefined;

try {
  const rows = [];
  for (const name of names.filter((name) => only.length === 0 || only.includes(name)))
    rows.push(await measured(charts.findLast(({ from }) => basename(from) === name)));
  print(rows);
} finally {
  rmSync(work, { recursive: true });
  await engine.close();
}

async function measured({ from, dependencies = [], values = {} }) {
  const name = basename(from);
  const dir = stage(from, dependencies, work);
  writeFileSync(join(dir, 'bench-values.yaml'), JSON.stringify(values, null, 2));
  const files = Object.fromEntries(
    readTree(dir).map((path) => [`${name}/${path}`, readFileSync(join(dir, path))]),
  );
  const releases = [
    { chart: name, values: [`${name}/bench-values.yaml`], name: 'bench', namespace: 'default' },
  ];
  const { units } = await renderTree(
    memoryTree(files),
    { ...settings, exclude: [], releases },
    { helm: engine, kustomize: engine },
  );
  const render = units.find(({ id }) => id === `helm:${name}`).renders[0];
  if (render.state !== 'ok') throw new Error(JSON.stringify(render.notChecked));
  const plain = helmObjects(dir);
  const row = {
    chart: name,
    workloads: 0,
    fields: 0,
    values: 0,
    literal: 0,
    expression: 0,
    object: 0,
    wrong: 0,
    unlike: 0,
  };
  for (const manifest of render.manifests) {
    const workload = workloadOf(uncheckedResource(manifest));
    if (workload === null) continue;
    row.workloads += 1;
    for (const path of lifecyclePaths(workload).flatMap((field) => leaves(manifest.value, field))) {
      row.fields += 1;
      row[await verdict(manifest, path, dir, name, plain)] += 1;
    }
  }
  process.stderr.write(`${JSON.stringify(row)}\n`);
  return row;
}

async function verdict(manifest, path, dir, name, plain) {
  if (JSON.stringify(fieldIn(plain, manifest, path)) !== JSON.stringify(valueAt(manifest.value, path)))
    return 'unlike';
  const { location } = await manifest.causeOf(path, { take: () => true, isChanged: () => false });
  const found =
    location === null || location.kind === 'object'
      ? 'object'
      : judged(location, manifest, path, dir, name, plain);
  if (verbose && found !== 'literal' && (found !== 'values' || process.env.VERBOSE === 'all'))
    process.stdout.write(
      `${found} ${location?.path}:${location?.startLine} ${manifest.ref.kind}/${manifest.ref.name} ${path.join('.')}\n`,
    );
  return found;
}

function judged(location, manifest, path, dir, name, plain) {
  const file = relative(name, location.path);
  const lines = readFileSync(join(dir, file), 'utf8').split('\n');
  const line = lines[location.startLine - 1];
  const before = JSON.stringify(fieldIn(plain, manifest, path));
  const isExpression = location.kind === 'template' && line.includes('{{');
  const altered = isExpression
    ? alteredConstants(line, String(valueAt(manifest.value, path))).map((text) =>
        lines.with(location.startLine - 1, text),
      )
    : alteredTexts(lines, location);
  for (const text of altered) {
    const objects = alteredObjects(dir, file, text.join('\n'));
    if (objects === null) continue;
    if (JSON.stringify(fieldIn(objects, manifest, path, plain)) !== before)
      return location.kind === 'template' ? 'literal' : 'values';
  }
  return isExpression ? 'expression' : 'wrong';
}

/** The line of an expression with another constant where one stands that is the field's value. */
function alteredConstants(line, value) {
  const constants = [JSON.stringify(value), `'${value}'`, ` ${value} `];
  const other = others(value)[0].replace(/^"|"$/g, '');
  const swapped = constants
    .filter((each) => line.includes(each))
    .map((each) =>
      line.replace(
        each,
        each.replace(value, () => other),
      ),
    );
  const release = line.replace(/\{\{-?\s*\$?\.(Release|Chart)\.\w+(\s*\|\s*\w+)?\s*-?\}\}/, 'other');
  return [...swapped, ...alteredWords(line, value), ...(release === line ? [] : [release])];
}

/** The line with another word of its own text, where that is part of the field. */
function alteredWords(line, value) {
  const words =
    line
      .replace(/\{\{.*?\}\}/g, '\0')
      .replace(/^\s*(-\s+)?([\w.-]+:\s+)?/, '')
      .match(/[A-Za-z]{3,}/g) ?? [];
  return words.filter((word) => value.includes(word)).map((word) => line.replace(word, `${word}x`));
}

/** The file with another scalar on the line; of a block text with another first line. */
function alteredTexts(lines, location) {
  const at = location.startLine - 1;
  if (/[|>][+-]?$/.test(lines[at])) {
    const inside = /^\s*/.exec(lines.find((line, index) => index > at && /^\s*[^\s{]/.test(line)))[0];
    return [lines.toSpliced(at + 1, 0, `${inside}x`)];
  }
  const renamed = lines[at].replace(/^(\s*)([\w-]+):/, '$1$2x:');
  return [...alteredLines(lines[at], location), renamed].map((text) => lines.with(at, text));
}

/** The line with another scalar at its end, or at the end of the placed part of it. */
function alteredLines(line, { startColumn, endColumn, startLine, endLine }) {
  const end = startLine === endLine ? endColumn - 1 : line.length;
  const [head, placed, tail] = [
    line.slice(0, startColumn - 1),
    line.slice(startColumn - 1, end),
    line.slice(end),
  ];
  const [, key = '', scalar = ''] =
    /^((?:-\s+)?(?:"[^"]*"|'[^']*'|[^\s:"']+):\s*|-\s+|)(.*?)$/.exec(placed) ?? [];
  return others(scalar).map(
    (other) => `${head}${key.trimEnd() === key && key !== '' ? `${key} ` : key}${other}${tail}`,
  );
}

function others(scalar) {
  const bare = scalar.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
  if (bare === 'true' || bare === 'false') return [String(bare === 'false')];
  if (/^\d+$/.test(bare)) return [String(Number(bare) + 1), `"${Number(bare) + 1}"`];
  const counted = bare.replace(/\d+(?=\D*$)/, (digits) => String(Number(digits) + 1));
  return [
    JSON.stringify(counted === bare ? `${bare}x` : counted),
    JSON.stringify(`${bare}x`),
    '""',
    '"none"',
    '"small"',
  ];
}

function alteredObjects(dir, file, text) {
  const key = `${dir}\0${file}\0${text}`;
  if (!known.has(key)) {
    const copy = join(work, 'altered', basename(dir));
    rmSync(copy, { recursive: true, force: true });
    cpSync(dir, copy, { recursive: true });
    writeFileSync(join(copy, file), text);
    known.set(key, helmObjects(copy));
  }
  return known.get(key);
}

function helmObjects(dir) {
  const words = [
    'template',
    'bench',
    dir,
    '-f',
    join(dir, 'bench-values.yaml'),
    '--skip-schema-validation',
    '--kube-version',
    'v1.34.0',
  ];
  const versions = ['--api-versions', settings.servedVersions.join(',')];
  const { status, stdout, stderr } = spawnSync(helm, [...words, ...versions], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { PATH: '', HOME: work },
  });
  if (status !== 0 && process.env.VERBOSE === 'all') process.stdout.write(`${stderr.slice(0, 300)}\n`);
  if (status !== 0) return null;
  return parseStream(stdout, defaultLimits, isWorkload).documents.map(({ value, text }) => ({
    value,
    source: /^# Source: (.*)$/m.exec(text)?.[1],
  }));
}

/** Nothing else is looked at, and definitions of resources take long to parse. */
function isWorkload(text) {
  return /^kind: (Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod)$/m.test(text);
}

/** The object by its name, or where the altered value named it the only one of its kind of its template. */
function fieldIn(objects, { ref }, path, plain = []) {
  const named = (all) =>
    all?.find(({ value }) => value?.kind === ref.kind && value.metadata?.name === ref.name);
  const source = named(plain)?.source;
  const own = (objects ?? []).filter((each) => each.source === source && each.value?.kind === ref.kind);
  const same = (named(objects) ?? (own.length === 1 ? own[0] : undefined))?.value;
  return valueAt(same, path) ?? null;
}

function leaves(root, path) {
  const value = valueAt(root, path);
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return [path];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => leaves(root, [...path, key]));
}

function readTree(dir) {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
  return files.map((e) => relative(dir, join(e.parentPath, e.name)).replaceAll('\\', '/'));
}

function print(rows) {
  const columns = ['workloads', 'fields', 'values', 'literal', 'expression', 'object', 'wrong', 'unlike'];
  const total = {
    chart: 'all',
    ...Object.fromEntries(columns.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)])),
  };
  const share = (row) => `${((100 * (row.values + row.literal)) / (row.fields - row.unlike)).toFixed(1)} %`;
  process.stdout.write(
    `| chart | ${columns.join(' | ')} | exact |\n|---|${'--:|'.repeat(columns.length + 1)}\n`,
  );
  for (const row of [...rows, total])
    process.stdout.write(
      `| ${row.chart} | ${columns.map((name) => row[name]).join(' | ')} | ${share(row)} |\n`,
    );
}
