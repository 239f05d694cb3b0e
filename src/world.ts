import type { Engine } from './engines/engine.ts';
import type { CheckObjects } from './kubernetes/api.ts';
import type { Report } from './review/report.ts';

/** What the pipeline needs from outside; nothing of it is started before a unit asks for it. */
export interface World {
  readonly helm: Engine;
  readonly kustomize: Engine;
  readonly check: CheckObjects;
  /** Version of Kubernetes that `check` embeds, e.g. `1.36`. */
  readonly engineVersion: string;
  /** Milliseconds since any fixed moment. */
  readonly clock: () => number;
  /** The day in UTC, `YYYY-MM-DD`. */
  readonly today: string;
  readonly progress: (text: string) => void;
  readonly tool: Report['tool'];
}
