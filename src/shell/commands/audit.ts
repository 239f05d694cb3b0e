import { audit } from '../../pipeline.ts';
import { openRevision } from '../../repository/open.ts';
import { defaultLimits } from '../../text/limits.ts';
import type { Arguments } from '../arguments.ts';
import type { Io } from '../io.ts';
import { openWorld } from '../world.ts';
import { prepare, publishLocally, resolvePath } from './support.ts';

/** `audit`: judges every workload of one revision. */
export async function auditCommand(args: Arguments, io: Io): Promise<number> {
  const revision = await openRevision({
    repo: resolvePath(io, args.text('repo') ?? '.'),
    rev: args.text('rev'),
    limits: defaultLimits,
  });
  try {
    const prepared = await prepare(args, io, revision.tree);
    if (prepared.settings === null) return 0;
    const world = openWorld(prepared.settings.render.limits, io.clock, prepared.progress);
    try {
      return await publishLocally(await audit(revision.tree, prepared.settings, world), prepared, io);
    } finally {
      await world.close();
    }
  } finally {
    await revision.close();
  }
}
