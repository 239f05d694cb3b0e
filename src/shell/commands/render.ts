import { renderForDisplay } from '../../render/display.ts';
import { openRevision } from '../../repository/open.ts';
import { plainLine } from '../../text/escape.ts';
import { defaultLimits } from '../../text/limits.ts';
import type { Arguments } from '../arguments.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';
import { openWorld } from '../world.ts';
import { resolvePath } from './support.ts';

/** `render UNIT`: prints a chart byte for byte as `helm template` does. */
export async function renderCommand(args: Arguments, io: Io): Promise<number> {
  const [unit, ...more] = args.positionals;
  if (unit === undefined || more.length > 0)
    throw new UsageError('render takes one chart, e.g. render charts/web');
  const revision = await openRevision({
    repo: resolvePath(io, args.text('repo') ?? '.'),
    rev: args.text('rev'),
    limits: defaultLimits,
  });
  const world = openWorld(defaultLimits, io.clock, () => {});
  try {
    const shown = await renderForDisplay(
      revision.tree,
      unit.replace(/^helm:/, '').replace(/\/+$/, ''),
      world.helm,
      {
        values: args.texts('values'),
        releaseName: args.text('release') ?? null,
        namespace: args.text('namespace') ?? null,
        kubernetesVersion: args.text('kube-version') ?? null,
        includeCrds: args.flag('include-crds'),
        trace: args.flag('trace'),
        limits: defaultLimits,
      },
    );
    if ('text' in shown) {
      io.out(shown.text);
      return 0;
    }
    io.err(`${plainLine(shown.error)}\n`);
    return 3;
  } finally {
    await world.close();
    await revision.close();
  }
}
