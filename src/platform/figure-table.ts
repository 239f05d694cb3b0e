import type { PlatformName, RuntimeName } from './environment.ts';

// The guides' numbers in seconds; docs/platforms.md names the guide of each.

/** Seconds, at least and at most. */
export type Range = readonly [number, number];

interface Row {
  readonly startup: Range;
  readonly preStop: Range;
  readonly grace: Range;
  readonly probePeriod?: Range;
  readonly probeTimeout?: Range;
  readonly replicas: number;
}

export const byPlatform: Readonly<Record<PlatformName, Row>> = {
  ec2: { startup: [30, 30], preStop: [5, 5], grace: [30, 60], replicas: 2 },
  fargate: { startup: [100, 100], preStop: [10, 15], grace: [60, 90], replicas: 3 },
  'auto-mode': {
    startup: [150, 150],
    preStop: [10, 10],
    grace: [90, 90],
    probePeriod: [5, 5],
    replicas: 2,
  },
  windows: {
    startup: [60, 60],
    preStop: [5, 5],
    grace: [60, 60],
    probePeriod: [10, 15],
    probeTimeout: [5, 10],
    replicas: 2,
  },
};

/** A runtime only raises what its platform asks for. */
export const byRuntime: Readonly<Partial<Record<RuntimeName, Pick<Row, 'startup' | 'grace'>>>> = {
  jvm: { startup: [300, 300], grace: [60, 60] },
  'ml-inference': { startup: [600, 600], grace: [90, 120] },
};

/** Requests to the pods' own addresses end when a controller has taken the target out of its group. */
export const behindIpTargets: {
  readonly [K in 'fargate' | 'others']: Partial<Pick<Row, 'preStop' | 'grace'>>;
} = {
  fargate: { preStop: [15, 20], grace: [90, 120] },
  others: { preStop: [15, 15] },
};

/** Endpoint propagation by the number of nodes. */
export const byNodes: readonly { readonly upTo: number; readonly seconds: Range; readonly name: string }[] = [
  { upTo: 10, seconds: [5, 10], name: 'up to 10 nodes' },
  { upTo: 50, seconds: [10, 15], name: '11 to 50 nodes' },
  { upTo: Number.POSITIVE_INFINITY, seconds: [15, 20], name: 'more than 50 nodes' },
];

export const buffer: Range = [10, 20];

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const spotNotice: Range = [120, 120];
