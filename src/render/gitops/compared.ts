import type { Comparison } from '../../repository/comparison.ts';
import type { Tree } from '../../repository/tree.ts';
import type { FileChange } from '../../text/change.ts';
import { count } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { pathsInBase, pathsInHead } from '../discover.ts';
import { type Charts, mayShapeRender } from '../helm/charts.ts';
import type { Layout } from '../layout.ts';
import { relativeTo } from '../paths.ts';
import { type GitOps, type GitOpsRun, gitOpsOf, textsOf } from './discover.ts';
import { helmfilePaths, helmfilesInFocus } from './helmfile.ts';
import type { Focus } from './helmfile-focus.ts';
import { realPaths } from './links.ts';
import { descriptionOf, type Release } from './release.ts';

/** What GitOps tools deploy at both sides, and what of it a change touches. */
export interface ComparedGitOps {
  readonly base: GitOps;
  readonly head: GitOps;
  /** Charts of base, and of head, that are released in another way, or with a values file that changed. */
  readonly touched: { readonly base: ReadonlySet<string>; readonly head: ReadonlySet<string> };
  /** Ids of the releases that make them so. */
  readonly releases: ReadonlySet<string>;
  readonly notChecked: readonly NotChecked[];
}

/** Whether a change may touch what GitOps tools deploy: a text that one of them or a chart reads. */
export function mayTouchReleases(changes: readonly FileChange[], base: Layout, head: Layout): boolean {
  const matters = (layout: Layout) => (path: string) => {
    if (/\.(ya?ml|json|gotmpl|tpl|tmpl|template|sourceignore)$/.test(path)) return true;
    const chart = layout.chartOf(path);
    return chart !== null && mayShapeRender(relativeTo(chart, path)!);
  };
  return pathsInBase(changes).some(matters(base)) || pathsInHead(changes).some(matters(head));
}

export async function comparedGitOps(
  { base: baseTree, head: headTree, changes }: Pick<Comparison, 'base' | 'head' | 'changes'>,
  baseCharts: Charts,
  headCharts: Charts,
  wanted: (path: string) => boolean,
  run: Omit<GitOpsRun, 'helmfiles'>,
  focus: Focus,
): Promise<ComparedGitOps> {
  const sides = async (charts: ReadonlySet<string>) => {
    // A helmfile that matters at one side is read at both.
    const wider = { changed: focus.changed, charts: new Set([...focus.charts, ...charts]) };
    const helmfiles = new Set([
      ...(await inFocus(baseTree, baseCharts, wider)),
      ...(await inFocus(headTree, headCharts, wider)),
    ]);
    const head = await gitOpsOf(headTree, headCharts, 'head', { ...run, helmfiles });
    return { head, base: await gitOpsOf(baseTree, baseCharts, 'base', { ...run, helmfiles }) };
  };
  const first = await sides(new Set());
  // A release that is new is held against the other ones of its chart.
  const fresh = newlyReleased(first.head, first.base, headCharts);
  const { base, head } = fresh.size === 0 ? first : await sides(fresh);
  const [inBase, inHead] = [new Set(pathsInBase(changes)), new Set(pathsInHead(changes))];
  const touched = {
    base: touchedReleases(base.releases, head.releases, inBase, wanted),
    head: touchedReleases(head.releases, base.releases, inHead, wanted),
  };
  const folders = (releases: readonly Release[]) =>
    new Set(releases.flatMap(({ source }) => (source.kind === 'helm' ? [source.folder] : [])));
  const before = new Set(base.notChecked.map(wordsOf));
  const isChanged = (entry: NotChecked): boolean =>
    (entry.path !== null && inHead.has(entry.path)) || isBuiltAnew(entry, base, head, before);
  const seen = head.notChecked.filter(
    (entry) => entry.path === null || (isChanged(entry) && wanted(entry.path)),
  );
  return {
    base,
    head,
    touched: { base: folders(touched.base), head: folders(touched.head) },
    releases: new Set([...touched.base, ...touched.head].map(({ id }) => id)),
    notChecked: saidOnce(seen),
  };
}

/** Whether a kustomization gives another object than before; where none was built before, whether it is told of anew. */
function isBuiltAnew(
  entry: NotChecked,
  base: GitOps,
  head: GitOps,
  toldBefore: ReadonlySet<string>,
): boolean {
  const { unit } = entry;
  if (unit === null || !head.built.has(unit)) return false;
  return base.built.has(unit)
    ? head.built.get(unit) !== base.built.get(unit)
    : !toldBefore.has(wordsOf(entry));
}

function wordsOf({ path, reason, detail }: NotChecked): string {
  return JSON.stringify([path, reason, detail]);
}

/** Names of charts that a helmfile releases in head and nothing did in base. */
function newlyReleased(head: GitOps, base: GitOps, charts: Charts): ReadonlySet<string> {
  const before = new Set(base.releases.map(({ id }) => id));
  const folders = new Set(base.releases.map(({ source }) => source.folder));
  const fresh = head.releases.filter(
    ({ id, source }) => id.startsWith('helmfile:') && !before.has(id) && !folders.has(source.folder),
  );
  return new Set(charts.namesOf(fresh.map(({ source }) => source.folder)));
}

async function inFocus(tree: Tree, { layout }: Charts, focus: Focus): Promise<readonly string[]> {
  const real = await realPaths(tree, layout);
  return helmfilesInFocus({ layout, real, read: textsOf(tree, real, helmfilePaths(layout)) }, focus);
}

/** What is said of many objects that one template makes is said once. */
export function saidOnce(entries: readonly NotChecked[]): readonly NotChecked[] {
  const groups = new Map<string, NotChecked[]>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.path, entry.line, entry.reason, entry.detail]);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].map(([first, ...more]) =>
    more.length === 0
      ? first!
      : { ...first!, detail: `${first!.detail} The same is true of ${count(more.length, 'more release')}.` },
  );
}

function touchedReleases(
  own: readonly Release[],
  others: readonly Release[],
  changed: ReadonlySet<string>,
  wanted: (path: string) => boolean,
): readonly Release[] {
  const descriptions = new Map(others.map((release) => [release.id, descriptionOf(release)]));
  return own.filter(({ source, ...release }) => {
    const layers = source.kind === 'helm' ? source.layers : [];
    const files = layers.filter((layer) => typeof layer === 'string');
    if (![release.declaredAt.path, source.folder, ...files].some(wanted)) return false;
    const other = descriptions.get(release.id);
    return other !== descriptionOf({ source, ...release }) || files.some((file) => changed.has(file));
  });
}
