import type { Manifest } from './manifest/manifest.ts';
import { brokenResource } from './policy/broken.ts';
import type { JudgedRender, UnitComparison } from './policy/compare.ts';
import { unreadResource } from './policy/unread.ts';
import type { Render, RenderedUnit, UnitPair } from './render/unit.ts';
import { type Checker, uncheckedResource } from './resources/check.ts';
import { type Elsewhere, type Inventory, inventoryOf } from './resources/inventory.ts';
import { pairResources } from './resources/pairing.ts';
import type { Resource } from './resources/resource.ts';
import type { NotChecked } from './text/not-checked.ts';

/** A unit ready for the rules, and what of it could not be looked at. */
export interface JudgedUnit {
  readonly comparison: UnitComparison;
  readonly notChecked: readonly (NotChecked & { readonly blocking: boolean })[];
  /** The change leaves it alone, but not what its objects have to do with. */
  readonly isDrawnIn?: true;
}

/** Checks the objects of all units with Kubernetes, both sides in one go, and lays them out for the rules. */
export async function prepareUnits(
  pairs: readonly UnitPair[],
  checker: Checker,
): Promise<readonly JudgedUnit[]> {
  const renders = pairs.flatMap(({ base, head }) => [...(base?.renders ?? []), ...(head?.renders ?? [])]);
  await checker.check(renders.flatMap(({ manifests }) => manifests));
  const units = pairs.map((pair) => layOut(pair, checker));
  const updates = await checker.updates(
    units.flatMap(({ base, head }) => updatePairs(base ?? [], head ?? [])),
  );
  return units.map(({ pair, base, head, broken }) => ({
    comparison: { id: pair.id, base, head, updates },
    notChecked: notCheckedOf(pair, new Set(broken.map(({ entry }) => entryKey(entry)))),
  }));
}

function layOut(seen: UnitPair, checker: Checker) {
  const deployed = asDeployed(seen);
  const broken = brokenBy(deployed);
  const pair = broken.length > 0 ? deployed : seen;
  const side = (unit: RenderedUnit | null, entries: readonly Broken[]) =>
    unit?.renders.map((render) => judgedRender(unit, pair.id, render, checker, entries)) ?? null;
  return { pair, base: side(pair.base, []), head: side(pair.head, broken), broken };
}

/** Of a chart that the change broke nothing is deployed, however much of it can still be seen. */
function asDeployed(pair: UnitPair): UnitPair {
  if (pair.head === null || pair.head.renders.every(({ refusals }) => refusals === undefined)) return pair;
  const renders = pair.head.renders.map(
    ({ refusals, ...render }): Render =>
      refusals === undefined
        ? render
        : { ...render, manifests: [], notChecked: refusals, state: 'failed', lenient: false },
  );
  return { ...pair, head: { ...pair.head, renders } };
}

/** Whether Helm would not install it. */
function fails({ state, lenient }: Render): boolean {
  return state === 'failed' || lenient === true;
}

/** An object that names its release's own namespace stands where one stands that names none. */
function inRelease(resource: Resource, { namespace }: RenderedUnit): Resource {
  const { ref } = resource;
  const own = namespace !== null && ref.namespace === namespace;
  return own ? { ...resource, ref: { ...ref, namespace: null } } : resource;
}

function notCheckedOf(pair: UnitPair, told: ReadonlySet<string>): JudgedUnit['notChecked'] {
  const entries = (pair.head?.renders ?? []).flatMap(({ notChecked }) => notChecked);
  return uniqueEntries(entries.filter((entry) => !told.has(entryKey(entry)))).map((entry) => ({
    ...entry,
    blocking: blocks(pair, entry),
  }));
}

interface Broken {
  readonly entry: NotChecked;
  readonly resource: Resource;
}

function judgedRender(
  unit: RenderedUnit,
  id: string,
  render: Render,
  checker: Checker,
  broken: readonly Broken[],
): JudgedRender {
  const here = new Set(render.notChecked.map(entryKey));
  const own = broken.filter(({ entry }) => here.has(entryKey(entry))).map(({ resource }) => resource);
  const unread = (unit.unread ?? []).filter(({ valuesSets }) => valuesSets.includes(render.valuesSet));
  const resources = render.manifests.map((manifest) => inRelease(checker.resource(manifest), unit));
  return {
    valuesSet: render.valuesSet,
    state: render.state,
    lenient: render.lenient === true,
    inventory: inventoryOf(
      id,
      [...resources, ...own, ...unread.map(unreadResource)],
      render.state === 'ok',
      null,
    ),
    ignores: render.ignores,
    assumptions: render.assumptions ?? [],
  };
}

const brokenReasons: readonly NotChecked['reason'][] = ['render-failed', 'parse-failed'];

/** Failures of head that base did not have: the whole chart or kustomization, or a file of which base had objects. */
function brokenBy(pair: UnitPair): readonly Broken[] {
  if (pair.base === null || pair.base.kind !== pair.head?.kind) return [];
  return pair.head.kind === 'raw' ? brokenFiles(pair.base, pair.head) : brokenAsWhole(pair.base, pair.head);
}

const wholes = { helm: 'Chart', kustomize: 'Kustomization', raw: 'File' } as const;

