import type { FieldPath } from '../../manifest/field-path.ts';

/** A place in an object that takes known keys. Not every field of Kubernetes: those of a pod's life, and their neighbours. */
export interface Level {
  /** How the level is called in a sentence. */
  readonly words: string;
  readonly keys: readonly string[];
}

const keys = (words: string, list: string): Level => ({ words, keys: list.split(' ') });

const probe = keys(
  'a probe',
  'exec httpGet tcpSocket grpc initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold terminationGracePeriodSeconds',
);

/** Source: the API reference, k8s.io/api v0.36. */
export const levels = {
  root: keys('the object', 'apiVersion kind metadata spec status data stringData type immutable template'),
  metadata: keys('`metadata`', 'name generateName namespace labels annotations finalizers ownerReferences'),
  deployment: keys(
    "the Deployment's `spec`",
    'replicas selector template strategy minReadySeconds revisionHistoryLimit paused progressDeadlineSeconds',
  ),
  statefulSet: keys(
    "the StatefulSet's `spec`",
    'replicas selector template volumeClaimTemplates serviceName podManagementPolicy updateStrategy revisionHistoryLimit minReadySeconds persistentVolumeClaimRetentionPolicy ordinals',
  ),
  daemonSet: keys(
    "the DaemonSet's `spec`",
    'selector template updateStrategy minReadySeconds revisionHistoryLimit',
  ),
  replicaSet: keys("the ReplicaSet's `spec`", 'replicas minReadySeconds selector template'),
  job: keys(
    "the Job's `spec`",
    'parallelism completions activeDeadlineSeconds podFailurePolicy successPolicy backoffLimit backoffLimitPerIndex maxFailedIndexes selector manualSelector template ttlSecondsAfterFinished completionMode suspend podReplacementPolicy managedBy',
  ),
  cronJob: keys(
    "the CronJob's `spec`",
    'schedule timeZone startingDeadlineSeconds concurrencyPolicy suspend jobTemplate successfulJobsHistoryLimit failedJobsHistoryLimit',
  ),
  podTemplate: keys('the pod template', 'metadata spec'),
  pod: keys(
    "the pod's `spec`",
    'volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext imagePullSecrets hostname subdomain affinity schedulerName tolerations hostAliases priorityClassName priority dnsConfig readinessGates runtimeClassName enableServiceLinks preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates resourceClaims resources',
  ),
  container: keys(
    'the container',
    'name image command args workingDir ports envFrom env resources resizePolicy restartPolicy volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty',
  ),
  lifecycle: keys("the container's `lifecycle`", 'postStart preStop stopSignal'),
  hook: keys('a hook', 'exec httpGet tcpSocket sleep'),
  probe,
  httpGet: keys('`httpGet`', 'path port host scheme httpHeaders'),
  resources: keys('`resources`', 'limits requests claims'),
  spread: keys(
    'a spread constraint',
    'maxSkew topologyKey whenUnsatisfiable labelSelector minDomains nodeAffinityPolicy nodeTaintsPolicy matchLabelKeys',
  ),
  selector: keys('a label selector', 'matchLabels matchExpressions'),
  strategy: keys("the workload's strategy", 'type rollingUpdate'),
  rollingUpdate: keys('`rollingUpdate`', 'maxUnavailable maxSurge partition'),
  affinity: keys('`affinity`', 'nodeAffinity podAffinity podAntiAffinity'),
  podAffinity: keys(
    '`podAffinity` and `podAntiAffinity`',
    'requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution',
  ),
  service: keys(
    "the Service's `spec`",
    'ports selector clusterIP clusterIPs type externalIPs sessionAffinity loadBalancerIP loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig ipFamilies ipFamilyPolicy allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution',
  ),
  servicePort: keys("the Service's port", 'name protocol appProtocol port targetPort nodePort'),
  budget: keys("the budget's `spec`", 'minAvailable maxUnavailable selector unhealthyPodEvictionPolicy'),
  autoscaler: keys("the autoscaler's `spec`", 'scaleTargetRef minReplicas maxReplicas metrics behavior'),
} satisfies Readonly<Record<string, Level>>;

type LevelName = keyof typeof levels;

const specOfKind: Readonly<Record<string, LevelName>> = {
  CronJob: 'cronJob',
  DaemonSet: 'daemonSet',
  Deployment: 'deployment',
  HorizontalPodAutoscaler: 'autoscaler',
  Job: 'job',
  Pod: 'pod',
  PodDisruptionBudget: 'budget',
  ReplicaSet: 'replicaSet',
  ReplicationController: 'replicaSet',
  Service: 'service',
  StatefulSet: 'statefulSet',
};

const levelOfField: Readonly<Record<string, LevelName>> = {
  metadata: 'metadata',
  template: 'podTemplate',
  lifecycle: 'lifecycle',
  preStop: 'hook',
  postStart: 'hook',
  livenessProbe: 'probe',
  readinessProbe: 'probe',
  startupProbe: 'probe',
  httpGet: 'httpGet',
  resources: 'resources',
  labelSelector: 'selector',
  selector: 'selector',
  strategy: 'strategy',
  updateStrategy: 'strategy',
  rollingUpdate: 'rollingUpdate',
  affinity: 'affinity',
  podAffinity: 'podAffinity',
  podAntiAffinity: 'podAffinity',
};

const levelOfItem: Readonly<Record<string, LevelName>> = {
  containers: 'container',
  initContainers: 'container',
  topologySpreadConstraints: 'spread',
};

/** The level that a map at `path` is of; null where this table knows nothing. */
export function levelOf(kind: string, path: FieldPath): LevelName | null {
  const [last, list] = [path.at(-1), path.at(-2)];
  if (last === undefined) return 'root';
  if (typeof last === 'number') {
    if (kind === 'Service' && list === 'ports') return 'servicePort';
    return levelOfItem[String(list)] ?? null;
  }
  if (last !== 'spec') return levelOfField[last] ?? null;
  if (list === 'template') return 'pod';
  if (list === 'jobTemplate') return 'job';
  return path.length === 1 ? (specOfKind[kind] ?? null) : null;
}

/** Levels whose keys are looked for when a key stands at the wrong one, the likeliest first. */
const likelyHomes: readonly LevelName[] = [
  'container',
  'pod',
  'deployment',
  'statefulSet',
  'daemonSet',
  'job',
  'cronJob',
  'lifecycle',
  'hook',
  'probe',
  'spread',
  'rollingUpdate',
  'affinity',
];

/** Names that the same thing has in another kind. */
export const otherNames: Partial<Record<LevelName, Readonly<Record<string, string>>>> = {
  daemonSet: { strategy: 'updateStrategy' },
  deployment: { updateStrategy: 'strategy' },
  statefulSet: { strategy: 'updateStrategy' },
};

/** Too common to say that they belong anywhere: every second map has a `name` or a `type`. */
const everywhere = new Set([
  'name',
  'type',
  'metadata',
  'spec',
  'selector',
  'template',
  'ports',
  'resources',
]);

/** Where a key belongs that its own level does not take: a level around it, or one below it. */
export function homeOf(kind: string, path: FieldPath, key: string): LevelName | null {
  if (everywhere.has(key)) return null;
  const around = path.map((_, index) => levelOf(kind, path.slice(0, index)));
  const outside = around.reverse().find((level) => level !== null && levels[level].keys.includes(key));
  if (outside !== undefined && outside !== null) return outside;
  const own = specOfKind[kind];
  const below = likelyHomes.filter(
    (level) => !Object.values(specOfKind).includes(level) || level === own || level === 'pod',
  );
  return below.find((level) => levels[level].keys.includes(key)) ?? null;
}
