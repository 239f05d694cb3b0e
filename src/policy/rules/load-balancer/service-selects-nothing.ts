import { serviceSelector } from '../../../resources/inventory.ts';
import { readString } from '../../../resources/resource.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Subject } from '../../rule.ts';
import { selectsNothing } from '../../support/selects-nothing.ts';
import { nothingFound, nothingMessages } from '../../support/selects-nothing-messages.ts';

export const serviceSelectsNothing = defineRule({
  id: 'service-selects-nothing',
  category: 'load-balancer',
  title: 'A Service selects no pod',
  messages: nothingMessages({
    noun: 'Service',
    verb: 'selects',
    why: ({ name }) =>
      `${code(name)} has 0 endpoints: every connection to it fails, however healthy the pods are.`,
    whyUnsure: ({ name }) =>
      `Unless its pods come from outside this repository, ${code(name)} has 0 endpoints and every connection to it fails.`,
  }),
  claimsAbsence: true,
  references: [
    { title: 'Service', url: 'https://kubernetes.io/docs/concepts/services-networking/service/' },
    {
      title: 'Debug Services',
      url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/',
    },
  ],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource } = subject;
    if (resource.ref.kind !== 'Service' || resource.ref.apiVersion !== 'v1') return;
    const type = readString(resource, ['spec', 'type']);
    if (type.from === 'unknown' || type.value === 'ExternalName') return;
    const found = selectsNothing(subject, serviceSelector);
    if (found !== null) yield nothingFound(resource, ['spec', 'selector'], found);
  },
});
