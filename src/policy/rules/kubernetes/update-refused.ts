import type { Problem } from '../../../kubernetes/api.ts';
import { type FieldPath, formatFieldPath, valueAt } from '../../../manifest/field-path.ts';
import { isMap } from '../../../manifest/is-map.ts';
import { isPlaceholder } from '../../../manifest/manifest.ts';
import { type Resource, readField, readString } from '../../../resources/resource.ts';
import { code } from '../../../text/escape.ts';
import { type Before, type Data, type Diagnostic, defineRule, type Subject } from '../../rule.ts';
import { differenceAt, forbiddenChanges, isDecidedOnBoth } from '../../support/forbidden-changes.ts';
import { hookAnnotations } from '../../support/hooks.ts';
import { engineSpeaks, fieldPathOf, listed, objectName, quoted } from '../../support/kubernetes-words.ts';

interface Update {
  readonly object: string;
  readonly kind: string;
  readonly engineVersion: string;
  /** Fields that differ and may not. */
  readonly fields: readonly string[];
  readonly words: string;
}

interface Change extends Update {
  readonly before: string;
  readonly after: string;
}

/** Null on the side that wants nothing of its own. */
interface SelectorChange extends Update {
  readonly before: string | null;
  readonly after: string | null;
}

const selectorWords = ({ before, after }: SelectorChange): string => {
  if (before === null) return after === null ? 'changes' : `gains ${code(after)}`;
  return after === null ? `loses ${code(before)}` : `changes from ${code(before)} to ${code(after)}`;
};

const consequence = ({ object, engineVersion }: Update): string =>
  `If ${code(object)} exists in the cluster as in the base, the update will be refused (as Kubernetes ${engineVersion} validates): the apply, sync or upgrade fails, and nothing of this object changes.`;

