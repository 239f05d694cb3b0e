import type { Severity } from './policy/rule.ts';
import type { RenderSettings } from './render/settings.ts';
import type { FailOn } from './review/verdict.ts';

/** What a run was asked to do: inputs and the configuration file, validated. */
export interface Settings {
  readonly render: RenderSettings;
  /** Minor version of the cluster, e.g. `1.34`. */
  readonly kubernetesVersion: string;
  readonly failOn: FailOn;
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  /** Rule ids to run; empty means all. */
  readonly only: readonly string[];
  readonly scope: 'changed' | 'all';
  readonly timings: boolean;
}
