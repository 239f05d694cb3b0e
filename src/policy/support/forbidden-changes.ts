import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { Resource } from '../../resources/resource.ts';
import { isDecided } from './kubernetes-words.ts';

const mayChange: Readonly<Record<string, readonly string[]>> = {
  StatefulSet: [
    'replicas',
    'ordinals',
    'template',
    'updateStrategy',
    'revisionHistoryLimit',
    'persistentVolumeClaimRetentionPolicy',
    'minReadySeconds',
  ],
  Pod: ['activeDeadlineSeconds', 'tolerations', 'schedulingGates'],
  PersistentVolumeClaim: ['resources', 'volumeAttributesClassName'],
};

/**
 * Fields of the two specs that differ, are known on both sides and may not change, each as deep as the one difference
 * lies.
 */
export function forbiddenChanges(head: Resource, base: Resource): readonly FieldPath[] {
  const specs = [head, base].map((each) => valueAt(each.defaulted, ['spec']));
  const names = new Set(specs.flatMap((spec) => Object.keys(isMap(spec) ? spec : {})));
  const free = mayChange[head.ref.kind] ?? [];
  return [...names].flatMap((name) => {
    const [here, there] = specs.map((spec) => withoutImages(head.ref.kind, name, valueAt(spec, [name])));
    const path = ['spec', name];
    if (free.includes(name) || canonical(here) === canonical(there) || !isDecidedOnBoth(head, base, path))
      return [];
    return [[...path, ...theDifference(here, there)]];
  });
}

/** A field that differs, as deep as the one difference lies. */
export function differenceAt(head: Resource, base: Resource, path: FieldPath): FieldPath {
  const [here, there] = [head, base].map((each) => valueAt(each.defaulted, path));
  return [...path, ...theDifference(here, there)];
}

/** The steps down to where two values differ, as long as they differ in one place only. */
function theDifference(here: unknown, there: unknown): FieldPath {
  const lists = Array.isArray(here) && Array.isArray(there);
  if (lists ? here.length !== there.length : !isMap(here) || !isMap(there)) return [];
  const steps: FieldPath = lists
    ? here.map((_, index) => index)
    : [...new Set([here, there].flatMap((side) => Object.keys(side as object)))];
  const differing = steps.filter(
    (step) => canonical(valueAt(here, [step])) !== canonical(valueAt(there, [step])),
  );
  const [step, ...more] = differing;
  if (step === undefined || more.length > 0) return [];
  return [step, ...theDifference(valueAt(here, [step]), valueAt(there, [step]))];
}

/** Whether nothing of the field is left to a later tool, neither here nor in the base. */
export function isDecidedOnBoth(head: Resource, base: Resource, path: FieldPath): boolean {
  return isDecided(head, path) && isDecided(base, path);
}

/** The image is the one thing that may change in a container of a Pod. */
function withoutImages(kind: string, name: string, value: unknown): unknown {
  if (kind !== 'Pod' || !name.toLowerCase().endsWith('containers') || !Array.isArray(value)) return value;
  return value.map((container) => (isMap(container) ? { ...container, image: undefined } : container));
}

/** JSON with sorted keys, so that the order in which a map is written does not count. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, each) =>
      isMap(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
    ) ?? ''
  );
}
