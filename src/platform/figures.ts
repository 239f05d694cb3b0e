import type { Environment, RuntimeName } from './environment.ts';
import {
  behindIpTargets,
  buffer,
  byNodes,
  byPlatform,
  byRuntime,
  type Range,
  spotNotice,
} from './figure-table.ts';
import type { Platform } from './platform.ts';

/** Seconds, and in a few words where they come from. */
export interface Figure {
  readonly atLeast: number;
  readonly atMost: number;
  readonly from: string;
}

export interface Figures {
  /** What the probes leave a start: initialDelay + failureThreshold × period. */
  readonly startupBudgetSeconds: Figure;
  readonly preStopSeconds: Figure;
  readonly graceSeconds: Figure;
  /** Between the end of the application's own shutdown and SIGKILL. */
  readonly bufferSeconds: Figure;
  /** How long new requests still come after a pod is told to stop. */
  readonly propagationSeconds: Figure;
  /** Null where the table has none. */
  readonly probePeriodSeconds: Figure | null;
  readonly probeTimeoutSeconds: Figure | null;
  /** What preStop and shutdown have together before the machine is gone; null where nothing takes it away. */
  readonly noticeSeconds: Figure | null;
  readonly replicas: number;
}

/** What the guides ask for, on this platform, for this runtime. */
export function figuresFor(platform: Platform, runtime: RuntimeName, environment: Environment): Figures {
  const row = byPlatform[platform.name];
  const of = platformWords(platform);
  const demand = byRuntime[runtime];
  const balancer = balancerOf(platform);
  const nodes = nodesOf(environment);
  const propagation = figure(nodes.seconds, nodes.from);
  return {
    startupBudgetSeconds: highest(
      figure(row.startup, of),
      demand && figure(demand.startup, `runtime ${runtime}`),
    ),
    preStopSeconds: highest(
      figure(row.preStop, of),
      balancer?.preStop && figure(balancer.preStop, `${of} ${balancer.words}`),
      propagation,
    ),
    graceSeconds: highest(
      figure(row.grace, of),
      balancer?.grace && figure(balancer.grace, `${of} ${balancer.words}`),
      demand && figure(demand.grace, `runtime ${runtime}`),
    ),
    bufferSeconds: figure(buffer, 'buffer before SIGKILL'),
    propagationSeconds: propagation,
    probePeriodSeconds: row.probePeriod ? figure(row.probePeriod, of) : null,
    probeTimeoutSeconds: row.probeTimeout ? figure(row.probeTimeout, of) : null,
    noticeSeconds: platform.traits.has('spot') ? figure(spotNotice, 'Spot interruption notice') : null,
    replicas: row.replicas,
  };
}

function figure([atLeast, atMost]: Range, from: string): Figure {
  return { atLeast, atMost, from };
}

/** The one that asks for most; the first of equals. */
function highest(first: Figure, ...others: readonly (Figure | undefined)[]): Figure {
  return others.reduce<Figure>((best, each) => (each && each.atLeast > best.atLeast ? each : best), first);
}

function platformWords({ name, assumed }: Platform): string {
  return assumed ? `platform ${name} (assumed)` : `platform ${name}`;
}

function balancerOf({ name, traits, ipTargets }: Platform) {
  if (!ipTargets) return undefined;
  const kinds = [...(traits.has('alb') ? ['an ALB'] : []), ...(traits.has('nlb') ? ['an NLB'] : [])];
  const words = `behind ${kinds.join(' and ') || 'a load balancer'}`;
  return { ...behindIpTargets[name === 'fargate' ? 'fargate' : 'others'], words };
}

function nodesOf({ nodes }: Environment): { readonly seconds: Range; readonly from: string } {
  const size = byNodes.find(({ upTo }) => (nodes ?? 0) <= upTo) ?? byNodes[0]!;
  return {
    seconds: size.seconds,
    from: `endpoint propagation with ${size.name}${nodes === null ? ' (assumed)' : ''}`,
  };
}
