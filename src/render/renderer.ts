import type { GitOpsRun } from './gitops/discover.ts';
import { unknownRepository } from './gitops/own-repository.ts';
import { RenderedAgain } from './helm/cause-again.ts';
import type { HelmRun, RenderChart } from './helm/run.ts';
import { fullVersion } from './helm/stated-release.ts';
import { type Turns, uncounted } from './in-turns.ts';
import type { BuildKustomization, KustomizeRun } from './kustomize/kustomize.ts';
import type { RenderSettings } from './settings.ts';
import type { Render } from './unit.ts';

/** What renders; asked for nothing unless a chart or kustomization has to be rendered. */
export interface ChartRenderer {
  warm(): void;
  readonly render: RenderChart;
  readonly build: BuildKustomization;
  /** Is told of each render of these as soon as it is there. */
  readonly onRender?: (render: Render) => void;
  readonly turns?: Turns;
}

export function gitOpsRun(
  { repository, releases }: RenderSettings,
  helm: HelmRun,
  more: Pick<GitOpsRun, 'helmfiles' | 'changed' | 'building'>,
): GitOpsRun {
  const own = repository ?? unknownRepository;
  return { helm, own, configured: releases, known: new Map(), ...more };
}

export function helmRun(
  { limits, kubernetesVersion, servedVersions }: RenderSettings,
  { render, onRender, turns }: ChartRenderer,
): HelmRun {
  return {
    limits,
    kubeVersion: fullVersion(kubernetesVersion),
    servedVersions,
    render,
    onRender: onRender ?? (() => {}),
    turns: turns ?? uncounted,
    answers: new Map(),
    objects: new Map(),
    again: new RenderedAgain(),
  };
}

export function kustomizeRun(
  { limits }: RenderSettings,
  { build, onRender, turns }: ChartRenderer,
): KustomizeRun {
  return {
    limits,
    build,
    onRender: onRender ?? (() => {}),
    turns: turns ?? uncounted,
    builds: new Map(),
    builtObjects: new Map(),
  };
}
