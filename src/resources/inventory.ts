import { type Match, matchSelector, type Requirement, type Selector } from '../kubernetes/selectors.ts';
import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { groupOf, isPlaceholder, type ObjectRef } from '../manifest/manifest.ts';
import { identityOf, isGenerated, type Resource, readField, readNumber } from './resource.ts';
import { type Workload, workloadOf } from './workload.ts';

/** Every object of one release unit at one revision with one values set. */
export interface Inventory {
  /** Release unit, e.g. `helm:charts/web`. */
  readonly unit: string;
  readonly resources: readonly Resource[];
  readonly workloads: readonly Workload[];
  /**
   * False when something of the unit could not be rendered, or when several documents claim one identity, so that
   * nobody can tell which of them is deployed: then nothing may be called absent.
   */
  readonly complete: boolean;
  /**
   * Workloads of other units of the same revision; looked at before an absence is claimed.
   * Null: not collected (yet), see `policy/judge.ts`.
   */
  readonly elsewhere: readonly Workload[] | null;
}

export function inventoryOf(
  unit: string,
  resources: readonly Resource[],
  complete: boolean,
  elsewhere: readonly Workload[] | null,
): Inventory {
  const workloads = resources.map(workloadOf).filter((workload) => workload !== null);
  return { unit, resources, workloads, complete: complete && !isAmbiguous(resources), elsewhere };
}

function isAmbiguous(resources: readonly Resource[]): boolean {
  const named = resources.filter((resource) => !isGenerated(resource));
  return new Set(named.map(identityOf)).size < named.length;
}

/** An object's namespace against another's: an unset one is the release's, which may be any. */
export function sameNamespace(a: ObjectRef, b: ObjectRef): Match {
  if (isPlaceholder(a.namespace) || isPlaceholder(b.namespace)) return 'unknown';
  if (a.namespace === b.namespace) return 'yes';
  return a.namespace === null || b.namespace === null ? 'unknown' : 'no';
}

export function ofKind(
  inventory: Inventory,
  group: string,
  ...kinds: readonly string[]
): readonly Resource[] {
  return inventory.resources.filter(
    ({ ref }) => kinds.includes(ref.kind) && groupOf(ref.apiVersion) === group,
  );
}

/** `spec.selector` of a Service: a plain map; null when it has none (then endpoints are made by hand). */
export function serviceSelector(service: Resource): Selector | 'unknown' {
  return mapSelector(service, ['spec', 'selector']);
}

function mapSelector(resource: Resource, path: FieldPath): Selector | 'unknown' {
  const field = readField(resource, path);
  if (field.from === 'unknown') return 'unknown';
  if (!isMap(field.value) || Object.keys(field.value).length === 0) return null;
  return mapRequirements(field.value);
}

function mapRequirements(map: Readonly<Record<string, unknown>>): Selector | 'unknown' {
  const entries = Object.entries(map);
  if (entries.some(([key, value]) => isPlaceholder(key) || isPlaceholder(value))) return 'unknown';
  return entries.map(([key, value]) => ({ key, operator: 'In', values: [String(value)] }));
}

