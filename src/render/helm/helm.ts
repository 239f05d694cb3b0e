import type { HelmRenderRequest, HelmRenderResult, RenderedDocument, Unknowns } from '../../engines/helm.ts';
import { isEncrypted, type KubernetesObject, objectsOf, quietObject } from '../../manifest/objects.ts';
import { type ParsedDocument, type ParseProblem, parseStream } from '../../manifest/parse.ts';
import { holdsToken, withUnknowns } from '../../manifest/unknown.ts';
import type { FileRead } from '../../repository/tree.ts';
import type { Limits } from '../../text/limits.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { InlineValues } from '../gitops/release.ts';
import { ignoresOf } from '../ignores.ts';
import type { Turns } from '../in-turns.ts';
import type { Render } from '../unit.ts';
import { Again, type RenderedAgain } from './cause-again.ts';
import { helmTrouble, inlineName } from './helm-errors.ts';
import { lackingIn, mayHideObjects, mayRenderLeniently, missingDependency } from './lenient.ts';
import type { ReleaseRequest, Trouble } from './release.ts';
import { assumptionsOf, fullVersion, withoutDefaults } from './stated-release.ts';
import { ChartManifest, type DocumentTrace } from './trace.ts';
import { valuesKey } from './values-key.ts';
import { type ValuesFile, ValuesLines } from './values-lines.ts';

/** Renders one chart. */
export type RenderChart = (request: HelmRenderRequest) => Promise<HelmRenderResult>;

/** What every render of a run shares. */
export interface HelmRun {
  readonly limits: Limits;
  /** As `v1.34.0`. */
  readonly kubeVersion: string;
  readonly servedVersions: readonly string[];
  readonly render: RenderChart;
  readonly onRender: (render: Render) => void;
  readonly turns: Turns;
  /** Answers by what was asked: base and head often ask the same. */
  readonly answers: Map<string, Promise<HelmRenderResult>>;
  /** Objects by their document's text: most are the same at base and head, and in every values set. */
  readonly objects: Map<string, DocumentObjects>;
  readonly again: RenderedAgain;
}

interface DocumentObjects {
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly ParseProblem[];
}

export async function renderRelease(asked: ReleaseRequest, run: HelmRun): Promise<Render> {
  const request = asked.set.release?.replacesDefaults ? withoutDefaults(asked) : asked;
  const { set, charts } = request;
  const layers = set.release?.layers ?? set.files;
  const reads = await charts.layout.tree.read(layers.filter((layer) => typeof layer === 'string'));
  const values = layers.map((layer) =>
    typeof layer === 'string' ? valuesOf(layer, reads.get(layer), run.limits) : inlineFile(layer),
  );
  const unreadable = values.flatMap((file) => ('reason' in file ? [file] : []));
  if (unreadable.length > 0) return failed(request, unreadable);
  const files = values.flatMap((file) => ('text' in file ? [file] : []));
  const { missing } = request.input;
  if (missing.length > 0) {
    // Helm itself would not begin.
    const troubles = missing.map((dependency) => missingDependency(dependency, request.input));
    return renderLeniently(request, troubles, files, run);
  }
  const { result, whole } = await askWhole(request, files, run, false);
  const lacking = whole.input.refused.map((file): Trouble => ({ ...file, line: null }));
  if ('documents' in result) return rendered(whole, result, files, lacking, run);
  // What Helm says about a chart whose files could not all be read is not the chart's fault.
  if (lacking.length > 0) return failed(whole, lacking);
  const trouble = helmTrouble(result.error, whole, run.limits);
  return mayRenderLeniently(result.error)
    ? renderLeniently(whole, [trouble], files, run)
    : failed(whole, [trouble]);
}

function inlineFile(layer: InlineValues): ReadValues {
  return { ...layer, name: inlineName(layer) };
}

/** A values file with the name that the engine's errors call it by. */
type ReadValues = ValuesFile & { readonly path: string; readonly name: string };

/** Only what does not render as it stands is rendered with what is unknown left open. */
async function renderLeniently(
  request: ReleaseRequest,
  troubles: readonly Trouble[],
  values: readonly ReadValues[],
  run: HelmRun,
): Promise<Render> {
  const { result, whole } = await askWhole(request, values, run, true);
  if ('error' in result || whole.input.refused.length > 0) return failed(whole, troubles);
  const refusals = troubles.map((trouble) => ({ unit: whole.unit, ...trouble }));
  return { ...rendered(whole, result, values, lackingIn(result.unknown, troubles, whole), run), refusals };
}

