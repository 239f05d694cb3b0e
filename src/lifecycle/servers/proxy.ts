import { readField } from '../../resources/resource.ts';
import type { Workload } from '../../resources/workload.ts';
import type { ServerTimeout } from '../server-timeouts.ts';
import { goDuration } from './durations.ts';

/**
 * What the annotations of a pod template tell proxies that are injected into it. Istio's agent sleeps that long, unless
 * EXIT_ON_ZERO_ACTIVE_CONNECTIONS ends it sooner; as a native sidecar it starts only when the application has ended.
 */
export function proxyTimeouts(workload: Workload): readonly ServerTimeout[] {
  const path = [...workload.templatePath, 'metadata', 'annotations', 'proxy.istio.io/config'];
  const { value } = readField(workload.resource, path);
  const written = typeof value === 'string' ? drainDuration.exec(value)?.[1] : undefined;
  const seconds = written === undefined ? null : goDuration(written);
  if (seconds === null) return [];
  return [
    {
      server: 'istio-proxy',
      setting: 'terminationDrainDuration',
      seconds,
      kind: 'maximum',
      written: true,
      path,
      source: 'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig',
    },
  ];
}

/** In YAML or JSON; of a placeholder nothing is read. */
const drainDuration =
  /(?:^|[\s{,])["']?terminationDrainDuration["']?\s*:\s*["']?([\d.hms]+)["']?\s*(?:$|[\n,}#])/;
