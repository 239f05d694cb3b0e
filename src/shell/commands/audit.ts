import { audit } from '../../pipeline.ts';
import { openRevision } from '../../repository/open.ts';
import { defaultLimits } from '../../text/limits.ts';
import type { Arguments } from '../arguments.ts';
import type { Io } from '../io.ts';
import { openWorld } from '../world.ts';
import { inTime, prepare, publishLocally, resolvePath, withLimits } from './support.ts';

/** `audit`: judges every workload of one revision. */
export function auditCommand(args: Arguments, io: Io): Promise<number> {
  const repo = resolvePath(io, args.text('repo') ?? '.');
  return withLimits(
    (limits) => openRevision({ repo, rev: args.text('rev'), limits }),
    ({ tree }) => prepare(args, io, { head: tree }),
    async ({ tree }, prepared) => {
      const { settings, progress } = prepared;
      const world = openWorld(settings.render.limits, io, progress);
      const report = await inTime(settings, world, io, (opened) => audit(tree, settings, opened));
      return publishLocally(report, prepared, io);
    },
    defaultLimits,
  );
}
