import type { LabelSet } from '../kubernetes/selectors.ts';
import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { groupOf, isPlaceholder, type Manifest } from '../manifest/manifest.ts';
import { isOpen, isOpenList, isUnknownText, unknownText } from '../manifest/unknown.ts';
import { type Field, type Resource, readField, readList, readNumber } from './resource.ts';

/** `main` runs beside the others, `init` ends before them, `sidecar` is an init container that is kept running. */
export type ContainerRole = 'main' | 'init' | 'sidecar';

export interface Container {
  readonly name: string;
  readonly role: ContainerRole;
  /** Path in the object, e.g. spec.template.spec.containers[0]. */
  readonly path: FieldPath;
}

/** One view over everything that owns Pods. */
export interface Workload {
  readonly resource: Resource;
  /** Path of the pod template in the object; empty for a Pod. */
  readonly templatePath: FieldPath;
  readonly podSpecPath: FieldPath;
  /** Labels of the pods, from the template. */
  readonly labels: LabelSet;
  /** Pods wanted; `absent` for kinds without a count and where an autoscaler may own it (unset). */
  readonly replicas: Field<number>;
  /** False for what runs to an end (Job, CronJob, ScaledJob). */
  readonly longRunning: boolean;
  readonly containers: readonly Container[];
  /** There may be more containers than those in sight. */
  readonly open: boolean;
}

interface WorkloadKind {
  readonly group: string;
  readonly kind: string;
  readonly template: FieldPath;
  readonly replicas?: FieldPath;
  readonly runsToEnd?: true;
  /** The version that the Kubernetes engine checks as a whole; of any other only the pod template is checked. */
  readonly native?: string;
}

const template = ['spec', 'template'];
const replicas = ['spec', 'replicas'];

/** Sources: lifecycle-facts section J; the API reference of each project. */
const workloadKinds: readonly WorkloadKind[] = [
  { group: 'apps', kind: 'Deployment', template, replicas, native: 'apps/v1' },
  { group: 'apps', kind: 'StatefulSet', template, replicas, native: 'apps/v1' },
  { group: 'apps', kind: 'DaemonSet', template, native: 'apps/v1' },
  { group: 'apps', kind: 'ReplicaSet', template, replicas, native: 'apps/v1' },
  { group: '', kind: 'ReplicationController', template, replicas, native: 'v1' },
  { group: 'batch', kind: 'Job', template, runsToEnd: true, native: 'batch/v1' },
  {
    group: 'batch',
    kind: 'CronJob',
    template: ['spec', 'jobTemplate', 'spec', 'template'],
    runsToEnd: true,
    native: 'batch/v1',
  },
  { group: '', kind: 'Pod', template: [], native: 'v1' },
  { group: '', kind: 'PodTemplate', template: ['template'], native: 'v1' },
  // Served until Kubernetes 1.15, and still in old repositories.
  { group: 'extensions', kind: 'Deployment', template, replicas },
  { group: 'extensions', kind: 'DaemonSet', template },
  { group: 'extensions', kind: 'ReplicaSet', template, replicas },
  { group: 'argoproj.io', kind: 'Rollout', template, replicas },
  { group: 'apps.kruise.io', kind: 'CloneSet', template, replicas },
  { group: 'serving.knative.dev', kind: 'Service', template },
  { group: 'keda.sh', kind: 'ScaledJob', template: ['spec', 'jobTargetRef', 'template'], runsToEnd: true },
];

export function workloadKindOf(manifest: Manifest): WorkloadKind | undefined {
  const group = groupOf(manifest.ref.apiVersion);
  return workloadKinds.find((each) => each.kind === manifest.ref.kind && each.group === group);
}

/** Whether the Kubernetes engine checks this object itself, and not only its pod template. */
export function isNative({ ref }: Manifest, kind: WorkloadKind): boolean {
  return kind.native === ref.apiVersion;
}

/** The workload that a resource is, or null: another kind, or a Rollout that points at a Deployment's template. */
export function workloadOf(resource: Resource): Workload | null {
  const kind = workloadKindOf(resource.manifest);
  if (kind === undefined || !isMap(valueAt(resource.manifest.value, [...kind.template, 'spec']))) return null;
  const podSpecPath = [...kind.template, 'spec'];
  return {
    resource,
    templatePath: kind.template,
    podSpecPath,
    labels: labelSet(readField(resource, [...kind.template, 'metadata', 'labels'])),
    replicas: kind.replicas
      ? writtenReplicas(resource, kind.replicas)
      : { value: undefined, from: 'absent', path: replicas },
    longRunning: kind.runsToEnd !== true,
    containers: [
      ...containersIn(resource, [...podSpecPath, 'initContainers'], true),
      ...containersIn(resource, [...podSpecPath, 'containers'], false),
    ],
    open: ['initContainers', 'containers'].some((list) => mayHoldMore(resource, [...podSpecPath, list])),
  };
}

