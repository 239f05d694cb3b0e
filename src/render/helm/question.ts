import type { HelmRenderRequest, HelmRenderResult } from '../../engines/helm.ts';
import { isEncrypted } from '../../manifest/objects.ts';
import { parseStream } from '../../manifest/parse.ts';
import type { FileRead } from '../../repository/tree.ts';
import type { Limits } from '../../text/limits.ts';
import type { InlineValues } from '../gitops/release.ts';
import { inlineName } from './helm-errors.ts';
import type { ReleaseRequest, Trouble } from './release.ts';
import type { HelmRun } from './run.ts';
import { fullVersion } from './stated-release.ts';
import { valuesKey } from './values-key.ts';
import type { ValuesFile } from './values-lines.ts';

export function inlineFile(layer: InlineValues): ReadValues {
  return { ...layer, name: inlineName(layer) };
}

/** A values file with the name that the engine's errors call it by. */
export type ReadValues = ValuesFile & { readonly path: string; readonly name: string };

/** A values file as it was read, or why it could not be. */
export function valuesOf(path: string, read: FileRead | undefined, limits: Limits): ReadValues | Trouble {
  if (read === undefined || read.kind === 'absent') {
    return { path, reason: 'render-failed', detail: `The values file ${path} is not there.`, line: null };
  }
  if (read.kind === 'refused') return { path, reason: read.reason, detail: read.detail, line: null };
  const text = new TextDecoder().decode(read.bytes);
  if (text.includes('sops') && isEncrypted(parseStream(text, limits).documents[0]?.value)) {
    return {
      path,
      reason: 'encrypted',
      detail: `The values file ${path} is encrypted with SOPS.`,
      line: null,
    };
  }
  return { path, name: path, text };
}

/** Asks again with every file of the chart where a template looks at one that was withheld. */
export async function askWhole(
  request: ReleaseRequest,
  values: readonly ReadValues[],
  run: HelmRun,
  lenient: boolean,
): Promise<{ readonly result: HelmRenderResult; readonly whole: ReleaseRequest }> {
  const result = await ask(request, values, run, lenient);
  if (!('error' in result) || result.error.reason !== 'withheld') return { result, whole: request };
  const whole = { ...request, input: await request.input.whole() };
  return { result: await ask(whole, values, run, lenient), whole };
}

async function ask(
  request: ReleaseRequest,
  values: readonly ReadValues[],
  run: HelmRun,
  lenient: boolean,
): Promise<HelmRenderResult> {
  const { input, set, releaseName } = request;
  const { files, withheld } = input;
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  if (bytes > run.limits.chartBytes) {
    const message = `The chart's files exceed ${run.limits.chartBytes} bytes.`;
    return { error: { message, file: null, line: null, column: null, reason: 'too-large' } };
  }
  const namespace = set.namespace ?? 'default';
  const kubeVersion = fullVersion(set.release?.kubeVersion ?? run.kubeVersion);
  const more = set.release?.apiVersions ?? [];
  const texts = values.map(({ text }) => text);
  const question = [
    lenient,
    releaseName,
    namespace,
    kubeVersion,
    more,
    valuesKey(input, texts, run.limits) ?? texts,
  ];
  const key = JSON.stringify([question, files.map(({ path, id }) => [path, id]), withheld]);
  let answer = run.answers.get(key);
  if (answer === undefined) {
    answer = run.render(questionOf(request, values, run, lenient));
    run.answers.set(key, answer);
  }
  return answer;
}

/** What the engine is asked for a release. */
export function questionOf(
  { input, set, releaseName }: ReleaseRequest,
  values: readonly ReadValues[],
  run: HelmRun,
  lenient: boolean,
): HelmRenderRequest {
  return {
    files: input.files.map(({ path, bytes }) => ({ path, bytes })),
    withheld: input.withheld,
    values: values.map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) })),
    releaseName,
    namespace: set.namespace ?? 'default',
    kubeVersion: fullVersion(set.release?.kubeVersion ?? run.kubeVersion),
    servedVersions: [...run.servedVersions, ...(set.release?.apiVersions ?? [])],
    trace: true,
    lenient,
  };
}
