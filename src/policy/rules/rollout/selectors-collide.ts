import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { collisionOf } from '../../support/collisions.ts';
import { isHook } from '../../support/hooks.ts';
import { listed, objectName } from '../../support/kubernetes-words.ts';

interface Colliding {
  readonly object: string;
  /** Whose pods its selector matches too. */
  readonly others: readonly string[];
  /** Autoscalers, Services and budgets that count them together. */
  readonly counting: readonly string[];
}

const fix = ({ object, others }: Colliding): string =>
  `Give the pods of ${code(object)} and of ${listed(others)} a label of their own, in the template and in the selector. ` +
  'The selector of a deployed object cannot be changed: one of the two has to be made anew.';

const adopts: Message<Colliding> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ object, others }) =>
    `${code(object)} takes ${listed(others)} over: the labels match its selector`,
  text: ({ object, others }) =>
    `${listed(others)} ${others.length === 1 ? 'has' : 'have'} no controller, and ${others.length === 1 ? 'its' : 'their'} ` +
    `labels match the selector of ${code(object)}, which becomes the owner at once.`,
  why: ({ object }) =>
    `What it takes counts as a replica: ${code(object)} makes that many fewer from its template, or deletes the surplus, ` +
    'which may be what it took.',
  fix,
};

const ambiguous: Message<Colliding> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ counting }) => `${listed(counting)} stop scaling: their targets' selectors match the same pods`,
  text: ({ object, others }) =>
    `An autoscaler counts the pods that its target's selector matches; the selector of ${code(object)} also matches the ` +
    `pods of ${listed(others)}, ${others.length === 1 ? 'which has an autoscaler' : 'which have autoscalers'} as well.`,
  why: () =>
    'Kubernetes answers `AmbiguousSelector` to each of them and computes nothing: the numbers of pods stay where they are, ' +
    'whatever the load.',
  fix,
};

const autoscaled: Message<Colliding> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ object, others, counting }) =>
    `${listed(counting)} ${counting.length === 1 ? 'measures' : 'measure'} the pods of ${listed(others)} too: the selector of ${code(object)} matches them`,
  text: ({ object, others }) =>
    `An autoscaler counts the pods that its target's selector matches, whoever owns them; the selector of ${code(object)} ` +
    `also matches the pods of ${listed(others)}.`,
  why: ({ object, others }) =>
    `${code(object)} grows and shrinks by the average over both; a container of ${listed(others)} without the measured ` +
    'request stops its scaling altogether.',
  fix,
};

const mutual: Message<Colliding> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ object, others, counting }) =>
    `The selectors of ${listed([...others, object])} match each other's pods, and ${listed(counting)} ` +
    `${counting.length === 1 ? 'takes' : 'take'} them for one`,
  text: ({ object, others, counting }) =>
    `The pods of ${code(object)} and ${listed(others)} share every label that either selector asks for, though they run ` +
    `other images; ${listed(counting)} ${counting.length === 1 ? 'selects' : 'select'} both.`,
  why: () =>
    'Each controller keeps to its own pods by owner, but a Service sends requests to either kind, and a budget counts the ' +
    'healthy pods of the one for those of the other.',
  fix,
};

/** Selectors, not owners, decide for Services, budgets and autoscalers; owners do for the controllers themselves. */
export const selectorsCollide = defineRule({
  id: 'selectors-collide',
  category: 'rollout',
  about: 'workloads',
  title: "A controller's selector matches the pods of another",
  messages: { adopts, ambiguous, autoscaled, mutual },
  references: [
    {
      title: 'Kubernetes: Deployment selector',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector',
    },
    {
      title: 'Kubernetes: non-template Pod acquisitions',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#non-template-pod-acquisitions',
    },
    {
      title: 'Kubernetes: how a HorizontalPodAutoscaler finds its pods',
      url: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work',
    },
  ],
  *check({ resource, workload, inventory }: Subject): Iterable<Diagnostic> {
    if (workload === null || isHook(resource)) return;
    const found = collisionOf(inventory, workload);
    if (found === null) return;
    const { messageId, others, counting } = found;
    yield {
      messageId,
      data: {
        object: objectName(resource.ref),
        others: others.map((other) => objectName(other.resource.ref)),
        counting: counting.map(({ ref }) => objectName(ref)),
      },
      at: { resource, path: ['spec', 'selector'] },
      evidence: others.map((other) => ({
        text: `labels of the pods of ${code(objectName(other.resource.ref))}`,
        at: { resource: other.resource, path: [...other.templatePath, 'metadata', 'labels'] },
      })),
    };
  },
});
