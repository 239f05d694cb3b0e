import { readFile } from 'node:fs/promises';
import { holdsKustomization, kustomizationForDisplay } from '../../render/kustomize/kustomize-display.ts';
import { chartFile } from '../../render/layout.ts';
import { renderForDisplay } from '../../render/render.ts';
import { openRevision } from '../../repository/open.ts';
import type { Tree } from '../../repository/tree.ts';
import { plainLine } from '../../text/escape.ts';
import { defaultLimits } from '../../text/limits.ts';
import type { World } from '../../world.ts';
import type { Arguments } from '../arguments.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';
import { openWorld } from '../world.ts';
import { chartsFolder, resolvePath } from './support.ts';

/** `render UNIT`: prints a chart byte for byte as `helm template` does, or a kustomization as `kustomize build`. */
export async function renderCommand(args: Arguments, io: Io): Promise<number> {
  const [unit, ...more] = args.positionals;
  if (unit === undefined || more.length > 0)
    throw new UsageError('render takes one chart or kustomization, e.g. render charts/web');
  const revision = await openRevision({
    repo: resolvePath(io, args.text('repo') ?? '.'),
    rev: args.text('rev'),
    limits: defaultLimits,
  });
  const world = openWorld(defaultLimits, io, () => {});
  try {
    const chart = folderIn(unit);
    const isChart = (await revision.tree.list()).some(({ path }) => path === chartFile(chart));
    if (!isChart && (await holdsKustomization(revision.tree, chart)))
      return await renderKustomization(revision.tree, chart, args.flag('trace'), world, io);
    if (!isChart) {
      const lacks = 'it has neither a Chart.yaml nor a kustomization.yaml';
      throw new UsageError(`there is no chart in ${plainLine(chart)}: ${lacks}`);
    }
    const shown = await renderForDisplay(
      revision.tree,
      chart,
      {
        values: await Promise.all(args.texts('values').map((path) => valuesFile(path, revision.tree, io))),
        releaseName: args.text('release') ?? null,
        namespace: args.text('namespace') ?? null,
        kubeVersion: args.text('kube-version') ?? null,
        includeCrds: args.flag('include-crds'),
        trace: args.flag('trace'),
        lenient: args.flag('lenient'),
        limits: defaultLimits,
        chartsDir: await chartsFolder(args, io),
      },
      world.helm,
    );
    if ('text' in shown) {
      io.out(shown.text);
      for (const note of shown.notes) io.err(`${plainLine(note)}\n`);
      return 0;
    }
    io.err(`${plainLine(shown.error)}\n`);
    return 3;
  } finally {
    await world.close();
    await revision.close();
  }
}

async function renderKustomization(
  tree: Tree,
  folder: string,
  trace: boolean,
  { kustomize }: World,
  io: Io,
): Promise<number> {
  const shown = await kustomizationForDisplay(tree, folder, { trace, limits: defaultLimits }, kustomize);
  if ('error' in shown) {
    io.err(`${plainLine(shown.error)}\n`);
    return 3;
  }
  for (const entry of shown.notes) io.err(`${plainLine(entry)}\n`);
  io.out(shown.text);
  return 0;
}

function folderIn(unit: string): string {
  const folder = unit.replace(/^(helm|kustomize):/, '').replace(/^(\.\/)+|\/+$/g, '');
  return folder === '' ? '.' : folder;
}

/** A values file of the revision, else one on disk, as `helm -f` reads it. */
async function valuesFile(path: string, tree: Tree, io: Io): Promise<{ name: string; bytes: Uint8Array }> {
  const read = (await tree.read([path])).get(path);
  if (read?.kind === 'bytes') return { name: path, bytes: read.bytes };
  try {
    return { name: path, bytes: await readFile(resolvePath(io, path)) };
  } catch {
    throw new UsageError(`--values ${path}: there is no such file in the revision or on disk`);
  }
}
