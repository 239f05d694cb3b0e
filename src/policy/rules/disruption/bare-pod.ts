import { labelSelector, selects, serviceSelector } from '../../../resources/inventory.ts';
import { readField, readList } from '../../../resources/resource.ts';
import { servingContainers } from '../../../resources/serving.ts';
import type { Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { isHook } from '../../support/hooks.ts';
import { servingEvidence } from '../../support/served.ts';

interface Bare {
  readonly pod: string;
  readonly container: string;
  readonly service: string;
  readonly port: number;
}

const bare: Message<Bare> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ pod, service }) =>
    `${code(`Pod/${pod}`)} has no controller, and Service ${code(service)} sends it traffic`,
  text: ({ pod, container, service, port }) =>
    `Container ${code(container)} of ${code(`Pod/${pod}`)} serves port ${port} of Service ${code(service)}; no controller ` +
    'owns the pod, so nothing makes another one when it is gone.',
  why: ({ service }) =>
    `When its node fails, is drained by force or is replaced, the pod is gone until somebody applies it again, and ` +
    `Service ${code(service)} loses it. \`kubectl drain\` without \`--force\` refuses the whole node because of it.`,
  fix: () => 'Make it the template of a Deployment with `replicas: 1`: then another pod takes its place.',
};

export const barePod = defineRule({
  id: 'bare-pod',
  category: 'disruption',
  about: 'workloads',
  title: 'A Pod without a controller serves traffic',
  messages: { bare },
  references: [
    {
      title: 'Kubernetes: Pods and controllers',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/#pods-and-controllers',
    },
    {
      title: 'kubectl drain',
      url: 'https://kubernetes.io/docs/reference/kubectl/generated/kubectl_drain/',
    },
  ],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource, workload, inventory } = subject;
    if (workload === null || resource.ref.kind !== 'Pod' || isHook(resource)) return;
    if (!keepsRunning(workload) || isStatic(workload) || isAdopted(subject, workload)) return;
    if (readField(resource, ['metadata', 'ownerReferences']).from === 'unknown') return;
    const [serving] = servingContainers(inventory, workload);
    if (serving === undefined) return;
    const { container, service, port } = serving;
    yield {
      messageId: 'bare',
      data: { pod: resource.ref.name, container: container.name, service: service.ref.name, port },
      at: { resource, path: ['kind'] },
      evidence: [servingEvidence(serving)],
    };
  },
});

/** A pod that is to end (a task, a debugging session) needs nobody to make it again. */
function keepsRunning({ resource }: Workload): boolean {
  const { value, from } = readField(resource, ['spec', 'restartPolicy']);
  return from !== 'unknown' && (value ?? 'Always') === 'Always';
}

const kubeletAnnotations = ['kubernetes.io/config.mirror', 'kubernetes.io/config.source'];

/** Pods that the kubelet runs from files of its own: it starts them again itself. */
function isStatic({ resource }: Workload): boolean {
  const marked = kubeletAnnotations.some(
    (key) => readField(resource, ['metadata', 'annotations', key]).from !== 'absent',
  );
  const priority = readField(resource, ['spec', 'priorityClassName']).value;
  const critical = typeof priority === 'string' && priority.startsWith('system-');
  return marked || (critical && readField(resource, ['spec', 'hostNetwork']).value === true);
}

/** An owner is written, or a controller of the unit takes the pod over by its labels. */
function isAdopted({ inventory }: Subject, workload: Workload): boolean {
  if (readList(workload.resource, ['metadata', 'ownerReferences']).length > 0) return true;
  return inventory.resources.some((resource) => {
    const { kind } = resource.ref;
    if (kind !== 'ReplicaSet' && kind !== 'ReplicationController') return false;
    const selector =
      kind === 'ReplicaSet' ? labelSelector(resource, ['spec', 'selector']) : serviceSelector(resource);
    return selects(resource, selector, workload) !== 'no';
  });
}
