import { type Engine, openEngine } from '../engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../engines/kubernetes.ts';
import type { Limits } from '../text/limits.ts';
import { tool } from '../version.ts';
import type { World } from '../world.ts';

export interface OpenWorld extends World {
  readonly kubernetes: Engine;
  close(): Promise<void>;
}

/** The engines behind their interfaces. Nothing starts before it is asked for. */
export function openWorld(
  limits: Pick<Limits, 'engineMemoryMiB' | 'renderSeconds'>,
  { clock, today }: Pick<World, 'clock' | 'today'>,
  progress: (text: string) => void,
): OpenWorld {
  const options = { memoryMiB: limits.engineMemoryMiB, deadlineMs: limits.renderSeconds * 1000 };
  const helm = openEngine('helm', options);
  const kustomize = openEngine('kustomize', options);
  // One batch of questions needs one instance.
  const kubernetes = openEngine('kubernetes', { ...options, instances: 1 });
  // What is rendered will be checked: the second engine gets ready while the first one works.
  const followed = (engine: Engine): Engine => ({
    warm: () => engine.warm(),
    close: () => engine.close(),
    call(header, blobs) {
      const answer = engine.call(header, blobs);
      kubernetes.warm();
      return answer;
    },
  });
  return {
    helm: followed(helm),
    kustomize: followed(kustomize),
    kubernetes,
    check: (questions) => checkObjects(kubernetes, questions),
    engineVersion: engineKubernetesVersion,
    clock,
    today,
    progress,
    tool,
    async close() {
      await Promise.all([helm.close(), kustomize.close(), kubernetes.close()]);
    },
  };
}
