import { audit } from '../../pipeline.ts';
import { openRevision } from '../../repository/open.ts';
import { defaultLimits } from '../../text/limits.ts';
import type { Arguments } from '../arguments.ts';
import type { Io } from '../io.ts';
import { openWorld } from '../world.ts';
import { prepare, publishLocally, resolvePath, withLimits } from './support.ts';

/** `audit`: judges every workload of one revision. */
export function auditCommand(args: Arguments, io: Io): Promise<number> {
  const repo = resolvePath(io, args.text('repo') ?? '.');
  return withLimits(
    (limits) => openRevision({ repo, rev: args.text('rev'), limits }),
    ({ tree }) => prepare(args, io, { head: tree }),
    async ({ tree }, prepared) => {
      const world = openWorld(prepared.settings.render.limits, io, prepared.progress);
      try {
        return await publishLocally(await audit(tree, prepared.settings, world), prepared, io);
      } finally {
        await world.close();
      }
    },
    defaultLimits,
  );
}
