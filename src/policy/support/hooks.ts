import { type Resource, readField } from '../../resources/resource.ts';

/** Of Helm and of Argo CD. */
export const hookAnnotations = ['helm.sh/hook', 'argocd.argoproj.io/hook'];

/** An object that Helm or Argo CD makes for one step of a deploy, or for a test: no part of what keeps running. */
export function isHook(resource: Resource): boolean {
  const { origin } = resource.manifest;
  if (origin.kind === 'helm' && origin.hook) return true;
  return hookAnnotations.some(
    (key) => readField(resource, ['metadata', 'annotations', key]).from !== 'absent',
  );
}