/** A LabelSelector at `path`: null when absent (selects nothing), an empty list for `{}` (selects everything). */
export function labelSelector(resource: Resource, path: FieldPath): Selector | 'unknown' {
  const field = readField(resource, path);
  if (field.from === 'unknown') return 'unknown';
  if (!isMap(field.value)) return null;
  const labels = valueAt(field.value, ['matchLabels']);
  const expressions = valueAt(field.value, ['matchExpressions']);
  const fromMap = isMap(labels) ? mapRequirements(labels) : [];
  if (fromMap === 'unknown' || fromMap === null || isPlaceholder(labels)) return 'unknown';
  const fromList = Array.isArray(expressions) ? expressions.map(expressionOf) : [];
  if (fromList.includes('unknown') || isPlaceholder(expressions)) return 'unknown';
  return [...fromMap, ...fromList.filter((each) => each !== 'unknown')];
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

function expressionOf(value: unknown): Requirement | 'unknown' {
  const key = valueAt(value, ['key']);
  const operator = operators.find((each) => each === valueAt(value, ['operator']));
  const list = valueAt(value, ['values']);
  const values = Array.isArray(list) ? list : [];
  if (typeof key !== 'string' || isPlaceholder(key) || operator === undefined) return 'unknown';
  if (values.some(isPlaceholder)) return 'unknown';
  return { key, operator, values: values.map(String) };
}

/** Whether a selector that stands in `from`'s namespace selects a workload's pods. */
export function selects(from: Resource, selector: Selector | 'unknown', workload: Workload): Match {
  const namespace = sameNamespace(from.ref, workload.resource.ref);
  if (namespace === 'no') return 'no';
  const labels = selector === 'unknown' ? 'unknown' : matchSelector(selector, workload.labels);
  if (labels === 'no') return 'no';
  return namespace === 'unknown' || labels === 'unknown' ? 'unknown' : 'yes';
}

/** Services that surely send traffic to a workload's pods. */
export function servicesOf(inventory: Inventory, workload: Workload): readonly Resource[] {
  return ofKind(inventory, '', 'Service').filter(
    (service) => selects(service, serviceSelector(service), workload) === 'yes',
  );
}

/** Budgets that surely cover a workload's pods. */
export function budgetsOf(inventory: Inventory, workload: Workload): readonly Resource[] {
  return ofKind(inventory, 'policy', 'PodDisruptionBudget').filter(
    (budget) => selects(budget, labelSelector(budget, ['spec', 'selector']), workload) === 'yes',
  );
}

/** A floor that an autoscaler keeps, with the object that says so. */
export interface AutoscalerFloor {
  readonly resource: Resource;
  readonly minReplicas: ReturnType<typeof readNumber>;
}

/** HorizontalPodAutoscalers and ScaledObjects that target a workload. Their unset floors are 1 and 0. */
export function autoscalersOf(inventory: Inventory, workload: Workload): readonly AutoscalerFloor[] {
  const hpas = ofKind(inventory, 'autoscaling', 'HorizontalPodAutoscaler').map((resource) => ({
    resource,
    minReplicas: readNumber(resource, ['spec', 'minReplicas']),
  }));
  const scaled = ofKind(inventory, 'keda.sh', 'ScaledObject').map((resource) => ({
    resource,
    minReplicas: readNumber(resource, ['spec', 'minReplicaCount']),
  }));
  return [...hpas, ...scaled].filter(({ resource }) => targets(resource, workload));
}

function targets(autoscaler: Resource, workload: Workload): boolean {
  const { ref } = workload.resource;
  const target = valueAt(autoscaler.defaulted, ['spec', 'scaleTargetRef']);
  const kind = valueAt(target, ['kind']) ?? 'Deployment';
  const namespace = sameNamespace(autoscaler.ref, ref);
  return namespace === 'yes' && valueAt(target, ['name']) === ref.name && kind === ref.kind;
}

/** Whether an autoscaler may own the workload's replica count without being in sight under a known target. */
export function mayBeAutoscaled(inventory: Inventory, workload: Workload): boolean {
  const undecided = (resource: Resource): boolean => {
    const name = valueAt(resource.manifest.value, ['spec', 'scaleTargetRef', 'name']);
    const namespace = sameNamespace(resource.ref, workload.resource.ref);
    return (
      namespace !== 'no' &&
      (isPlaceholder(name) || (namespace === 'unknown' && name === workload.resource.ref.name))
    );
  };
  return [
    ...ofKind(inventory, 'autoscaling', 'HorizontalPodAutoscaler'),
    ...ofKind(inventory, 'keda.sh', 'ScaledObject'),
  ].some(undecided);
}

/** Objects of which nobody here knows whether an operator makes pods of them. */
export function customResources(inventory: Inventory): readonly Resource[] {
  const workloads = new Set(inventory.workloads.map((workload) => workload.resource));
  return inventory.resources.filter((resource) => {
    const { apiVersion, kind } = resource.ref;
    const group = groupOf(apiVersion);
    const custom = group.includes('.') && !group.endsWith('.k8s.io');
    return custom && !podlessGroups.has(group) && !podlessKinds.has(kind) && !workloads.has(resource);
  });
}

/** Custom groups none of whose kinds makes pods. */
const podlessGroups = new Set([
  'bitnami.com',
  'cert-manager.io',
  'elbv2.k8s.aws',
  'external-secrets.io',
  'gateway.k8s.aws',
  'karpenter.k8s.aws',
  'karpenter.sh',
  'keda.sh',
  'kyverno.io',
  'linkerd.io',
  'networking.istio.io',
  'policy.linkerd.io',
  'secrets.hashicorp.com',
  'security.istio.io',
  'telemetry.istio.io',
  'traefik.containo.us',
  'traefik.io',
]);

/** Kinds that make no pods, in groups that have others which do (monitoring.coreos.com). */
const podlessKinds = new Set(['PodMonitor', 'Probe', 'PrometheusRule', 'ScrapeConfig', 'ServiceMonitor']);
