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

/** Without a cluster Helm knows other versions than the cluster has, and a template may choose by what it knows. */
const renderedRemoved: Message<Removed> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `The chart renders ${code(data.apiVersion)} ${code(data.kind)}, which Kubernetes ${data.kubernetesVersion} does not serve`,
  text,
  why,
  fix: (data) =>
    `${fix(data)} Where the template asks \`.Capabilities.APIVersions\`, let it ask \`.Capabilities.KubeVersion\`: what ` +
    'Helm knows without a cluster is not what the cluster serves.',
};

export const apiVersionRemoved = defineRule({
  id: 'api-version-removed',
  category: 'rollout',
  title: 'An API version that the cluster no longer serves',
  messages: { removed, renderedRemoved },
  references: [
    {
      title: 'Kubernetes: deprecated API migration guide',
      url: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
    },
  ],
  *check({ resource, cluster: { kubernetesVersion } }: Subject): Iterable<Diagnostic> {
    const { apiVersion, kind } = resource.ref;
    const removal = removalOf(apiVersion, kind, kubernetesVersion);
    const rendered = resource.manifest.origin.kind === 'helm';
    // Of this group Helm knows nothing without a cluster, so that charts which ask for it render the old version.
    if (removal === null || (rendered && kind === 'APIService')) return;
    yield {
      messageId: rendered ? 'renderedRemoved' : 'removed',
      data: { kind, apiVersion, kubernetesVersion, ...removal },
      at: { resource, path: ['apiVersion'] },
    };
  },
});
