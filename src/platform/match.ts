import picomatch from 'picomatch';
import { isPlaceholder, type Origin } from '../manifest/manifest.ts';
import type { Workload } from '../resources/workload.ts';
import type { WorkloadMatch } from './environment.ts';

/** Whether a statement of the configuration is about this workload; what is not known meets only `*`. */
export function matches(match: WorkloadMatch, { resource, labels }: Workload): boolean {
  const { ref, manifest } = resource;
  return (
    meets(match.namespace, known(ref.namespace)) &&
    meets(match.kind, ref.kind) &&
    meets(match.name, known(ref.name)) &&
    meets(match.path?.replace(/\/+$/, ''), placeOf(manifest.origin)) &&
    Object.entries(match.labels ?? {}).every(([key, pattern]) => {
      const value = labels.labels[key];
      return value === undefined ? isAny(pattern) && labels.unknown.has(key) : meets(pattern, value);
    })
  );
}

/** Of the configuration's statements the first that is about this workload. */
export function statementFor<T extends { readonly match: WorkloadMatch }>(
  statements: readonly T[],
  workload: Workload,
): T | undefined {
  return statements.find(({ match }) => matches(match, workload));
}

function meets(pattern: string | undefined, value: string | null): boolean {
  if (pattern === undefined || isAny(pattern)) return true;
  return value !== null && (pattern === value || globOf(pattern)(value));
}

function known(name: string | null): string | null {
  return isPlaceholder(name) ? null : name;
}

function isAny(pattern: string): boolean {
  return pattern === '*' || pattern === '**';
}

/** The chart's folder, else the file. */
function placeOf(origin: Origin): string {
  return origin.kind === 'helm' ? origin.chart : origin.path;
}

const globs = new Map<string, (value: string) => boolean>();

/** The patterns are the configuration's, so there are few of them. */
function globOf(pattern: string): (value: string) => boolean {
  const made = globs.get(pattern);
  if (made !== undefined) return made;
  const glob = pattern === '' ? () => false : picomatch(pattern, { dot: true });
  globs.set(pattern, glob);
  return glob;
}
