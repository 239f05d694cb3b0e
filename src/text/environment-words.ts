const stages =
  /^(pre-?prod|prod|production|prd|live|nonprod|stage|staging|stg|dev|devel|development|test|testing|tst|qa|uat|int|integration|sandbox|canary|blue|green|preview|perf|demo|dr|local)$/;

/** Kinds of clusters that one application has files of its own for. */
const clusters =
  /^(minikube|kind|k3s|k3d|microk8s|docker|desktop|gke|gcp|google|eks|aws|fargate|aks|azure|openshift|ocp|onprem|baremetal|digitalocean|doks|ibm|oke)$/;

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
  return stages.test(word) || clusters.test(word);
}

/** Whether the folders in a folder of that name are environments, whatever they are called. */
export function holdsEnvironments(step: string): boolean {
  return holders.has(step);
}

/** The steps of a path, or the one word of a name, that say which environment it belongs to. */
export function environmentsIn(path: string): readonly string[] {
  const steps = path.split('/');
  return steps.filter((step, index) => namesEnvironment(step) || holdsEnvironments(steps[index - 1] ?? ''));
}