/** If only one values set fails and others render, that is said under "Not checked" and blocks nothing. */
function brokenAsWhole(base: RenderedUnit, head: RenderedUnit): readonly Broken[] {
  if (base.renders.every(fails)) return [];
  if (!head.renders.every(fails)) return [];
  // A set that was broken before says nothing of this change.
  const before = new Set(base.renders.filter(fails).map(({ valuesSet }) => valuesSet));
  const fresh = head.renders.filter(({ valuesSet }) => !before.has(valuesSet));
  const entry = fresh
    .flatMap(({ notChecked }) => notChecked)
    .find(({ reason }) => brokenReasons.includes(reason));
  return entry === undefined
    ? []
    : [{ entry, resource: brokenResource(wholes[head.kind], head.path, entry) }];
}

function brokenFiles(base: RenderedUnit, head: RenderedUnit): readonly Broken[] {
  const had = new Set(base.renders.flatMap(({ manifests }) => manifests.map(pathOf)));
  const broken = new Set(
    base.renders.flatMap(({ notChecked }) => notChecked.filter(isParseFailure).map(({ path }) => path)),
  );
  const entries = head.renders.flatMap(({ notChecked }) => notChecked);
  return entries
    .filter((entry) => isParseFailure(entry) && had.has(entry.path) && !broken.has(entry.path))
    .map((entry) => ({ entry, resource: brokenResource('File', entry.path ?? head.path, entry) }));
}

function isParseFailure({ reason }: NotChecked): boolean {
  return reason === 'parse-failed';
}

function pathOf({ origin }: Manifest): string | null {
  return origin.kind === 'raw' ? origin.path : null;
}

/** True only when head fails although base rendered or was absent; limits and missing sources never block. */
function blocks(pair: UnitPair, entry: NotChecked): boolean {
  if (!brokenReasons.includes(entry.reason)) return false;
  if (pair.head !== null && pair.head.kind !== 'raw') return blocksWhole(pair.base, pair.head, entry);
  const baseEntries = pair.base?.renders.flatMap(({ notChecked }) => notChecked) ?? [];
  return !baseEntries.some(({ path }) => path === entry.path);
}

function blocksWhole(base: RenderedUnit | null, head: RenderedUnit, entry: NotChecked): boolean {
  if (!head.renders.every(fails)) return false;
  if (base === null) return true;
  if (base.renders.every(fails)) return false;
  const key = entryKey(entry);
  const failing = head.renders.filter(({ notChecked }) => notChecked.some((each) => entryKey(each) === key));
  const before = new Map(base.renders.map((render) => [render.valuesSet, fails(render)]));
  return failing.some(({ valuesSet }) => before.get(valuesSet) !== true);
}

/** The same thing said by several values sets is said once. */
function uniqueEntries(entries: readonly NotChecked[]): readonly NotChecked[] {
  return [...new Map(entries.map((entry) => [entryKey(entry), entry])).values()];
}

function entryKey({ reason, path, detail }: NotChecked): string {
  return JSON.stringify([reason, path, detail]);
}

function updatePairs(base: readonly JudgedRender[], head: readonly JudgedRender[]) {
  return head.flatMap((render) => {
    const own = base.find(({ valuesSet }) => valuesSet === render.valuesSet);
    return pairResources(own?.inventory.resources ?? [], render.inventory.resources).flatMap((pair) =>
      pair.by === 'identity' && pair.base !== null && pair.head !== null
        ? [{ base: pair.base, head: pair.head }]
        : [],
    );
  });
}

/** The same comparison with the objects of the other units in sight, for rules that claim an absence. */
export function withElsewhere(unit: UnitComparison, base: Elsewhere, head: Elsewhere): UnitComparison {
  const see = (renders: UnitComparison['base'], all: Elsewhere) =>
    renders?.map((render) => ({ ...render, inventory: beyond(render.inventory, all) })) ?? null;
  return { ...unit, base: see(unit.base, base), head: see(unit.head, head) };
}

/** What is around a unit's objects is not elsewhere. */
function beyond(inventory: Inventory, all: Elsewhere): Inventory {
  if (inventory.around.resources.length === inventory.resources.length)
    return { ...inventory, elsewhere: all };
  const around = new Set(inventory.around.resources.map(({ manifest }) => manifest));
  const isAway = ({ manifest }: Resource) => !around.has(manifest);
  const elsewhere = {
    resources: all.resources.filter(isAway),
    workloads: all.workloads.filter(({ resource }) => isAway(resource)),
  };
  return { ...inventory, elsewhere };
}

/** The objects of units that were rendered without asking Kubernetes about them, by unit. */
export function objectsByUnit(units: readonly RenderedUnit[]): ReadonlyMap<string, Elsewhere> {
  const found = new Map<string, Elsewhere>();
  for (const { id, renders } of units) {
    const manifests = renders.flatMap((render) => render.manifests);
    const own = inventoryOf(id, manifests.map(uncheckedResource), true, null);
    found.set(id, together([...(found.has(id) ? [found.get(id)!] : []), own]));
  }
  return found;
}

/** What stands in all units but this one; `gone`: files that count no more. */
export function outsideOf(
  unit: string,
  objects: ReadonlyMap<string, Elsewhere>,
  gone: ReadonlySet<string> = new Set(),
): Elsewhere {
  const all = together([...objects].flatMap(([id, own]) => (id === unit ? [] : [own])));
  if (gone.size === 0) return all;
  const stays = ({ manifest }: Resource) => !gone.has(pathOf(manifest) ?? '');
  return {
    resources: all.resources.filter(stays),
    workloads: all.workloads.filter(({ resource }) => stays(resource)),
  };
}

function together(all: readonly Elsewhere[]): Elsewhere {
  return {
    resources: all.flatMap(({ resources }) => resources),
    workloads: all.flatMap(({ workloads }) => workloads),
  };
}
