import { type FieldPath, formatFieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import type { Container, Workload } from './workload.ts';

/**
 * The part of a workload that decides how its pods start, serve, stop and are replaced. Images with a fixed tag or
 * digest, env values and annotations are outside: a change of those alone is no change of the lifecycle.
 */
const workloadFields: readonly FieldPath[] = [
  ['spec', 'replicas'],
  ['spec', 'strategy'],
  ['spec', 'updateStrategy'],
  ['spec', 'minReadySeconds'],
  ['spec', 'progressDeadlineSeconds'],
  ['spec', 'podManagementPolicy'],
  ['spec', 'revisionHistoryLimit'],
];

const podFields: readonly FieldPath[] = [
  ['terminationGracePeriodSeconds'],
  ['restartPolicy'],
  ['readinessGates'],
  ['topologySpreadConstraints'],
  ['affinity'],
  ['nodeSelector'],
  ['tolerations'],
  ['priorityClassName'],
  ['hostNetwork'],
  ['shareProcessNamespace'],
];

const containerFields: readonly FieldPath[] = [
  ['restartPolicy'],
  ['ports'],
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle'],
  ['resources'],
];

/** What the program runs decides how it stops, but its words may hold secrets: they are compared, never shown. */
const hiddenContainerFields: readonly FieldPath[] = [['command'], ['args']];

/** Keys below which values are compared but never shown. */
const hiddenKeys = new Set(['command', 'args', 'httpHeaders', 'value']);

export type LifecyclePart = ReadonlyMap<string, string>;

/** Every lifecycle leaf of a workload by its keyed path, as text. */
export function lifecyclePart(workload: Workload): LifecyclePart {
  const { defaulted } = workload.resource;
  const leaves = new Map<string, string>();
  const add = (path: FieldPath, label: string): void =>
    addLeaves(leaves, valueAt(defaulted, path), label, false);
  for (const field of workloadFields) add(field, formatFieldPath(field));
  for (const field of podFields) add([...workload.podSpecPath, ...field], formatFieldPath(field));
  for (const container of workload.containers) {
    for (const field of containerFields) add([...container.path, ...field], containerLabel(container, field));
    leaves.set(
      containerLabel(container, ['image']),
      imageLeaf(valueAt(defaulted, [...container.path, 'image'])),
    );
    for (const field of hiddenContainerFields) {
      addLeaves(
        leaves,
        valueAt(defaulted, [...container.path, ...field]),
        containerLabel(container, field),
        true,
      );
    }
  }
  return leaves;
}

/** Paths of the object's fields that belong to its lifecycle, whether they are there or not. */
export function lifecyclePaths({ podSpecPath, containers }: Workload): readonly FieldPath[] {
  const inContainers = [...containerFields, ...hiddenContainerFields, ['image']];
  return [
    ...workloadFields,
    ...podFields.map((field) => [...podSpecPath, ...field]),
    ...containers.flatMap(({ path }) => inContainers.map((field) => [...path, ...field])),
  ];
}

function containerLabel(container: Container, field: FieldPath): string {
  const list = container.role === 'main' ? 'containers' : 'initContainers';
  return `${list}[name=${container.name}].${formatFieldPath(field)}`;
}

/** One fixed tag or digest is as good as another; a moving one decides what the next start of a pod runs. */
function imageLeaf(image: unknown): string {
  if (typeof image !== 'string' || isPlaceholder(image)) return 'unknown';
  const [, tag] = /:([^/:@]+)(?:@.*)?$/.exec(image) ?? [];
  return image.includes('@') || (tag !== undefined && tag !== 'latest') ? 'fixed tag or digest' : image;
}

function addLeaves(leaves: Map<string, string>, value: unknown, label: string, hidden: boolean): void {
  if (value === undefined || value === null) return;
  if (hidden) {
    leaves.set(label, hiddenValue(value));
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      addLeaves(leaves, item, `${label}[${index}]`, false);
    });
  } else if (isMap(value)) {
    for (const key of Object.keys(value).sort()) {
      addLeaves(leaves, value[key], `${label}${subfield(key)}`, hiddenKeys.has(key));
    }
  } else {
    leaves.set(label, String(value));
  }
}

function subfield(key: string): string {
  const text = formatFieldPath([key]);
  return text.startsWith('[') ? text : `.${text}`;
}

/** Prefix that tells the writer of the card not to show what follows. */
export const hiddenMark = '\u0000';

function hiddenValue(value: unknown): string {
  return `${hiddenMark}${JSON.stringify(value)}`;
}

export interface FieldChange {
  readonly field: string;
  readonly base: string | null;
  readonly head: string | null;
}

/** The leaves that differ, sorted by field; hidden values show only that they differ. */
export function changedFields(base: LifecyclePart, head: LifecyclePart): readonly FieldChange[] {
  const fields = [...new Set([...base.keys(), ...head.keys()])].sort();
  return fields
    .filter((field) => base.get(field) !== head.get(field))
    .map((field) => ({ field, base: shown(base.get(field)), head: shown(head.get(field)) }));
}

function shown(value: string | undefined): string | null {
  if (value === undefined) return null;
  return value.startsWith(hiddenMark) ? '(not shown)' : value;
}
