import { type FieldPath, valueAt } from './field-path.ts';
import { isMap } from './is-map.ts';
import { groupOf, type ObjectRef } from './manifest.ts';
import { acceptedDocument, type ParsedDocument, type ParseLimits } from './parse.ts';
import { plainHead } from './plain-head.ts';
import { isOpen, unknownText } from './unknown.ts';

type ObjectValue = Readonly<Record<string, unknown>>;

/** One Kubernetes object of a document: the document itself, or an item of a `List`. */
export interface KubernetesObject {
  readonly ref: ObjectRef;
  readonly value: ObjectValue;
  readonly document: ParsedDocument;
  /** Where the object stands in its document. */
  readonly prefix: FieldPath;
}

/** Groups whose objects are read by a tool and never reach a cluster. */
const toolGroups: ReadonlySet<string> = new Set(['kustomize.config.k8s.io']);

/** Lists in lists that are still opened. */
const listDepth = 5;

/** The objects of a document; none where it is no Kubernetes object. */
export function objectsOf(document: ParsedDocument): readonly KubernetesObject[] {
  return collect(document, document.value, [], 0);
}

/**
 * Kinds of which the rules ask no more than that they are there: often most of what a chart renders (dashboards,
 * alerts, definitions).
 */
export const quietKinds: ReadonlySet<string> = new Set([
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'ConfigMap',
  'PodMonitor',
  'PrometheusRule',
  'Role',
  'RoleBinding',
  'Secret',
  'ServiceAccount',
  'ServiceMonitor',
]);

/** The object of a document that is known to be YAML, where its head is plain and its kind a quiet one. */
export function quietObject(text: string, limits: ParseLimits): KubernetesObject | null {
  const ref = plainHead(text);
  if (ref === null || !quietKinds.has(ref.kind)) return null;
  const document = acceptedDocument(text, limits);
  return {
    ref,
    document,
    prefix: [],
    get value() {
      return isMap(document.value) ? document.value : { apiVersion: ref.apiVersion, kind: ref.kind };
    },
  };
}

function collect(
  document: ParsedDocument,
  value: unknown,
  prefix: FieldPath,
  depth: number,
): KubernetesObject[] {
  if (!isObject(value)) return [];
  const items = valueAt(value, ['items']);
  if (Array.isArray(items) && String(value.kind).endsWith('List') && depth < listDepth) {
    const itemKind = String(value.kind).slice(0, -'List'.length);
    return items.flatMap((item: unknown, index) => {
      // Items of a typed list need not repeat its kind.
      const whole =
        isMap(item) && itemKind !== '' ? { apiVersion: value.apiVersion, kind: itemKind, ...item } : item;
      return collect(document, whole, [...prefix, 'items', index], depth + 1);
    });
  }
  return [{ ref: refOf(value), value, document, prefix }];
}

function isObject(
  value: unknown,
): value is ObjectValue & { readonly apiVersion: string; readonly kind: string } {
  if (!isMap(value)) return false;
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || kind === '') return false;
  return /^[A-Za-z0-9./-]+$/.test(apiVersion) && !toolGroups.has(groupOf(apiVersion));
}

function refOf(value: ObjectValue & { readonly apiVersion: string; readonly kind: string }): ObjectRef {
  const name = valueAt(value, ['metadata', 'name']) ?? valueAt(value, ['metadata', 'generateName']);
  const namespace = valueAt(value, ['metadata', 'namespace']);
  return {
    apiVersion: value.apiVersion,
    kind: value.kind,
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : hidden(value, 'namespace'),
    name: typeof name === 'string' || typeof name === 'number' ? String(name) : (hidden(value, 'name') ?? ''),
  };
}

/** What may be written in metadata that show nothing of it. */
function hidden({ metadata }: ObjectValue, key: string): string | null {
  const open = metadata === unknownText || (isOpen(metadata) && !Object.hasOwn(metadata as object, key));
  return open ? unknownText : null;
}

/** A quick look: text that lacks either word holds no Kubernetes object. */
export function mayHoldObject(text: string): boolean {
  return text.includes('apiVersion') && text.includes('kind');
}

/** Whether text that does not parse was meant to be a Kubernetes object. */
export function looksLikeObject(text: string): boolean {
  return /^\s{0,4}"?apiVersion"?\s*:/m.test(text) && /^\s{0,4}"?kind"?\s*:/m.test(text);
}

/** Whether a decoded document was encrypted with SOPS. */
export function isEncrypted(value: unknown): boolean {
  const mac = valueAt(value, ['sops', 'mac']);
  return typeof mac === 'string';
}
