import { type Causes, causesOf, isCommented } from './causes.ts';
import type { Engine } from './engines/engine.ts';
import { type JudgedUnit, objectsByUnit, outsideOf, prepareUnits, withElsewhere } from './judging.ts';
import type { CheckObjects } from './kubernetes/api.ts';
import {
  compareUnit,
  type JudgedRender,
  type UnitComparison,
  type UnitFinding,
  type UnitReview,
} from './policy/compare.ts';
import { defaultOptions, onceOnlyRules } from './policy/judge.ts';
import type { Rule, Severity } from './policy/rule.ts';
import { rules } from './policy/rules/index.ts';
import { rawUnitsOf, renderComparison, renderTree, type Watching } from './render/render.ts';
import type { Render, RenderedUnit, UnitPair } from './render/unit.ts';
import type { Comparison } from './repository/comparison.ts';
import type { Tree } from './repository/tree.ts';
import { type Checker, createChecker } from './resources/check.ts';
import { identityOf, type Resource } from './resources/resource.ts';
import { tolerantCheck } from './resources/tolerant-check.ts';
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

/** What the pipeline needs from outside; nothing of it is started before a unit asks for it. */
export interface World {
  readonly helm: Engine;
  readonly kustomize: Engine;
  readonly check: CheckObjects;
  /** Version of Kubernetes that `check` embeds, e.g. `1.36`. */
  readonly engineVersion: string;
  /** Milliseconds since any fixed moment. */
  readonly clock: () => number;
  /** The day in UTC, `YYYY-MM-DD`. */
  readonly today: string;
  readonly progress: (text: string) => void;
  readonly tool: Report['tool'];
}

/** Reviews what a change does: renders both sides, judges them, and says what is new, worse and fixed. */
export async function review(comparison: Comparison, settings: Settings, world: World): Promise<Report> {
  const watch = stopwatch(world.clock);
  world.progress(`${count(comparison.changes.length, 'file')} changed`);
  const checks = checksOf(settings, world);
  const rendered = await renderComparison(comparison, settings.render, world, watchingOf(checks, world));
  watch.lap('render');
  if (rendered.units.length > 0)
    world.progress(`${count(rendered.units.length, 'release unit')} rendered, judging`);
  const found = await judgeAll(
    rendered.units,
    { base: comparison.base, head: comparison.head },
    checks,
    settings,
    world,
  );
  const proved = await withCauses(found, comparison.changes, settings, world);
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
  const found = await judgeAll(pairs, { base: null, head: tree }, checks, settings, world);
  const proved = await withCauses(found, [], settings, world);
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

interface FoundUnit extends UnitReview {
  readonly unit: JudgedUnit;
}

interface Found {
  readonly units: readonly FoundUnit[];
  readonly notChecked: readonly NotChecked[];
}

interface Trees {
  readonly base: Tree | null;
  readonly head: Tree;
}

interface Checks {
  readonly checker: Checker;
  /** A render's objects are asked about while the next one is rendered. */
  readonly begin: (render: Render) => void;
  readonly notChecked: readonly NotChecked[];
}

function checksOf(settings: Settings, world: World): Checks {
  const notChecked: NotChecked[] = [];
  const check = tolerantCheck(world.check, (trouble) => notChecked.push(trouble));
  const checker = createChecker(check, settings.kubernetesVersion);
  return { checker, begin: ({ manifests }) => checker.begin(manifests), notChecked };
}

async function judgeAll(
  pairs: readonly UnitPair[],
  trees: Trees,
  { checker, notChecked }: Checks,
  settings: Settings,
  world: World,
): Promise<Found> {
  const units = await prepareUnits(pairs, checker);
  const judged = units.map((unit) => ({ unit, ...judgeUnit(unit.comparison, settings, world) }));
  if (!judged.some(({ findings }) => findings.some(claimsAbsence))) return { units: judged, notChecked };
  const others = await otherUnits(pairs, trees, settings);
  const [base, head] = [objectsByUnit(others.base), objectsByUnit(others.head)];
  const seen = judged.map((found) => {
    if (!found.findings.some(claimsAbsence)) return found;
    const { comparison } = found.unit;
    const outside = { base: outsideOf(comparison.id, base), head: outsideOf(comparison.id, head) };
    const whole = withElsewhere(comparison, outside.base, outside.head);
    return { unit: { ...found.unit, comparison: whole }, ...judgeUnit(whole, settings, world) };
  });
  return { units: seen, notChecked };
}

/** Proves what caused the findings; a comment above a line that only the proof names accepts them as well. */
async function withCauses(
  { units, notChecked }: Found,
  changes: Comparison['changes'],
  settings: Settings,
  world: World,
): Promise<Found & { readonly causes: Causes }> {
  const changed = byPath(changes);
  const causes = await causesOf(units, changed, world.clock);
  if (!units.some((found) => isCommented(found, causes))) return { units, notChecked, causes };
  const again = units.map((found) => ({ ...found, ...judgeUnit(found.unit.comparison, settings, world) }));
  return { units: again, notChecked, causes: await causesOf(again, changed, world.clock) };
}

function judgeUnit(unit: UnitComparison, settings: Settings, world: World): UnitReview {
  const { kubernetesVersion, severities, only } = settings;
  const active = rules
    .filter(({ id }) => severities.get(id) !== 'off' && (only.length === 0 || only.includes(id)))
    .map((rule) => withSeverity(rule, severities.get(rule.id)));
  return compareUnit(active, unit, {
    profile: settings.profile,
    cluster: { kubernetesVersion, engineVersion: world.engineVersion },
    environment: settings.environment,
    ruleIds: rules.map(({ id }) => id),
    onceOnly: onceOnlyRules(rules),
    today: world.today,
    trusted: settings.trusted,
    optionsOf: (rule) => ({ ...defaultOptions(rule), ...settings.options.get(rule.id) }),
  });
}

/** The rule with the severity that the configuration states for all it says. */
function withSeverity(rule: Rule, severity: Severity | 'off' | undefined): Rule {
  if (severity === undefined || severity === 'off') return rule;
  const messages = Object.entries(rule.messages).map(([id, message]) => [
    id,
    { ...message, severity, stated: true },
  ]);
  return { ...rule, messages: Object.fromEntries(messages) };
}

/** What was there before or is accepted is worth no look at the whole tree. */
function claimsAbsence({ judgement, status, accepted }: UnitFinding): boolean {
  const speaks = (status === 'introduced' || status === 'worsened') && accepted === null;
  return speaks && judgement.rule.claimsAbsence === true;
}

/** Every other unit that can be had cheaply: the raw manifests of the whole tree, and what was rendered anyway. */
async function otherUnits(
  pairs: readonly UnitPair[],
  trees: Trees,
  settings: Settings,
): Promise<{ base: readonly RenderedUnit[]; head: readonly RenderedUnit[] }> {
  const raw = (tree: Tree | null) =>
    tree === null ? Promise.resolve([]) : rawUnitsOf(tree, settings.render);
  const [base, head] = await Promise.all([raw(trees.base), raw(trees.head)]);
  const rendered = pairs.filter((pair) => (pair.head ?? pair.base)?.kind !== 'raw');
  return {
    base: [...base, ...rendered.flatMap((pair) => pair.base ?? [])],
    head: [...head, ...rendered.flatMap((pair) => pair.head ?? [])],
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
  const ids = units.map(({ unit }) => unit.comparison.id);
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
      units: units.length,
      renders: rendered.renders,
      objects: sum(units, ({ inventory }) => inventory.resources),
      workloads: sum(units, ({ inventory }) => inventory.workloads.map(({ resource }) => resource)),
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
