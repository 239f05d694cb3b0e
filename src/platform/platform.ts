import type { Evidence } from '../resources/evidence.ts';
import type { Inventory } from '../resources/inventory.ts';
import type { Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';
import { acceleratorOf } from './accelerators.ts';
import { balancersOf } from './balancers.ts';
import type { Environment, PlatformName, Trait } from './environment.ts';
import { statementFor } from './match.ts';
import { istioSidecar } from './mesh.ts';
import { label, nodeDemand } from './node-demands.ts';
import { inferredPlatform } from './platform-name.ts';

export interface Platform {
  readonly name: PlatformName;
  readonly traits: ReadonlySet<Trait>;
  readonly evidence: readonly Evidence[];
  /** True when the configuration names it. */
  readonly stated: boolean;
  /** True when neither configuration nor objects name it, and `ec2` is taken for granted. */
  readonly assumed: boolean;
  /** True when a load balancer sends requests to the pods' own addresses, not to node ports. */
  readonly ipTargets: boolean;
  /** The evidence of the name and of each trait. */
  readonly because: ReadonlyMap<PlatformName | Trait, readonly Evidence[]>;
}

const last = new WeakMap<Workload, { inventory: Inventory; environment: Environment; platform: Platform }>();

/** Where a workload's pods run and behind what: as the configuration states it, else as the objects show it. */
export function platformOf(workload: Workload, inventory: Inventory, environment: Environment): Platform {
  const known = last.get(workload);
  if (known?.inventory === inventory && known.environment === environment) return known.platform;
  const platform = workOut(workload, inventory, environment);
  last.set(workload, { inventory, environment, platform });
  return platform;
}

function workOut(workload: Workload, inventory: Inventory, { platforms }: Environment): Platform {
  const statement = statementFor(platforms, workload);
  const statedName = statement?.platform ?? null;
  const statedTraits = statement?.traits ?? [];
  const balancers = balancersOf(workload, inventory);
  const inferred = statedName === null ? inferredPlatform(workload, inventory) : null;
  const name = statedName ?? inferred?.name ?? 'ec2';
  const because = grouped<PlatformName | Trait>([
    [name, statedName === null ? (inferred?.evidence ?? assumption) : inConfiguration(name)],
    ...statedTraits.map((trait) => [trait, inConfiguration(trait)] as const),
    ['spot', nodeDemand(workload, inventory, isSpot)],
    ...workload.containers.map((container) => ['gpu', acceleratorOf(workload, container)] as const),
    ['istio', istioSidecar(workload, inventory)],
    ...balancers.map(({ trait, evidence }) => [trait, evidence] as const),
  ]);
  const traits = new Set([...because.keys()].filter((each) => each !== name) as Trait[]);
  const balanced = traits.has('alb') || traits.has('nlb');
  return {
    name,
    traits,
    evidence: [...because.values()].flat(),
    stated: statedName !== null,
    assumed: statedName === null && inferred === null,
    // Fargate has no node ports; who states a balancer states it for its usual form.
    ipTargets:
      balancers.some(({ ip }) => ip) ||
      (balanced && name === 'fargate') ||
      statedTraits.some((trait) => trait === 'alb' || trait === 'nlb'),
    because,
  };
}

const assumption: Evidence = {
  text: `platform ${code('ec2')} is assumed: neither the objects nor ${code('platforms')} in the configuration name one`,
};

function inConfiguration(word: string): Evidence {
  return { text: `${code(word)} is stated in the configuration` };
}

const spotKarpenter = label('karpenter.sh/capacity-type', 'spot');
const spotNodeGroup = label('eks.amazonaws.com/capacityType', 'SPOT');

function isSpot(key: string, values: readonly string[]): boolean {
  return spotKarpenter(key, values) || spotNodeGroup(key, values);
}

function grouped<K>(
  entries: readonly (readonly [K | null, Evidence | null])[],
): ReadonlyMap<K, readonly Evidence[]> {
  const groups = new Map<K, Evidence[]>();
  for (const [key, evidence] of entries) {
    if (key !== null && evidence !== null) groups.set(key, [...(groups.get(key) ?? []), evidence]);
  }
  return groups;
}
