import { minorOf } from './minor-version.ts';
import { formerVersions } from './removed-versions.ts';

/** API version, its kinds, and the minor version since which a cluster serves it without being asked to. */
const stable: readonly (readonly [apiVersion: string, kinds: string, since?: number])[] = [
  [
    'v1',
    'Binding ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ' +
      'ReplicationController ResourceQuota Secret Service ServiceAccount',
  ],
  ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration ValidatingWebhookConfiguration'],
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding', 30],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['apiregistration.k8s.io/v1', 'APIService'],
  ['apps/v1', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet'],
  ['authentication.k8s.io/v1', 'TokenReview'],
  [
    'authorization.k8s.io/v1',
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  ],
  ['autoscaling/v1', 'HorizontalPodAutoscaler'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 23],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob', 21],
  ['certificates.k8s.io/v1', 'CertificateSigningRequest', 19],
  ['coordination.k8s.io/v1', 'Lease'],
  ['discovery.k8s.io/v1', 'EndpointSlice', 21],
  ['events.k8s.io/v1', 'Event', 19],
  ['flowcontrol.apiserver.k8s.io/v1', 'FlowSchema PriorityLevelConfiguration', 29],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['networking.k8s.io/v1', 'Ingress IngressClass', 19],
  ['networking.k8s.io/v1', 'IPAddress ServiceCIDR', 33],
  ['node.k8s.io/v1', 'RuntimeClass', 20],
  ['policy/v1', 'PodDisruptionBudget', 21],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole ClusterRoleBinding Role RoleBinding'],
  ['resource.k8s.io/v1', 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice', 34],
  ['scheduling.k8s.io/v1', 'PriorityClass'],
  ['storage.k8s.io/v1', 'CSIDriver CSINode StorageClass VolumeAttachment'],
  ['storage.k8s.io/v1', 'CSIStorageCapacity', 24],
  ['storage.k8s.io/v1', 'VolumeAttributesClass', 34],
];

/**
 * What a cluster of a minor version (`1.36`) serves of Kubernetes' own, as Helm's `.Capabilities.APIVersions` lists it
 * there: each API version, and each with its kinds. Helm without a cluster lists what its client library can read
 * instead: versions that are long gone, and no kinds. Sources: the deprecated API migration guide and the lifecycle tags
 * of kubernetes/api. https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
export function servedVersions(kubernetesVersion: string): readonly string[] {
  const minor = minorOf(kubernetesVersion) ?? 0;
  const served = [
    ...stable
      .filter(([, , since = 0]) => since <= minor)
      .map(([version, kinds]) => [version, kinds] as const),
    ...formerVersions(minor),
  ];
  const names = served.flatMap(([version, kinds]) => [
    version,
    ...kinds.split(' ').map((kind) => `${version}/${kind}`),
  ]);
  return [...new Set(names)].sort();
}
