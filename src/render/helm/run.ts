import type { HelmRenderRequest, HelmRenderResult } from '../../engines/helm.ts';
import type { Limits } from '../../text/limits.ts';
import type { Turns } from '../in-turns.ts';
import type { BuildKustomization } from '../kustomize/kustomize.ts';
import type { Render } from '../unit.ts';
import type { RenderedAgain } from './cause-again.ts';
import type { DocumentObjects } from './objects.ts';

/** Renders one chart. */
export type RenderChart = (request: HelmRenderRequest) => Promise<HelmRenderResult>;

/** What every render of a run shares. */
export interface HelmRun {
  readonly limits: Limits;
  /** As `v1.34.0`. */
  readonly kubeVersion: string;
  readonly servedVersions: readonly string[];
  readonly render: RenderChart;
  /** Builds what a release does to the rendered objects. */
  readonly build: BuildKustomization;
  readonly onRender: (render: Render) => void;
  readonly turns: Turns;
  /** Answers by what was asked: base and head often ask the same. */
  readonly answers: Map<string, Promise<HelmRenderResult>>;
  /** Objects by their document's text: most are the same at base and head, and in every values set. */
  readonly objects: Map<string, DocumentObjects>;
  readonly again: RenderedAgain;
}
