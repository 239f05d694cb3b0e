import { parse } from 'yaml';
import type { Resource } from '../../src/resources/resource.ts';
import { type Container, type Workload, workloadOf } from '../../src/resources/workload.ts';

/** A workload from YAML, without Kubernetes' defaults (as for a kind that the engine does not know). */
export function workloadFrom(text: string): Workload {
  const value = parse(text);
  const ref = { apiVersion: value.apiVersion, kind: value.kind, namespace: null, name: 'web' };
  const origin = { kind: 'raw', path: 'deploy/web.yaml', document: 0 } as const;
  const manifest = { ref, value, text, origin, locate: () => null, linesOf: () => [] };
  const resource: Resource = { manifest, ref, checked: null, defaulted: value };
  const workload = workloadOf(resource);
  if (workload === null) throw new Error('no workload');
  return workload;
}

/** A Pod of one container `web` with these fields. */
export function podWith(container: object, spec: object = {}): { workload: Workload; container: Container } {
  const workload = workloadFrom(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...spec },
    }),
  );
  const [first] = workload.containers;
  if (first === undefined) throw new Error('no container');
  return { workload, container: first };
}
