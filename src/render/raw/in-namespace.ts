import { groupOf, isPlaceholder, type ObjectRef } from '../../manifest/manifest.ts';
import type { RawFile } from './raw.ts';

/** Groups whose objects stand in a namespace, but for these kinds. */
const namespaced: ReadonlySet<string> = new Set([
  '',
  'apps',
  'argoproj.io',
  'autoscaling',
  'batch',
  'elbv2.k8s.aws',
  'gateway.k8s.aws',
  'gateway.networking.k8s.io',
  'keda.sh',
  'networking.k8s.io',
  'policy',
]);
const clusterWide: ReadonlySet<string> = new Set([
  'ClusterTriggerAuthentication',
  'ClusterWorkflowTemplate',
  'GatewayClass',
  'IngressClass',
  'IngressClassParams',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PodSecurityPolicy',
]);

/** A namespace that is known before anything is filled in. */
export function knownNamespace(namespace: string | null): string | null {
  return isPlaceholder(namespace) ? null : namespace;
}

/** The file's objects where they are deployed: those that name no namespace stand in this one. */
export function filledIn(file: RawFile, namespace: string): RawFile {
  return changed(file, (ref) => (ref.namespace === null && mayStandIn(ref) ? { ...ref, namespace } : ref));
}

/** The file's objects as a release sees them that is one of several: what names its namespace stands where none is named. */
export function asInRelease(file: RawFile, namespace: string): RawFile {
  return changed(file, (ref) => (ref.namespace === namespace ? { ...ref, namespace: null } : ref));
}

function mayStandIn({ apiVersion, kind }: ObjectRef): boolean {
  return namespaced.has(groupOf(apiVersion)) && !clusterWide.has(kind);
}

function changed(file: RawFile, change: (ref: ObjectRef) => ObjectRef): RawFile {
  return { ...file, objects: file.objects.map((object) => ({ ...object, ref: change(object.ref) })) };
}
