/** One thing that Kubernetes' own decoding or validation says. It never holds a value of the object. */
export interface Problem {
  /** `UnknownField`, `DuplicateField`, `Decode`, or a field.ErrorType such as `FieldValueInvalid`. */
  readonly type: string;
  /** Path as Kubernetes writes it, e.g. `spec.template.spec.containers[0].image`. */
  readonly field: string;
  readonly detail: string;
}

/** What the embedded Kubernetes says of one object. */
export interface Checked {
  /** The object with Kubernetes' defaults, in its versioned form; null when it does not decode. */
  readonly defaulted: unknown;
  /** Strict decoding: unknown fields, duplicate fields, wrong types. */
  readonly decoding: readonly Problem[];
  /** Validation as a create. */
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** One question to the embedded Kubernetes: would this object be accepted, as a create, or as an update of `old`? */
export interface CheckQuestion {
  readonly object: unknown;
  /** The YAML text of the document: only it shows duplicate keys. */
  readonly text?: string;
  readonly old?: unknown;
  /** Minor version to emulate, e.g. `1.34`. */
  readonly version?: string;
}

export interface CheckReply extends Checked {
  readonly supported: boolean;
}

/** Asks many questions at once; the replies come in the same order. */
export type CheckObjects = (questions: readonly CheckQuestion[]) => Promise<readonly CheckReply[]>;

/** What the embedded Kubernetes can be asked about, as `kinds.go` lists it: `apiVersion kind`. */
export const checkedKinds: ReadonlySet<string> = new Set([
  'apps/v1 DaemonSet',
  'apps/v1 Deployment',
  'apps/v1 ReplicaSet',
  'apps/v1 StatefulSet',
  'autoscaling/v1 HorizontalPodAutoscaler',
  'autoscaling/v2 HorizontalPodAutoscaler',
  'batch/v1 CronJob',
  'batch/v1 Job',
  'networking.k8s.io/v1 Ingress',
  'policy/v1 PodDisruptionBudget',
  'v1 PersistentVolumeClaim',
  'v1 Pod',
  'v1 PodTemplate',
  'v1 ReplicationController',
  'v1 Service',
]);
