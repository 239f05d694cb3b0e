import { groupOf } from '../../../manifest/manifest.ts';
import { autoscalersOf } from '../../../resources/autoscalers.ts';
import { code, count } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { isKeda, isPaused, maxReplicasOf } from '../../support/autoscalers.ts';
import { objectName } from '../../support/kubernetes-words.ts';

interface Fight {
  readonly object: string;
  readonly autoscaler: string;
  readonly replicas: number;
  readonly min: number;
  readonly max: number;
  /** A kind that Kubernetes itself has: Helm 3 patches others by their manifests alone. */
  readonly native: boolean;
}

function atOnce({ replicas, min, max }: Fight): string {
  if (replicas < max)
    return `When ${max} run, that stops ${max - replicas} of them at once, until the autoscaler has added them again.`;
  return `When ${min} run, that starts ${replicas - min} more, until the autoscaler has taken them away again.`;
}

const fight: Message<Fight> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ object, autoscaler, replicas }) =>
    `${code(object)} states ${code(`replicas: ${replicas}`)}, and ${code(autoscaler)} owns that number`,
  text: ({ object, autoscaler, replicas, min, max }) =>
    `${code(autoscaler)} keeps ${code(object)} between ${min} and ${count(max, 'replica')}; the manifest writes ` +
    `${code(`replicas: ${replicas}`)} over whatever it has chosen.`,
  why: (data) =>
    `Client-side apply (\`kubectl apply\`${data.native ? ', Helm 3' : ''}) sets the number back to ${data.replicas} each ` +
    `time. ${atOnce(data)} Server-side apply (Helm 4) stops with a conflict on \`.spec.replicas\` once the autoscaler has ` +
    'changed it.',
  fix: () =>
    'Leave `replicas` out. By client-side apply that takes an object that is deployed already down to 1 pod once, unless ' +
    '`kubectl apply edit-last-applied` removes the field first.',
};

export const replicasFightAutoscaler = defineRule({
  id: 'replicas-fight-autoscaler',
  category: 'rollout',
  about: 'workloads',
  title: 'A replica count that an autoscaler owns',
  messages: { fight },
  references: [
    {
      title: 'Kubernetes: migrating to horizontal autoscaling',
      url: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling',
    },
    {
      title: 'Helm: three-way strategic merge patches',
      url: 'https://helm.sh/docs/faq/changes_since_helm2/#improved-upgrade-strategy-3-way-strategic-merge-patches',
    },
  ],
  *check({ resource, workload, inventory }: Subject): Iterable<Diagnostic> {
    const replicas = workload?.replicas;
    // 0 is how a workload is parked: a HorizontalPodAutoscaler leaves it alone then.
    if (workload === null || replicas?.from !== 'set' || !replicas.value) return;
    const [autoscaler] = autoscalersOf(inventory, workload);
    if (autoscaler === undefined || isPaused(autoscaler.resource)) return;
    const { minReplicas } = autoscaler;
    const max = maxReplicasOf(autoscaler.resource);
    if (minReplicas.from === 'unknown' || max.value === undefined) return;
    const min = minReplicas.value ?? (isKeda(autoscaler.resource) ? 0 : 1);
    if (min === max.value && min === replicas.value) return;
    yield {
      messageId: 'fight',
      data: {
        object: objectName(resource.ref),
        autoscaler: objectName(autoscaler.resource.ref),
        replicas: replicas.value,
        min,
        max: max.value,
        native: ['apps', ''].includes(groupOf(resource.ref.apiVersion)),
      },
      at: { resource, path: replicas.path },
      evidence: [
        {
          text: `${code(objectName(autoscaler.resource.ref))} scales between ${min} and ${max.value}`,
          at: { resource: autoscaler.resource, path: ['spec', 'scaleTargetRef'] },
        },
      ],
    };
  },
});
