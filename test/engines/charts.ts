import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChartFile, HelmRenderRequest } from '../../src/engines/helm.ts';

export const syntheticChart = fileURLToPath(new URL('../../fixtures/charts/synthetic', import.meta.url));

/** Each has the output of the real Helm beside the chart, in expected/. */
export const syntheticCases: {
  name: string;
  values: string[];
  settings: Partial<HelmRenderRequest>;
  flags: string[];
}[] = [
  { name: 'default', values: [], settings: {}, flags: [] },
  {
    name: 'production',
    values: ['values-production.yaml'],
    settings: { releaseName: 'synthetic-live', namespace: 'live', includeCrds: true, isUpgrade: true },
    flags: ['synthetic-live', '--namespace=live', '--include-crds', '--is-upgrade'],
  },
  {
    name: 'hardened',
    values: ['values-production.yaml', 'values-hardened.yaml'],
    settings: { kubeVersion: '1.31.2', apiVersions: ['gateway.networking.k8s.io/v1'], includeCrds: true },
    flags: ['--kube-version=1.31.2', '--api-versions=gateway.networking.k8s.io/v1', '--include-crds'],
  },
];

export function syntheticRequest(values: readonly string[] = []): HelmRenderRequest {
  return {
    files: readFolder(syntheticChart),
    values: values.map((name) => ({ name, bytes: readFileSync(join(syntheticChart, name)) })),
  };
}

export function readFolder(folder: string): ChartFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
  return entries.map((e) => {
    const file = join(e.parentPath, e.name);
    return { path: relative(folder, file).replaceAll('\\', '/'), bytes: readFileSync(file) };
  });
}

/** A chart from texts. Chart.yaml is there unless given. */
export function chart(
  files: Record<string, string | Uint8Array>,
  values: Record<string, string> = {},
): HelmRenderRequest {
  const all = { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n', ...files };
  return {
    files: Object.entries(all).map(([path, content]) => ({ path, bytes: bytesOf(content) })),
    values: Object.entries(values).map(([name, text]) => ({ name, bytes: bytesOf(text) })),
  };
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
