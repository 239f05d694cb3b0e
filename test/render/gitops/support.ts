import type { Engine } from '../../../src/engines/engine.ts';
import { renderChart } from '../../../src/engines/helm.ts';
import { servedVersions } from '../../../src/kubernetes/served-versions.ts';
import { type GitOps, gitOpsOf } from '../../../src/render/gitops/discover.ts';
import type { OwnRepository } from '../../../src/render/gitops/own-repository.ts';
import type { Release } from '../../../src/render/gitops/release.ts';
import { RenderedAgain } from '../../../src/render/helm/cause-again.ts';
import { Charts } from '../../../src/render/helm/charts.ts';
import { uncounted } from '../../../src/render/in-turns.ts';
import { Layout } from '../../../src/render/layout.ts';
import { defaultLimits } from '../../../src/text/limits.ts';
import { type Files, memoryTree } from '../memory-tree.ts';

export const shop: OwnRepository = { names: ['https://github.com/acme/shop'], folder: null };

/** What GitOps tools release from literal files; without an engine no template is evaluated. */
export async function gitOps(files: Files, engine: Engine | null = null, own = shop): Promise<GitOps> {
  const tree = memoryTree(files);
  const layout = new Layout(tree, await tree.list(), () => true);
  const charts = await Charts.read(layout, defaultLimits, null);
  const refused = async () => {
    throw new Error('no engine was expected to be asked');
  };
  return gitOpsOf(tree, charts, 'head', {
    helm: {
      limits: defaultLimits,
      kubeVersion: 'v1.34.0',
      servedVersions: servedVersions('1.34'),
      render: engine === null ? refused : (request) => renderChart(engine, request),
      onRender: () => {},
      turns: uncounted,
      answers: new Map(),
      objects: new Map(),
      again: new RenderedAgain(),
    },
    own,
    configured: [],
    known: new Map(),
    helmfiles: null,
    changed: null,
    building: null,
  });
}

/** A release in short: its source, and each layer as a path or as the values that it holds. */
export function short({ id, source, name, namespace, assumptions, declaredAt }: Release) {
  return {
    id,
    at: `${declaredAt.path}:${declaredAt.line}`,
    kind: source.kind,
    folder: source.folder,
    ...(source.kind === 'helm' && {
      layers: source.layers.map((layer) => (typeof layer === 'string' ? layer : layer.text)),
    }),
    name,
    namespace,
    ...(assumptions.length > 0 && { assumptions }),
  };
}

/** `path:line reason detail` of each thing that was left out. */
export function left({ notChecked }: GitOps): readonly string[] {
  return notChecked.map(({ path, line, reason, detail }) => `${path}:${line} ${reason}: ${detail}`);
}

/** The smallest chart. */
export function chart(folder: string, name: string, template = 'kind: None\n', values = '{}\n'): Files {
  return {
    [`${folder}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
    [`${folder}/values.yaml`]: values,
    [`${folder}/templates/a.yaml`]: template,
  };
}
