import type { RenderedDocument, Unknowns } from '../../engines/helm.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { ignoresOf } from '../ignores.ts';
import type { Render } from '../unit.ts';
import { Again } from './cause-again.ts';
import { mayHideObjects } from './lenient.ts';
import { objectsIn } from './objects.ts';
import { questionOf, type ReadValues } from './question.ts';
import type { ReleaseRequest, Trouble } from './release.ts';
import type { HelmRun } from './run.ts';
import { assumptionsOf } from './stated-release.ts';
import { ChartManifest, type DocumentTrace } from './trace.ts';
import { ValuesLines } from './values-lines.ts';

/** A render of which nothing came out. */
export function failed({ unit, setName }: ReleaseRequest, troubles: readonly Trouble[]): Render {
  return {
    valuesSet: setName,
    manifests: [],
    notChecked: troubles.map((trouble) => ({ unit, ...trouble })),
    ignores: [],
    state: 'failed',
  };
}

interface RenderedDocuments {
  readonly documents: readonly RenderedDocument[];
  readonly unknown?: Unknowns;
}

/** What came out of a render, with the way back to the files of each field. */
export function rendered(
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
