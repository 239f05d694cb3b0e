import { minorOf } from './minor-version.ts';

/** An API version of a kind that Kubernetes no longer serves. */
export interface Removal {
  /** The first minor version without it, e.g. `1.25`. */
  readonly removedIn: string;
  /** The apiVersion that took its place; null where none did. */
  readonly replacement: string | null;
  /** What else differs there; null: the version alone. */
  readonly differs: string | null;
}

type Row = readonly [
  removedIn: string,
  apiVersion: string,
  kinds: string,
  replacement: string | null,
  differs?: string,
];

const selector = '`spec.selector` is required and cannot change later';
const ingress = 'backends are `service.name` and `service.port`, and `pathType` is required';
const webhooks =
  '`sideEffects` and `admissionReviewVersions` are required, and `failurePolicy` is `Fail` by default';
const podSecurity = 'Pod Security Admission or a policy engine took its place';
const shares = '`assuredConcurrencyShares` is `nominalConcurrencyShares`';

/**
 * Sources: the deprecated API migration guide, and the lifecycle tags of kubernetes/api (v0.37.0-beta.0), which decide
 * what an API server serves. Alpha versions stand here only where they were deployed in practice.
 * https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
const rows: readonly Row[] = [
  ['1.16', 'extensions/v1beta1', 'DaemonSet Deployment ReplicaSet', 'apps/v1', selector],
  ['1.16', 'extensions/v1beta1', 'NetworkPolicy', 'networking.k8s.io/v1'],
  ['1.16', 'extensions/v1beta1', 'PodSecurityPolicy', null, podSecurity],
  ['1.16', 'apps/v1beta1', 'ControllerRevision', 'apps/v1'],
  ['1.16', 'apps/v1beta1', 'Deployment ReplicaSet StatefulSet', 'apps/v1', selector],
  ['1.16', 'apps/v1beta2', 'ControllerRevision', 'apps/v1'],
  ['1.16', 'apps/v1beta2', 'DaemonSet Deployment ReplicaSet StatefulSet', 'apps/v1', selector],
  ['1.21', 'batch/v2alpha1', 'CronJob', 'batch/v1'],
  [
    '1.22',
    'admissionregistration.k8s.io/v1beta1',
    'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/v1',
    webhooks,
  ],
  [
    '1.22',
    'apiextensions.k8s.io/v1beta1',
    'CustomResourceDefinition',
    'apiextensions.k8s.io/v1',
    'every version needs its schema, in `spec.versions`',
  ],
  ['1.22', 'apiregistration.k8s.io/v1beta1', 'APIService', 'apiregistration.k8s.io/v1'],
  ['1.22', 'authentication.k8s.io/v1beta1', 'TokenReview', 'authentication.k8s.io/v1'],
  [
    '1.22',
    'authorization.k8s.io/v1beta1',
    'LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview',
    'authorization.k8s.io/v1',
    '`spec.group` is `spec.groups`',
  ],
  [
    '1.22',
    'certificates.k8s.io/v1beta1',
    'CertificateSigningRequest',
    'certificates.k8s.io/v1',
    '`spec.signerName` and `spec.usages` are required',
  ],
  ['1.22', 'coordination.k8s.io/v1beta1', 'Lease', 'coordination.k8s.io/v1'],
  ['1.22', 'extensions/v1beta1', 'Ingress', 'networking.k8s.io/v1', ingress],
  ['1.22', 'networking.k8s.io/v1beta1', 'Ingress', 'networking.k8s.io/v1', ingress],
  ['1.22', 'networking.k8s.io/v1beta1', 'IngressClass', 'networking.k8s.io/v1'],
  [
    '1.22',
    'rbac.authorization.k8s.io/v1alpha1',
    'ClusterRole ClusterRoleBinding Role RoleBinding',
    'rbac.authorization.k8s.io/v1',
  ],
  [
    '1.22',
    'rbac.authorization.k8s.io/v1beta1',
    'ClusterRole ClusterRoleBinding Role RoleBinding',
    'rbac.authorization.k8s.io/v1',
  ],
  ['1.22', 'scheduling.k8s.io/v1beta1', 'PriorityClass', 'scheduling.k8s.io/v1'],
  ['1.22', 'storage.k8s.io/v1beta1', 'CSIDriver CSINode StorageClass VolumeAttachment', 'storage.k8s.io/v1'],
  ['1.23', 'scheduling.k8s.io/v1alpha1', 'PriorityClass', 'scheduling.k8s.io/v1'],
  [
    '1.25',
    'autoscaling/v2beta1',
    'HorizontalPodAutoscaler',
    'autoscaling/v2',
    'a metric states its `target` as a block, e.g. `type: Utilization` with `averageUtilization`',
  ],
  ['1.25', 'batch/v1beta1', 'CronJob', 'batch/v1'],
  [
    '1.25',
    'discovery.k8s.io/v1beta1',
    'EndpointSlice',
    'discovery.k8s.io/v1',
    '`topology` is `nodeName` and `zone`',
  ],
  [
    '1.25',
    'events.k8s.io/v1beta1',
    'Event',
    'events.k8s.io/v1',
    '`involvedObject` is `regarding`, and more fields are required',
  ],
  ['1.25', 'node.k8s.io/v1beta1', 'RuntimeClass', 'node.k8s.io/v1'],
  [
    '1.25',
    'policy/v1beta1',
    'PodDisruptionBudget',
    'policy/v1',
    'an empty selector (`{}`) covers every pod of the namespace, where it covered none',
  ],
  ['1.25', 'policy/v1beta1', 'PodSecurityPolicy', null, podSecurity],
  ['1.26', 'autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'autoscaling/v2'],
  [
    '1.26',
    'flowcontrol.apiserver.k8s.io/v1beta1',
    'FlowSchema PriorityLevelConfiguration',
    'flowcontrol.apiserver.k8s.io/v1',
    shares,
  ],
  ['1.27', 'storage.k8s.io/v1beta1', 'CSIStorageCapacity', 'storage.k8s.io/v1'],
  [
    '1.29',
    'flowcontrol.apiserver.k8s.io/v1beta2',
    'FlowSchema PriorityLevelConfiguration',
    'flowcontrol.apiserver.k8s.io/v1',
    shares,
  ],
  [
    '1.32',
    'flowcontrol.apiserver.k8s.io/v1beta3',
    'FlowSchema PriorityLevelConfiguration',
    'flowcontrol.apiserver.k8s.io/v1',
  ],
  [
    '1.34',
    'admissionregistration.k8s.io/v1beta1',
    'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/v1',
  ],
  ['1.37', 'networking.k8s.io/v1beta1', 'IPAddress ServiceCIDR', 'networking.k8s.io/v1'],
  ['1.37', 'storage.k8s.io/v1beta1', 'VolumeAttributesClass', 'storage.k8s.io/v1'],
];

const removals: ReadonlyMap<string, Removal> = new Map(
  rows.flatMap(([removedIn, apiVersion, kinds, replacement, differs = null]) =>
    kinds.split(' ').map((kind) => [keyOf(apiVersion, kind), { removedIn, replacement, differs }] as const),
  ),
);

/** Beta versions that came after this minor version are served only where somebody switches them on. */
const lastServedBeta = 32;

/** Versions and kinds that a cluster of a minor version still serves and a later one does not. */
export function formerVersions(minor: number): readonly (readonly [apiVersion: string, kinds: string])[] {
  return rows.flatMap(([removedIn, apiVersion, kinds]) => {
    const gone = minorOf(removedIn) ?? 0;
    return gone > minor && gone <= lastServedBeta && !apiVersion.includes('alpha')
      ? [[apiVersion, kinds] as const]
      : [];
  });
}

function keyOf(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}

/** What became of a kind's version that a Kubernetes minor version (`1.36`) no longer serves; null while it does. */
export function removalOf(apiVersion: string, kind: string, kubernetesVersion: string): Removal | null {
  const removal = removals.get(keyOf(apiVersion, kind));
  if (removal === undefined || (minorOf(kubernetesVersion) ?? 0) < (minorOf(removal.removedIn) ?? 0))
    return null;
  return removal;
}
