import type { RevisionSide } from '../../text/location.ts';
import { postBuild } from '../gitops/post-build.ts';
import type { Release } from '../gitops/release.ts';
import type { Render, RenderedUnit } from '../unit.ts';
import type { Deployed, Deployment } from './deployed.ts';
import { buildFolder, type KustomizeRun } from './kustomize.ts';

/** A folder to be built as a unit. */
export interface BuildRequest {
  readonly deployed: Deployed;
  readonly folder: string;
  readonly id: string;
  readonly revision: RevisionSide;
}

/** Builds a folder as some of its releases deploy it, or by itself where there is none. */
export async function buildUnit(
  request: BuildRequest,
  releases: readonly Release[],
  run: KustomizeRun,
): Promise<RenderedUnit> {
  const ids = new Set(releases.map(({ id }) => id));
  const all = request.deployed.deployments(request.folder);
  const chosen = all.filter(({ release }) => (release === null ? ids.size === 0 : ids.has(release.id)));
  return buildDeployments(request, chosen.slice(0, run.limits.valuesSets), run);
}

/** Builds a folder in the ways in which it is deployed. */
export async function buildDeployments(
  request: BuildRequest,
  chosen: readonly Deployment[],
  run: KustomizeRun,
): Promise<RenderedUnit> {
  const { folder, id } = request;
  const renders = await Promise.all(chosen.map((each) => buildDeployment(each, request, run)));
  const namespaces = new Set(chosen.map(({ release }) => release?.namespace ?? null));
  const namespace = namespaces.size === 1 ? [...namespaces][0]! : null;
  return { id, kind: 'kustomize', path: folder, namespace, renders };
}

async function buildDeployment(
  { release, fields, stated }: Deployment,
  { deployed: { kustomizations }, folder, id, revision }: BuildRequest,
  run: KustomizeRun,
): Promise<Render> {
  const request = { kustomizations, folder, unit: id, revision, fields };
  if (release === null) return buildFolder({ ...request, substitute: null }, run);
  const substitute = postBuild(release.source, run.limits);
  const render = await buildFolder({ ...request, substitute, by: { release, stated } }, run);
  return release.landing === undefined ? render : { ...render, landing: release.landing };
}
