import type { Manifest } from '../../src/manifest/manifest.ts';
import { parseRawFile, rawUnit } from '../../src/render/raw/raw.ts';
import { uncheckedResource } from '../../src/resources/check.ts';
import type { Resource } from '../../src/resources/resource.ts';
import { defaultLimits } from '../../src/text/limits.ts';

/** The manifests of literal files of one folder. */
export function manifestsOf(files: Readonly<Record<string, string>>): readonly Manifest[] {
  const parsed = Object.entries(files).map(([path, text]) =>
    parseRawFile(path, { kind: 'bytes', bytes: new TextEncoder().encode(text) }, defaultLimits),
  );
  return rawUnit('deploy', 'raw:deploy', parsed, 'head', new Set()).renders[0]!.manifests;
}

/** The objects of one file, as Kubernetes was not asked about them. */
export function resourcesOf(text: string): readonly Resource[] {
  return manifestsOf({ 'deploy/web.yaml': text }).map(uncheckedResource);
}

interface WorkloadOptions {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly namespace?: string;
  /** `name=image` each. */
  readonly containers?: readonly string[];
  readonly init?: readonly string[];
}

/** A workload with nothing but its name and its containers. */
export function workload(name: string, options: WorkloadOptions = {}): string {
  const { kind = 'Deployment', apiVersion = 'apps/v1', namespace, containers, init = [] } = options;
  const list = (all: readonly string[]): string =>
    JSON.stringify(all.map((each) => ({ name: each.split('=')[0], image: each.split('=')[1] })));
  return `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
${namespace === undefined ? '' : `  namespace: ${namespace}\n`}spec:
  template:
    spec:
      initContainers: ${list(init)}
      containers: ${list(containers ?? [`${name}=acme/${name}:1`])}
`;
}
