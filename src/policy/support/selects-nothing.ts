import { failingRequirements, type Requirement, type Selector } from '../../kubernetes/selectors.ts';
import { isPlaceholder } from '../../manifest/manifest.ts';
import { customResources } from '../../resources/custom-resources.ts';
import { sameNamespace, selectedBy, selects, workloadsElsewhere } from '../../resources/inventory.ts';
import { identityOf, type Resource } from '../../resources/resource.ts';
import type { Workload } from '../../resources/workload.ts';
import { isNear } from '../../text/nearest.ts';
import type { Subject } from '../rule.ts';
import { isControllerLabel, isOfInventedRelease } from './selects-nothing-words.ts';

/** What a selector that selects no pod was probably meant for. */
export interface Nothing {
  /** `lost`: the base selected pods; `near`: one workload differs in one label value; `none`: neither. */
  readonly kind: 'lost' | 'near' | 'none';
  readonly nearest: Workload;
  /** The first requirement that the nearest workload fails, and the value it has instead (null: no such label). */
  readonly failing: Requirement;
  readonly has: string | null;
  /** Workloads of the unit whose pods were looked at. */
  readonly looked: number;
}

export type SelectorOf = (resource: Resource) => Selector | 'unknown';

/** Null while a pod is selected, may be selected, or may stand where nobody here can see it. */
export function selectsNothing(subject: Subject, selectorOf: SelectorOf): Nothing | null {
  const { resource, inventory } = subject;
  const selector = selectorOf(resource);
  if (selector === 'unknown' || selector === null || selector.length === 0) return null;
  if (selector.some(({ key }) => isControllerLabel(key))) return null;
  if (!inventory.complete || customResources(inventory).length > 0) return null;
  if (selectedBy(inventory, resource, selector).length > 0) return null;
  const elsewhere = workloadsElsewhere(inventory);
  if (elsewhere.some((workload) => selects(resource, selector, workload) !== 'no')) return null;
  const here = inventory.around.workloads.filter(
    (each) => each.longRunning && sameNamespace(resource.ref, each.resource.ref) === 'yes',
  );
  const objects = [resource, ...inventory.workloads.map((each) => each.resource)];
  if (objects.some(({ ref }) => isPlaceholder(ref.name))) return null;
  const before = new Set(selectedBefore(subject, selectorOf).map(identityOf));
  const had = ({ workload }: Candidate) => Number(before.has(identityOf(workload.resource)));
  const candidates = here
    .map((workload) => candidateOf(selector, workload))
    .sort((a, b) => byLikeness(a, b) || had(b) - had(a));
  const [best] = candidates;
  if (best === undefined) return null;
  const lost = lostBy(subject, selectorOf);
  if (lost === 'workload-removed') return null;
  // Labels can be put on running pods by the application itself (Vault, Patroni): absent is not wrong.
  if (lost === 'no' && candidates.some((each) => each.agreeing > 0 && !each.contradicts)) return null;
  const [failing] = best.failing;
  if (failing === undefined || best.failing.some(({ key }) => isOfInventedRelease(best.workload, key)))
    return null;
  const near = isUnique(candidates) && isSlip(resource, best);
  const kind = lost === 'yes' ? 'lost' : near ? 'near' : 'none';
  // A folder of nothing but Services may have them for pods of other repositories too.
  if (kind !== 'lost' && !inventory.workloads.includes(best.workload)) return null;
  const has = best.workload.labels.labels[failing.key] ?? null;
  return { kind, nearest: best.workload, failing, has, looked: here.length };
}

interface Candidate {
  readonly workload: Workload;
  readonly failing: readonly Requirement[];
  /** Requirements that hold. */
  readonly agreeing: number;
  /** A label is there with another value. */
  readonly contradicts: boolean;
}

function candidateOf(selector: readonly Requirement[], workload: Workload): Candidate {
  const failing = failingRequirements(selector, workload.labels);
  const there = ({ key }: Requirement): boolean => workload.labels.labels[key] !== undefined;
  return {
    workload,
    failing: [...failing].sort((a, b) => Number(there(b)) - Number(there(a))),
    agreeing: selector.length - failing.length,
    contradicts: failing.some(there),
  };
}

function byLikeness(a: Candidate, b: Candidate): number {
  return a.failing.length - b.failing.length || b.agreeing - a.agreeing;
}

function isUnique([first, second]: readonly Candidate[]): boolean {
  return second === undefined || first === undefined || byLikeness(first, second) !== 0;
}

/**
 * One label differs in its value, and the spelling or the name ties the two together. Other labels that agree do not:
 * charts of several components state them on each, and leave a component out without its Service or budget.
 */
function isSlip(selecting: Resource, { workload, failing, contradicts }: Candidate): boolean {
  const [requirement] = failing;
  if (requirement === undefined || failing.length !== 1 || !contradicts) return false;
  const has = workload.labels.labels[requirement.key] ?? '';
  const alike = (value: string): boolean => isNear(value, has) || extendsWord(value, has);
  const spelling = requirement.operator === 'In' && requirement.values.some(alike);
  return spelling || workload.resource.ref.name === selecting.ref.name;
}

/** `web` and `web-v2`. */
function extendsWord(a: string, b: string): boolean {
  return a.startsWith(`${b}-`) || b.startsWith(`${a}-`);
}

/** Whether base selected pods. A workload that is gone without another in its place is told of elsewhere. */
function lostBy({ before, inventory }: Subject, selectorOf: SelectorOf): 'yes' | 'no' | 'workload-removed' {
  if (before === null) return 'no';
  const selected = selectedBefore({ before }, selectorOf);
  if (selected.length === 0) return 'no';
  const now = new Set(inventory.around.workloads.map(({ resource }) => identityOf(resource)));
  const was = new Set(before.inventory.around.workloads.map(({ resource }) => identityOf(resource)));
  const gone = selected.every((resource) => !now.has(identityOf(resource)));
  const fresh = inventory.around.workloads.some(({ resource }) => !was.has(identityOf(resource)));
  return gone && !fresh ? 'workload-removed' : 'yes';
}

/** What the base's selector surely matched. */
function selectedBefore({ before }: Pick<Subject, 'before'>, selectorOf: SelectorOf): readonly Resource[] {
  if (before === null) return [];
  const selector = selectorOf(before.resource);
  return selectedBy(before.inventory, before.resource, selector).flatMap(({ workload, match }) =>
    match === 'yes' ? [workload.resource] : [],
  );
}
