import { openEngine } from '../src/engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../src/engines/kubernetes.ts';
import type { Comparison } from '../src/repository/comparison.ts';
import type { FileChange } from '../src/text/change.ts';
import type { World } from '../src/world.ts';
import type { Files } from './render/memory-tree.ts';

/** Where nothing is asked for, the configuration and the defaults hold. */
export const nothingAsked = {
  failOn: undefined,
  only: [],
  scope: undefined,
  profile: undefined,
  trusted: true,
  timings: false,
  paths: [],
  chartsDir: null,
};

/** The real engines, one instance each; what is not asked starts nothing. */
export function openTestWorld(): { readonly world: World; readonly close: () => Promise<unknown> } {
  const [helm, kustomize, kubernetes] = (['helm', 'kustomize', 'kubernetes'] as const).map((name) =>
    openEngine(name, { instances: 1 }),
  ) as [World['helm'], World['kustomize'], World['helm']];
  const world: World = {
    helm,
    kustomize,
    check: (questions) => checkObjects(kubernetes, questions),
    engineVersion: engineKubernetesVersion,
    clock: () => 0,
    today: '2026-11-26',
    progress: () => {},
    tool: { name: 'test', version: '0' },
  };
  return { world, close: () => Promise.all([helm, kustomize, kubernetes].map((engine) => engine.close())) };
}

/** Every line of every changed file counts as added. */
export function wholeHunks(comparison: Comparison, head: Files): Comparison {
  const changes = comparison.changes.map((change): FileChange => {
    const lines = String(head[change.path] ?? '')
      .split('\n')
      .map((_, index) => index + 1);
    const hunk = { oldStart: 1, oldLines: 0, newStart: 1, newLines: lines.length, added: lines, deleted: [] };
    return { ...change, hunks: [hunk] };
  });
  return { ...comparison, changes };
}
