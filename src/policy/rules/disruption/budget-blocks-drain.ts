import { budgetLimit, requiredPods, scales } from '../../../lifecycle/budget.ts';
import { type Floor, floorOf } from '../../../lifecycle/replicas.ts';
import { labelSelector, selectedBy } from '../../../resources/inventory.ts';
import type { Field } from '../../../resources/resource.ts';
import type { Workload } from '../../../resources/workload.ts';
import { code, count } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Evidence, type Subject } from '../../rule.ts';
import { listed, objectName } from '../../support/kubernetes-words.ts';

interface Blocked {
  readonly budget: string;
  /** `minAvailable` or `maxUnavailable`. */
  readonly field: string;
  readonly value: string;
  readonly workloads: readonly string[];
  readonly pods: number;
  readonly requiredPods: number;
  /** Fewest pods at which one of them may be evicted, and how many of them are missing. */
  readonly podsNeeded: number;
  readonly podsMissing: number;
}

const consequence =
  'Node drains, cluster upgrades and node consolidation wait at these pods until somebody deletes them by hand or the drain gives up.';

const sum = ({ pods, requiredPods }: Blocked): string =>
  requiredPods <= pods
    ? `${pods} healthy − ${requiredPods} required = 0 evictions`
    : `${pods} healthy, ${requiredPods} required: 0 evictions`;

const limit = ({ field, value, pods, requiredPods }: Blocked, at: string): string =>
  value.endsWith('%')
    ? `${code(`${field}: ${value}`)} of ${count(pods, 'pod')} rounds up to ${requiredPods}`
    : `${code(`${field}: ${value}`)} with ${at}`;

const names = ({ workloads }: Blocked): string => listed(workloads);

const fix = ({ pods, podsNeeded }: Blocked): string =>
  pods === 1
    ? `Write \`maxUnavailable: 1\` instead: drains go on, and each one interrupts the only pod. Without interruption it takes ${count(podsNeeded, 'pod')}.`
    : `Write \`maxUnavailable: 1\` instead, which allows one eviction at a time at any number of pods, or run ${count(podsNeeded, 'pod')} or more.`;

/** How many pods may be evicted is `disruptionsAllowed` of pkg/controller/disruption, with every pod healthy. */
export const budgetBlocksDrain = defineRule({
  id: 'budget-blocks-drain',
  category: 'disruption',
  title: 'A disruption budget never allows an eviction',
  messages: {
    replicas: {
      class: 'contradiction',
      severity: 'error',
      title: (data: Blocked) =>
        `No eviction is ever allowed: ${limit(data, `${count(data.pods, 'pod')} of ${names(data)}`)}`,
      text: (data: Blocked) =>
        `${names(data)} ${data.workloads.length === 1 ? 'runs' : 'run'} ${count(data.pods, 'pod')}, and budget ${code(data.budget)} keeps ${data.requiredPods}: ${sum(data)}.`,
      why: () => consequence,
      fix,
    },
    floor: {
      class: 'contradiction',
      severity: 'error',
      title: (data: Blocked) =>
        `No eviction is allowed at the floor: ${limit(data, `an autoscaler floor of ${data.pods}`)}`,
      text: (data: Blocked) =>
        `When ${names(data)} is at its floor of ${count(data.pods, 'pod')}, budget ${code(data.budget)} keeps ${data.requiredPods}: ${sum(data)}.`,
      why: () =>
        'While load is low, node drains and cluster upgrades wait until the autoscaler adds a pod, or for ever.',
      fix,
    },
    'scaled-to-zero': {
      class: 'contradiction',
      severity: 'warning',
      title: (data: Blocked) =>
        `No eviction is allowed while 1 pod runs: ${limit(data, 'a KEDA minimum of 0')}`,
      text: (data: Blocked) =>
        `After ${names(data)} is scaled up from 0 it runs ${count(data.pods, 'pod')}, and budget ${code(data.budget)} keeps ${data.requiredPods}: ${sum(data)}.`,
      why: () =>
        'For as long as the load needs one pod, node drains and cluster upgrades wait for KEDA to scale it down to 0 or up.',
      fix,
    },
    always: {
      class: 'contradiction',
      severity: 'error',
      title: ({ field, value }: Blocked) =>
        `No eviction is ever allowed: ${code(`${field}: ${value}`)} blocks at any number of pods`,
      text: (data: Blocked) =>
        `Budget ${code(data.budget)} has ${code(`${data.field}: ${data.value}`)}: of ${names(data)} 0 pods may be missing, however many run.`,
      why: () => consequence,
      fix: () =>
        'Write `maxUnavailable: 1`: one eviction at a time, and the next one waits until the pod is ready elsewhere.',
    },
    'no-limit': {
      class: 'contradiction',
      severity: 'error',
      title: ({ budget }: Blocked) =>
        `Budget ${code(budget)} states neither limit, and so allows 0 evictions`,
      text: (data: Blocked) =>
        `\`minAvailable\` and \`maxUnavailable\` are both not set; Kubernetes accepts that and then allows 0 disruptions of ${names(data)}.`,
      why: () => consequence,
      fix: () => 'Write `maxUnavailable: 1`.',
    },
  },
  claimsAbsence: true,
  references: [
    {
      title: 'Specifying a Disruption Budget for your Application',
      url: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
    },
    {
      title: 'Disruptions',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/',
    },
  ],
  badness: ({ podsMissing }) => Number(podsMissing ?? 0),
  *check({ resource, inventory }: Subject): Iterable<Diagnostic> {
    if (resource.ref.kind !== 'PodDisruptionBudget' || resource.ref.apiVersion !== 'policy/v1') return;
    const field = budgetLimit(resource);
    if (field === null) return;
    const covered = coveredBy({ resource, inventory });
    if (covered.workloads.length === 0) return;
    const floors = covered.workloads.map((workload) => floorOf(inventory, workload));
    const known = floors.filter((floor) => floor !== null);
    if (known.length === floors.length && known.every(({ pods }) => pods === 0)) return;
    // Nothing is held up where nothing runs.
    if (covered.workloads.some(({ replicas }) => replicas.from === 'unknown')) return;
    const data = {
      budget: resource.ref.name,
      field: String(field.path.at(-1)),
      value: String(field.value ?? ''),
      workloads: covered.workloads.map((workload) => objectName(workload.resource.ref)),
    };
    const always = alwaysBlocks(field);
    if (always !== null) {
      const at = { resource, path: always === 'no-limit' ? ['spec'] : field.path };
      yield { messageId: always, data, at };
      return;
    }
    if (!covered.sure || known.length < floors.length) return;
    const pods = known.reduce((total, floor) => total + floor.pods, 0);
    const required = requiredPods(field, pods);
    if (required === undefined || required < pods) return;
    const podsNeeded = fewestPods(field, pods);
    yield {
      messageId: messageOf(known),
      data: { ...data, pods, requiredPods: required, podsNeeded, podsMissing: podsNeeded - pods },
      at: { resource, path: field.path },
      evidence: known.map(evidenceOf),
    };
  },
});

