import { replicasOf } from '../../../lifecycle/replicas.ts';
import { readField } from '../../../resources/resource.ts';
import { servingContainers } from '../../../resources/serving.ts';
import { mayRunNothing } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { allPods } from '../../support/floors.ts';
import { mayHoldAlone } from '../../support/held-alone.ts';
import { objectName } from '../../support/kubernetes-words.ts';
import { servingEvidence } from '../../support/served.ts';

interface Recreated {
  readonly object: string;
  readonly service: string;
  readonly port: number;
  /** Null where the object does not state it. */
  readonly pods: number | null;
}

const all = ({ pods }: Recreated): string =>
  pods === null ? 'all pods' : pods === 1 ? 'the only pod' : allPods(pods, false);

const recreate: Message<Recreated> = {
  class: 'regression',
  severity: 'warning',
  title: (data) =>
    `Every rollout of ${code(data.object)} now stops ${all(data)} before it starts a new one, and Service ` +
    `${code(data.service)} sends ${data.pods === 1 ? 'it' : 'them'} traffic`,
  text: (data) =>
    `This change makes \`strategy.type\` \`Recreate\`, which was \`RollingUpdate\` in the base; the pods of ` +
    `${code(data.object)} serve port ${data.port} of Service ${code(data.service)}.`,
  why: ({ service }) =>
    `From the end of the last old pod until the first new one is ready, Service ${code(service)} has no endpoint: each ` +
    'deploy fails the requests of that time, and a new version that does not start leaves nothing running.',
  fix: () =>
    'Keep `RollingUpdate`; with `maxUnavailable: 0` and `maxSurge: 1` the old pods serve until the new ones are ready.',
};

const path = ['spec', 'strategy', 'type'];

export const rolloutRecreate = defineRule({
  id: 'rollout-recreate',
  category: 'rollout',
  about: 'workloads',
  title: 'A rolling update became a stop and a start',
  messages: { recreate },
  references: [
    {
      title: 'Kubernetes: Recreate Deployment',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment',
    },
  ],
  *check({ resource, workload, before, inventory }: Subject): Iterable<Diagnostic> {
    if (workload === null || before === null) return;
    if (resource.ref.kind !== 'Deployment' || before.resource.ref.kind !== 'Deployment') return;
    if (readField(resource, path).value !== 'Recreate') return;
    if (readField(before.resource, path).value !== 'RollingUpdate') return;
    if (mayRunNothing(workload) || mayHoldAlone(inventory, workload)) return;
    const [serving] = servingContainers(inventory, workload);
    if (serving === undefined) return;
    const { service, port } = serving;
    const pods = replicasOf(inventory, workload)?.pods ?? null;
    yield {
      messageId: 'recreate',
      data: { object: objectName(resource.ref), service: service.ref.name, port, pods },
      at: { resource, path },
      evidence: [
        { text: 'base: `RollingUpdate`', at: { resource: before.resource, path } },
        servingEvidence(serving),
      ],
    };
  },
});
