import { applicationSetReleases } from './application-set.ts';
import { applicationReleases } from './argocd.ts';
import type { GitOpsContext } from './context.ts';
import { helmReleaseReleases } from './flux.ts';
import { kustomizationReleases } from './flux-kustomization.ts';
import type { GitOpsObject } from './inline-values.ts';
import { type Found, nothing, together } from './release.ts';

/** What objects of GitOps tools release. */
export async function releasesOf(objects: readonly GitOpsObject[], context: GitOpsContext): Promise<Found> {
  const found = objects.map(async (object): Promise<Found> => {
    const { releases, notChecked } = await readObject(object, context);
    const { built } = object;
    const named =
      built === undefined ? releases : releases.map((each) => ({ ...each, builtIn: built.folder }));
    return { releases: named, notChecked };
  });
  return together(await Promise.all(found));
}

async function readObject(object: GitOpsObject, context: GitOpsContext): Promise<Found> {
  const { apiVersion, kind } = object.manifest.ref;
  switch (`${apiVersion.replace(/\/.*/, '')} ${kind}`) {
    case 'argoproj.io Application':
      return applicationReleases(object, context);
    case 'argoproj.io ApplicationSet':
      return applicationSetReleases(object, context);
    case 'helm.toolkit.fluxcd.io HelmRelease':
      return helmReleaseReleases(object, context);
    case 'kustomize.toolkit.fluxcd.io Kustomization':
      return kustomizationReleases(object, context);
    default:
      return nothing;
  }
}
