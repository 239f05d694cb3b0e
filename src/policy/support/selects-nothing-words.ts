import type { Requirement } from '../../kubernetes/selectors.ts';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Workload } from '../../resources/workload.ts';

/** `app: web`, `app in (a, b)`, `app not in (a)`, `app`, `no app`. */
export function requirementText({ key, operator, values }: Requirement): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `no ${key}`;
  if (operator === 'NotIn') return `${key} not in (${values.join(', ')})`;
  return values.length === 1 ? `${key}: ${values[0]}` : `${key} in (${values.join(', ')})`;
}

/** Where a requirement is written: a plain map, `matchLabels`, or an item of `matchExpressions`. */
export function requirementPath(resource: Resource, selector: FieldPath, { key }: Requirement): FieldPath {
  const value = valueAt(resource.manifest.value, selector);
  for (const map of [[], ['matchLabels']]) {
    if (typeof valueAt(value, [...map, key]) === 'string') return [...selector, ...map, key];
  }
  const expressions = valueAt(value, ['matchExpressions']);
  const index = Array.isArray(expressions)
    ? expressions.findIndex((each) => valueAt(each, ['key']) === key)
    : -1;
  return index < 0 ? selector : [...selector, 'matchExpressions', index];
}

const controllerLabels = new Set([
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'pod-template-generation',
  'pod-template-hash',
  'rollouts-pod-template-hash',
]);

/** Labels that a controller, webhook or scheduler puts on pods, so that no template has them. */
export function isControllerLabel(key: string): boolean {
  if (controllerLabels.has(key)) return true;
  const domain = key.includes('/') ? (key.split('/')[0] ?? '') : '';
  if (domain === 'app.kubernetes.io') return false;
  return /(^|\.)(kubernetes\.io|k8s\.io|istio\.io|knative\.dev|linkerd\.io)$/.test(domain);
}

/** Labels that name the release: a value that is written out fits the release it was written for, not an invented one. */
export function isOfInventedRelease({ resource }: Workload, key: string): boolean {
  const { origin } = resource.manifest;
  return origin.kind === 'helm' && origin.inventedRelease !== null && /(^|\/)(instance|release)$/.test(key);
}
