import type { Causes } from './causes.ts';
import { type Checks, checksOf, type Found, type FoundUnit, judgeAll, withCauses } from './judged.ts';
import type { JudgedRender } from './policy/compare.ts';
import { renderComparison, renderTree, type Watching } from './render/render.ts';
import type { Comparison } from './repository/comparison.ts';
import type { Tree } from './repository/tree.ts';
import { identityOf, type Resource } from './resources/resource.ts';
import { cardsOf, compareCards } from './review/cards.ts';
import { compareFindings, findingOf, withoutTwins } from './review/findings.ts';
import { acrossOverlays } from './review/overlays.ts';
import type { Report } from './review/report.ts';
import { suppressionEntries } from './review/suppressions.ts';
import { unseenGates } from './review/unseen-gates.ts';
import { compareNotChecked, conclusionOf } from './review/verdict.ts';
import type { Settings } from './settings.ts';
import type { FileChange } from './text/change.ts';
import { count } from './text/escape.ts';
import type { NotChecked } from './text/not-checked.ts';
import type { World } from './world.ts';

/** Reviews what a change does: renders both sides, judges them, and says what is new, worse and fixed. */
export async function review(comparison: Comparison, settings: Settings, world: World): Promise<Report> {
  const watch = stopwatch(world.clock);
  world.progress(`${count(comparison.changes.length, 'file')} changed`);
  const checks = checksOf(settings, world);
  const rendered = await renderComparison(comparison, settings.render, world, watchingOf(checks, world));
  watch.lap('render');
  if (rendered.units.length > 0)
    world.progress(`${count(rendered.units.length, 'release unit')} rendered, judging`);
  const found = await judgeAll(rendered.units, rendered.others, checks, settings, world);
  const proved = await withCauses(found, byPath(comparison.changes), settings, world);
  watch.lap('rules');
  return reportOf(proved, rendered, comparison, settings, world, watch.laps());
}

/** Judges every workload of one revision; without a base, everything counts as introduced. */
export async function audit(tree: Tree, settings: Settings, world: World): Promise<Report> {
  const watch = stopwatch(world.clock);
  const checks = checksOf(settings, world);
  const rendered = await renderTree(tree, settings.render, world, watchingOf(checks, world));
  watch.lap('render');
  const pairs = rendered.units.map((head) => ({ id: head.id, base: null, head }));
  const found = await judgeAll(pairs, { base: null, head: rendered.others }, checks, settings, world);
  const proved = await withCauses(found, new Map(), settings, world);
  watch.lap('rules');
  const alone = { commits: { base: null, head: tree.commit, mergeBase: null }, changes: [] };
  return reportOf(proved, rendered, alone, { ...settings, scope: 'all' }, world, watch.laps());
}

/** Between two words about a long rendering, in milliseconds. */
const silence = 2000;

/** Says now and then how far the rendering is; a short one ends before there is anything to say. */
function watchingOf({ begin }: Checks, { clock, progress }: World): Watching {
  let [total, done, said] = [0, 0, clock()];
  return {
    onRender: begin,
    turns: {
      expect(units) {
        total += units;
      },
      done() {
        done += 1;
        if (clock() - said < silence || done === total) return;
        said = clock();
        progress(`${done} of ${count(total, 'release unit')} rendered`);
      },
    },
  };
}

function reportOf(
  { units, notChecked: unanswered, causes }: Found & { readonly causes: Causes },
  rendered: { readonly notChecked: readonly NotChecked[]; readonly renders: number; readonly files: number },
  { commits, changes }: Pick<Comparison, 'commits' | 'changes'>,
  settings: Settings,
  world: World,
  laps: { total: number; render: number; rules: number },
): Report {
  const changed = byPath(changes);
  const byUnit = units.flatMap(({ unit: { comparison }, findings }) => {
    const sets = (comparison.head ?? []).map(({ valuesSet }) => valuesSet);
    const told = findings.map((found) => {
      const cause = causes.get(found.judgement.diagnostic) ?? null;
      return findingOf(comparison.id, found, changed, sets, cause);
    });
    return withoutTwins(told);
  });
  const touched = units.filter(({ unit }) => unit.isDrawnIn !== true);
  const ids = touched.map(({ unit }) => unit.comparison.id);
  const findings = [...acrossOverlays(byUnit, ids)].sort(compareFindings);
  const cards = units.map(({ unit: { comparison } }) => ({
    comparison,
    cards: cardsOf(comparison, settings.environment, settings.scope === 'all'),
  }));
  const notChecked = [
    ...[...rendered.notChecked, ...unanswered].map((entry) => ({ ...entry, blocking: false })),
    ...units.flatMap(({ unit }) => unit.notChecked),
    ...cards.flatMap(({ comparison, cards }) => unseenGates(comparison, cards)),
  ].sort(compareNotChecked);
  return {
    schemaVersion: 1,
    tool: world.tool,
    comparison: commits,
    scope: settings.scope,
    conclusion: conclusionOf(findings, notChecked, settings.failOn),
    findings,
    workloads: cards.flatMap((each) => each.cards).sort(compareCards),
    notChecked,
    suppressions: suppressionEntries(units.flatMap(({ suppressions }) => suppressions)),
    stats: {
      files: rendered.files,
      units: touched.length,
      renders: rendered.renders,
      objects: sum(touched, ({ inventory }) => inventory.resources),
      workloads: sum(touched, ({ inventory }) => inventory.workloads.map(({ resource }) => resource)),
      milliseconds: settings.timings ? { ...laps, git: 0, patch: 0, publish: 0 } : null,
    },
  };
}

function byPath(changes: Comparison['changes']): ReadonlyMap<string, FileChange> {
  return new Map(changes.map((change) => [change.path, change]));
}

/** Objects of head, each once however many values sets show it. */
function sum(
  units: readonly FoundUnit[],
  resourcesOf: (render: JudgedRender) => readonly Resource[],
): number {
  return units.reduce((total, { unit }) => {
    const resources = (unit.comparison.head ?? []).flatMap(resourcesOf);
    const objects = resources.filter(({ ref }) => ref.apiVersion !== '');
    return total + new Set(objects.map(identityOf)).size;
  }, 0);
}

function stopwatch(clock: () => number) {
  const start = clock();
  let last = start;
  const laps = { render: 0, rules: 0 };
  return {
    lap(name: keyof typeof laps): void {
      const now = clock();
      laps[name] += Math.round(now - last);
      last = now;
    },
    laps: () => ({ ...laps, total: Math.round(last - start) }),
  };
}
