import { createHash } from 'node:crypto';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { normalized } from '../paths.ts';
import { unitOf } from './argocd.ts';
import { layerOf } from './argocd-parameters.ts';
import { cannot, type GitOpsContext } from './context.ts';
import { substituteValue } from './envsubst.ts';
import { variablesFor } from './flux-kustomization.ts';
import { clusterOf, fluxSource, objectsNamed, textAt } from './flux-sources.ts';
import { valuesFromKustomize } from './generated-maps.ts';
import { type GitOpsObject, valuesMap, valuesText } from './inline-values.ts';
import { postRenderersOf } from './post-renderers.ts';
import type { Found, InlineValues, Release, ValuesLayer } from './release.ts';

/**
 * What a Flux HelmRelease deploys from a chart of this repository.
 * https://fluxcd.io/flux/components/helm/helmreleases/
 */
export async function helmReleaseReleases(written: GitOpsObject, context: GitOpsContext): Promise<Found> {
  // A document without a chart is a patch of another one.
  if (isPatch(written)) return { releases: [], notChecked: [] };
  const object = withVariables(written, context);
  const unit = unitOf('flux', object);
  const read = await releaseOf(object, unit, context);
  return 'reason' in read ? { releases: [], notChecked: [read] } : { releases: [read], notChecked: [] };
}

function isPatch(object: GitOpsObject): boolean {
  return textAt(object.manifest.value, ['spec', 'chart', 'spec', 'chart']) === null && !hasReference(object);
}

const hasReference = ({ manifest }: GitOpsObject): boolean =>
  isMap(valueAt(manifest.value, ['spec', 'chartRef']));

/** The object as it is after what reaches its folder has put in its variables. */
function withVariables(object: GitOpsObject, context: GitOpsContext): GitOpsObject {
  if (object.built?.isFilledIn === true) return object;
  const { manifest } = object;
  const key = 'kustomize.toolkit.fluxcd.io/substitute';
  const off = ['labels', 'annotations'].some(
    (each) => valueAt(manifest.value, ['metadata', each, key]) === 'disabled',
  );
  const held = off ? null : variablesFor(object.path, context);
  if (held === null) return object;
  const value = substituteValue(manifest.value, held);
  const name = textAt(value, ['metadata', 'name']) ?? manifest.ref.name;
  return {
    ...object,
    manifest: {
      ref: { ...manifest.ref, name, namespace: textAt(value, ['metadata', 'namespace']) },
      value: isMap(value) ? value : {},
      text: manifest.text,
      origin: manifest.origin,
      locate: (path) => manifest.locate(path),
      locateInMap: (path, key) => manifest.locateInMap(path, key),
      linesOf: (path) => manifest.linesOf(path),
      locateInText: (path, line, inner, held) => manifest.locateInText(path, line, inner, held),
    },
  };
}

interface ChartReference {
  /** Where `chart`, `sourceRef` and `valuesFiles` stand. */
  readonly object: GitOpsObject;
  readonly at: FieldPath;
}

function chartOf(object: GitOpsObject, context: GitOpsContext): ChartReference | null {
  const { value, ref } = object.manifest;
  if (!hasReference(object)) return { object, at: ['spec', 'chart', 'spec'] };
  const reference = valueAt(value, ['spec', 'chartRef']);
  const name = textAt(reference, ['name']);
  if (textAt(reference, ['kind']) !== 'HelmChart' || name === null) return null;
  const namespace = textAt(reference, ['namespace']) ?? ref.namespace;
  const [chart] = objectsNamed(context, 'source.toolkit.fluxcd.io', 'HelmChart', name, namespace);
  return chart === undefined ? null : { object: chart, at: ['spec'] };
}

async function releaseOf(
  object: GitOpsObject,
  unit: string,
  context: GitOpsContext,
): Promise<Release | NotChecked> {
  const { value, ref } = object.manifest;
  const chart = chartOf(object, context);
  if (chart === null) {
    const reference = valueAt(value, ['spec', 'chartRef']);
    const named = `${textAt(reference, ['kind']) ?? ''}/${textAt(reference, ['name']) ?? ''}`;
    const detail = `Its chart comes from ${code(named)}, which is not in this repository.`;
    return cannot(unit, object, ['spec', 'chartRef'], 'remote-source', detail);
  }
  const spec = valueAt(chart.object.manifest.value, chart.at);
  const path = textAt(spec, ['chart']) ?? '';
  const folder = normalized(path);
  const source = fluxSource(
    valueAt(spec, ['sourceRef']),
    chart.object.manifest.ref.namespace,
    folder ?? '.',
    context,
  );
  if (folder === null || 'remote' in source || !context.layout.isChart(folder)) {
    const why =
      folder !== null && 'remote' in source ? source.remote : `there is no chart in ${code(path)} here`;
    const detail = `Its chart ${code(path)} is not in this repository: ${why}.`;
    return cannot(unit, chart.object, [...chart.at, 'chart'], 'remote-source', detail);
  }
  const files = filesOf(spec, context);
  const values = await valuesOf(object, files.paths, context);
  const declared = object.manifest.locate([]);
  const namespace = textAt(value, ['spec', 'targetNamespace']);
  return {
    id: unit,
    declaredAt: { path: declared?.path ?? object.path, line: declared?.startLine ?? null },
    source: {
      kind: 'helm',
      folder,
      layers: values.layers,
      replacesDefaults: files.replaces,
      postRenderers: postRenderersOf(object),
    },
    name: releaseName(textAt(value, ['spec', 'releaseName']), namespace, ref.name),
    namespace: namespace ?? ref.namespace,
    ...clusterOf(value),
    kubeVersion: null,
    apiVersions: [],
    assumptions: [
      ...source.assumptions,
      ...files.assumptions,
      ...values.assumptions,
      ...patches(object, context),
    ],
  };
}

