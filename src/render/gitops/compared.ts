import type { Comparison } from '../../repository/comparison.ts';
import type { FileChange } from '../../text/change.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { type Charts, mayShapeRender } from '../charts.ts';
import { pathsInBase, pathsInHead } from '../discover.ts';
import type { Layout } from '../layout.ts';
import { relativeTo } from '../paths.ts';
import { type GitOps, type GitOpsRun, gitOpsOf, noGitOps } from './discover.ts';
import { descriptionOf, type Release } from './release.ts';

/** What GitOps tools deploy at both sides, and what of it a change touches. */
export interface ComparedGitOps {
  readonly base: GitOps;
  readonly head: GitOps;
  /** Charts of base, and of head, that are released in another way, or with a values file that changed. */
  readonly touched: { readonly base: ReadonlySet<string>; readonly head: ReadonlySet<string> };
  readonly notChecked: readonly NotChecked[];
}

export const noComparison: ComparedGitOps = {
  base: noGitOps,
  head: noGitOps,
  touched: { base: new Set(), head: new Set() },
  notChecked: [],
};

/** Whether a change may touch what GitOps tools deploy: a text that one of them or a chart reads. */
export function mayTouchReleases(changes: readonly FileChange[], base: Layout, head: Layout): boolean {
  const matters = (layout: Layout) => (path: string) => {
    if (/\.(ya?ml|json|gotmpl|tpl|tmpl|template)$/.test(path)) return true;
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
  run: GitOpsRun,
): Promise<ComparedGitOps> {
  const head = await gitOpsOf(headTree, headCharts, 'head', run);
  const base = await gitOpsOf(baseTree, baseCharts, 'base', run);
  const [inBase, inHead] = [new Set(pathsInBase(changes)), new Set(pathsInHead(changes))];
  return {
    base,
    head,
    touched: {
      base: touchedCharts(base.releases, head.releases, inBase, wanted),
      head: touchedCharts(head.releases, base.releases, inHead, wanted),
    },
    notChecked: head.notChecked.filter(({ path }) => path !== null && inHead.has(path) && wanted(path)),
  };
}

function touchedCharts(
  own: readonly Release[],
  others: readonly Release[],
  changed: ReadonlySet<string>,
  wanted: (path: string) => boolean,
): ReadonlySet<string> {
  const descriptions = new Map(others.map((release) => [release.id, descriptionOf(release)]));
  const folders = own.flatMap((release) => {
    const { source, declaredAt, id } = release;
    if (source.kind !== 'helm') return [];
    const files = source.layers.filter((layer) => typeof layer === 'string');
    if (![declaredAt.path, source.folder, ...files].some(wanted)) return [];
    const differs =
      descriptions.get(id) !== descriptionOf(release) || files.some((file) => changed.has(file));
    return differs ? [source.folder] : [];
  });
  return new Set(folders);
}
