import { formatFieldPath } from '../../src/manifest/field-path.ts';
import { defaultEnvironment, type Environment } from '../../src/platform/environment.ts';
import { type Platform, platformOf } from '../../src/platform/platform.ts';
import { type Runtime, runtimeOf } from '../../src/platform/runtime.ts';
import type { Evidence } from '../../src/resources/evidence.ts';
import { type Inventory, inventoryOf } from '../../src/resources/inventory.ts';
import type { Workload } from '../../src/resources/workload.ts';
import { resourcesOf } from '../resources/support.ts';

/** The first workload of one file, with everything else that stands in it; Kubernetes was not asked. */
export function workloadIn(text: string): { readonly workload: Workload; readonly inventory: Inventory } {
  const inventory = inventoryOf('raw:deploy', resourcesOf(text), true, null);
  const [workload] = inventory.workloads;
  if (workload === undefined) throw new Error('no workload');
  return { workload, inventory };
}

interface Parts {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly namespace?: string;
  /** Annotations of the object. */
  readonly annotations?: object;
  /** Metadata of the pod template. */
  readonly pod?: object;
  /** Fields of the pod spec. */
  readonly spec?: object;
  /** Fields of the only container, which is named `app`. */
  readonly container?: object;
}

/** A Deployment `web` of one container `app`, as one YAML document. */
export function deployment(parts: Parts = {}): string {
  const { kind = 'Deployment', apiVersion = 'apps/v1', name = 'web', namespace, annotations } = parts;
  const metadata = { labels: { app: 'web' }, ...parts.pod };
  const spec = { containers: [{ name: 'app', image: 'acme/app:1', ...parts.container }], ...parts.spec };
  const object = {
    apiVersion,
    kind,
    metadata: { name, namespace, annotations },
    spec: { template: { metadata, spec } },
  };
  return `---\n${JSON.stringify(object)}\n`;
}

/** A Service `web` of the pods of `deployment()`. */
export function service(spec: object = {}, annotations: object = {}, name = 'web'): string {
  const object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, annotations },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  };
  return `---\n${JSON.stringify(object)}\n`;
}

export function environmentWith(parts: Partial<Environment>): Environment {
  return { ...defaultEnvironment, ...parts };
}

export function platformIn(text: string, environment = defaultEnvironment): Platform {
  const { workload, inventory } = workloadIn(text);
  return platformOf(workload, inventory, environment);
}

/** The runtime of the first container. */
export function runtimeIn(text: string, environment = defaultEnvironment): Runtime {
  const { workload } = workloadIn(text);
  return runtimeOf(workload, workload.containers[0]!, environment);
}

/** `text @ field` of each. */
export function shown(evidence: readonly Evidence[]): readonly string[] {
  return evidence.map(({ text, at }) => (at === undefined ? text : `${text} @ ${formatFieldPath(at.path)}`));
}
