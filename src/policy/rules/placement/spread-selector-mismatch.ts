import {
  failingRequirements,
  matchSelector,
  type Requirement,
  type Selector,
} from '../../../kubernetes/selectors.ts';
import { type FieldPath, valueAt } from '../../../manifest/field-path.ts';
import { customResources } from '../../../resources/custom-resources.ts';
import { labelSelector, sameNamespace, selects, workloadsElsewhere } from '../../../resources/inventory.ts';
import { readField, readList, readString } from '../../../resources/resource.ts';
import type { Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { isNear } from '../../../text/nearest.ts';
import { type Diagnostic, defineRule, type Subject } from '../../rule.ts';
import { objectName } from '../../support/kubernetes-words.ts';
import {
  isControllerLabel,
  isOfInventedRelease,
  requirementPath,
  requirementText,
} from '../../support/selects-nothing-words.ts';
import { together } from '../../support/spreading.ts';

interface Mismatch {
  readonly object: string;
  readonly topologyKey: string;
  readonly wanted: string;
  readonly key: string;
  /** The pod's own value of the label; null where it has none. */
  readonly has: string | null;
  readonly whenUnsatisfiable: string;
  /** Another workload whose pods the constraint counts instead. */
  readonly counts: string | null;
}

const own = ({ key, has }: Mismatch): string => (has === null ? `no ${code(key)}` : code(`${key}: ${has}`));

const antiAffinityText = (data: Mismatch): string =>
  `The term keeps the pods of ${code(data.object)} apart from pods with ${code(data.wanted)}; its own have ${own(data)}, and no pod in sight has the other.`;

const apart = ({ object, topologyKey }: Mismatch): string =>
  `nothing keeps the pods of ${code(object)} apart: all of them may land ${together(topologyKey)} and go down with it.`;

const fix = ({ wanted, key, has }: Mismatch): string =>
  has === null
    ? `Select by a label that the pod template has, in place of ${code(wanted)}.`
    : `Select ${code(`${key}: ${has}`)} in place of ${code(wanted)}.`;

export const spreadSelectorMismatch = defineRule({
  id: 'spread-selector-mismatch',
  category: 'placement',
  about: 'workloads',
  title: "A spread constraint does not count the pod's own kind",
  messages: {
    'no-selector': {
      class: 'contradiction',
      severity: 'error',
      title: ({ object, topologyKey }: Mismatch) =>
        `The spread of ${code(object)} over ${code(topologyKey)} has no \`labelSelector\` and counts 0 pods`,
      text: () =>
        '`labelSelector` is not set, which selects no pod: every domain counts 0, and the difference is always 0.',
      why: (data: Mismatch) => spreadWhy(data),
      fix: () => "Repeat the workload's `selector` as the constraint's `labelSelector`.",
    },
    spread: {
      class: 'contradiction',
      severity: 'error',
      title: (data: Mismatch) =>
        `The spread of ${code(data.object)} over ${code(data.topologyKey)} counts pods with ${code(data.wanted)}; its own have ${own(data)}`,
      text: (data: Mismatch) =>
        `The constraint's \`labelSelector\` asks for ${code(data.wanted)}, the pod template has ${own(data)}: of its own pods it counts 0${data.counts === null ? '' : `, and those of ${code(data.counts)} instead`}.`,
      why: (data: Mismatch) => spreadWhy(data),
      fix,
    },
    'anti-affinity': {
      class: 'contradiction',
      severity: 'error',
      title: (data: Mismatch) =>
        `The anti-affinity of ${code(data.object)} avoids pods with ${code(data.wanted)}; its own have ${own(data)}`,
      text: antiAffinityText,
      why: (data: Mismatch) => apart(data).replace('nothing', 'Nothing'),
      fix,
    },
    'anti-affinity-unseen': {
      class: 'hazard',
      severity: 'warning',
      title: (data: Mismatch) =>
        `The anti-affinity of ${code(data.object)} avoids pods with ${code(data.wanted)}, and none is in sight`,
      text: antiAffinityText,
      why: (data: Mismatch) => `Unless those pods come from outside this repository, ${apart(data)}`,
      fix,
    },
  },
  claimsAbsence: true,
  references: [
    {
      title: 'Pod Topology Spread Constraints',
      url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/',
    },
    {
      title: 'Assigning Pods to Nodes',
      url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/',
    },
  ],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { workload } = subject;
    if (workload === null) return;
    yield* spreads(subject, workload);
    yield* antiAffinities(subject, workload);
  },
});

function spreadWhy({ object, whenUnsatisfiable, topologyKey }: Mismatch): string {
  const rule = whenUnsatisfiable === 'DoNotSchedule' ? 'although it says `DoNotSchedule`, ' : '';
  return `The constraint balances nothing: ${rule}all pods of ${code(object)} may land ${together(topologyKey)} and go down with it. An explicit constraint also turns off the spread that the cluster has by default.`;
}

