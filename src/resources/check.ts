import {
  type Checked,
  type CheckObjects,
  type CheckQuestion,
  type CheckReply,
  checkedKinds,
  type Problem,
} from '../kubernetes/api.ts';
import { type FieldPath, formatFieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { isPlaceholder, type Manifest } from '../manifest/manifest.ts';
import { unknownText } from '../manifest/unknown.ts';
import type { Resource } from './resource.ts';
import { isNative, workloadKindOf } from './workload.ts';

/** Turns manifests into resources: Kubernetes decodes, defaults and validates each distinct one once. */
export interface Checker {
  /** Begins to ask, where it is known that `check` will: no need to wait, and a failure shows there. */
  begin(manifests: readonly Manifest[]): void;
  /** Asks about many manifests in one go; `resource` then knows the answers. */
  check(manifests: readonly Manifest[]): Promise<void>;
  /** The manifest with its answer, or without one when it was never asked about. */
  resource(manifest: Manifest): Resource;
  /** Problems of updating `base` to `head` beyond those of creating `head`; null where Kubernetes cannot tell. */
  updates(pairs: readonly UpdatePair[]): Promise<ReadonlyMap<Resource, readonly Problem[] | null>>;
}

export interface UpdatePair {
  readonly base: Resource;
  readonly head: Resource;
}

export function createChecker(check: CheckObjects, kubernetesVersion: string): Checker {
  const known = new Map<string, CheckReply>();
  const asked = new Map<string, Promise<void>>();
  const ask = async (questions: ReadonlyMap<string, Manifest>): Promise<void> => {
    const replies = await check([...questions.values()].map((each) => question(each, kubernetesVersion)));
    for (const [index, key] of [...questions.keys()].entries()) {
      const reply = replies[index];
      if (reply !== undefined) known.set(key, reply);
    }
  };
  const answered = async (manifests: readonly Manifest[]): Promise<void> => {
    const distinct = new Map(manifests.filter(isAskable).map((manifest) => [keyOf(manifest), manifest]));
    const fresh = new Map([...distinct].filter(([key]) => !asked.has(key)));
    if (fresh.size > 0) {
      const answer = ask(fresh);
      for (const key of fresh.keys()) asked.set(key, answer);
    }
    await Promise.all(new Set([...distinct.keys()].map((key) => asked.get(key))));
  };
  return {
    begin: (manifests) => void answered(manifests).catch(() => {}),
    check: answered,
    resource: (manifest) =>
      resourceOf(manifest, isAskable(manifest) ? known.get(keyOf(manifest)) : undefined),
    async updates(pairs) {
      const comparable = pairs.filter(({ base, head }) => isComparable(base, head));
      if (comparable.length === 0) return new Map();
      const replies = await check(
        comparable.map(({ base, head }) => ({
          ...question(head.manifest, kubernetesVersion),
          old: askedObject(base.manifest),
        })),
      );
      return new Map(comparable.map(({ head }, index) => [head, updateProblems(head, replies[index])]));
    },
  };
}

/** What the engine does not know at all: a resource without an answer. */
export function uncheckedResource(manifest: Manifest): Resource {
  return resourceOf(manifest, undefined);
}

/** A Rollout that borrows another object's template has nothing that Kubernetes could be asked about. */
function isAskable(manifest: Manifest): boolean {
  if (checkedKinds.has(`${askedVersion(manifest)} ${manifest.ref.kind}`)) return true;
  const template = embeddedTemplate(manifest);
  return template !== undefined && isMap(valueAt(manifest.value, template));
}

/**
 * Versions that Kubernetes no longer knows, of kinds whose fields and defaults are those of the version that took their
 * place: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
const unchangedKinds: ReadonlyMap<string, string> = new Map([
  ['autoscaling/v2beta2 HorizontalPodAutoscaler', 'autoscaling/v2'],
  ['policy/v1beta1 PodDisruptionBudget', 'policy/v1'],
]);

/** The version in which Kubernetes is asked about a manifest. */
function askedVersion({ ref, value }: Manifest): string {
  const { apiVersion, kind } = ref;
  // An empty selector of v1beta1 selects nothing, one of v1 everything.
  const selector = valueAt(value, ['spec', 'selector']);
  const empty = !isMap(selector) || Object.keys(selector).length === 0;
  if (kind === 'PodDisruptionBudget' && empty) return apiVersion;
  return unchangedKinds.get(`${apiVersion} ${kind}`) ?? apiVersion;
}

/** What decides the answer. An item of a list can mean another list's kind and anchors by the same text. */
function keyOf(manifest: Manifest): string {
  const { ref, text } = manifest;
  return `${ref.apiVersion} ${ref.kind}\n${text}${text.includes('*') ? JSON.stringify(manifest.value) : ''}`;
}

function isComparable(base: Resource, head: Resource): boolean {
  return (
    embeddedTemplate(head.manifest) === undefined &&
    head.checked !== null &&
    keyOf(base.manifest) !== keyOf(head.manifest)
  );
}

function question(manifest: Manifest, version: string): CheckQuestion {
  const object = askedObject(manifest);
  const template = embeddedTemplate(manifest);
  if (template !== undefined) {
    const value = valueAt(object, template);
    return {
      object: { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'template' }, template: value },
      version,
    };
  }
  return object === manifest.value ? { object, text: manifest.text, version } : { object, version };
}

