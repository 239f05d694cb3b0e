import { isPlaceholder } from '../../../manifest/manifest.ts';
import { customResources } from '../../../resources/custom-resources.ts';
import { type Inventory, named, sameNamespace, workloadsElsewhere } from '../../../resources/inventory.ts';
import { identityOf, type Resource } from '../../../resources/resource.ts';
import { code } from '../../../text/escape.ts';
import { isNear } from '../../../text/nearest.ts';
import { type Before, type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { isAutoscaler, isKeda, targetOf } from '../../support/autoscalers.ts';
import { isHook } from '../../support/hooks.ts';
import { objectName } from '../../support/kubernetes-words.ts';

interface Missing {
  readonly autoscaler: string;
  readonly target: string;
  /** What was probably meant; null where nothing in sight looks like it. */
  readonly nearest: string | null;
  readonly keda: boolean;
}

const why = ({ keda, target }: Missing): string =>
  keda
    ? `KEDA finds no ${code(target)}, and nothing follows the load: the number of pods stays what the workload's own ` +
      '`replicas` say.'
    : `The controller cannot read its scale (\`FailedGetScale\`), and nothing follows the load: the number of pods stays ` +
      "what the workload's own `replicas` say.";

const fix = ({ nearest, autoscaler }: Missing): string =>
  nearest === null
    ? `Remove ${code(autoscaler)} with its workload, or name the one that took its place under \`spec.scaleTargetRef\`.`
    : `Write ${code(nearest)} into \`spec.scaleTargetRef\`.`;

const lost: Message<Missing> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ autoscaler, target }) => `${code(autoscaler)} scales ${code(target)}, which this change removes`,
  text: ({ target, nearest }) =>
    `The base deployed ${code(target)}; now nothing in sight has that kind and name` +
    `${nearest === null ? '' : `, the nearest is ${code(nearest)}`}.`,
  why,
  fix,
};

const near: Message<Missing> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ autoscaler, target, nearest }) =>
    `${code(autoscaler)} scales ${code(target)}, which is not there: ${code(nearest ?? '')} is`,
  text: ({ target, nearest }) =>
    `Nothing in sight has the kind and name ${code(target)} of \`scaleTargetRef\`; ${code(nearest ?? '')} comes nearest.`,
  why,
  fix,
};

export const autoscalerTargetMissing = defineRule({
  id: 'autoscaler-target-missing',
  category: 'autoscaling',
  title: 'An autoscaler whose target is not there',
  messages: { lost, near },
  claimsAbsence: true,
  references: [
    {
      title: 'Kubernetes: horizontal pod autoscaling',
      url: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/',
    },
    {
      title: 'KEDA: ScaledObject specification',
      url: 'https://keda.sh/docs/latest/reference/scaledobject-spec/',
    },
  ],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource, before, inventory } = subject;
    if (!isAutoscaler(resource) || isHook(resource)) return;
    const target = targetOf(resource);
    if (target === null || !scalable.has(target.kind) || isThere(inventory, resource, target)) return;
    if (!inventory.complete || customResources(inventory).length > 0) return;
    const had = before !== null && hadBefore(before, target);
    const nearest =
      nearestOf(inventory, resource, target) ?? (had ? successorOf(subject, before, target) : null);
    if (!had && nearest === null) return;
    const field = nearest !== null && nearest.ref.kind !== target.kind ? 'kind' : 'name';
    const data: Missing = {
      autoscaler: objectName(resource.ref),
      target: `${target.kind}/${target.name}`,
      nearest: nearest && objectName(nearest.ref),
      keda: isKeda(resource),
    };
    yield {
      messageId: had ? 'lost' : 'near',
      data: { ...data },
      at: { resource, path: ['spec', 'scaleTargetRef', field] },
      evidence:
        nearest === null
          ? []
          : [
              {
                text: `nearest: ${code(objectName(nearest.ref))}`,
                at: { resource: nearest, path: ['metadata', 'name'] },
              },
            ],
    };
  },
});

type Target = NonNullable<ReturnType<typeof targetOf>>;

/** Kinds of which this reviewer would know the object if it were there. */
const scalable = new Set([
  'CloneSet',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'Rollout',
  'StatefulSet',
]);

function isPossibly({ ref }: Resource, autoscaler: Resource, { kind, name }: Target): boolean {
  const named = ref.name === name || isPlaceholder(ref.name);
  return ref.kind === kind && named && sameNamespace(ref, autoscaler.ref) !== 'no';
}

/** The version of a kind does not matter: the controller asks for group and kind alone. */
function isThere(inventory: Inventory, autoscaler: Resource, target: Target): boolean {
  const here = named(inventory, target.kind, target.name);
  const isIt = (resource: Resource) => isPossibly(resource, autoscaler, target);
  return here.some(isIt) || workloadsElsewhere(inventory).some(({ resource }) => isIt(resource));
}

function hadBefore({ inventory, resource }: Before, { kind, name }: Target): boolean {
  return named(inventory, kind, name).some(
    ({ ref }) => ref.name === name && sameNamespace(ref, resource.ref) === 'yes',
  );
}

/** The one object of the kind that came with the change. */
function successorOf({ resource, inventory }: Subject, before: Before, { kind }: Target): Resource | null {
  const known = new Set(before.inventory.resources.map(identityOf));
  const [fresh, ...more] = inventory.resources.filter(
    (each) =>
      each.ref.kind === kind &&
      sameNamespace(each.ref, resource.ref) === 'yes' &&
      !known.has(identityOf(each)),
  );
  return more.length > 0 ? null : (fresh ?? null);
}

/** The same name under another kind, or the one object of the kind that is spelt alike or named as the autoscaler is. */
function nearestOf({ around }: Inventory, autoscaler: Resource, { kind, name }: Target): Resource | null {
  const here = around.resources.filter(
    ({ ref }) => scalable.has(ref.kind) && sameNamespace(ref, autoscaler.ref) === 'yes',
  );
  const sameName = here.filter(({ ref }) => ref.name === name);
  const alike = here.filter(
    ({ ref }) => ref.kind === kind && (isNear(ref.name, name) || ref.name === autoscaler.ref.name),
  );
  const [nearest, ...more] = sameName.length > 0 ? sameName : alike;
  return more.length > 0 ? null : (nearest ?? null);
}
