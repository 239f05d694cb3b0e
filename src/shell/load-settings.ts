import { servedVersions } from '../kubernetes/served-versions.ts';
import { type ProfileName, profileNames } from '../policy/profiles.ts';
import { defaultExclude } from '../render/settings.ts';
import type { RepositoryNames } from '../repository/names.ts';
import type { Tree } from '../repository/tree.ts';
import type { FailOn } from '../review/verdict.ts';
import type { Settings } from '../settings.ts';
import { defaultLimits } from '../text/limits.ts';
import {
  type ConfigProblem,
  configPath,
  environmentOf,
  limitKeyOf,
  limitsOf,
  optionsOf,
  parseConfig,
  severitiesOf,
} from './config.ts';
import type { Config } from './config-schema.ts';
import { UsageError } from './usage-error.ts';

/** The newest minor version that Amazon EKS offers at this release. */
export const defaultKubernetesVersion = '1.36';

/** What was asked for beside the configuration file. */
export interface Asked {
  readonly failOn: string | undefined;
  readonly only: readonly string[];
  readonly scope: string | undefined;
  readonly profile: string | undefined;
  /** False for a change from elsewhere. */
  readonly trusted: boolean;
  readonly timings: boolean;
  readonly paths: readonly string[];
  readonly chartsDir: Tree | null;
  /** How the repository is known to those who name it; left out where nobody knows. */
  readonly repository?: RepositoryNames;
}

/** A configuration file as found: its settings, or what is wrong with it. */
export interface LoadedConfig {
  readonly config: Config;
  /** Where it was read; null when there is none. */
  readonly path: string | null;
  readonly problems: readonly ConfigProblem[];
}

/** Reads the configuration of a revision; a file that nobody named may be missing. */
export async function readConfigOf(tree: Tree, path = configPath): Promise<LoadedConfig> {
  const read = (await tree.read([path])).get(path);
  if (read?.kind === 'bytes') return loadConfig(new TextDecoder().decode(read.bytes), path);
  if (read?.kind === 'refused') return broken(path, read.detail);
  return path === configPath
    ? { config: {}, path: null, problems: [] }
    : broken(path, 'there is no such file');
}

export function loadConfig(text: string, path: string): LoadedConfig {
  const result = parseConfig(text);
  if ('config' in result) return { config: result.config, path, problems: [] };
  return { config: {}, path, problems: result.problems };
}

function broken(path: string, message: string): LoadedConfig {
  return { config: {}, path, problems: [{ line: 1, column: 1, message }] };
}

/** One sentence per problem: `config.yml:3:1: there is no key …`. */
export function configSentences({ path, problems }: LoadedConfig): readonly string[] {
  return problems.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
}

const failOnLevels = ['error', 'warning', 'never'] as const;

/** Joins what was asked with what the configuration states; asking wins. */
export function settingsFrom(asked: Asked, { config }: LoadedConfig): Settings {
  const kubernetesVersion = config['kubernetes-version'] ?? defaultKubernetesVersion;
  return {
    render: {
      limits: limitsOf(config),
      include: config.include ?? [],
      exclude: [...defaultExclude, ...(config.exclude ?? [])],
      kubernetesVersion,
      servedVersions: servedVersions(kubernetesVersion),
      releases: (config.releases ?? []).map(({ chart, values, name, namespace }) => ({
        chart,
        values: values ?? [],
        name: name ?? null,
        namespace: namespace ?? null,
      })),
      chartsDir: asked.chartsDir,
      paths: asked.paths,
      ...(asked.repository && { repository: asked.repository }),
    },
    kubernetesVersion,
    failOn: readFailOn(asked.failOn) ?? config['fail-on'] ?? 'error',
    profile: readProfile(asked.profile) ?? config.profile ?? 'recommended',
    severities: severitiesOf(config),
    options: optionsOf(config),
    environment: { ...environmentOf(config), kubernetesVersion },
    only: asked.only,
    scope: readScope(asked.scope),
    trusted: asked.trusted,
    timings: asked.timings,
  };
}

export function readFailOn(word: string | undefined): FailOn | undefined {
  if (word === undefined || word === '') return undefined;
  const level = failOnLevels.find((each) => each === word);
  if (level === undefined) throw new UsageError(`fail-on takes ${failOnLevels.join(', ')}, not "${word}"`);
  return level;
}

function readProfile(word: string | undefined): ProfileName | undefined {
  if (word === undefined || word === '') return undefined;
  const profile = profileNames.find((each) => each === word);
  if (profile === undefined) throw new UsageError(`profile takes ${profileNames.join(', ')}, not "${word}"`);
  return profile;
}

function readScope(word: string | undefined): 'changed' | 'all' {
  if (word === undefined || word === '' || word === 'changed') return 'changed';
  if (word === 'all') return 'all';
  throw new UsageError(`scope takes changed or all, not "${word}"`);
}

/** The effective settings as YAML-like lines, each with where it came from. */
export function showSettings(settings: Settings, { config, path }: LoadedConfig): string {
  const from = (key: keyof Config, asked = false): string =>
    asked ? 'asked for' : config[key] !== undefined && path !== null ? path : 'default';
  const { limits } = settings.render;
  const lines: readonly (readonly [string, unknown, string])[] = [
    ['profile', settings.profile, from('profile', settings.profile !== (config.profile ?? 'recommended'))],
    ['kubernetes-version', settings.kubernetesVersion, from('kubernetes-version')],
    ['fail-on', settings.failOn, from('fail-on', settings.failOn !== (config['fail-on'] ?? 'error'))],
    ['cluster.nodes', settings.environment.nodes, from('cluster')],
    ['cluster.zones', settings.environment.zones, from('cluster')],
    ['platforms', config.platforms ?? [], from('platforms')],
    ['workloads', config.workloads ?? [], from('workloads')],
    ['include', settings.render.include, from('include')],
    ['exclude', settings.render.exclude, from('exclude')],
    ['releases', settings.render.releases, from('releases')],
    ['rules', config.rules ?? {}, from('rules')],
    ...Object.entries(limits).map(
      ([key, value]) =>
        [
          `limits.${limitKeyOf(key as keyof typeof limits)}`,
          value,
          value === defaultLimits[key as keyof typeof limits] ? 'default' : (path ?? ''),
        ] as const,
    ),
  ];
  return lines.map(([key, value, source]) => `${key}: ${JSON.stringify(value)}  # ${source}\n`).join('');
}
