/** Where pods run. `ec2` is what is assumed when nothing says otherwise. */
export const platformNames = ['ec2', 'fargate', 'auto-mode', 'windows'] as const;
export type PlatformName = (typeof platformNames)[number];

/** What else is known of where and behind what pods run. */
export const traits = ['spot', 'gpu', 'istio', 'alb', 'nlb', 'gateway-api', 'onprem'] as const;
export type Trait = (typeof traits)[number];

/** What kind of program a container runs, as far as it decides how long that takes to start and to stop. */
export const runtimeNames = [
  'web',
  'jvm',
  'grpc',
  'worker',
  'database',
  'ml-inference',
  'windows-dotnet',
  'unknown',
] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** Which workloads a statement of the configuration is about; what is left out matches everything. Globs throughout. */
export interface WorkloadMatch {
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  /** Labels of the pod template. */
  readonly labels?: Readonly<Record<string, string>>;
  /** File or chart folder that the workload comes from. */
  readonly path?: string;
}

export interface PlatformStatement {
  readonly match: WorkloadMatch;
  readonly platform: PlatformName | null;
  readonly traits: readonly Trait[];
}

export interface WorkloadStatement {
  readonly match: WorkloadMatch;
  readonly runtime: RuntimeName | null;
  /** How long the application takes to stop after SIGTERM. */
  readonly shutdownSeconds: number | null;
  /** How long it takes from the container's start until it can serve. */
  readonly startupSeconds: number | null;
}

/** What the configuration states about the cluster and what runs on it; the first statement that matches counts. */
export interface Environment {
  /** Number of nodes; null: not stated, and the guides' smallest class is assumed. */
  readonly nodes: number | null;
  /** Availability zones that pods can spread over. */
  readonly zones: number;
  /** Minor version of the cluster, e.g. `1.34`; null: not known. */
  readonly kubernetesVersion: string | null;
  readonly platforms: readonly PlatformStatement[];
  readonly workloads: readonly WorkloadStatement[];
}

export const defaultEnvironment: Environment = {
  nodes: null,
  zones: 3,
  kubernetesVersion: null,
  platforms: [],
  workloads: [],
};
