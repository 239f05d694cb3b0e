import { holdsEnvironments, namesEnvironment } from '../text/environment-words.ts';

interface Assumption {
  readonly text: string;
  readonly path: string;
  readonly line: number | null;
}

/** Where what a unit deploys lands, as far as the repository says it. */
export interface Site {
  readonly unit: string;
  /** Folder of the unit. */
  readonly folder: string;
  /** What a GitOps object says of it, the same for all that lands in one environment; null: it is applied from its folder. */
  readonly place: string | null;
  /** Of objects that state none; null: not known. */
  readonly namespace: string | null;
  /** What is taken for granted of what lands there, and the line that makes it so. */
  readonly assumptions: readonly Assumption[];
}

/** A folder that is applied as it stands: `apps/web/overlays/prod` is the environment `prod` of `apps/web`. */
interface Applied {
  readonly steps: readonly string[];
  readonly environment: string | null;
}

function appliedFrom(folder: string): Applied {
  const steps = folder === '.' ? [] : folder.split('/');
  const [holder = '', environment = ''] = steps.slice(-2);
  return steps.length > 1 && holdsEnvironments(holder)
    ? { steps: steps.slice(0, -2), environment }
    : { steps, environment: null };
}

function sharedSteps(a: readonly string[], b: readonly string[]): number {
  const different = a.findIndex((step, index) => step !== b[index]);
  return different < 0 ? a.length : different;
}

/** Folders of things that are there to be read, each for itself. */
const collection =
  /^(_?archived?|attic|backup|chapters?|demos?|deprecated|docs?|documentation|examples?|exercises?|hack|labs?|lessons?|old|playground|samples?|scripts?|snippets?|templates?|tutorials?)$/i;

/**
 * Whether two units land together: in one place that GitOps objects name, or applied from folders beside or within each
 * other, as `k8s/services` beside `k8s/deployments`, where no folder is one environment of several, or one example.
 */
export function landTogether(a: Site, b: Site): boolean {
  if (a.place !== null || b.place !== null) return a.place === b.place;
  const [one, other] = [appliedFrom(a.folder), appliedFrom(b.folder)];
  if (one.environment !== other.environment) return false;
  const shared = sharedSteps(one.steps, other.steps);
  const below = [one.steps.slice(shared), other.steps.slice(shared)];
  if ([...one.steps, ...other.steps].some((step) => collection.test(step))) return false;
  return below.every((steps) => steps.length <= 1 && !steps.some(namesEnvironment));
}

/** The folder below which everything stands that is beside a unit or within it. */
export function areaAround({ folder }: Pick<Site, 'folder'>): string {
  const { steps } = appliedFrom(folder);
  return steps.length < 2 ? '.' : steps.slice(0, -1).join('/');
}

/** Whether a unit stands where another one of the same objects would be a second copy beside two that land together. */
export function isInScope(site: Site, a: Site, b: Site): boolean {
  if (a.place !== null) return site.place === a.place;
  if (site.place !== null) return false;
  const [one, other, third] = [a.folder, b.folder, site.folder].map(appliedFrom);
  const shared = sharedSteps(one!.steps, other!.steps);
  const within = sharedSteps(one!.steps.slice(0, shared), third!.steps) === shared;
  return within && (one!.environment === null || third!.environment === one!.environment);
}