function* spreads({ resource, inventory }: Subject, workload: Workload): Iterable<Diagnostic> {
  const list = [...workload.podSpecPath, 'topologySpreadConstraints'];
  for (const index of readList(resource, list).keys()) {
    const path = [...list, index];
    const selectorPath = [...path, 'labelSelector'];
    const selector = labelSelector(resource, selectorPath);
    const data = {
      object: objectName(resource.ref),
      topologyKey: readString(resource, [...path, 'topologyKey']).value ?? '',
      whenUnsatisfiable: readString(resource, [...path, 'whenUnsatisfiable']).value ?? '',
    };
    if (selector === null) {
      yield { messageId: 'no-selector', data, at: { resource, path } };
      continue;
    }
    const failing = ownMismatch(selector, workload);
    if (failing === null) continue;
    const counted = inventory.workloads.find((other) => selects(resource, selector, other) === 'yes');
    yield {
      messageId: 'spread',
      data: {
        ...data,
        ...mismatchData(failing, workload),
        counts: counted === undefined ? null : objectName(counted.resource.ref),
      },
      at: { resource, path: requirementPath(resource, selectorPath, failing) },
      evidence: [ownLabels(workload)],
    };
  }
}

const affinity = ['affinity', 'podAntiAffinity'];

/** Each term, required ones first. */
function termsOf(workload: Workload): readonly FieldPath[] {
  const { resource } = workload;
  const at = [...workload.podSpecPath, ...affinity];
  const required = [...at, 'requiredDuringSchedulingIgnoredDuringExecution'];
  const preferred = [...at, 'preferredDuringSchedulingIgnoredDuringExecution'];
  return [
    ...[...readList(resource, required).keys()].map((index) => [...required, index]),
    ...[...readList(resource, preferred).keys()].map((index) => [...preferred, index, 'podAffinityTerm']),
  ];
}

/** A term towards another application is legitimate, so that one is told only when it points at nothing in sight. */
function* antiAffinities(subject: Subject, workload: Workload): Iterable<Diagnostic> {
  const { resource } = subject;
  for (const path of termsOf(workload)) {
    const elsewhere = ['namespaces', 'namespaceSelector'].map((name) => readField(resource, [...path, name]));
    if (elsewhere.some(({ from }) => from !== 'absent')) continue;
    const selectorPath = [...path, 'labelSelector'];
    const selector = labelSelector(resource, selectorPath);
    if (selector === null || selector === 'unknown') continue;
    const failing = ownMismatch(selector, workload);
    const has = failing === null ? undefined : workload.labels.labels[failing.key];
    if (failing?.operator !== 'In' || has === undefined || somePodMatches(subject, selector)) continue;
    const meantItself = matchedBefore(subject, path) || isSlipOf(failing, has);
    yield {
      messageId: meantItself ? 'anti-affinity' : 'anti-affinity-unseen',
      data: {
        object: objectName(resource.ref),
        topologyKey: readString(resource, [...path, 'topologyKey']).value ?? '',
        ...mismatchData(failing, workload),
      },
      at: { resource, path: requirementPath(resource, selectorPath, failing) },
      evidence: [ownLabels(workload)],
    };
  }
}

/** The requirement that the pod's own labels fail, one whose label they have before one they lack. */
function ownMismatch(selector: Selector | 'unknown', workload: Workload): Requirement | null {
  const { labels } = workload;
  if (selector === 'unknown' || matchSelector(selector, labels) !== 'no') return null;
  if (selector?.some(({ key }) => isControllerLabel(key))) return null;
  const failing = failingRequirements(selector, labels);
  if (failing.some(({ key }) => isOfInventedRelease(workload, key))) return null;
  return failing.find(({ key }) => labels.labels[key] !== undefined) ?? failing[0] ?? null;
}

function mismatchData(failing: Requirement, { labels }: Workload) {
  return {
    wanted: requirementText(failing),
    key: failing.key,
    has: labels.labels[failing.key] ?? null,
  };
}

function ownLabels({ resource, templatePath }: Workload) {
  return {
    text: `labels of the pods of ${code(objectName(resource.ref))}`,
    at: { resource, path: [...templatePath, 'metadata', 'labels'] },
  };
}

/** True also when a pod may match that nobody here can see. */
function somePodMatches({ resource, inventory }: Subject, selector: Selector): boolean {
  if (!inventory.complete || customResources(inventory).length > 0) return true;
  const all = [...inventory.workloads, ...workloadsElsewhere(inventory)];
  return all.some(
    (workload) =>
      sameNamespace(resource.ref, workload.resource.ref) !== 'no' &&
      matchSelector(selector, workload.labels) !== 'no',
  );
}

function matchedBefore({ before }: Subject, path: FieldPath): boolean {
  if (before === null || before.workload === null) return false;
  if (valueAt(before.resource.manifest.value, path) === undefined) return false;
  const selector = labelSelector(before.resource, [...path, 'labelSelector']);
  return selector !== 'unknown' && matchSelector(selector, before.workload.labels) === 'yes';
}

function isSlipOf({ operator, values }: Requirement, has: string): boolean {
  return operator === 'In' && values.some((value) => isNear(value, has));
}
