import type { ValuesPath } from '../../engines/helm-reads.ts';
import type { FieldPath } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';

/** Other values of the same kind, the one that disturbs a template least before the others. */
export function othersThan(value: unknown): readonly unknown[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return value > 0 ? [value + 1, value - 1] : [value + 1];
  if (typeof value !== 'string') return [];
  if (value === '') return ['x'];
  if (value === 'true' || value === 'false') return [value === 'true' ? 'false' : 'true'];
  return [otherText(value), ''];
}

/** `30s` → `31s`, `v1.2` → `v1.3`, `web` → `webx`. */
function otherText(value: string): string {
  const [, before, digits, after] = /^(.*?)(\d{1,15})(\D*)$/s.exec(value) ?? [];
  return digits === undefined ? `${value}x` : `${before}${Number(digits) + 1}${after}`;
}

/** Words that an error names as allowed ones, for a value that takes only some words. */
export function allowedWords(message: string, value: unknown): readonly string[] {
  if (typeof value !== 'string') return [];
  const [, list = ''] =
    /(?:\b(?:allowed|valid|possible|supported)|one of|must be)(.{1,400})/is.exec(message) ?? [];
  const words = list.match(/[A-Za-z][A-Za-z0-9_-]{2,}/g) ?? [];
  const named = words.filter((word) => word !== value && !/^(values?|are|the|and|for|one|must)$/i.test(word));
  return named.length === 0 ? [] : [...named.slice(0, 2), 'none'];
}

export interface Leaf {
  readonly path: ValuesPath;
  readonly value: unknown;
}

const maxLeaves = 500;

/** What stands below a value: scalars, and collections without content. */
export function leavesOf(value: unknown): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (each: unknown, path: ValuesPath): void => {
    if (leaves.length >= maxLeaves) return;
    const keys = Array.isArray(each) ? [...each.keys()] : isMap(each) ? Object.keys(each) : [];
    if (keys.length === 0) leaves.push({ path, value: each });
    for (const key of keys) visit((each as Record<string | number, unknown>)[key], [...path, key]);
  };
  visit(value, []);
  return leaves;
}

/** How many of the last steps two paths share. */
export function sharedEnd(a: FieldPath, b: FieldPath): number {
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && a.at(-1 - shared) === b.at(-1 - shared)) shared += 1;
  return shared;
}

/** Whether a value switches something off, or says nothing. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '' || value === 0) return true;
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
}

/** Something that can stand in a field of a name. */
export function plausible(field: FieldPath): unknown {
  const name = String(field.findLast((step) => typeof step === 'string') ?? '');
  if (Object.hasOwn(examples, name)) return examples[name];
  return /Seconds$|Threshold$|Limit$|^(replicas|port|parallelism|completions)$/.test(name) ? 7 : { x: 'x' };
}

const probe = { tcpSocket: { port: 7 } };
const examples: Readonly<Record<string, unknown>> = {
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: { preStop: { exec: { command: ['x'] } } },
  preStop: { exec: { command: ['x'] } },
  resources: { limits: { cpu: '7' }, requests: { cpu: '7' } },
  cpu: '7',
  memory: '7Mi',
  tolerations: [{ key: 'x', operator: 'Exists' }],
  topologySpreadConstraints: [{ maxSkew: 7, topologyKey: 'x', whenUnsatisfiable: 'ScheduleAnyway' }],
  readinessGates: [{ conditionType: 'x' }],
  ports: [{ name: 'x', containerPort: 7 }],
  command: ['x'],
  args: ['x'],
  priorityClassName: 'x',
  restartPolicy: 'Always',
  podManagementPolicy: 'Parallel',
  hostNetwork: true,
  shareProcessNamespace: true,
  maxUnavailable: 7,
  maxSurge: 7,
};
