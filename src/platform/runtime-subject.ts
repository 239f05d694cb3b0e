import { valueAt } from '../manifest/field-path.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import { type ImageName, imageNameOf } from '../programs/image.ts';
import { type Started, startedBy } from '../programs/started.ts';
import type { Evidence } from '../resources/evidence.ts';
import { declaredPorts } from '../resources/ports.ts';
import { metricsWords } from '../resources/serving.ts';
import { type Container, containerField, type Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';
import { nameWords } from '../text/name-words.ts';
import type { RuntimeName } from './environment.ts';

/** What is read of a container to tell its runtime; nothing of it is a value that somebody may want to keep secret. */
export interface RuntimeSubject {
  readonly workload: Workload;
  readonly container: Container;
  readonly windows: boolean;
  readonly image: ImageName | null;
  readonly started: Started | null;
  /** Names of its environment variables; null where a name is not known. */
  readonly env: readonly (string | null)[];
  /** Names (or '') of the ports that take requests. */
  readonly ports: readonly string[];
}

/** Something that was read and says which runtime it is. */
export interface Signal {
  readonly runtime: RuntimeName;
  readonly evidence: Evidence;
}

export function runtimeSubject(workload: Workload, container: Container, windows: boolean): RuntimeSubject {
  const image = containerField(workload, container, 'image').value;
  const env = containerField(workload, container, 'env').value;
  return {
    workload,
    container,
    windows,
    image: typeof image === 'string' && image !== '' ? imageNameOf(image) : null,
    started: startedBy(workload, container),
    env: (Array.isArray(env) ? env : []).map(nameOf),
    ports: declaredPorts(workload, container)
      .ports.map(({ name }) => name ?? '')
      .filter((name) => !nameWords(name).some((word) => aside.has(word))),
  };
}

function nameOf(entry: unknown): string | null {
  const name = valueAt(entry, ['name']);
  return typeof name === 'string' && !isPlaceholder(name) ? name : null;
}

/** Words of ports that are there to watch or to steer a program. */
const aside: ReadonlySet<string> = new Set([...metricsWords, 'admin', 'debug', 'health', 'healthz', 'jmx']);

export function signal(
  { workload, container }: RuntimeSubject,
  runtime: RuntimeName,
  words: string,
  ...path: readonly (string | number)[]
): Signal {
  const at = { resource: workload.resource, path: [...container.path, ...path] };
  return { runtime, evidence: { text: `container ${code(container.name)} ${words}`, at } };
}
