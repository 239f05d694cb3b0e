import { type Causes, causesOf, isCommented } from './causes.ts';
import { type JudgedUnit, objectsByUnit, outsideOf, prepareUnits, withElsewhere } from './judging.ts';
import { type Others, sides } from './looking-around.ts';
import { compareUnit, type UnitComparison, type UnitFinding, type UnitReview } from './policy/compare.ts';
import { defaultOptions, onceOnlyRules } from './policy/judge.ts';
import type { Rule, Severity } from './policy/rule.ts';
import { rules } from './policy/rules/index.ts';
import { type Related, relateUnits } from './relating.ts';
import { ceased } from './render/raw/beside.ts';
import type { Render, RenderedUnit, UnitPair } from './render/unit.ts';
import { type Checker, createChecker } from './resources/check.ts';
import { tolerantCheck } from './resources/tolerant-check.ts';
import type { Settings } from './settings.ts';
import type { FileChange } from './text/change.ts';
import type { RevisionSide } from './text/location.ts';
import type { NotChecked } from './text/not-checked.ts';
import type { World } from './world.ts';

/** A unit with what the rules say of it. */
export interface FoundUnit extends UnitReview {
  readonly unit: JudgedUnit;
}

/** Every unit with what the rules say of it. */
export interface Found {
  readonly units: readonly FoundUnit[];
  readonly notChecked: readonly NotChecked[];
}

/** What Kubernetes is asked in one run, and what it could not be asked. */
export interface Checks {
  readonly checker: Checker;
  /** A render's objects are asked about while the next one is rendered. */
  readonly begin: (render: Render) => void;
  readonly notChecked: readonly NotChecked[];
}

export function checksOf(settings: Settings, world: World): Checks {
  const notChecked: NotChecked[] = [];
  const check = tolerantCheck(world.check, (trouble) => notChecked.push(trouble));
  const checker = createChecker(check, settings.kubernetesVersion);
  return { checker, begin: ({ manifests }) => checker.begin(manifests), notChecked };
}

/** Judges every unit; before an absence is claimed the rest of the repository is looked through. */
export async function judgeAll(
  pairs: readonly UnitPair[],
  others: Others,
  { checker, notChecked }: Checks,
  settings: Settings,
  world: World,
): Promise<Found> {
  const { units, found } = await relateUnits(pairs, await prepareUnits(pairs, checker), others, checker);
  const judged = units.map((unit) => ({ unit, ...judgeUnit(unit, settings, world) }));
  if (!judged.some(({ findings }) => findings.some(claimsAbsence))) return { units: judged, notChecked };
  const [base, head] = await Promise.all(
    sides.map(async (side) => objectsByUnit(await allUnits(pairs, found, others, side))),
  );
  const seen = judged.map((found, index) => {
    if (!found.findings.some(claimsAbsence)) return found;
    const { comparison } = found.unit;
    const { id } = comparison;
    const pair = pairs[index];
    const gone = pair?.id === id ? ceased(pair) : new Set<string>();
    const whole = withElsewhere(comparison, outsideOf(id, base!), outsideOf(id, head!, gone));
    const unit = { ...found.unit, comparison: whole };
    return { unit, ...judgeUnit(unit, settings, world) };
  });
  return { units: seen, notChecked };
}

/** Proves what caused the findings; a comment above a line that only the proof names accepts them as well. */
export async function withCauses(
  { units, notChecked }: Found,
  changed: ReadonlyMap<string, FileChange>,
  settings: Settings,
  world: World,
): Promise<Found & { readonly causes: Causes }> {
  const causes = await causesOf(units, changed, world.clock);
  if (!units.some((found) => isCommented(found, causes))) return { units, notChecked, causes };
  const again = units.map((found) => ({ ...found, ...judgeUnit(found.unit, settings, world) }));
  return { units: again, notChecked, causes: await causesOf(again, changed, world.clock) };
}

/** Of a unit that the change leaves alone only what is not as it was is told. */
function judgeUnit({ comparison, isDrawnIn }: JudgedUnit, settings: Settings, world: World): UnitReview {
  const review = reviewOf(comparison, settings, world);
  if (isDrawnIn !== true) return review;
  const findings = review.findings.filter(({ status }) => status !== 'existing');
  return { findings, suppressions: review.suppressions.filter(({ state }) => state === 'used') };
}

function reviewOf(unit: UnitComparison, settings: Settings, world: World): UnitReview {
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

/** Every unit that can be had cheaply: plain manifests of the whole tree, and what was rendered anyway. */
async function allUnits(
  pairs: readonly UnitPair[],
  found: Related['found'],
  others: Others,
  side: RevisionSide,
): Promise<readonly RenderedUnit[]> {
  const plain = (await others[side]?.plain()) ?? [];
  const rendered = found[side].filter(({ kind }) => kind !== 'raw');
  const own = pairs.flatMap(({ id, [side]: unit }) => (unit === null ? [] : [{ ...unit, id }]));
  return [...plain, ...rendered, ...own];
}
