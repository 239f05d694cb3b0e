import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';

/** What cannot be merged, as the end of a sentence. */
export interface PatchProblem {
  readonly problem: string;
}

/**
 * An Application with a `templatePatch` merged as Argo CD does it, with Kubernetes' strategic merge: maps key by key, null
 * takes away, lists are replaced. Its project stays.
 * https://github.com/argoproj/argo-cd/blob/master/applicationset/controllers/template/patch.go
 */
export function patchedApplication(
  application: unknown,
  patch: unknown,
): { readonly value: unknown } | PatchProblem {
  if (patch === null || patch === undefined) return { value: application };
  if (!isMap(patch)) return { problem: 'it is no map' };
  const problem = unmergeable(application, patch);
  if (problem !== null) return { problem };
  const merged = mergedMap(isMap(application) ? application : {}, patch);
  const [before, after] = [specOf(application), specOf(merged)];
  if (before === null || after === null) return { value: merged };
  return { value: { ...merged, spec: { ...after, project: before.project } } };
}

type Fields = Readonly<Record<string, unknown>>;

function specOf(value: unknown): Fields | null {
  return isMap(value) && isMap(value.spec) ? value.spec : null;
}

function mergedMap(below: Fields, patch: Fields): Fields {
  const { $patch, ...stated } = patch;
  if ($patch === 'delete') return {};
  const old = $patch === 'replace' ? {} : below;
  const kept = Object.entries(old).filter(([key]) => !Object.hasOwn(stated, key));
  const changed = Object.entries(stated).flatMap(([key, value]): [string, unknown][] => {
    if (value === null) return [];
    const own = Object.hasOwn(old, key) ? old[key] : undefined;
    return [[key, isMap(value) ? mergedMap(isMap(own) ? own : {}, value) : value]];
  });
  return Object.fromEntries([...kept, ...changed]);
}

/** Kubernetes knows no fields within `valuesObject`, and gives up where it would have to look into one. */
function unmergeable(below: unknown, patch: Fields): string | null {
  for (const [key, value] of Object.entries(patch)) {
    const old = isMap(below) && Object.hasOwn(below, key) ? below[key] : undefined;
    if (!isMap(value) || !isMap(old)) continue;
    const found = key === 'valuesObject' ? sharedIn(old, value) : unmergeable(old, value);
    if (found !== null) return found;
  }
  return null;
}

function sharedIn(below: Fields, patch: Fields): string | null {
  const isBoth = (key: string, test: (value: unknown) => boolean) =>
    Object.hasOwn(below, key) && test(below[key]) && test(patch[key]);
  const key = Object.keys(patch).find((each) => isBoth(each, isMap) || isBoth(each, Array.isArray));
  return key === undefined ? null : `Argo CD cannot merge ${code(key)} into its ${code('valuesObject')}`;
}