/** A workload of which so little is known that there is nothing to judge, although it has pods. */
export function isHiddenWorkload(resource: Resource): boolean {
  const kind = workloadKindOf(resource.manifest);
  return kind !== undefined && readField(resource, [...kind.template, 'spec']).from === 'unknown';
}

/** Neither by its name nor by what it is for is it known. */
function isHiddenContainer(item: Readonly<Record<string, unknown>>, path: FieldPath): boolean {
  const { name, restartPolicy } = item;
  if (name === undefined ? isOpen(item) : typeof name === 'string' && isUnknownText(name)) return true;
  const init = path.at(-1) === 'initContainers';
  return init && (restartPolicy === undefined ? isOpen(item) : restartPolicy === unknownText);
}

/** Whether its pods may be none: a count of 0, or one that nobody knows. */
export function mayRunNothing({ replicas }: Workload): boolean {
  return replicas.value === 0 || replicas.from === 'unknown';
}

/** Whether a field of a container holds what only a complete render would know. */
export function isUnsure(workload: Workload, container: Container, name: string): boolean {
  const { from, value } = containerField(workload, container, name);
  const json = from === 'set' ? JSON.stringify(value) : '';
  return (
    (from === 'unknown' && isOpen(valueAt(workload.resource.manifest.value, container.path))) ||
    isUnknownText(json)
  );
}

/** Whether what a container runs is not wholly known: its program, and what its variables are. */
export function runsUnknown(workload: Workload, container: Container): boolean {
  return (
    isProgramUnknown(workload, container) ||
    ['env', 'envFrom'].some((name) => {
      const { from, value } = containerField(workload, container, name);
      return from === 'unknown' || isOpenList(value) || (Array.isArray(value) && value.some(isNameless));
    })
  );
}

/** Whether the image, the command or an argument is not known. */
export function isProgramUnknown(workload: Workload, container: Container): boolean {
  return ['image', 'command', 'args'].some((name) => {
    const { from, value } = containerField(workload, container, name);
    return from === 'unknown' || isUnknownText(JSON.stringify(value ?? ''));
  });
}

function isNameless(variable: unknown): boolean {
  return !isMap(variable) || isOpen(variable) || variable.name === unknownText;
}

/** A list of containers that is not known, or one that an unknown may stand in for. */
function mayHoldMore(resource: Resource, path: FieldPath): boolean {
  const { from, value } = readField(resource, path);
  return (
    from === 'unknown' ||
    (Array.isArray(value) && value.some((item) => !isMap(item) || isHiddenContainer(item, path)))
  );
}

/** Kubernetes defaults `replicas` to 1, but in a manifest unset often means that an autoscaler owns it. */
function writtenReplicas(resource: Resource, path: FieldPath): Field<number> {
  const field = readNumber(resource, path);
  return field.from === 'default' ? { value: undefined, from: 'absent', path } : field;
}

function containersIn(resource: Resource, path: FieldPath, init: boolean): readonly Container[] {
  return readList(resource, path).flatMap((item, index) => {
    const name = valueAt(item, ['name']);
    if (typeof name !== 'string') return [];
    const sidecar = init && valueAt(item, ['restartPolicy']) === 'Always';
    const role: ContainerRole = sidecar ? 'sidecar' : init ? 'init' : 'main';
    return [{ name, role, path: [...path, index] }];
  });
}

/** Reads a label map; a value that a placeholder stands for is unknown. */
export function labelSet(field: Field): LabelSet {
  const labels: Record<string, string> = Object.create(null);
  const unknown = new Set<string>();
  if (field.from === 'unknown') return { labels, unknown, open: true };
  for (const [key, value] of Object.entries(isMap(field.value) ? field.value : {})) {
    if (isPlaceholder(value)) unknown.add(key);
    else if (value !== null && value !== undefined) labels[key] = String(value);
  }
  return { labels, unknown, open: isOpen(field.value) };
}

/** A field of the pod spec. */
export function podField(workload: Workload, ...path: FieldPath): Field {
  return readField(workload.resource, [...workload.podSpecPath, ...path]);
}

/** A field of one container. */
export function containerField(workload: Workload, container: Container, ...path: FieldPath): Field {
  return readField(workload.resource, [...container.path, ...path]);
}
