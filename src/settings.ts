import type { Environment } from './platform/environment.ts';
import type { ProfileName } from './policy/profiles.ts';
import type { Options, Severity } from './policy/rule.ts';
import type { RenderSettings } from './render/settings.ts';
import type { FailOn } from './review/verdict.ts';

/** What a run was asked to do: inputs and the configuration file, validated. */
export interface Settings {
  readonly render: RenderSettings;
  /** Minor version of the cluster, e.g. `1.34`. */
  readonly kubernetesVersion: string;
  readonly failOn: FailOn;
  readonly profile: ProfileName;
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  /** Options by rule, as far as they are stated. */
  readonly options: ReadonlyMap<string, Options>;
  readonly environment: Environment;
  /** False for a change from elsewhere: what it accepts in its own files does not count. */
  readonly trusted: boolean;
  /** Rule ids to run; empty means all. */
  readonly only: readonly string[];
  readonly scope: 'changed' | 'all';
  readonly timings: boolean;
}
