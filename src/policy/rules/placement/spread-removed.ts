import { floorOf } from '../../../lifecycle/replicas.ts';
import { platformOf } from '../../../platform/platform.ts';
import type { Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Before, type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { allPods, floorEvidence, podsText } from '../../support/floors.ts';
import { listed, objectName } from '../../support/kubernetes-words.ts';
import { type Apart, domainName, keptApart, placementTerms, together } from '../../support/spreading.ts';

interface Removed {
  readonly object: string;
  /** `topologySpreadConstraints`, `podAntiAffinity`, or both. */
  readonly fields: readonly string[];
  /** The topology keys over which the base kept the pods apart. */
  readonly keys: readonly string[];
  readonly pods: number;
  /** The number is an autoscaler's floor, not the object's own. */
  readonly autoscaled: boolean;
}

const all = ({ pods, autoscaled }: Removed): string => allPods(pods, autoscaled);

const first = ({ keys }: Removed): string => keys[0] ?? 'kubernetes.io/hostname';

const removed: Message<Removed> = {
  class: 'regression',
  severity: 'warning',
  title: (data) =>
    `Nothing keeps the pods of ${code(data.object)} apart any more: ${all(data)} may land ${together(first(data))}`,
  text: (data) =>
    `In the base ${listed(data.fields)} kept them apart over ${listed(data.keys)}; this change leaves ` +
    `${code(data.object)} with ${podsText(data.pods, data.autoscaled)} and neither a spread constraint nor an anti-affinity of its own.`,
  why: (data) =>
    `What is left is the scheduler's own preference, which gives way wherever a node has more room. One ` +
    `${domainName(first(data))} that fails or is drained can then take ${all(data)} with it.`,
  fix: () =>
    'Keep the constraint of the base. A preferred anti-affinity does as well where a required one left pods pending.',
};

export const spreadRemoved = defineRule({
  id: 'spread-removed',
  category: 'placement',
  about: 'workloads',
  title: 'A replicated workload lost what keeps its pods apart',
  messages: { removed },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: Pod Topology Spread Constraints',
      url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/',
    },
    {
      title: 'Kubernetes: Assigning Pods to Nodes',
      url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/',
    },
  ],
  *check({ resource, workload, before, inventory, environment }: Subject): Iterable<Diagnostic> {
    if (workload === null || before === null) return;
    const lost = lostSince(before, workload);
    const [foremost] = lost;
    if (foremost === undefined) return;
    const floor = floorOf(inventory, workload);
    if (floor === null || floor.pods < 2) return;
    if (platformOf(workload, inventory, environment).name === 'fargate') return;
    const keys = [...new Set(lost.map(({ topologyKey }) => topologyKey))];
    const data: Removed = {
      object: objectName(resource.ref),
      fields: [...new Set(lost.map(fieldOf))],
      keys,
      pods: floor.pods,
      autoscaled: floor.kind !== 'replicas',
    };
    yield {
      messageId: 'removed',
      data: { ...data },
      at: { resource, path: [...workload.podSpecPath, ...places[foremost.kind]] },
      evidence: [
        floorEvidence(floor),
        ...lost.map((each) => ({
          text: `base: ${code(fieldOf(each))} over ${code(each.topologyKey)}`,
          at: { resource: before.resource, path: each.path },
        })),
      ],
    };
  },
});

const antiAffinity = ['affinity', 'podAntiAffinity'];

const places: Readonly<Record<Apart['kind'], readonly string[]>> = {
  spread: ['topologySpreadConstraints'],
  required: antiAffinity,
  preferred: antiAffinity,
};

function fieldOf({ kind }: Apart): string {
  return places[kind].at(-1) ?? kind;
}

/** Empty while anything is left or new that may keep them apart: a selector that misses is another rule's. */
function lostSince({ workload: base }: Before, workload: Workload): readonly Apart[] {
  if (base === null || keptApart(workload).length > 0) return [];
  const had = new Set(placementTerms(base));
  if (placementTerms(workload).some((term) => !had.has(term))) return [];
  return keptApart(base).filter(({ sure }) => sure);
}
