import { code } from '../../text/escape.ts';
import { applicationSetReleases } from './application-set.ts';
import { applicationReleases } from './argocd.ts';
import type { GitOpsContext } from './context.ts';
import { helmReleaseReleases } from './flux.ts';
import { kustomizationReleases } from './flux-kustomization.ts';
import type { GitOpsObject } from './inline-values.ts';
import { type Found, nothing, type Release, together } from './release.ts';

/** What objects of GitOps tools release. */
export async function releasesOf(objects: readonly GitOpsObject[], context: GitOpsContext): Promise<Found> {
  const found = objects.map(async (object): Promise<Found> => {
    const { releases, notChecked } = await readObject(object, context);
    return { releases: releases.map((each) => after(object, each)), notChecked };
  });
  return together(await Promise.all(found));
}

/** What becomes of a release where a kustomization holds its object. */
function after({ built, unbuilt }: GitOpsObject, release: Release): Release {
  if (built !== undefined) return { ...release, builtIn: built.folder };
  if (unbuilt === undefined) return release;
  const assumption = `the kustomization in ${code(unbuilt)} changes nothing of it`;
  return { ...release, assumptions: [...release.assumptions, assumption] };
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