function askedObject(manifest: Manifest): unknown {
  const { ref, value } = manifest;
  const apiVersion = askedVersion(manifest);
  return withoutPlaceholders(apiVersion === ref.apiVersion ? value : { ...value, apiVersion });
}

/**
 * Path of the pod template in a kind that Kubernetes itself does not know (Rollout, CloneSet, …). The kinds of its first
 * group have had one version since 1.0; what stands in an earlier one is no template of today.
 */
function embeddedTemplate(manifest: Manifest): FieldPath | undefined {
  const kind = workloadKindOf(manifest);
  return kind === undefined || kind.group === '' || isNative(manifest, kind) ? undefined : kind.template;
}

function resourceOf(manifest: Manifest, reply: CheckReply | undefined): Resource {
  const { ref } = manifest;
  if (reply === undefined || !reply.supported) return unansweredResource(manifest);
  const template = embeddedTemplate(manifest);
  const checked = template === undefined ? reply : ofTemplate(reply, template, manifest);
  return { manifest, ref, checked, defaulted: checked.defaulted ?? manifest.value };
}

/** Its value is not looked at before a rule asks. */
function unansweredResource(manifest: Manifest): Resource {
  return {
    manifest,
    ref: manifest.ref,
    checked: null,
    get defaulted() {
      return manifest.value;
    },
  };
}

/** The answer about a lone pod template, told as one about the object that holds it. */
function ofTemplate(reply: CheckReply, path: FieldPath, manifest: Manifest): Checked {
  const moved = (problems: readonly Problem[]): readonly Problem[] =>
    problems.map((problem) => ({
      ...problem,
      field: problem.field.replace(/^template\b/, formatFieldPath(path)),
    }));
  const defaulted = valueAt(reply.defaulted, ['template']);
  // Knative fills in container names itself, so that Kubernetes' own validation does not speak for it.
  const knative = manifest.ref.apiVersion.startsWith('serving.knative.dev/');
  return {
    defaulted: defaulted === undefined ? null : graft(manifest.value, path, defaulted),
    decoding: knative ? [] : moved(reply.decoding),
    errors: knative ? [] : moved(reply.errors).filter((problem) => !isClaimed(problem, manifest)),
    warnings: moved(reply.warnings),
  };
}

/** A CloneSet makes volumes of its claim templates, which stand beside the pod template that was asked about. */
function isClaimed({ type, field }: Problem, { value }: Manifest): boolean {
  const claims = valueAt(value, ['spec', 'volumeClaimTemplates']);
  const mount = /\.volume(Mounts|Devices)\[\d+\]\.name$/.test(field);
  return type === 'FieldValueNotFound' && mount && Array.isArray(claims) && claims.length > 0;
}

function graft(root: unknown, path: FieldPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || !isMap(root)) return value;
  return { ...root, [step]: graft(root[step], rest, value) };
}

function updateProblems(head: Resource, reply: CheckReply | undefined): readonly Problem[] | null {
  if (reply === undefined || !reply.supported) return null;
  const onCreate = new Set((head.checked?.errors ?? []).map((problem) => JSON.stringify(problem)));
  return reply.errors.filter((problem) => !onCreate.has(JSON.stringify(problem)));
}

/** The value without the fields that a later tool fills in; the same value when there are none. */
function withoutPlaceholders<T>(value: T): T {
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== unknownText).map(withoutPlaceholders);
    const same = items.length === value.length && items.every((item, index) => item === value[index]);
    return (same ? value : items) as T;
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value);
  const kept = entries
    .filter(([key, each]) => !isPlaceholder(each) && key !== unknownText)
    .map(([key, each]) => [key, withoutPlaceholders(each)]);
  const same = kept.length === entries.length && kept.every(([key, each]) => each === value[key as string]);
  return same ? value : (Object.fromEntries(kept) as T);
}