/** As Flux makes it: `[namespace-]name`, cut at 53 characters with a part of its digest. */
function releaseName(stated: string | null, namespace: string | null, name: string): string {
  if (stated !== null) return stated;
  const whole = namespace === null ? name : `${namespace}-${name}`;
  if (whole.length <= 53) return whole;
  return `${whole.slice(0, 40)}-${createHash('sha256').update(whole).digest('hex').slice(0, 12)}`;
}

/** `valuesFiles` count from the source's root, and the chart's own values.yaml is one of them or not read at all. */
function filesOf(spec: unknown, { layout, real }: GitOpsContext) {
  const listed = valueAt(spec, ['valuesFiles']);
  const names = Array.isArray(listed) ? listed.map(String) : [];
  const ignoresMissing = valueAt(spec, ['ignoreMissingValuesFiles']) === true;
  const paths = names.flatMap((name) => normalized(name) ?? []).map(real);
  return {
    paths: paths.filter((path) => !ignoresMissing || layout.entry(path) !== undefined),
    replaces: names.length > 0,
    assumptions: names
      .filter((name) => normalized(name) === null)
      .map((name) => `${code(name)} sets none of these`),
  };
}

/** Values in Flux's order: files of the chart, references as listed, inline values, references with a path of their own. */
async function valuesOf(
  object: GitOpsObject,
  files: readonly string[],
  context: GitOpsContext,
): Promise<{ readonly layers: readonly ValuesLayer[]; readonly assumptions: readonly string[] }> {
  const { value } = object.manifest;
  const layers: ValuesLayer[] = [...files];
  const after: InlineValues[] = [];
  const assumptions: string[] = [];
  const references = valueAt(value, ['spec', 'valuesFrom']);
  for (const [index, reference] of Array.isArray(references) ? references.entries() : []) {
    const found = referred(reference, object, context);
    const target = textAt(reference, ['targetPath']);
    if (found === null) {
      if (valueAt(reference, ['optional']) !== true || textAt(reference, ['kind']) === 'Secret') {
        const named = `${textAt(reference, ['kind']) ?? ''}/${textAt(reference, ['name']) ?? ''}`;
        assumptions.push(`${code(named)} sets none of these`);
      }
    } else if (target === null) layers.push(found);
    else if (typeof found !== 'string') {
      const place: FieldPath = ['spec', 'valuesFrom', index, 'targetPath'];
      const kind = valueAt(reference, ['literal']) === true ? 'verbatim' : 'typed';
      const set = { name: target, value: found.text, kind, object, place } as const;
      after.push(...(await layerOf([set], [], context)));
    }
  }
  const inline = valuesMap(object, ['spec', 'values']);
  return { layers: [...layers, ...(inline === null ? [] : [inline]), ...after], assumptions };
}

/** The values that a ConfigMap of the tree holds, or the file that a kustomization makes it of. */
function referred(reference: unknown, object: GitOpsObject, context: GitOpsContext): ValuesLayer | null {
  const name = textAt(reference, ['name']);
  const key = textAt(reference, ['valuesKey']) ?? 'values.yaml';
  if (textAt(reference, ['kind']) !== 'ConfigMap' || name === null) return null;
  const found = objectsNamed(context, '', 'ConfigMap', name, object.manifest.ref.namespace);
  const texts = found.flatMap((each) => valuesText(each, ['data', key]) ?? []);
  if (texts.length > 0) return texts.length === 1 ? texts[0]! : null;
  return valuesFromKustomize(name, key, object, context);
}

/** What is done to this object where its patch is not built is not looked at. */
function patches({ manifest, path }: GitOpsObject, { objects }: GitOpsContext): readonly string[] {
  const others = objects.filter((other) => {
    const { ref } = other.manifest;
    return (
      other.path !== path && ref.kind === 'HelmRelease' && ref.name === manifest.ref.name && isPatch(other)
    );
  });
  const paths = [...new Set(others.map((each) => each.path))];
  return paths.map((each) => `the patch in ${code(each)} changes none of these`);
}
