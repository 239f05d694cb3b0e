import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { rules } from '../../policy/rules/index.ts';
import { pathRestriction } from '../../render/settings.ts';
import { directoryTree } from '../../repository/directory-tree.ts';
import { repositoryNames } from '../../repository/names.ts';
import type { Tree } from '../../repository/tree.ts';
import type { Report } from '../../review/report.ts';
import { exitCodeOf } from '../../review/verdict.ts';
import type { Settings } from '../../settings.ts';
import { plainLine } from '../../text/escape.ts';
import { defaultLimits, type Limits } from '../../text/limits.ts';
import type { Arguments } from '../arguments.ts';
import { unknownRule } from '../config.ts';
import { judgingTheChange, startDeadline } from '../deadline.ts';
import { type Output, readOutputs, write } from '../formats.ts';
import type { Io } from '../io.ts';
import {
  configSentences,
  type LoadedConfig,
  loadConfig,
  readConfigOf,
  settingsFrom,
  showSettings,
} from '../load-settings.ts';
import { UsageError } from '../usage-error.ts';
import type { OpenWorld } from '../world.ts';

/** A run of `review` or `audit` that is ready to start. */
export interface Prepared {
  readonly settings: Settings;
  readonly outputs: readonly Output[];
  readonly progress: (text: string) => void;
  /** True when the configuration could not be read: the review runs on defaults and ends with exit code 2. */
  readonly misconfigured: boolean;
}

/** Reads options and configuration; the exit code when the settings were only to be shown. */
export async function prepare(
  args: Arguments,
  io: Io,
  trees: { readonly head: Tree; readonly base?: Tree },
): Promise<Prepared | number> {
  const outputs = readOutputs(args.texts('format'));
  await requirePaths(args.positionals, [trees.head, ...(trees.base ? [trees.base] : [])]);
  const loaded = await configOf(args, io, trees.head);
  for (const sentence of configSentences(loaded)) io.err(`${plainLine(sentence)}\n`);
  const settings = settingsFrom(
    {
      failOn: args.text('fail-on'),
      only: ruleIds(args.texts('only')),
      scope: args.text('scope'),
      profile: args.text('profile'),
      trusted: true,
      timings: args.flag('timings'),
      paths: args.positionals,
      chartsDir: await chartsFolder(args, io),
      ...(args.text('base-dir') === undefined && {
        repository: await repositoryNames(resolvePath(io, args.text('repo') ?? '.')),
      }),
    },
    loaded,
  );
  const progress = args.flag('quiet') ? () => {} : (text: string) => io.err(`${plainLine(text)}\n`);
  const misconfigured = loaded.problems.length > 0;
  if (!args.flag('show-settings')) return { settings, outputs, progress, misconfigured };
  io.out(showSettings(settings, loaded));
  return misconfigured ? 2 : 0;
}

/** A mistyped path would be reviewed in silence. */
async function requirePaths(paths: readonly string[], trees: readonly Tree[]): Promise<void> {
  if (paths.length === 0) return;
  const entries = (await Promise.all(trees.map((tree) => tree.list()))).flat();
  for (const path of paths) {
    const held = pathRestriction([path]);
    if (!entries.some((entry) => held(entry.path)))
      throw new UsageError(`${plainLine(path)}: there is no such file or folder in what is reviewed`);
  }
}

async function configOf(args: Arguments, io: Io, tree: Tree): Promise<LoadedConfig> {
  const path = args.text('config');
  if (path === undefined) return readConfigOf(tree);
  try {
    return loadConfig(await readFile(resolvePath(io, path), 'utf8'), path);
  } catch {
    throw new UsageError(`--config ${path}: there is no such file that can be read`);
  }
}

function ruleIds(words: readonly string[]): readonly string[] {
  const known = rules.map(({ id }) => id);
  const asked = words.flatMap((word) => word.split(',')).map((word) => word.trim());
  if (words.length > 0 && asked.every((id) => id === '')) throw new UsageError('--only names no rule');
  for (const id of asked) {
    if (!known.includes(id)) throw new UsageError(`--only: ${unknownRule(id)}`);
  }
  return asked;
}

interface Closable {
  close(): Promise<void>;
}

/**
 * Opens what is reviewed, reads its settings and works on it. The settings stand in what they bound, so that where they
 * state another size of files it is opened anew.
 */
export async function withLimits<T extends Closable>(
  open: (limits: Limits) => Promise<T>,
  prepareIt: (opened: T) => Promise<Prepared | number>,
  work: (opened: T, prepared: Prepared) => Promise<number>,
  limits: Limits,
): Promise<number> {
  const opened = await open(limits);
  let prepared: Prepared | number;
  try {
    prepared = await prepareIt(opened);
    if (typeof prepared === 'number') return prepared;
    if (prepared.settings.render.limits.fileBytes === limits.fileBytes) return await work(opened, prepared);
  } finally {
    await opened.close();
  }
  const again = await open(prepared.settings.render.limits);
  try {
    return await work(again, prepared);
  } finally {
    await again.close();
  }
}

/** The report, unless its time is up first: then the engines are stopped, and OutOfTime is thrown. */
export async function inTime(
  { render: { limits } }: Settings,
  world: OpenWorld,
  io: Io,
  work: (world: OpenWorld) => Promise<Report>,
): Promise<Report> {
  const deadline = startDeadline(limits.runSeconds, io.clock);
  try {
    return await deadline.within(judgingTheChange, work(world), () => world.close());
  } finally {
    deadline.end();
    await world.close();
  }
}

/** Writes the report in every form that was asked for and gives the exit code. */
export async function publishLocally(report: Report, prepared: Prepared, io: Io): Promise<number> {
  for (const output of prepared.outputs) {
    const text = write(report, output, io);
    if (output.file === null) io.out(text);
    else await writeTo(resolvePath(io, output.file), text);
  }
  return prepared.misconfigured ? 2 : exitCodeOf(report);
}

async function writeTo(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function resolvePath(io: Io, path: string): string {
  return resolve(io.cwd, path);
}

/** The folder of `--charts-dir`; null without one. */
export async function chartsFolder(args: Arguments, io: Io): Promise<Tree | null> {
  const path = args.text('charts-dir');
  return path === undefined ? null : directoryTree(resolvePath(io, path), defaultLimits);
}