export const updateRefused = defineRule({
  id: 'update-refused',
  category: 'kubernetes',
  title: 'Kubernetes refuses this change of an existing object',
  messages: {
    selector: {
      class: 'contradiction',
      severity: 'error',
      title: (data: SelectorChange) =>
        `The selector of ${code(data.object)} ${selectorWords(data)}, and it cannot change`,
      text: ({ kind, before, after }: SelectorChange) =>
        `\`spec.selector\` of a ${code(kind)} is fixed when it is created: ${before === null ? 'no such label' : code(before)} in the base, ${after === null ? 'none' : code(after)} here.`,
      why: consequence,
      fix: ({ kind }: Change) =>
        `Leave the selector as it is and put new labels into the pod template alone. To change it all the same, give the ${code(kind)} a new name, or delete it and its pods before this change is applied: pods that are left behind have other labels, and nothing looks after them.`,
    },
    'stateful-set': {
      class: 'contradiction',
      severity: 'error',
      title: ({ object, fields }: Update) =>
        `${listed(fields)} of ${code(object)} ${fields.length === 1 ? 'differs' : 'differ'} from the base and cannot change`,
      text: ({ fields }: Update) =>
        `Of a StatefulSet's \`spec\` only \`replicas\`, \`ordinals\`, \`template\`, \`updateStrategy\`, \`revisionHistoryLimit\`, \`persistentVolumeClaimRetentionPolicy\` and \`minReadySeconds\` may change; here ${listed(fields)} ${fields.length === 1 ? 'does' : 'do'}.`,
      why: consequence,
      fix: ({ fields }: Update) =>
        fields.some((field) => field.startsWith('volumeClaimTemplates'))
          ? 'Take the change back; or, for more storage, enlarge the existing claims themselves. Then delete the StatefulSet with `--cascade=orphan` (its pods and claims stay) and apply this change: claims that exist keep what they have.'
          : 'Take the change back, or delete the StatefulSet with `--cascade=orphan` (its pods and claims stay) before this change is applied.',
    },
    'cluster-ip': {
      class: 'contradiction',
      severity: 'error',
      title: ({ object, before, after }: Change) =>
        `\`clusterIP\` of ${code(object)} changes from ${code(before)} to ${code(after)}, and it cannot change`,
      text: ({ before, after }: Change) =>
        `\`spec.clusterIP\` is fixed when a Service is created: ${code(before)} in the base, ${code(after)} here.`,
      why: consequence,
      fix: () =>
        'Create a second Service with a new name and move its clients, or delete this one first; in between its name does not resolve.',
    },
    'claim-shrinks': {
      class: 'contradiction',
      severity: 'error',
      title: ({ object, before, after }: Change) =>
        `${code(object)} shrinks from ${code(before)} to ${code(after)}, and a claim only grows`,
      text: ({ before, after }: Change) =>
        `\`resources.requests.storage\` is ${code(before)} in the base and ${code(after)} here.`,
      why: consequence,
      fix: ({ before }: Change) =>
        `Write ${code(before)} or more. Less space takes a new claim and a copy of the data.`,
    },
    'run-to-end': {
      class: 'contradiction',
      severity: 'warning',
      title: ({ object, fields }: Update) =>
        `${code(object)} may still be there from its last run, and its ${listed(fields)} cannot change`,
      text: ({ object, fields }: Update) =>
        `${listed(fields)} differs from the base; of a run like ${code(object)} that is fixed when it is created, and nothing here removes it after its end.`,
      why: consequence,
      fix: ({ kind }: Update) =>
        `Delete the finished ${code(kind)} before the next deploy, let its name change with each run, or ${kind === 'Job' ? 'set `ttlSecondsAfterFinished`' : 'make it a Job'} (under Helm or Argo CD a hook with a delete policy does the same).`,
    },
    pod: {
      class: 'contradiction',
      severity: 'warning',
      title: ({ object, fields }: Update) =>
        `${listed(fields)} of ${code(object)} ${fields.length === 1 ? 'differs' : 'differ'} from the base, and a Pod keeps what it was made with`,
      text: ({ fields }: Update) =>
        `Of a Pod that exists only images, \`activeDeadlineSeconds\` and further \`tolerations\` may change; here ${listed(fields)} ${fields.length === 1 ? 'does' : 'do'}.`,
      why: consequence,
      fix: ({ object }: Update) =>
        `Delete ${code(object)} before this change is applied; a Deployment replaces its pods by itself.`,
    },
    quoted: {
      class: 'contradiction',
      severity: 'error',
      title: ({ object, fields }: Update) =>
        `${listed(fields)} of ${code(object)} ${fields.length === 1 ? 'differs' : 'differ'} from the base and cannot change`,
      text: ({ engineVersion, words }: Update) => `Kubernetes ${engineVersion} says: ${code(words, 400)}.`,
      why: consequence,
      fix: ({ object }: Update) =>
        `Take the change back, or delete ${code(object)} before this change is applied.`,
    },
  },
  references: [
    {
      title: 'Deployment: label selector updates',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/',
    },
    {
      title: 'Argo CD sync options',
      url: 'https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/',
    },
    {
      title: 'StatefulSets',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/',
    },
  ],
  *check({ resource, before, cluster }: Subject): Iterable<Diagnostic> {
    if (before === null || before.pairedBy !== 'identity' || before.update === null) return;
    if (isPlaceholder(resource.ref.name) || isPlaceholder(resource.ref.namespace)) return;
    if (before.update.length === 0 || !engineSpeaks(cluster) || isReplaced(before, resource)) return;
    const refusals = before.update.flatMap((problem) => refusalOf(resource, before.resource, problem) ?? []);
    for (const { messageId, at, data } of merged(refusals)) {
      const common = {
        object: objectName(resource.ref),
        kind: resource.ref.kind,
        engineVersion: cluster.engineVersion,
      };
      yield {
        messageId,
        data: { ...common, ...data },
        at: { resource, path: at },
        evidence: [{ text: 'the object at base', at: { resource: before.resource, path: at } }],
      };
    }
  },
});

/** Hooks and the like are deleted or replaced before they are made again, so that no update takes place. */
function isReplaced({ resource: base }: Before, head: Resource): boolean {
  const { origin, value } = head.manifest;
  if (origin.kind === 'helm' && origin.hook) return true;
  if (valueAt(value, ['metadata', 'generateName']) !== undefined) return true;
  const ttls = [base, head].map((each) => readField(each, ['spec', 'ttlSecondsAfterFinished']));
  if (head.ref.kind === 'Job' && ttls.some(({ from }) => from !== 'absent')) return true;
  return [base, head].some(replacedByAnnotation);
}

const fluxPolicies = ['kustomize.toolkit.fluxcd.io/ssa', 'kustomize.toolkit.fluxcd.io/reconcile'];

