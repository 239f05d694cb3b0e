// Builds every kustomization below a folder of checkouts with the real Kustomize and as a review does, from exactly the
// files that it finds, and compares the bytes.
//   PLR_CHECKOUTS=<folder of checkouts> npm run conformance kustomize [-- name …]

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../../src/engines/engine.ts';
import { buildKustomization, kustomizeBuildText } from '../../src/engines/kustomize.ts';
import { uncounted } from '../../src/render/in-turns.ts';
import { Kustomizations } from '../../src/render/kustomize/kustomizations.ts';
import { buildFolder } from '../../src/render/kustomize/kustomize.ts';
import { Layout } from '../../src/render/layout.ts';
import { folderOf } from '../../src/render/paths.ts';
import { directoryTree } from '../../src/repository/directory-tree.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { installKustomize } from './real-kustomize.mjs';

const checkouts = process.env.PLR_CHECKOUTS;
if (checkouts === undefined) throw new Error('PLR_CHECKOUTS names the folder of checkouts');
const only = process.argv.slice(2);
const kustomize = installKustomize();
const engine = openEngine('kustomize', { instances: 1 });
engine.warm();
try {
  const names = readdirSync(checkouts, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of names) {
    if (only.length > 0 && !only.includes(name)) continue;
    if (!(await compareAll(name, join(checkouts, name)))) process.exitCode = 1;
  }
} finally {
  await engine.close();
}

async function compareAll(name, root) {
  const tree = await directoryTree(root, defaultLimits);
  const layout = new Layout(tree, await tree.list(), () => true);
  const kustomizations = await Kustomizations.read(layout, defaultLimits);
  const rows = [];
  for (const folder of layout.kustomizations.map(folderOf))
    rows.push(await compare(root, folder, kustomizations));
  const buildable = rows.filter((row) => row.buildable);
  const times = buildable.map((row) => row.ms).sort((a, b) => a - b);
  const same = rows.filter((row) => row.problem === null).length;
  const median = Math.round(times[times.length >> 1] ?? 0);
  write(
    `${name}: ${rows.length} kustomizations, ${buildable.length} buildable, ${rows.length - same} not as Kustomize; ` +
      `median ${median} ms, slowest ${Math.round(times.at(-1) ?? 0)} ms`,
  );
  for (const { folder, problem } of rows) if (problem !== null) write(`  ${folder}: ${problem}`);
  return same === rows.length;
}

async function compare(root, folder, kustomizations) {
  const { status, stdout, stderr } = spawnSync(kustomize, ['build', join(root, folder)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 60_000,
    // Nothing can be fetched or run: what needs that fails here, and is left out by us.
    env: { PATH: '', HOME: tmpdir(), https_proxy: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' },
  });
  let built = null;
  const build = async (request) => {
    built = await buildKustomization(engine, request);
    return built;
  };
  const run = {
    limits: defaultLimits,
    build,
    onRender: () => {},
    turns: uncounted,
    builds: new Map(),
    builtObjects: new Map(),
  };
  const started = performance.now();
  const request = {
    kustomizations,
    folder,
    unit: folder,
    revision: 'head',
    fields: null,
    substitute: null,
  };
  const render = await buildFolder(request, run);
  const ms = performance.now() - started;
  return { folder, ms, buildable: status === 0, problem: problemOf(status, stdout, stderr, built, render) };
}

/** Both build and print the same, or neither builds; null. Else what differs. */
function problemOf(status, stdout, stderr, built, render) {
  if (built === null) return `not built: ${render.notChecked[0]?.detail}`;
  if (status === 0) {
    if (built.error !== null) return `only Kustomize builds it: ${built.error.message.slice(0, 200)}`;
    return kustomizeBuildText(built.documents) === stdout ? null : 'other bytes';
  }
  if (built.error !== null || render.state !== 'ok' || stderr.includes('security; file')) return null;
  return `only we build it: ${stderr.trim().slice(0, 200)}`;
}

function write(line) {
  process.stdout.write(`${line}\n`);
}