interface Covered {
  readonly workloads: readonly Workload[];
  /** False when further pods may be covered that nobody can count. */
  readonly sure: boolean;
}

/** Drains leave DaemonSets alone, and budgets over owners without a scale (Jobs, bare pods) are another rule's. */
function coveredBy({ resource, inventory }: Pick<Subject, 'resource' | 'inventory'>): Covered {
  const selector = labelSelector(resource, ['spec', 'selector']);
  const answers = selectedBy(inventory, resource, selector);
  const sure = answers.filter(({ match }) => match === 'yes').map(({ workload }) => workload);
  const scaled = sure.every(scales);
  return { workloads: scaled ? sure : [], sure: !answers.some(({ match }) => match === 'unknown') };
}

/** Values that allow nothing whatever the number of pods. */
function alwaysBlocks(field: Field): 'always' | 'no-limit' | null {
  if (field.value === undefined) return 'no-limit';
  const isMaximum = field.path.at(-1) === 'maxUnavailable';
  if (isMaximum) return field.value === 0 || field.value === '0%' ? 'always' : null;
  return field.value === '100%' ? 'always' : null;
}

/** Counts up to the first number of pods that leaves one to evict; at 100 pods every percentage below 100 % does. */
function fewestPods(field: Field, pods: number): number {
  let needed = pods + 1;
  while ((requiredPods(field, needed) ?? 0) >= needed) needed++;
  return needed;
}

function messageOf(floors: readonly Floor[]): 'replicas' | 'floor' | 'scaled-to-zero' {
  if (floors.some(({ kind }) => kind === 'scaledToZero')) return 'scaled-to-zero';
  return floors.some(({ kind }) => kind === 'floor') ? 'floor' : 'replicas';
}

function evidenceOf({ workload, pods, kind, at }: Floor): Evidence {
  const name = code(objectName(workload.resource.ref));
  const autoscaler = code(objectName(at.resource.ref));
  const text = {
    replicas: `${name} declares ${count(pods, 'replica')}`,
    floor: `${autoscaler} keeps ${name} at ${count(pods, 'replica')} or more`,
    scaledToZero: `${autoscaler} scales ${name} down to 0; counted as 1`,
  }[kind];
  return { text, at };
}