function replacedByAnnotation(resource: Resource): boolean {
  const fields = ['annotations', 'labels'].map((name) => readField(resource, ['metadata', name]));
  if (fields.some(({ from }) => from === 'unknown')) return true;
  const [annotations, labels] = fields.map(({ value }) => (isMap(value) ? value : {}));
  const hooks = hookAnnotations.some((key) => annotations?.[key] !== undefined);
  const options = String(annotations?.['argocd.argoproj.io/sync-options'] ?? '');
  // Flux reads its words from annotations and labels alike.
  const flux = (key: string): string => String(annotations?.[key] ?? labels?.[key] ?? '');
  const forced = /^enabled$/i.test(flux('kustomize.toolkit.fluxcd.io/force'));
  const leftAlone = fluxPolicies.some((key) => /^(ifnotpresent|ignore|disabled)$/i.test(flux(key)));
  return hooks || /\b(Replace|Force)=true\b/.test(options) || isPlaceholder(options) || forced || leftAlone;
}

interface Refusal {
  readonly messageId: string;
  readonly at: FieldPath;
  readonly data: Data & { readonly fields: readonly string[] };
}

function refusalOf(head: Resource, base: Resource, problem: Problem): Refusal | null {
  const field = fieldPathOf(problem.field);
  const changes = problem.field === 'spec' ? forbiddenChanges(head, base) : [differenceAt(head, base, field)];
  const [at] = changes;
  if (at === undefined || !isDecidedOnBoth(head, base, at)) return null;
  const fields = changes.map((path) => formatFieldPath(path[0] === 'spec' ? path.slice(1) : path));
  const data = { fields, words: quoted(problem) };
  const change = (field: FieldPath, shown: (resource: Resource) => string): Refusal['data'] => ({
    ...data,
    before: shown(base),
    after: shown(head),
    fields: [String(field.at(-1))],
  });
  const { kind } = head.ref;
  if (runsToEnd(head)) return { messageId: 'run-to-end', at, data };
  if (kind === 'Pod') return { messageId: 'pod', at, data };
  if (kind === 'StatefulSet' && fields.length > 0) return { messageId: 'stateful-set', at, data };
  if (problem.field === 'spec.selector') {
    return { messageId: 'selector', at, data: { ...data, ...selectorChange(base, head) } };
  }
  if (kind === 'Service' && /^spec\.clusterIPs?(\[\d+\])?$/.test(problem.field)) {
    const ip = ['spec', 'clusterIP'];
    const shown = (each: Resource): string => readString(each, ip).value ?? 'not set';
    return { messageId: 'cluster-ip', at: ip, data: change(ip, shown) };
  }
  if (kind === 'PersistentVolumeClaim' && /requests\.storage$/.test(problem.field)) {
    const shown = (each: Resource): string => String(valueAt(each.manifest.value, at) ?? 'not set');
    return { messageId: 'claim-shrinks', at, data: change(at, shown) };
  }
  return { messageId: 'quoted', at, data };
}

/** Jobs, and pods that are not started again: what is there at the next deploy is what is left of the last. */
function runsToEnd(resource: Resource): boolean {
  if (resource.ref.kind === 'Job') return true;
  return resource.ref.kind === 'Pod' && readString(resource, ['spec', 'restartPolicy']).value !== 'Always';
}

/** What differs between two selectors: the labels that only one of them wants. */
function selectorChange(base: Resource, head: Resource): Pick<SelectorChange, 'before' | 'after'> {
  const [before, after] = [selectorWants(base), selectorWants(head)];
  const shown = (own: readonly string[], other: readonly string[]): string | null =>
    own.filter((each) => !other.includes(each)).join(', ') || null;
  return { before: shown(before, after), after: shown(after, before) };
}

function selectorWants(resource: Resource): readonly string[] {
  const selector = readField(resource, ['spec', 'selector']).value;
  const labels = valueAt(selector, ['matchLabels']);
  const pairs = Object.entries(isMap(labels) ? labels : {}).map(([key, value]) => `${key}: ${value}`);
  const expressions = valueAt(selector, ['matchExpressions']);
  if (Array.isArray(expressions)) pairs.push(...expressions.map((each) => String(valueAt(each, ['key']))));
  return pairs;
}

/** One finding for all problems of one kind. */
function merged(refusals: readonly Refusal[]): readonly Refusal[] {
  const groups = new Map<string, Refusal>();
  for (const refusal of refusals) {
    const key = refusal.messageId === 'quoted' ? JSON.stringify(refusal.at) : refusal.messageId;
    const first = groups.get(key);
    const fields = [...new Set([...(first?.data.fields ?? []), ...refusal.data.fields])];
    groups.set(key, { ...(first ?? refusal), data: { ...(first ?? refusal).data, fields } });
  }
  return [...groups.values()];
}
