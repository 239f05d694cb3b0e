import type { HelmError, HelmRenderRequest, HelmRenderResult } from '../../src/engines/helm.ts';
import { servedVersions } from '../../src/kubernetes/served-versions.ts';
import { isKustomization } from '../../src/render/layout.ts';
import type { ChartRenderer } from '../../src/render/renderer.ts';
import { defaultExclude, type RenderSettings } from '../../src/render/settings.ts';
import { defaultLimits } from '../../src/text/limits.ts';

export const settings: RenderSettings = {
  limits: defaultLimits,
  include: [],
  exclude: defaultExclude,
  kubernetesVersion: '1.34',
  servedVersions: servedVersions('1.34'),
  releases: [],
  chartsDir: null,
  paths: [],
};

/** Answers each request with the chart's templates as they stand, and remembers what was asked. */
export function echoRenderer(fail: (request: HelmRenderRequest) => HelmError | null = () => null) {
  const requests: HelmRenderRequest[] = [];
  const state = { warmed: 0 };
  const render = async (request: HelmRenderRequest): Promise<HelmRenderResult> => {
    requests.push(request);
    const error = fail(request);
    if (error !== null) return { error };
    const templates = request.files.filter(({ path }) =>
      /^(charts\/[^/]+\/)*templates\/.*\.yaml$/.test(path),
    );
    const documents = templates.map(({ path, bytes }) => {
      const text = new TextDecoder().decode(bytes);
      const origins = text
        .split('\n')
        .map((_, i) => ({ file: path, line: i + 1, literal: true, action: null, value: null, callers: [] }));
      return { source: `chart/${path}`, file: path, kind: 'manifest' as const, text, origins };
    });
    const unknown = { events: [], open: true };
    return { documents, warnings: [], ...(request.lenient === true ? { unknown } : {}) };
  };
  const renderer: ChartRenderer = {
    warm: () => {
      state.warmed += 1;
    },
    render,
    build: async ({ files }) => ({
      documents: files
        .filter(({ path }) => !isKustomization(path))
        .map(({ path, bytes }) => ({
          text: new TextDecoder().decode(bytes),
          file: path,
          ordinal: 0,
          maker: null,
          set: [],
          gone: [],
        })),
      error: null,
      leftOut: [],
      dropped: [],
    }),
  };
  return { renderer, requests, state };
}
