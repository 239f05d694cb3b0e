import { isPlaceholder } from '../../manifest/manifest.ts';
import { byText } from '../../text/order.ts';
import type { HelmSource, Release } from '../gitops/release.ts';
import { configuredLanding, type Landing } from '../landing.ts';
import type { Layout } from '../layout.ts';
import { joined, relativeTo } from '../paths.ts';
import type { ReleaseSetting } from '../settings.ts';

/** One way in which a chart is released. */
export interface ValuesSet {
  /** `default`, or the files' paths joined by `+`. */
  readonly id: string;
  /** Paths in the repository, later ones winning. */
  readonly files: readonly string[];
  readonly name: string | null;
  readonly namespace: string | null;
  /** Where it lands, if anything says so. */
  readonly landing?: Landing | null;
  /** What a GitOps object says of it; its layers take the place of `files`. */
  readonly release?: StatedRelease;
}

/** A release of a chart that a GitOps object states. */
export type StatedRelease = Pick<Release, 'declaredAt' | 'kubeVersion' | 'apiVersions' | 'assumptions'> &
  Pick<HelmSource, 'layers' | 'replacesDefaults' | 'postRenderers'>;

/** The values sets that GitOps objects state for a chart. */
export function releasedSets(chart: string, releases: readonly Release[]): readonly ValuesSet[] {
  return releases.flatMap((release) => {
    const { id, name, namespace, source, landing, ...stated } = release;
    if (source.kind !== 'helm' || source.folder !== chart) return [];
    const files = source.layers.filter((layer) => typeof layer === 'string');
    const known = (text: string | null) => (isPlaceholder(text) ? null : text);
    const set = { id, files, name: known(name), namespace: known(namespace), landing: landing ?? null };
    return [{ ...set, release: { ...stated, ...source } }];
  });
}

const conventional =
  /^(values[-.][^/]*|values\/[^/]+|environments\/[^/]+(\/values)?|ci\/[^/]*-values)\.ya?ml$/;

/** Whether a file of a chart is, by its name, a values file that stands beside the defaults. */
export function isConventionalValues(path: string): boolean {
  return conventional.test(path) && !/^values[-.]schema\./.test(path);
}

/**
 * The values sets of a chart: what the configuration says, else what GitOps objects release, else the defaults alone
 * and each values file that stands beside them. `default` comes first, the others by name.
 */
export function valuesSetsOf(
  layout: Layout,
  chart: string,
  releases: readonly ReleaseSetting[],
  gitOps: readonly Release[] = [],
): readonly ValuesSet[] {
  const stated = releases.filter((release) => sameFolder(release.chart, chart));
  if (stated.length > 0)
    return distinct(stated.map((release) => statedSet(layout, chart, release))).sort(inOrder);
  const released = releasedSets(chart, gitOps);
  if (released.length > 0) return [...released].sort(inOrder);
  const files = layout
    .below(chart)
    .map(({ path }) => path)
    .filter((path) => isConventionalValues(relativeTo(chart, path)!));
  const sets = files.map((file) => ({ id: file, files: [file], name: null, namespace: null }));
  return [{ id: 'default', files: [], name: null, namespace: null }, ...sets].sort(inOrder);
}

export function sameFolder(a: string, b: string): boolean {
  return a.replace(/^\.\//, '').replace(/\/+$/, '') === b;
}

function statedSet(layout: Layout, chart: string, { values, name, namespace }: ReleaseSetting): ValuesSet {
  const files = values.map((file) => valuesFile(layout, chart, file));
  const landing = configuredLanding(namespace);
  return { id: files.length === 0 ? 'default' : files.join('+'), files, name, namespace, landing };
}

/** A stated values file is meant from the repository root, or else from the chart. */
export function valuesFile(layout: Layout, chart: string, file: string): string {
  const path = file.replace(/^\.\//, '');
  const inChart = joined(chart, path);
  return layout.entry(path) === undefined && layout.entry(inChart) !== undefined ? inChart : path;
}

/** Two releases of the same values differ by their name. */
function distinct(sets: readonly ValuesSet[]): ValuesSet[] {
  const seen = new Set<string>();
  return sets.flatMap((set) => {
    const id = seen.has(set.id) ? `${set.id} (${set.name ?? set.namespace})` : set.id;
    if (seen.has(id)) return [];
    seen.add(id);
    return [{ ...set, id }];
  });
}

function inOrder(a: ValuesSet, b: ValuesSet): number {
  return Number(b.id === 'default') - Number(a.id === 'default') || byText(a.id, b.id);
}
