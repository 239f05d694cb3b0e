import type { Evidence } from '../resources/evidence.ts';
import { isInjected } from '../resources/serving.ts';
import type { Container, Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';
import { type Environment, type RuntimeName, runtimeNames } from './environment.ts';
import { annotationOf } from './facts.ts';
import { statementFor } from './match.ts';
import { windowsPod } from './platform-name.ts';
import { runtimeSignals } from './runtime-signals.ts';

export interface Runtime {
  readonly name: RuntimeName;
  readonly evidence: readonly Evidence[];
  readonly stated: boolean;
}

const last = new WeakMap<Container, { workload: Workload; environment: Environment; runtime: Runtime }>();

/** What kind of program a container runs; `unknown` unless something convincing says so. */
export function runtimeOf(workload: Workload, container: Container, environment: Environment): Runtime {
  const known = last.get(container);
  if (known?.workload === workload && known.environment === environment) return known.runtime;
  const runtime =
    statedRuntime(workload, container, environment) ?? inferred(workload, container, environment);
  last.set(container, { workload, environment, runtime });
  return runtime;
}

/** A statement is about the application: not about what runs before it or beside it. */
function statedRuntime(workload: Workload, container: Container, environment: Environment): Runtime | null {
  if (container.role !== 'main' || isInjected(container)) return null;
  const annotated = annotationOf(workload, 'lifecycle-review/runtime', runtimeNamed);
  if (annotated !== null) return { name: annotated.value, evidence: [annotated.evidence], stated: true };
  const name = statementFor(environment.workloads, workload)?.runtime ?? null;
  if (name === null) return null;
  return { name, evidence: [{ text: `configuration (${code('runtime')})` }], stated: true };
}

function runtimeNamed(text: string): RuntimeName | null {
  return runtimeNames.find((name) => name === text.trim()) ?? null;
}

/** What decides most about starting and stopping comes first. */
const order: readonly RuntimeName[] = [
  'windows-dotnet',
  'database',
  'ml-inference',
  'jvm',
  'grpc',
  'web',
  'worker',
];

function inferred(workload: Workload, container: Container, environment: Environment): Runtime {
  const windows =
    statementFor(environment.platforms, workload)?.platform === 'windows' || windowsPod(workload) !== null;
  const signals = runtimeSignals(workload, container, windows);
  const name = order.find((each) => signals.some((signal) => signal.runtime === each)) ?? 'unknown';
  const evidence = signals.filter(({ runtime }) => runtime === name).map((signal) => signal.evidence);
  return { name, evidence, stated: false };
}
