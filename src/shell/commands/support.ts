import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { rules } from '../../policy/rules/index.ts';
import { directoryTree } from '../../repository/directory-tree.ts';
import type { Tree } from '../../repository/tree.ts';
import type { Report } from '../../review/report.ts';
import { exitCodeOf } from '../../review/verdict.ts';
import { plainLine } from '../../text/escape.ts';
import { defaultLimits } from '../../text/limits.ts';
import { nearest } from '../../text/nearest.ts';
import type { Arguments } from '../arguments.ts';
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
import type { Settings } from '../settings.ts';
import { UsageError } from '../usage-error.ts';

/** A run of `review` or `audit` that is ready to start. */
export interface Prepared {
  readonly settings: Settings;
  readonly outputs: readonly Output[];
  readonly progress: (text: string) => void;
  /** True when the configuration could not be read: the review runs on defaults and ends with exit code 2. */
  readonly misconfigured: boolean;
}

/** Reads options and configuration; `settings` is null when they were only to be shown. */
export async function prepare(
  args: Arguments,
  io: Io,
  tree: Tree,
): Promise<Prepared | (Omit<Prepared, 'settings'> & { readonly settings: null })> {
  const outputs = readOutputs(args.texts('format'));
  const loaded = await configOf(args, io, tree);
  for (const sentence of configSentences(loaded)) io.err(`${plainLine(sentence)}\n`);
  const settings = settingsFrom(
    {
      failOn: args.text('fail-on'),
      only: ruleIds(args.texts('only')),
      scope: args.text('scope'),
      timings: args.flag('timings'),
      paths: args.positionals,
      chartsDir: await chartsFolder(args, io),
    },
    loaded,
  );
  const progress = args.flag('quiet') ? () => {} : (text: string) => io.err(`${plainLine(text)}\n`);
  const misconfigured = loaded.problems.length > 0;
  if (!args.flag('show-settings')) return { settings, outputs, progress, misconfigured };
  io.out(showSettings(settings, loaded));
  return { settings: null, outputs, progress, misconfigured };
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
  for (const id of asked) {
    if (!known.includes(id)) throw new UsageError(unknownRule(id));
  }
  return asked;
}

/** What to say of a rule that is not there. */
export function unknownRule(id: string): string {
  const known = rules.map((rule) => rule.id);
  const near = nearest(id, known);
  return `there is no rule "${plainLine(id)}"${near === null ? `; there are ${known.join(', ')}` : `, did you mean "${near}"?`}`;
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
