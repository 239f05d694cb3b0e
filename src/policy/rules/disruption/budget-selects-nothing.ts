import { labelSelector } from '../../../resources/inventory.ts';
import { readField } from '../../../resources/resource.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Subject } from '../../rule.ts';
import { selectsNothing } from '../../support/selects-nothing.ts';
import { nothingFound, nothingMessages } from '../../support/selects-nothing-messages.ts';

const path = ['spec', 'selector'];

export const budgetSelectsNothing = defineRule({
  id: 'budget-selects-nothing',
  category: 'disruption',
  title: 'A disruption budget covers no pod',
  messages: {
    ...nothingMessages({
      noun: 'Budget',
      verb: 'covers',
      why: ({ nearest }) =>
        `The budget protects 0 pods: a node drain or cluster upgrade may evict every pod of ${code(nearest)} at once.`,
      whyUnsure: () =>
        'Unless its pods come from outside this repository, the budget protects 0 pods and a drain may evict all of them at once.',
    }),
    'no-selector': {
      class: 'contradiction',
      severity: 'error',
      title: ({ name }: { name: string }) => `Budget ${code(name)} has no selector, so it covers 0 pods`,
      text: () =>
        '`selector` is not set; in `policy/v1` that selects no pod, while `{}` selects every pod of the namespace.',
      why: () => 'The budget protects 0 pods: a node drain or cluster upgrade may evict all of them at once.',
      fix: () => "Repeat the workload's `selector.matchLabels` under `spec.selector.matchLabels`.",
    },
  },
  claimsAbsence: true,
  references: [
    {
      title: 'Specifying a Disruption Budget for your Application',
      url: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
    },
    {
      title: 'PodDisruptionBudget API',
      url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/',
    },
  ],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource } = subject;
    if (resource.ref.kind !== 'PodDisruptionBudget' || resource.ref.apiVersion !== 'policy/v1') return;
    if (readField(resource, path).from === 'absent') {
      yield { messageId: 'no-selector', data: { name: resource.ref.name }, at: { resource, path } };
      return;
    }
    const found = selectsNothing(subject, (each) => labelSelector(each, path));
    if (found !== null) yield nothingFound(resource, path, found);
  },
});
