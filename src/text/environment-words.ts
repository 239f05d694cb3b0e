const stages =
  /^(pre-?prod|prod|production|prd|live|nonprod|stage|staging|stg|dev|devel|development|test|testing|tst|qa|uat|int|integration|sandbox|canary|blue|green|preview|perf|demo|dr|local)$/;

/** Kinds of clusters that one application has files of its own for. */
const clusters =
  /^(minikube|kind|k3s|k3d|microk8s|docker|desktop|gke|gcp|google|eks|aws|fargate|aks|azure|openshift|ocp|onprem|baremetal|digitalocean|doks|ibm|oke)$/;

/** What stands before the name or number of one of several. */
const oneOfSeveral = /^(cluster|region|zone|site|env|tenant|account)\d*$/;

const shortRegion = /^(us|eu|ap|apac|emea|uk|de|jp|kr|cn|au|ca|br)\d*$/;

/** Regions of AWS, Azure and Google Cloud, as people name folders after them. */
const region = /^(us|eu|ap|sa|ca|me|af|cn|il|mx|asia|europe|australia)-?(gov-)?[a-z]+-?\d[a-z]?$/;

/** Folders whose own folders are named after environments. */
const holders: ReadonlySet<string> = new Set([
  'clusters',
  'environments',
  'envs',
  'env',
  'overlays',
  'regions',
  'tenants',
]);

/** Whether a step of a path, or a name, says which environment it belongs to. */
export function namesEnvironment(step: string): boolean {
  const bare = step.toLowerCase();
  return region.test(bare) || bare.split(/[-_.]/).some(isOne);
}

function isOne(word: string): boolean {
  return [stages, clusters, oneOfSeveral, shortRegion].some((pattern) => pattern.test(word));
}

/** Whether the folders in a folder of that name are environments, whatever they are called. */
export function holdsEnvironments(step: string): boolean {
  return holders.has(step);
}

/** The folders of a path that say which environment it belongs to. */
export function environmentFolders(folder: string): readonly string[] {
  const steps = folder.split('/');
  return steps.filter((step, index) => namesEnvironment(step) || holdsEnvironments(steps[index - 1] ?? ''));
}

/** The part of a name that says which environment it belongs to: `prod-eu` of `web-prod-eu`, `prod` of `prod-web`. */
export function environmentPart(name: string): string | null {
  const words = name.split(/[-_.]/);
  const first = words.findIndex(namesEnvironment);
  if (first < 0) return null;
  const isPrefix = first === 0 && stages.test(words[0] ?? '') && !words.slice(1).some(namesEnvironment);
  return isPrefix ? words[0]! : words.slice(first).join('-');
}
