import type { Evidence } from '../resources/evidence.ts';
import { readField } from '../resources/resource.ts';
import type { Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';
import type { Environment } from './environment.ts';
import { statementFor } from './match.ts';

export interface StatedSeconds {
  readonly seconds: number;
  readonly evidence: Evidence;
}

const facts = {
  shutdown: { annotation: 'lifecycle-review/shutdown-seconds', key: 'shutdownSeconds' },
  startup: { annotation: 'lifecycle-review/startup-seconds', key: 'startupSeconds' },
} as const;

/**
 * How long an application takes to stop after SIGTERM, or to start, as far as somebody says so: an annotation, else the
 * configuration. What cannot be read as whole seconds counts as not said.
 */
export function statedSeconds(
  workload: Workload,
  what: keyof typeof facts,
  environment: Environment,
): StatedSeconds | null {
  const { annotation, key } = facts[what];
  const written = annotationOf(workload, annotation, secondsOf);
  if (written !== null) return { seconds: written.value, evidence: written.evidence };
  const seconds = statementFor(environment.workloads, workload)?.[key] ?? null;
  if (seconds === null) return null;
  return { seconds, evidence: { text: `configuration (${code(`${what}-seconds`)})` } };
}

/** Whether somebody may have said so in annotations that are not known. */
export function mayBeStated({ resource, templatePath }: Workload, what: keyof typeof facts): boolean {
  return [templatePath, []].some(
    (owner) =>
      readField(resource, [...owner, 'metadata', 'annotations', facts[what].annotation]).from === 'unknown',
  );
}

/** `30` or `30s`. */
function secondsOf(text: string): number | null {
  const [, digits] = /^(\d{1,9})s?$/.exec(text.trim()) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** An annotation of the pod template, else of the object, that can be read. */
export function annotationOf<T>(
  workload: Workload,
  name: string,
  read: (text: string) => T | null,
): { readonly value: T; readonly evidence: Evidence } | null {
  const { resource, templatePath } = workload;
  for (const owner of [templatePath, []]) {
    const { value: text, path } = readField(resource, [...owner, 'metadata', 'annotations', name]);
    const value = typeof text === 'string' ? read(text) : null;
    if (value !== null)
      return { value, evidence: { text: `annotation ${code(name)}`, at: { resource, path } } };
  }
  return null;
}
