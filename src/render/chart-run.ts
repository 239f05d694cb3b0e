import type { GitOpsRun } from './gitops/discover.ts';
import { unknownRepository } from './gitops/own-repository.ts';
import type { HelmRun, RenderChart } from './helm.ts';
import type { RenderSettings } from './settings.ts';
import { fullVersion } from './stated-release.ts';
import type { Render } from './unit.ts';

/** What renders charts; asked for nothing unless a chart has to be rendered. */
export interface ChartRenderer {
  warm(): void;
  readonly render: RenderChart;
  /** Is told of each render as soon as it is there. */
  readonly onRender?: (render: Render) => void;
}

export function helmRun(
  { limits, kubernetesVersion, servedVersions }: RenderSettings,
  { render, onRender }: ChartRenderer,
): HelmRun {
  return {
    limits,
    kubeVersion: fullVersion(kubernetesVersion),
    servedVersions,
    render,
    onRender: onRender ?? (() => {}),
    answers: new Map(),
    objects: new Map(),
  };
}

export function gitOpsRun(
  { repository, releases }: RenderSettings,
  helm: HelmRun,
  { helmfiles, only }: Pick<GitOpsRun, 'helmfiles' | 'only'>,
): GitOpsRun {
  const own = repository ?? unknownRepository;
  return { helm, own, configured: releases, known: new Map(), only, helmfiles };
}

/** Units that are worked on at once: enough for every engine instance, without all charts in memory. */
const unitsAtOnce = 8;

/** Works on a few things at once; the answers keep the order of what was asked. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const take = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(unitsAtOnce, items.length) }, take));
  return results;
}