/** Asks again with every file of the chart where a template looks at one that was withheld. */
async function askWhole(
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

function failed({ unit, setName }: ReleaseRequest, troubles: readonly Trouble[]): Render {
  return {
    valuesSet: setName,
    manifests: [],
    notChecked: troubles.map((trouble) => ({ unit, ...trouble })),
    ignores: [],
    state: 'failed',
  };
}

function valuesOf(path: string, read: FileRead | undefined, limits: Limits): ReadValues | Trouble {
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

function questionOf(
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

interface RenderedDocuments {
  readonly documents: readonly RenderedDocument[];
  readonly unknown?: Unknowns;
}

function rendered(
  request: ReleaseRequest,
  { documents, unknown }: RenderedDocuments,
  values: readonly ReadValues[],
  lacking: readonly Trouble[],
  run: HelmRun,
): Render {
  const { limits } = run;
  if (documents.length > limits.documents) {
    const detail = `It renders ${documents.length} documents, more than ${limits.documents}.`;
    return failed(request, [{ path: null, reason: 'too-large', detail, line: null }]);
  }
  const { input, charts, unit, setName } = request;
  const lines = new ValuesLines(input.folder, charts, input.files, values, limits);
  const byPath = new Map(input.files.map((file) => [file.path, file]));
  const troubles = [...lacking];
  const lenient = unknown !== undefined;
  const question = questionOf(request, values, run, lenient);
  const again = lenient ? null : new Again(question, run.render, input.files, values, limits, run.again);
  let unread = 0;
  const manifests = documents.flatMap((document, index) => {
    const release = { files: byPath, values: lines, again, index, limits };
    const { problems, manifests } = manifestsOf(document, request, release, run);
    troubles.push(...problems);
    unread += problems.length;
    return manifests;
  });
  const notChecked = troubles.map((trouble): NotChecked => ({ unit, ...trouble }));
  return {
    valuesSet: setName,
    manifests,
    notChecked,
    ignores: ignoresOf(input.files, values),
    ...assumptionsOf(request),
    state:
      unknown === undefined
        ? stateOf(notChecked.length)
        : stateOf(unread + (mayHideObjects(unknown) ? 1 : 0)),
    ...(unknown === undefined ? {} : { lenient: true }),
    ...(again === null ? {} : { again }),
  };
}

function stateOf(troubles: number): Render['state'] {
  return troubles === 0 ? 'ok' : 'partial';
}

const reasons = {
  limit: 'too-large',
  strict: 'unsupported',
  syntax: 'parse-failed',
  template: 'parse-failed',
} as const;

function manifestsOf(
  document: RenderedDocument,
  { input, set, releaseName, revision }: ReleaseRequest,
  release: Pick<DocumentTrace, 'files' | 'values' | 'again' | 'index' | 'limits'>,
  run: HelmRun,
) {
  const { template, subcharts } = sourceOf(document.source);
  const { objects, problems } = objectsIn(document.text, run);
  const trace: DocumentTrace = { ...release, document, subcharts, revision };
  const inventedRelease = set.name === null ? releaseName : null;
  const hook = document.kind === 'hook';
  const origin = { kind: 'helm', chart: input.folder, template, hook, inventedRelease } as const;
  const manifests = objects.map((object) => {
    // A `default` that comes from our own release namespace says nothing.
    const supplied = set.namespace === null && object.ref.namespace === 'default';
    return new ChartManifest(
      supplied ? { ...object.ref, namespace: null } : object.ref,
      origin,
      object,
      trace,
    );
  });
  return {
    manifests,
    problems: problems.map((problem): Trouble => {
      const place = document.origins[problem.line - 1];
      const path = release.files.get(place?.file ?? '')?.repositoryPath ?? null;
      const detail = `What ${template} renders is not valid YAML: ${problem.message}.`;
      return {
        path,
        reason: reasons[problem.kind],
        detail,
        line: path === null ? null : place!.line,
      };
    }),
  };
}

function objectsIn(text: string, { objects: known, limits }: HelmRun): DocumentObjects {
  let found = known.get(text);
  if (found === undefined) {
    const unsure = holdsToken(text);
    const quiet = unsure ? null : quietObject(text, limits);
    found = quiet === null ? parsedObjects(text, limits, unsure) : { objects: [quiet], problems: [] };
    known.set(text, found);
  }
  return found;
}

function parsedObjects(text: string, limits: Limits, unsure: boolean): DocumentObjects {
  const { documents, problems } = parseStream(text, limits);
  const known = unsure ? documents.map(opened) : documents;
  return { objects: known.flatMap(objectsOf), problems };
}

/** The document with its unknowns as such. */
function opened(document: ParsedDocument): ParsedDocument {
  const { index, text, startLine } = document;
  return {
    index,
    text,
    startLine,
    value: withUnknowns(document.value),
    locate: (path) => document.locate(path),
    locateAlong: (path) => document.locateAlong(path),
    textAt: (path) => document.textAt(path),
  };
}

/** `web/charts/redis/templates/a.yaml` is the template `charts/redis/templates/a.yaml` of the subchart `redis`. */
export function sourceOf(source: string): {
  readonly template: string;
  readonly subcharts: readonly string[];
} {
  const template = source.slice(source.indexOf('/') + 1);
  const subcharts: string[] = [];
  let rest = template.split('/');
  while (rest[0] === 'charts' && rest.length > 2) {
    subcharts.push(rest[1]!);
    rest = rest.slice(2);
  }
  return { template, subcharts };
}
