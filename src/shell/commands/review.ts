import { audit, review } from '../../pipeline.ts';
import type { Comparison } from '../../repository/comparison.ts';
import { openComparison, openDirectories } from '../../repository/open.ts';
import { plainLine } from '../../text/escape.ts';
import { defaultLimits } from '../../text/limits.ts';
import type { Arguments } from '../arguments.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';
import { openWorld } from '../world.ts';
import { type Prepared, prepare, publishLocally, resolvePath } from './support.ts';

/** `review`: judges base against head. */
export async function reviewCommand(args: Arguments, io: Io): Promise<number> {
  const comparison = await open(args, io);
  try {
    const prepared = await prepare(args, io, comparison.head);
    if (prepared.settings === null) return 0;
    return await judge(comparison, prepared, io);
  } finally {
    await comparison.close();
  }
}

async function judge(comparison: Comparison, prepared: Prepared, io: Io): Promise<number> {
  const { settings } = prepared;
  const world = openWorld(settings.render.limits, io.clock, prepared.progress);
  try {
    const report =
      settings.scope === 'all'
        ? await audit(comparison.head, settings, world)
        : await review(comparison, settings, world);
    return await publishLocally(report, prepared, io);
  } finally {
    await world.close();
  }
}

async function open(args: Arguments, io: Io): Promise<Comparison> {
  const [baseDir, headDir] = [args.text('base-dir'), args.text('head-dir')];
  if (baseDir !== undefined || headDir !== undefined) {
    if (baseDir === undefined || headDir === undefined) {
      throw new UsageError('--base-dir and --head-dir go together');
    }
    const limits = defaultLimits;
    return openDirectories(resolvePath(io, baseDir), resolvePath(io, headDir), limits);
  }
  if (args.flag('worktree') && args.text('head') !== undefined) {
    throw new UsageError('--worktree and --head exclude each other');
  }
  const comparison = await openComparison({
    repo: resolvePath(io, args.text('repo') ?? '.'),
    base: args.text('base'),
    head: args.text('head'),
    worktree: args.flag('worktree'),
    limits: defaultLimits,
  });
  if (comparison.baseRevision.chosen === 'default-branch' && !args.flag('quiet')) {
    const { name } = comparison.baseRevision;
    io.err(`base: the merge base with ${plainLine(name)}, ${comparison.commits.mergeBase?.slice(0, 10)}\n`);
  }
  return comparison;
}
