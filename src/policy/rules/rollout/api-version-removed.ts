import { removalOf } from '../../../kubernetes/removed-versions.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';

interface Removed {
  readonly kind: string;
  readonly apiVersion: string;
  readonly kubernetesVersion: string;
  readonly removedIn: string;
  /** Null where nothing took its place. */
  readonly replacement: string | null;
  readonly differs: string | null;
}

const title = ({ kind, apiVersion, kubernetesVersion }: Removed): string =>
  `Kubernetes ${kubernetesVersion} does not serve ${code(apiVersion)} ${code(kind)}`;

const text = ({ kind, apiVersion, removedIn, replacement }: Removed): string =>
  `${code(kind)} is not served as ${code(apiVersion)} since Kubernetes ${removedIn}` +
  `${replacement === null ? ', and no other version took its place' : `; it is ${code(replacement)} now`}.`;

const why = ({ kind, apiVersion }: Removed): string =>
  `The object is neither created nor updated: kubectl, Helm and GitOps controllers end with ` +
  `${code(`no matches for kind "${kind}" in version "${apiVersion}"`)}, and the release with them.`;

const fix = ({ replacement, differs }: Removed): string => {
  if (replacement === null) return `Remove the object; ${differs ?? ''}.`;
  const more = differs === null ? '; its fields are the same' : `. There, ${differs}`;
  return `Write \`apiVersion: ${replacement}\`${more}.`;
};

const removed: Message<Removed> = { class: 'contradiction', severity: 'error', title, text, why, fix };

export const apiVersionRemoved = defineRule({
  id: 'api-version-removed',
  category: 'rollout',
  title: 'An API version that the cluster no longer serves',
  messages: { removed },
  references: [
    {
      title: 'Kubernetes: deprecated API migration guide',
      url: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
    },
  ],
  *check({ resource, cluster: { kubernetesVersion } }: Subject): Iterable<Diagnostic> {
    const { apiVersion, kind } = resource.ref;
    const removal = removalOf(apiVersion, kind, kubernetesVersion);
    if (removal === null) return;
    yield {
      messageId: 'removed',
      data: { kind, apiVersion, kubernetesVersion, ...removal },
      at: { resource, path: ['apiVersion'] },
    };
  },
});
