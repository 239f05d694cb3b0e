import { audit, review } from '../../pipeline.ts';
import type { Comparison } from '../../repository/comparison.ts';
import { openComparison, openDirectories, type RevisionComparison } from '../../repository/open.ts';
import { defaultLimits, type Limits } from '../../text/limits.ts';
import type { Arguments } from '../arguments.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';
import { openWorld } from '../world.ts';
import { inTime, type Prepared, prepare, publishLocally, resolvePath, withLimits } from './support.ts';

/** `review`: judges base against head. */
export function reviewCommand(args: Arguments, io: Io): Promise<number> {
  return withLimits(
    (limits) => open(args, io, limits),
    ({ base, head }) => prepare(args, io, { base, head }),
    (comparison, prepared) => {
      sayBase(comparison, prepared);
      return judge(comparison, prepared, io);
    },
    defaultLimits,
  );
}

/** Which base was taken where nobody named one. */
function sayBase(comparison: Comparison | RevisionComparison, { progress }: Prepared): void {
  if (!('baseRevision' in comparison) || comparison.baseRevision.chosen !== 'default-branch') return;
  progress(
    `base: the merge base with ${comparison.baseRevision.name}, ${comparison.commits.mergeBase?.slice(0, 10)}`,
  );
}

async function judge(comparison: Comparison, prepared: Prepared, io: Io): Promise<number> {
  const { settings } = prepared;
  const world = openWorld(settings.render.limits, io, prepared.progress);
  const report = await inTime(settings, world, io, (opened) =>
    settings.scope === 'all'
      ? audit(comparison.head, settings, opened)
      : review(comparison, settings, opened),
  );
  return publishLocally(report, prepared, io);
}

async function open(args: Arguments, io: Io, limits: Limits): Promise<Comparison | RevisionComparison> {
  const [baseDir, headDir] = [args.text('base-dir'), args.text('head-dir')];
  if (baseDir !== undefined || headDir !== undefined) {
    if (baseDir === undefined || headDir === undefined) {
      throw new UsageError('--base-dir and --head-dir go together');
    }
    const other = ['repo', 'base', 'head'].find((name) => args.text(name) !== undefined);
    if (other !== undefined || args.flag('worktree')) {
      throw new UsageError(`--base-dir and --${other ?? 'worktree'} exclude each other`);
    }
    return openDirectories(resolvePath(io, baseDir), resolvePath(io, headDir), limits);
  }
  if (args.flag('worktree') && args.text('head') !== undefined) {
    throw new UsageError('--worktree and --head exclude each other');
  }
  return openComparison({
    repo: resolvePath(io, args.text('repo') ?? '.'),
    base: args.text('base'),
    head: args.text('head'),
    worktree: args.flag('worktree'),
    limits,
  });
}
